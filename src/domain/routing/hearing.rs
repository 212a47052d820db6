//! Which of the catalogue's words stand in a text, and whether each is meant: "没着火" hears no fire.

use std::collections::HashMap;

use super::sign::{Span, TermId};
use super::text::Text;

/// Number of a word in the lexicon. 0 is any run of three or four digits, as flats are numbered.
pub(super) type WordId = usize;

/// The word list name that stands for a flat's number.
pub(super) const FLAT_NUMBER: &str = "flat_number";

/// Every word of the catalogue, by its first character.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Lexicon {
    by_first: HashMap<char, Vec<(Vec<char>, WordId)>>,
    ids: HashMap<String, WordId>,
    marks: Vec<Marks>,
}

/// What a word is besides a member of terms.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Marks {
    /// Shorter words inside it are not heard: 消防通道 is no 消防.
    pub(super) fixed: bool,
    /// A word of a `things` list: single characters inside it are not heard, 防盗门 is no 盗.
    pub(super) thing: bool,
    /// Turns the fault right after it into its opposite.
    pub(super) negation: bool,
    /// What follows in the same clause is feared, supposed or past.
    pub(super) doubt_before: bool,
    /// What stands before it in the same clause is a drill, a risk.
    pub(super) doubt_after: bool,
    /// What follows happens now, whatever was feared or past before it: 上次修好的又爆了.
    pub(super) present: bool,
    /// The terms it belongs to, and whether a negation before it counts there.
    pub(super) terms: Vec<(TermId, bool)>,
}

impl Lexicon {
    pub(super) fn new() -> Self {
        Self { marks: vec![Marks::default()], ..Self::default() }
    }

    /// The word's number; a new word is added.
    pub(super) fn word(&mut self, word: &str) -> WordId {
        if let Some(id) = self.ids.get(word) {
            return *id;
        }
        let id = self.marks.len();
        self.marks.push(Marks::default());
        self.ids.insert(word.to_owned(), id);
        let chars: Vec<char> = word.chars().collect();
        if let Some(first) = chars.first() {
            // The longest first, so that reasons quote 坏了 rather than 坏.
            let words = self.by_first.entry(*first).or_default();
            let at = words.partition_point(|(word, _)| word.len() >= chars.len());
            words.insert(at, (chars, id));
        }
        id
    }

    pub(super) fn marks(&mut self, id: WordId) -> &mut Marks {
        &mut self.marks[id]
    }

    fn find(&self, text: &Text) -> Vec<(WordId, Span)> {
        let chars = &text.chars;
        let mut found = Vec::new();
        for at in 0..chars.len() {
            for (word, id) in self.by_first.get(&chars[at]).map(Vec::as_slice).unwrap_or_default() {
                if chars[at..].starts_with(word) {
                    found.push((*id, (at, at + word.len())));
                }
            }
            let run = chars[at..].iter().take_while(|c| c.is_ascii_digit()).count();
            if (3..=4).contains(&run) && (at == 0 || !chars[at - 1].is_ascii_digit()) {
                found.push((0, (at, at + run)));
            }
        }
        let fixed: Vec<Span> = found.iter().filter(|(id, _)| self.marks[*id].fixed).map(|(_, span)| *span).collect();
        // A word that begins inside a fixed phrase is an accident of spelling: 把手断了 has no 手断.
        found.retain(|(_, span)| {
            fixed.iter().all(|f| {
                let inside = f.0 <= span.0 && span.1 <= f.1 && f.1 - f.0 > span.1 - span.0;
                let across = f.0 < span.0 && span.0 < f.1 && f.1 < span.1;
                !inside && !across
            })
        });
        found
    }

    /// Listens to a text; `reach` is how many characters may stand between two words of a sign.
    pub(super) fn hear<'t>(&self, text: &'t Text, reach: usize, terms: usize) -> Heard<'t> {
        let found = self.find(text);
        let spans = |mark: fn(&Marks) -> bool| -> Vec<Span> {
            found.iter().filter(|(id, _)| mark(&self.marks[*id])).map(|(_, span)| *span).collect()
        };
        let (negations, before, after) = (spans(|m| m.negation), spans(|m| m.doubt_before), spans(|m| m.doubt_after));
        let (things, present) = (spans(|m| m.thing), spans(|m| m.present));
        let now_between = |from: usize, to: usize| present.iter().any(|p| from <= p.0 && p.1 <= to);
        let (mut of, mut said, mut muted) = (Vec::new(), Vec::new(), Vec::new());
        for (id, span) in &found {
            let clause = |other: &Span| text.clause[other.0] == text.clause[span.0];
            let negated = negations.iter().any(|n| n.1 == span.0);
            let doubtful = before.iter().any(|b| b.1 <= span.0 && clause(b) && !now_between(b.1, span.0))
                || after.iter().any(|a| a.0 >= span.1 && clause(a));
            let single = span.1 - span.0 == 1;
            let part = single && things.iter().any(|t| t.0 <= span.0 && span.1 <= t.1 && t.1 - t.0 > 1);
            // Fear and past colour what follows, up to a word of the present: 昨天 in 昨天修的今天又爆了.
            let governs = if self.marks[*id].doubt_before {
                (span.1, present.iter().map(|p| p.0).filter(|p| *p >= span.1).min().unwrap_or(usize::MAX))
            } else {
                (0, usize::MAX)
            };
            let deniable = self.marks[*id].terms.iter().any(|(_, negatable)| *negatable);
            if !single && deniable && (negated || doubtful) {
                muted.push(*span);
            }
            for (term, negatable) in &self.marks[*id].terms {
                if negated && *negatable {
                    continue;
                }
                said.push((*term, Said { span: *span, governs }));
                if !part {
                    of.push((*term, Word { start: span.0, end: span.1, doubtful }));
                }
            }
        }
        Heard { text, reach, of: ByTerm::of(&of, terms), said: ByTerm::of(&said, terms), muted }
    }
}

/// What was heard of each term. A text holds some thirty words of more than a thousand terms, and nearly every sign asks for one.
#[derive(Debug)]
struct ByTerm<T> {
    /// Each term's side by side, behind one that is nobody's.
    all: Vec<T>,
    /// Where each term's begin in `all`, and end; 0 is nowhere.
    stretch: Vec<(u32, u32)>,
}

impl<T: Copy> ByTerm<T> {
    /// Keeps the order within a term.
    fn of(heard: &[(TermId, T)], terms: usize) -> Self {
        let mut stretch = vec![(0, 0); terms];
        for (term, _) in heard {
            stretch[*term].1 += 1;
        }
        // A term's stretch begins where it is met first, and grows from there as its words come.
        let mut free = 1;
        let mut all: Vec<T> = heard.first().map(|(_, one)| vec![*one; heard.len() + 1]).unwrap_or_default();
        for (term, one) in heard {
            let (from, to) = &mut stretch[*term];
            if *from == 0 {
                (*from, free) = (free, free + *to);
                *to = *from;
            }
            all[*to as usize] = *one;
            *to += 1;
        }
        Self { all, stretch }
    }

    fn get(&self, term: TermId) -> &[T] {
        let (from, to) = self.stretch[term];
        &self.all[from as usize..to as usize]
    }

    fn any(&self, term: TermId) -> bool {
        let (from, to) = self.stretch[term];
        from < to
    }
}

/// One word heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Spoken of as feared, supposed, past or a drill.
    pub(super) doubtful: bool,
}

/// All that was heard in one text, by term.
#[derive(Debug)]
pub(super) struct Heard<'t> {
    pub(super) text: &'t Text,
    reach: usize,
    of: ByTerm<Word>,
    /// Where a term was said at all, be it inside a longer word: 狗 in 野狗.
    said: ByTerm<Said>,
    /// Words denied, feared, supposed or past.
    muted: Vec<Span>,
}

/// A word said, and the stretch of the text it can speak about.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Said {
    span: Span,
    governs: Span,
}

impl Heard<'_> {
    pub(super) fn of(&self, term: TermId) -> &[Word] {
        self.of.get(term)
    }

    pub(super) fn any(&self, term: TermId) -> bool {
        self.of.any(term)
    }

    pub(super) fn said(&self, term: TermId) -> bool {
        self.said.any(term)
    }

    /// Whether a term was said beside one of these words and can speak about it: in its clause, or within reach.
    pub(super) fn said_beside(&self, term: TermId, spans: &[Span]) -> bool {
        let clause = &self.text.clause;
        self.said.get(term).iter().any(|said| {
            spans.iter().filter(|span| said.governs.0 <= span.0 && span.0 < said.governs.1).any(|span| {
                let (first, second) = if said.span.0 <= span.0 { (said.span, *span) } else { (*span, said.span) };
                clause[said.span.0] == clause[span.0] || second.0.saturating_sub(first.1) <= self.reach
            })
        })
    }

    /// Whether a stretch of the text is part of something denied, feared, supposed or past.
    pub(super) fn muted(&self, span: Span) -> bool {
        self.muted.iter().any(|muted| muted.0 < span.1 && span.0 < muted.1)
    }

    /// In one sentence, with at most `reach` characters between them. A word of one character says little by itself
    /// (停, 修, 断): it must stand in the same clause, at half the reach, unless `alarm`: danger is heard generously.
    pub(super) fn near(&self, a: Span, b: Span, alarm: bool) -> bool {
        let (first, second) = if a.0 <= b.0 { (a, b) } else { (b, a) };
        let between = second.0.saturating_sub(first.1);
        let text = self.text;
        let short = first.1 - first.0 == 1 || second.1 - second.0 == 1;
        if short && !alarm {
            return text.clause[a.0] == text.clause[b.0] && between <= self.reach / 2;
        }
        text.sentence[a.0] == text.sentence[b.0] && between <= self.reach
    }
}
