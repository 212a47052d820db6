//! The small notation of the catalogue: `4 @drain + 堵|返水 & 我家 ! 楼道`.
//!
//! A leading number is the weight (1 without one). `|` is "or"; `+` wants two words near each other in one sentence,
//! in either order; `>` the same, in this order; `&` joins what may stand anywhere in the message; `!` names what must
//! not stand anywhere in it. `@name` is a word list of the catalogue.

use super::hearing::Heard;

/// Number of a term in the catalogue's table of terms.
pub(super) type TermId = usize;

/// One term of a chain: which words, and how it is tied to the one before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    pub(super) term: TermId,
    /// Must stand after the term before it.
    pub(super) after: bool,
}

/// A sign that a message is about something.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sign {
    pub(super) weight: f32,
    /// The first term of its first chain.
    first: TermId,
    pub(super) chains: Vec<Vec<Step>>,
    pub(super) absent: Vec<TermId>,
}

/// Where a word was heard: its place in the text, end excluded.
pub(super) type Span = (usize, usize);

impl Sign {
    /// Reads the notation; `term` turns `a|@b` into its number. The error says what is wrong with it.
    pub(super) fn parse(text: &str, mut term: impl FnMut(&str) -> Result<TermId, String>) -> Result<Self, String> {
        let text = text.trim();
        let (weight, body) = match text.split_once(' ') {
            Some((number, rest)) if number.parse::<f32>().is_ok() => (number.parse().unwrap_or(1.0), rest),
            _ => (1.0, text),
        };
        if !(0.1..=20.0).contains(&weight) {
            return Err(format!("weight {weight}, allowed: 0.1 to 20"));
        }
        let mut parts = body.split('!');
        let present = parts.next().unwrap_or_default();
        let mut chains = Vec::new();
        for chain in present.split('&') {
            let mut steps: Vec<(TermId, bool)> = Vec::new();
            if chain.trim().is_empty() || chain.trim_end().ends_with(['+', '>']) {
                return Err("ends in an empty place".to_owned());
            }
            for piece in chain.split_inclusive(['+', '>']) {
                let words = piece.trim_end_matches(['+', '>']).trim();
                steps.push((term(words)?, piece.ends_with('>')));
            }
            chains.push(link(&steps));
        }
        let absent = parts.map(|words| term(words.trim())).collect::<Result<_, _>>()?;
        let first = chains.iter().flatten().map(|step| step.term).next().ok_or("has an empty place")?;
        Ok(Self { weight, first, chains, absent })
    }

    /// The words that make the sign true, or nothing. `certain` leaves out words spoken of as past, feared or supposed.
    pub(super) fn seen(&self, heard: &Heard<'_>, certain: bool) -> Option<Vec<Span>> {
        // Of most signs not one word was said.
        if !heard.any(self.first) {
            return None;
        }
        if !certain && self.absent.iter().any(|term| heard.said(*term)) {
            return None;
        }
        let mut spans = Vec::new();
        for chain in &self.chains {
            if chain.iter().any(|step| !heard.any(step.term)) {
                return None;
            }
            let mut found = Vec::with_capacity(chain.len());
            if !follow(chain, heard, certain, &mut found) {
                return None;
            }
            spans.append(&mut found);
        }
        if certain && self.absent.iter().any(|term| heard.said_beside(*term, &spans)) {
            return None;
        }
        Some(spans)
    }
}

fn link(steps: &[(TermId, bool)]) -> Vec<Step> {
    let befores = std::iter::once(false).chain(steps.iter().map(|(_, next)| *next));
    steps.iter().zip(befores).map(|((term, _), after)| Step { term: *term, after }).collect()
}

/// Finds a word for each step so that all stand within reach of those already found.
fn follow(steps: &[Step], heard: &Heard<'_>, certain: bool, found: &mut Vec<Span>) -> bool {
    let Some((step, rest)) = steps.split_first() else { return true };
    for word in heard.of(step.term) {
        if certain && word.doubtful {
            continue;
        }
        let span = (word.start, word.end);
        let fits = found.iter().all(|other| heard.near(*other, span, certain) && apart(*other, span))
            && (!step.after || found.last().is_none_or(|before| before.1 <= span.0));
        if !fits {
            continue;
        }
        found.push(span);
        if follow(rest, heard, certain, found) {
            return true;
        }
        found.pop();
    }
    false
}

fn apart(a: Span, b: Span) -> bool {
    a.1 <= b.0 || b.1 <= a.0
}
