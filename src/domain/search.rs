//! What text search goes by: words are cut into tokens the same way when they are indexed and when they are looked for.
//!
//! Chinese has no spaces, so every two neighbours are a token and a query is a phrase of such pairs: what is found is what a
//! look through the text would find. Letters and digits are whole words, each also tied to its neighbours, so that 3号楼 and
//! 3-2-501 are phrases too. Telephone numbers are left out, in documents as in queries.

mod phrase;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::ids::{CommunityId, TicketNumber};
use super::phone::Phone;
use super::place::{PlacePath, fold, numeral};

use phrase::runs;

pub use phrase::{Phrase, is_chain};

/// Characters of a query at most.
pub const QUERY_CHARS: usize = 100;
/// Phrases of a query that count.
const MOST_PHRASES: usize = 8;
/// Tokens of a document at most: a long one is found by its beginning.
const MOST_TOKENS: usize = 3_000;
/// Digits in a row that may be a telephone number, or somebody's papers.
const PRIVATE_DIGITS: usize = 7;
/// Stands where no phrase reaches across. No word is a dash.
pub const GAP: &str = "-";

/// What a ticket is found by.
#[derive(Debug, Clone, Default)]
pub struct Facts<'a> {
    /// What it is about, as far as the register has it.
    pub place: Option<&'a PlacePath>,
    /// The place as it was said.
    pub place_text: Option<&'a str>,
    /// The category's names.
    pub category: Vec<&'a str>,
    /// What the residents said and what both desks may read of the answers, verbatim.
    pub words: Vec<&'a str>,
}

/// A ticket's document: tokens with a space between, in the order they were said. In front stand whose it is and its month, behind
/// all the [`Phrase::chains`], each once.
pub fn document(community: CommunityId, number: TicketNumber, opened_at: DateTime<Utc>, facts: &Facts<'_>) -> String {
    let mut tokens = vec![community_token(community), month_token(opened_at)];
    let mut chains = BTreeSet::new();
    let mut add = |text: &str, private: bool| {
        let mut chars = folded(text);
        if private {
            blank_numbers(&mut chars, false);
        }
        for run in runs(&chars) {
            if tokens.len() < MOST_TOKENS {
                let phrase = Phrase::of(&run);
                chains.extend(phrase.chains().map(str::to_owned));
                tokens.push(GAP.to_owned());
                tokens.extend(phrase.tokens);
            }
        }
    };
    add(&number.to_string(), false);
    if let Some(place) = facts.place {
        add(&place.in_one_piece(), true);
        // As a table shows it.
        add(&place.door(), true);
    }
    for text in facts.place_text.iter().chain(&facts.category).chain(&facts.words) {
        add(text, true);
    }
    if !chains.is_empty() {
        tokens.push(GAP.to_owned());
        tokens.extend(chains);
    }
    tokens.join(" ")
}

/// The token of everything of a community. Like the next it begins with a dash, so that nobody can look for it.
pub fn community_token(community: CommunityId) -> String {
    // The end of the id is chance, its beginning is time.
    let id = community.0.simple().to_string();
    format!("-c{}", &id[id.len() - 12..])
}

/// The token of everything opened in a month, by UTC.
pub fn month_token(at: DateTime<Utc>) -> String {
    format!("-m{}", at.format("%Y%m"))
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// A ticket's number and nothing else.
    pub number: Option<TicketNumber>,
    /// Each must stand in the document, its tokens side by side.
    pub phrases: Vec<Phrase>,
}

/// Why nothing can be looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsearchable {
    /// Neither letter nor digit.
    #[error("has nothing that can be looked for")]
    Nothing,
    /// A single Chinese character stands in nearly every ticket.
    #[error("is a single character")]
    TooShort,
    /// More than [`QUERY_CHARS`] characters.
    #[error("has more than {QUERY_CHARS} characters")]
    TooLong,
    /// Telephone numbers are not in the index.
    #[error("is a telephone number")]
    Phone,
}

impl Query {
    /// Reads what was typed.
    ///
    /// # Errors
    /// [`Unsearchable`].
    pub fn parse(typed: &str) -> Result<Self, Unsearchable> {
        if typed.chars().count() > QUERY_CHARS {
            return Err(Unsearchable::TooLong);
        }
        let mut chars = folded(typed);
        let blanked = blank_numbers(&mut chars, true);
        let plain: String = chars.iter().collect();
        let (mut phrases, mut short) = (Vec::new(), false);
        for run in runs(&chars) {
            match run.as_slice() {
                [one] if one.wide => short = true,
                run => {
                    let phrase = Phrase::of(run);
                    if !phrases.contains(&phrase) && phrases.len() < MOST_PHRASES {
                        phrases.push(phrase);
                    }
                }
            }
        }
        match (phrases.is_empty(), blanked, short) {
            (false, ..) => Ok(Self { number: plain.trim().parse().ok(), phrases }),
            (true, true, _) => Err(Unsearchable::Phone),
            (true, false, true) => Err(Unsearchable::TooShort),
            (true, false, false) => Err(Unsearchable::Nothing),
        }
    }
}

/// One width, small letters, everyday characters; numbers of doors in digits.
fn folded(text: &str) -> Vec<char> {
    let chars: Vec<char> = text.chars().map(fold).flat_map(char::to_lowercase).collect();
    let mut out: Vec<char> = Vec::with_capacity(chars.len());
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        let numerals = chars[at..].iter().take_while(|c| numeral(&[**c]).is_some()).count();
        if numerals > 0 {
            let stretch = &chars[at..at + numerals];
            match numeral(stretch).filter(|_| counts_doors(&chars[at + numerals..])) {
                Some(digits) => out.extend(digits.chars()),
                None => out.extend(stretch),
            }
            at += numerals;
            continue;
        }
        // 3#楼 is 3号楼.
        let number = c == '#' && out.last().is_some_and(char::is_ascii_digit);
        out.push(if number { '号' } else { c });
        at += 1;
    }
    out
}

/// Whether a numeral before this numbers a building or a door: 三号楼, 二单元.
fn counts_doors(after: &[char]) -> bool {
    match after {
        ['单', '元', ..] => true,
        [first, ..] => matches!(first, '号' | '栋' | '幢' | '座' | '楼' | '层' | '室' | '户'),
        [] => false,
    }
}

/// Takes out telephone numbers and whatever else has so many digits; whether there was any. In a query a day stays.
fn blank_numbers(chars: &mut [char], days: bool) -> bool {
    let groups = digit_groups(chars);
    let (mut at, mut blanked) = (0, false);
    while at < groups.len() {
        let most = groups.len().min(at + 4);
        let stretch = |end: usize| -> String { chars[groups[at].0..groups[end - 1].1].iter().collect() };
        let is_ticket = |end: usize| stretch(end).parse::<TicketNumber>().is_ok();
        if at + 2 <= most && is_ticket(at + 2) {
            at += 2;
            continue;
        }
        let phone = (at + 1..=most).rev().find(|end| Phone::parse(&stretch(*end)).is_ok());
        let (from, to) = groups[at];
        let day = days && to - from == 8 && NaiveDate::parse_from_str(&stretch(at + 1), "%Y%m%d").is_ok();
        let end = phone.or_else(|| (to - from >= PRIVATE_DIGITS && !day).then_some(at + 1));
        if let Some(end) = end {
            chars[from..groups[end - 1].1].fill(' ');
            blanked = true;
        }
        at = end.unwrap_or(at + 1);
    }
    blanked
}

/// Digits in a row, as ranges.
fn digit_groups(chars: &[char]) -> Vec<(usize, usize)> {
    let mut groups = Vec::new();
    let mut from = None;
    for (at, c) in chars.iter().chain(&[' ']).enumerate() {
        match (c.is_ascii_digit(), from) {
            (true, None) => from = Some(at),
            (false, Some(start)) => {
                groups.push((start, at));
                from = None;
            }
            _ => {}
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn tokens(text: &str) -> String {
        let mut chars = folded(text);
        blank_numbers(&mut chars, false);
        runs(&chars).iter().map(|run| Phrase::of(run).tokens.join(" ")).collect::<Vec<_>>().join(" | ")
    }

    fn looks_for(text: &str) -> Vec<String> {
        Query::parse(text).unwrap().phrases.iter().map(|phrase| phrase.tokens.join(" ")).collect()
    }

    #[test]
    fn words_are_cut_into_pairs_and_words() {
        for (text, cut) in [
            ("漏水了", "漏水 水了"),
            ("厨房漏水，快来！", "厨房 房漏 漏水 | 快来"),
            ("灯 坏", "灯 | 坏"),
            ("三号楼二单元", "3 3号 号楼 楼2 2 2单 单元"),
            ("３＃楼Ａ座LED灯", "3 3号 号楼 楼a a a座 座led led led灯"),
            ("十二层", "12 12层"),
            ("等了三十分钟", "等了 了三 三十 十分 分钟"),
            ("3-2-501", "3 3-2 2 2-501 501"),
            ("Wi-Fi OK", "wi wi-fi fi | ok"),
            ("號樓", "号楼"),
            ("—— ！？", ""),
        ] {
            assert_eq!(tokens(text), cut, "{text}");
        }
    }

    #[test]
    fn telephone_numbers_are_left_out() {
        for (text, cut) in [
            ("打13800000001找我", "打 | 找我"),
            ("打138 0000 0001", "打"),
            ("501室 138-0000-0001", "501 501室"),
            ("501 13800000001", "501"),
            ("010-56781234", ""),
            ("56781234", ""),
            ("身份证11010119900307001x", "身份 份证 | x"),
            ("20260315-0042那件", "20260315 20260315-0042 0042 0042那 那件"),
            ("12-3-2501", "12 12-3 3 3-2501 2501"),
        ] {
            assert_eq!(tokens(text), cut, "{text}");
        }
    }

    #[test]
    fn a_query_is_phrases() {
        assert_eq!(looks_for("漏水"), ["漏水"]);
        assert_eq!(looks_for(" 3号楼　漏水 漏水"), ["3 3号 号楼", "漏水"]);
        assert_eq!(looks_for("灯 南门"), ["南门"]);
        assert_eq!(looks_for("20260315"), ["20260315"]);
        assert_eq!(Query::parse("２０２６0315-0042").unwrap().number, "20260315-0042".parse().ok());
        assert_eq!(Query::parse("20260315-0042 漏水").unwrap().number, None);
        for (typed, why) in [
            ("。，！", Unsearchable::Nothing),
            ("", Unsearchable::Nothing),
            ("灯", Unsearchable::TooShort),
            ("13800000001", Unsearchable::Phone),
            ("138 0000 0001", Unsearchable::Phone),
        ] {
            assert_eq!(Query::parse(typed), Err(why), "{typed}");
        }
        assert_eq!(Query::parse(&"水".repeat(101)), Err(Unsearchable::TooLong));
    }

    #[test]
    fn what_a_query_says_stands_in_the_document_side_by_side() {
        let text = "恒泰园3号楼2单元501厨房LED灯坏了，水管也漏水";
        for part in ["恒泰园3号楼", "3号楼", "3号", "楼2单元", "501厨房", "led灯", "LED", "厨房", "单元501", "漏水"]
        {
            let (document, phrase) = (format!(" {} ", tokens(text)), looks_for(part).join(" "));
            assert!(document.contains(&format!(" {phrase} ")), "{part}: {phrase} in {document}");
        }
    }

    #[test]
    fn a_document_says_whose_it_is() {
        let community = CommunityId(Uuid::from_u128(0x0192_0000_0000_7000_8000_00a1_b2c3_d4e5));
        let at = "2026-03-16T02:00:00Z".parse().unwrap();
        let facts =
            Facts { place_text: Some("南门"), category: vec!["Drains"], words: vec!["堵了"], ..Facts::default() };
        assert_eq!(
            document(community, "20260316-0001".parse().unwrap(), at, &facts),
            "-c00a1b2c3d4e5 -m202603 - 20260316 20260316-0001 0001 - 南门 - drains - 堵了 - -w20260316-0001"
        );
    }
}
