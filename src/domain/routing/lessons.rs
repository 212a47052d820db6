//! What is learnt from example sentences: the pairs of characters that speak of danger, for what no list foresaw.
//!
//! The signs of the catalogue say what is surely an emergency; residents find other words for it. From the sentences
//! of `config/lessons.tsv`, each with the kind of emergency it is or `-`, a small multinomial regression over single
//! characters and neighbouring pairs learns how likely a new sentence is to be one. It is the same every time: no
//! chance is used.

use std::collections::HashMap;

use super::hearing::Heard;
use super::sign::Span;
use super::text::{Spelling, Text};

/// What the example table calls a sentence that is no emergency.
const NONE: &str = "-";
/// How often all examples are gone through.
const ROUNDS: u16 = 12;
/// How far a first mistake moves a weight; later rounds move less.
const STEP: f32 = 0.25;
/// How strongly weights are drawn back to zero, so that a pair heard once says little.
const FORGET: f32 = 0.0008;
/// Weights are learnt on features of this length, whatever the sentence's own.
const SCALE: f32 = 3.0;
/// With fewer known features a sentence says too little to be judged.
const ENOUGH: usize = 5;
/// Words quoted as reasons.
const QUOTED: usize = 3;

/// A single character, or two neighbours.
type Feature = (char, Option<char>);

/// What was learnt.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lessons {
    /// The first is [`NONE`].
    kinds: Vec<String>,
    ids: HashMap<Feature, usize>,
    /// One row of `kinds` weights a feature; the last row is what each kind weighs by itself.
    weights: Vec<Vec<f32>>,
}

/// How likely a sentence is an emergency, which, and the pairs that say so.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Judgement<'l> {
    pub(super) kind: &'l str,
    /// 0 to 1, of being any emergency.
    pub(super) chance: f32,
    pub(super) spans: Vec<Span>,
}

impl Lessons {
    /// Learns from a table of `kind TAB sentence` lines; `#` begins a remark.
    pub(super) fn learn(spelling: &Spelling, table: &str) -> Self {
        let mut lessons = Self { kinds: vec![NONE.to_owned()], ids: HashMap::new(), weights: Vec::new() };
        let lines = table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
        let mut examples: Vec<(usize, Vec<usize>)> = Vec::new();
        for (kind, sentence) in lines {
            let kind = lessons.kinds.iter().position(|k| k == kind).unwrap_or_else(|| {
                lessons.kinds.push(kind.to_owned());
                lessons.kinds.len() - 1
            });
            let mut features = Vec::new();
            for (feature, _) in features_of(&spelling.read(sentence)) {
                let next = lessons.ids.len();
                features.push(*lessons.ids.entry(feature).or_insert(next));
            }
            features.sort_unstable();
            features.dedup();
            examples.push((kind, features));
        }
        lessons.weights = vec![vec![0.0; lessons.kinds.len()]; lessons.ids.len() + 1];
        for round in 0..ROUNDS {
            let step = STEP / (1.0 + 0.3 * f32::from(round));
            // A fixed shuffle: a stride that shares no factor with the count visits every example once.
            let (count, stride) = (examples.len(), 7_919);
            for turn in 0..count {
                let (kind, features) = &examples[(turn * stride + usize::from(round)) % count];
                lessons.correct(*kind, features, step);
            }
        }
        lessons
    }

    /// Moves the weights of a sentence's features towards its right kind.
    fn correct(&mut self, right: usize, features: &[usize], step: f32) {
        let chances = self.chances(features);
        let each = SCALE / (features.len().max(1) as f32).sqrt();
        let own = self.weights.len() - 1;
        for (kind, chance) in chances.iter().enumerate() {
            let error = chance - if kind == right { 1.0 } else { 0.0 };
            self.weights[own][kind] -= step * error * 0.1;
            for feature in features {
                let weight = &mut self.weights[*feature][kind];
                *weight -= step * (error * each + FORGET * *weight);
            }
        }
    }

    /// How likely each kind is; they add up to 1.
    fn chances(&self, features: &[usize]) -> Vec<f32> {
        let each = SCALE / (features.len().max(1) as f32).sqrt();
        let mut sums = self.weights[self.weights.len() - 1].clone();
        for feature in features {
            for (sum, weight) in sums.iter_mut().zip(&self.weights[*feature]) {
                *sum += weight * each;
            }
        }
        let most = sums.iter().copied().fold(f32::MIN, f32::max);
        let mut total = 0.0;
        for sum in &mut sums {
            *sum = (*sum - most).exp();
            total += *sum;
        }
        sums.iter().map(|sum| sum / total).collect()
    }

    /// The kinds the table names, the first of them none.
    #[cfg(test)]
    pub(super) fn kinds(&self) -> impl Iterator<Item = &str> {
        self.kinds.iter().map(String::as_str)
    }

    /// Judges what is meant in a sentence; nothing when it holds next to nothing that was learnt.
    pub(super) fn judge(&self, heard: &Heard<'_>) -> Option<Judgement<'_>> {
        self.judge_where(heard.text, |span| !heard.muted(span))
    }

    /// Judges the characters of one stretch only, meant or not.
    pub(super) fn judge_part(&self, text: &Text, part: Span) -> Option<Judgement<'_>> {
        self.judge_where(text, |span| part.0 <= span.0 && span.1 <= part.1)
    }

    fn judge_where(&self, text: &Text, counts: impl Fn(Span) -> bool) -> Option<Judgement<'_>> {
        let mut heard: Vec<(usize, Span)> = features_of(text)
            .into_iter()
            .filter(|(_, span)| counts(*span))
            .filter_map(|(f, span)| Some((*self.ids.get(&f)?, span)))
            .collect();
        heard.sort_by_key(|(id, _)| *id);
        heard.dedup_by_key(|(id, _)| *id);
        if heard.len() < ENOUGH {
            return None;
        }
        let ids: Vec<usize> = heard.iter().map(|(id, _)| *id).collect();
        let chances = self.chances(&ids);
        let (kind, _) = chances.iter().enumerate().skip(1).max_by(|a, b| a.1.total_cmp(b.1))?;
        heard.retain(|(_, span)| span.1 - span.0 == 2);
        let says = |id: usize| self.weights[id][kind] - self.weights[id][0];
        heard.sort_by(|a, b| says(b.0).total_cmp(&says(a.0)));
        let spans = heard.into_iter().take(QUOTED).map(|(_, span)| span).collect();
        Some(Judgement { kind: &self.kinds[kind], chance: 1.0 - chances[0], spans })
    }
}

/// The characters and pairs of a text with where they stand. Digits are alike, and so are all marks.
fn features_of(text: &Text) -> Vec<(Feature, Span)> {
    let plain = |c: char| {
        if c.is_numeric() {
            '0'
        } else if c.is_alphanumeric() {
            c
        } else {
            '|'
        }
    };
    let mut run: Vec<(char, usize)> = Vec::with_capacity(text.chars.len());
    for (at, c) in text.chars.iter().enumerate() {
        let c = plain(*c);
        let repeats = matches!(c, '0' | '|') && run.last().is_some_and(|last| last.0 == c);
        if !repeats {
            run.push((c, at));
        }
    }
    let singles = run.iter().map(|(c, at)| ((*c, None), (*at, at + 1)));
    let pairs = run.windows(2).map(|two| ((two[0].0, Some(two[1].0)), (two[0].1, two[1].1 + 1)));
    singles.chain(pairs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge<'l>(lessons: &'l Lessons, text: &Text) -> Option<Judgement<'l>> {
        lessons.judge_part(text, (0, text.chars.len()))
    }

    #[test]
    fn unheard_sentences_are_judged_by_their_likes() {
        let table = "# remark\nfire\t厨房那边冒烟了\nfire\t阳台那边冒烟了\n-\t厨房那边灯不亮\n-\t阳台那边门坏了\n";
        let spelling = Spelling::default();
        let lessons = Lessons::learn(&spelling, table);
        let smoke = judge(&lessons, &spelling.read("车库那边冒烟了")).unwrap();
        let lamp = judge(&lessons, &spelling.read("车库那边灯不亮")).unwrap();
        assert!(smoke.kind == "fire" && smoke.chance > lamp.chance, "{smoke:?} {lamp:?}");
        assert!(smoke.spans.contains(&(4, 6)), "{smoke:?}");
        assert_eq!(lessons, Lessons::learn(&spelling, table));
    }

    #[test]
    fn nothing_learnt_judges_nothing() {
        let spelling = Spelling::default();
        assert_eq!(judge(&Lessons::learn(&spelling, ""), &spelling.read("着火了")), None);
        let only = Lessons::learn(&spelling, "-\t灯不亮\n");
        assert_eq!(judge(&only, &spelling.read("")), None);
    }
}
