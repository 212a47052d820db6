//! A resident's sentence made comparable: one script, one width, known misspellings put right, split into clauses.

use std::collections::HashMap;

/// A misspelt word and the right one.
pub(super) type Fix = (Vec<char>, Vec<char>);

/// How spellings are made alike before words are looked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Spelling {
    /// One character for another, traditional for simplified above all.
    pub(super) fold: HashMap<char, char>,
    /// By the misspelt word's first character; the longest first.
    pub(super) fixes: HashMap<char, Vec<Fix>>,
}

/// The sentence after [`Spelling::read`], every character tied to the one the resident wrote.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Text {
    pub(super) chars: Vec<char>,
    /// Number of the clause each character stands in; counts up at commas and at sentence ends.
    pub(super) clause: Vec<u16>,
    /// Number of the sentence each character stands in.
    pub(super) sentence: Vec<u16>,
    /// Where each character stands in `original`; a corrected word points at the whole misspelt one.
    origin: Vec<(usize, usize)>,
    original: Vec<char>,
}

impl Text {
    /// What the resident wrote between two places of `chars`, `to` excluded.
    pub(super) fn original(&self, from: usize, to: usize) -> String {
        match (self.origin.get(from), self.origin.get(to.wrapping_sub(1))) {
            (Some(first), Some(last)) if first.0 < last.1 => self.original[first.0..last.1].iter().collect(),
            _ => String::new(),
        }
    }
}

/// Longest part of a message that is read, in characters: a WeChat text holds fewer, and signs are tried pairwise.
const READ_CHARS: usize = 800;
/// Of a longer one the beginning is read, and this many characters at the end, where people often say what they want.
const READ_AT_END: usize = 300;

/// What of a message is read; a line break stands for what is left out.
fn read_part(text: &str) -> Vec<char> {
    let mut part: Vec<char> = text.chars().take(READ_CHARS).collect();
    if text.chars().nth(READ_CHARS).is_some() {
        part.truncate(READ_CHARS - READ_AT_END - 1);
        part.push('\n');
        let end: Vec<char> = text.chars().rev().take(READ_AT_END).collect();
        part.extend(end.into_iter().rev());
    }
    part
}

impl Spelling {
    /// Folds, corrects and splits; of more than 800 characters, only the beginning and the end.
    pub(super) fn read(&self, text: &str) -> Text {
        let original = read_part(text);
        let folded: Vec<char> = original.iter().map(|c| self.fold_char(*c)).collect();
        let mut out =
            Text { chars: Vec::new(), clause: Vec::new(), sentence: Vec::new(), origin: Vec::new(), original };
        let (mut clause, mut sentence, mut at) = (0_u16, 0_u16, 0_usize);
        while at < folded.len() {
            let fix =
                self.fixes.get(&folded[at]).and_then(|fixes| fixes.iter().find(|(w, _)| folded[at..].starts_with(w)));
            let (right, taken): (&[char], usize) = match fix {
                Some((wrong, right)) => (right, wrong.len()),
                None => (&folded[at..=at], 1),
            };
            for c in right {
                out.chars.push(*c);
                out.clause.push(clause);
                out.sentence.push(sentence);
                out.origin.push((at, at + taken));
            }
            if ends_sentence(folded[at]) {
                sentence = sentence.saturating_add(1);
                clause = clause.saturating_add(1);
            } else if ends_clause(folded[at]) {
                clause = clause.saturating_add(1);
            }
            at += taken;
        }
        out
    }

    fn fold_char(&self, c: char) -> char {
        let narrow = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' | '\u{a0}' => ' ',
            other => other,
        };
        self.fold.get(&narrow).copied().unwrap_or_else(|| narrow.to_ascii_lowercase())
    }
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '!' | '?' | '\n' | '\r')
}

fn ends_clause(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '，' | '；' | '：' | '…' | '~' | '～' | ' ' | '\t' | '—')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelling() -> Spelling {
        let fixes = HashMap::from([('灯', vec![("灯炮".chars().collect(), "灯泡".chars().collect())])]);
        Spelling { fold: HashMap::from([('燈', '灯'), ('門', '门')]), fixes }
    }

    #[test]
    fn full_width_traditional_and_misspelt_become_one_spelling() {
        let text = spelling().read("３＃燈炮，Ａ門");
        assert_eq!(text.chars.iter().collect::<String>(), "3#灯泡,a门");
        assert_eq!(text.original(2, 4), "燈炮");
        assert_eq!(text.clause, [0, 0, 0, 0, 0, 1, 1]);
    }

    #[test]
    fn sentences_are_counted_apart_from_clauses() {
        let text = spelling().read("水漏了。灯，门");
        assert_eq!(text.sentence, [0, 0, 0, 0, 1, 1, 1]);
        assert_eq!(text.clause, [0, 0, 0, 0, 1, 1, 2]);
    }

    #[test]
    fn of_a_very_long_text_beginning_and_end_are_read() {
        let long = format!("灯{}门", "水".repeat(5_000));
        let text = spelling().read(&long);
        assert_eq!((text.chars.len(), text.chars[0], text.chars[799]), (READ_CHARS, '灯', '门'));
        assert_eq!((text.sentence[0], text.sentence[799]), (0, 1));
        assert_eq!(text.original(799, 800), "门");
        let just = "水".repeat(READ_CHARS);
        assert_eq!(spelling().read(&just).sentence[READ_CHARS - 1], 0);
    }

    #[test]
    fn a_range_outside_the_text_is_empty() {
        let text = spelling().read("灯");
        assert_eq!(text.original(0, 9), "");
        assert_eq!(text.original(0, 0), "");
        assert_eq!(spelling().read("").chars.len(), 0);
    }
}
