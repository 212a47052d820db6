//! Telephone numbers: one written form for each line, and masks so that nobody reads them by the way.
//!
//! What is taken: mainland mobiles (11 digits), landlines with their area code, 400 and 800 numbers, and foreign
//! numbers when they say so with `+` or `00`. Internal numbers are refused: they name no line outside the house, and two
//! switchboards would share them.

use std::fmt;
use std::fmt::Write as _;

use super::place::fold;
use super::words::Language;

/// A telephone number in its one written form: digits only (13800138001, 01056781234, 4008001234), or `+` and digits
/// for a number outside the mainland. `Debug` shows the mask, and there is no `Display`: whoever wants the digits must say so.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(String);

/// Why something is not a telephone number. Carries no digits, so that it may be logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing was written.
    #[error("no number given")]
    Empty,
    /// Something that does not belong into a number.
    #[error("unexpected character in a phone number")]
    NotADigit(char),
    /// Digits are missing.
    #[error("{missing} digits missing of {of}")]
    TooFew {
        /// How many are missing.
        missing: usize,
        /// How many such a number has.
        of: usize,
    },
    /// There are too many digits.
    #[error("{extra} digits too many for {of}")]
    TooMany {
        /// How many are too many.
        extra: usize,
        /// How many such a number has at most.
        of: usize,
    },
    /// Seven or eight digits: a landline without its area code.
    #[error("landline without area code")]
    NoAreaCode,
    /// A short number that means something only inside the house, or a service number such as 110.
    #[error("internal or service number")]
    Internal,
    /// The right length, but no mobile starts so.
    #[error("no number starts so")]
    UnknownPrefix,
}

impl PhoneError {
    /// The sentence for the person who typed it: what is missing, and what a right one looks like.
    pub fn say(&self, language: Language) -> String {
        match (self, language) {
            (Self::Empty, Language::Zh) => "请写上电话号码".into(),
            (Self::Empty, Language::En) => "Please give a phone number".into(),
            (Self::NotADigit(c), Language::Zh) => format!("“{}”不是数字。电话号码里只写数字", shown(*c)),
            (Self::NotADigit(c), Language::En) => {
                format!("\"{}\" is not a digit. A phone number has digits only", shown(*c))
            }
            (Self::TooFew { missing, of: 11 }, Language::Zh) => format!("少了 {missing} 位。手机号是 11 位数字"),
            (Self::TooFew { missing, of: 11 }, Language::En) => {
                format!("{} missing. A mobile number has 11", digits(*missing))
            }
            (Self::TooFew { missing, .. }, Language::Zh) => format!("少了 {missing} 位"),
            (Self::TooFew { missing, .. }, Language::En) => format!("{} missing", digits(*missing)),
            (Self::TooMany { extra, of: 11 }, Language::Zh) => format!("多了 {extra} 位。手机号是 11 位数字"),
            (Self::TooMany { extra, of: 11 }, Language::En) => {
                format!("{} too many. A mobile number has 11", digits(*extra))
            }
            (Self::TooMany { extra, .. }, Language::Zh) => format!("多了 {extra} 位"),
            (Self::TooMany { extra, .. }, Language::En) => format!("{} too many", digits(*extra)),
            (Self::NoAreaCode, Language::Zh) => "座机请带上区号，比如 010-5678 1234".into(),
            (Self::NoAreaCode, Language::En) => "Please add the area code, such as 010-5678 1234".into(),
            (Self::Internal, Language::Zh) => "这是内线或短号。请写手机号，或带区号的座机".into(),
            (Self::Internal, Language::En) => {
                "This is an internal or short number. Please give a mobile number, or a landline with its area code"
                    .into()
            }
            (Self::UnknownPrefix, Language::Zh) => "没有这样开头的号码，请再核对一下".into(),
            (Self::UnknownPrefix, Language::En) => "No number starts like this, please check it".into(),
        }
    }
}

fn digits(n: usize) -> String {
    if n == 1 { "1 digit".into() } else { format!("{n} digits") }
}

/// Control characters are not echoed into a page.
fn shown(c: char) -> char {
    if c.is_control() { '?' } else { c }
}

impl Phone {
    /// Reads a number as people and switchboards write it: with +86, 0086 or 86 before it, a 0 before a mobile, a 9 for
    /// the outside line, spaces, dashes, brackets, full-width digits, an extension after it (which is dropped).
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let (plus, all) = digits_of(text)?;
        if all.is_empty() {
            return Err(PhoneError::Empty);
        }
        if plus || all.starts_with("00") {
            let rest = if plus { &all[..] } else { &all[2..] };
            return match rest.strip_prefix("86") {
                Some(national) => Self::national(national, true),
                None if rest.len() < 7 => Err(PhoneError::TooFew { missing: 7 - rest.len(), of: 7 }),
                None if rest.len() > 15 => Err(PhoneError::TooMany { extra: rest.len() - 15, of: 15 }),
                None if rest.starts_with('0') => Err(PhoneError::UnknownPrefix),
                None => Ok(Self(format!("+{rest}"))),
            };
        }
        let outside = all.strip_prefix('9').filter(|rest| whole(rest) || rest.strip_prefix('0').is_some_and(is_mobile));
        let abroad = all.strip_prefix("86").filter(|rest| is_mobile(rest));
        Self::national(outside.or(abroad).unwrap_or(&all), false)
    }

    /// A number inside the mainland; `abroad` when the country code came before it, which drops the area code's 0.
    fn national(given: &str, abroad: bool) -> Result<Self, PhoneError> {
        let bare = given.strip_prefix('0').filter(|rest| rest.len() <= 13 && starts_mobile(rest)).unwrap_or(given);
        if whole(bare) {
            return Ok(Self(bare.to_owned()));
        }
        let with_zero = format!("0{bare}");
        if abroad && is_landline(&with_zero) {
            return Ok(Self(with_zero));
        }
        Err(what_is_wrong(bare))
    }

    /// The digits, for hashing, encrypting and dialling.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form anyone may see: 138****8001, 010****1234.
    pub fn masked(&self) -> String {
        mask(&self.0)
    }

    /// The last four digits, by which an agent may look a caller up.
    pub fn last_four(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

/// The digits of what was typed, and whether a `+` led them.
fn digits_of(text: &str) -> Result<(bool, String), PhoneError> {
    let (mut plus, mut out) = (false, String::new());
    for typed in text.chars() {
        match fold(typed) {
            c if c.is_ascii_digit() => out.push(c),
            '+' if out.is_empty() && !plus => plus = true,
            ' ' | '-' | '(' | ')' | '.' | '/' | '（' | '）' | '[' | ']' | '\u{202a}'..='\u{202e}' => {}
            // An extension is not a part of the line's number.
            '转' | '轉' | 'E' | 'X' | ',' | ';' if whole(&out) => break,
            _ => return Err(PhoneError::NotADigit(typed)),
        }
        if out.len() > 40 {
            break;
        }
    }
    Ok((plus, out))
}

fn starts_mobile(s: &str) -> bool {
    matches!(s.as_bytes(), [b'1', b'3'..=b'9', ..])
}

fn is_mobile(s: &str) -> bool {
    s.len() == 11 && starts_mobile(s)
}

/// How many digits an area code has, its 0 included: three for Beijing and the 02x cities, else four.
fn area_len(s: &str) -> Option<usize> {
    match s.as_bytes() {
        [b'0', b'1', b'0', ..] | [b'0', b'2', _, ..] => Some(3),
        [b'0', b'3'..=b'9', _, _, ..] => Some(4),
        _ => None,
    }
}

/// Area code and local number; local numbers start with 2 to 9 and have eight digits, seven in smaller cities.
fn is_landline(s: &str) -> bool {
    let Some(area) = area_len(s) else { return false };
    let local = &s.as_bytes()[area..];
    matches!(local.first(), Some(b'2'..=b'9')) && (local.len() == 8 || (local.len() == 7 && area == 4))
}

fn is_free(s: &str) -> bool {
    s.len() == 10 && (s.starts_with("400") || s.starts_with("800"))
}

fn whole(s: &str) -> bool {
    is_mobile(s) || is_landline(s) || is_free(s)
}

/// Names the fault of a digit string that is no number.
fn what_is_wrong(s: &str) -> PhoneError {
    let (len, least, most) = match area_len(s) {
        Some(3) => (s.len(), 11, 11),
        Some(_) => (s.len(), 11, 12),
        None if s.starts_with("400") || s.starts_with("800") => (s.len(), 10, 10),
        None => (s.len(), 11, 11),
    };
    let long_kind = area_len(s).is_some() || starts_mobile(s);
    match len {
        0 => PhoneError::Empty,
        7 | 8 if matches!(s.as_bytes().first(), Some(b'2'..=b'9')) => PhoneError::NoAreaCode,
        1..=6 if !long_kind => PhoneError::Internal,
        n if n < least => PhoneError::TooFew { missing: least - n, of: least },
        n if n > most => PhoneError::TooMany { extra: n - most, of: most },
        _ => PhoneError::UnknownPrefix,
    }
}

/// Keeps the beginning (three digits, four with a four-digit area code or `+`) and the last four.
fn mask(number: &str) -> String {
    let head = match area_len(number) {
        Some(n) => n,
        None if number.starts_with('+') && number.len() > 8 => 4,
        None if number.starts_with('+') => 1,
        None => 3,
    };
    format!("{}****{}", &number[..head], &number[number.len() - 4..])
}

/// Masks every telephone number in free text, and every long row of digits (identity and bank cards), leaving all
/// else as it stands. Ticket numbers stay readable.
pub fn mask_in_text(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let digit_at = |i: usize| chars.get(i).map(|c| fold(*c)).filter(char::is_ascii_digit);
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    while i < chars.len() {
        if digit_at(i).is_none() {
            out.push(chars[i]);
            i += 1;
            continue;
        }
        let (end, hidden) = number_at(&chars, i).unwrap_or_else(|| {
            let end = (i..).find(|j| digit_at(*j).is_none()).unwrap_or(chars.len());
            (end, long_row(&chars[i..end]))
        });
        match hidden {
            Some(hidden) => out.push_str(&hidden),
            None => out.extend(&chars[i..end]),
        }
        i = end;
    }
    out
}

/// A telephone number that starts at a row of digits, with single spaces or dashes inside: its end and its mask.
fn number_at(chars: &[char], start: usize) -> Option<(usize, Option<String>)> {
    let (mut digits, mut i) = (String::new(), start);
    while i < chars.len() && digits.len() < 17 {
        let c = fold(chars[i]);
        if c.is_ascii_digit() {
            digits.push(c);
        } else if !(matches!(c, ' ' | '-') && chars.get(i + 1).is_some_and(|n| fold(*n).is_ascii_digit())) {
            break;
        }
        i += 1;
        let ends = !chars.get(i).is_some_and(|n| fold(*n).is_ascii_digit());
        let bare = ["0086", "86", "9", "0", ""].iter().find_map(|p| digits.strip_prefix(p).filter(|d| whole(d)));
        if let (true, Some(bare)) = (ends && c.is_ascii_digit(), bare) {
            let mut hidden = String::new();
            let _ = write!(hidden, "{}{}", &digits[..digits.len() - bare.len()], mask(bare));
            return Some((i, Some(hidden)));
        }
    }
    None
}

/// Fifteen digits and more are a card of some kind: only the last four stay.
fn long_row(row: &[char]) -> Option<String> {
    (row.len() >= 15).then(|| format!("****{}", row[row.len() - 4..].iter().collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_in_many_ways() {
        for (typed, stored, masked) in [
            ("13800138001", "13800138001", "138****8001"),
            ("138 0013 8001", "13800138001", "138****8001"),
            ("138-0013-8001", "13800138001", "138****8001"),
            ("+86 138 0013 8001", "13800138001", "138****8001"),
            ("+86-138-0013-8001", "13800138001", "138****8001"),
            ("008613800138001", "13800138001", "138****8001"),
            ("8613800138001", "13800138001", "138****8001"),
            ("013800138001", "13800138001", "138****8001"),
            ("913800138001", "13800138001", "138****8001"),
            ("9013800138001", "13800138001", "138****8001"),
            ("+86013800138001", "13800138001", "138****8001"),
            ("１３８００１３８００１", "13800138001", "138****8001"),
            ("\u{202a}138 0013 8001\u{202c}", "13800138001", "138****8001"),
            ("(010)5678 1234", "01056781234", "010****1234"),
            ("（０１０）５６７８－１２３４", "01056781234", "010****1234"),
            ("010-56781234转801", "01056781234", "010****1234"),
            ("010-56781234 ext 801", "01056781234", "010****1234"),
            ("+86 10 5678 1234", "01056781234", "010****1234"),
            ("901056781234", "01056781234", "010****1234"),
            ("0371-6543 2109", "037165432109", "0371****2109"),
            ("0411 8765 432", "04118765432", "0411****5432"),
            ("400-810-1234", "4008101234", "400****1234"),
            ("+852 9123 4567", "+85291234567", "+852****4567"),
            ("0085291234567", "+85291234567", "+852****4567"),
            ("19912345678", "19912345678", "199****5678"),
        ] {
            let phone = Phone::parse(typed).unwrap_or_else(|e| panic!("{typed}: {e:?}"));
            assert_eq!(phone.as_str(), stored, "{typed}");
            assert_eq!(phone.masked(), masked, "{typed}");
            assert_eq!(phone.last_four(), &stored[stored.len() - 4..]);
            assert_eq!(Phone::parse(phone.as_str()), Ok(phone.clone()), "{typed}: the written form reads as itself");
            assert!(!format!("{phone:?}").contains(stored), "{typed}: Debug shows digits");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        use PhoneError::*;
        for (typed, error, zh) in [
            ("", Empty, "请写上电话号码"),
            ("  - ", Empty, "请写上电话号码"),
            ("1380013", TooFew { missing: 4, of: 11 }, "少了 4 位。手机号是 11 位数字"),
            ("1380013800", TooFew { missing: 1, of: 11 }, "少了 1 位。手机号是 11 位数字"),
            ("138001380012", TooMany { extra: 1, of: 11 }, "多了 1 位。手机号是 11 位数字"),
            ("0138001380012", TooMany { extra: 1, of: 11 }, "多了 1 位。手机号是 11 位数字"),
            ("13800l38001", NotADigit('l'), "“l”不是数字。电话号码里只写数字"),
            ("无", NotADigit('无'), "“无”不是数字。电话号码里只写数字"),
            ("56781234", NoAreaCode, "座机请带上区号，比如 010-5678 1234"),
            ("8001", Internal, "这是内线或短号。请写手机号，或带区号的座机"),
            ("110", Internal, "这是内线或短号。请写手机号，或带区号的座机"),
            ("12345678901", UnknownPrefix, "没有这样开头的号码，请再核对一下"),
            ("40081012", NoAreaCode, "座机请带上区号，比如 010-5678 1234"),
            ("+86138", TooFew { missing: 8, of: 11 }, "少了 8 位。手机号是 11 位数字"),
            ("+1", TooFew { missing: 6, of: 7 }, "少了 6 位"),
        ] {
            let found = Phone::parse(typed).expect_err(typed);
            assert_eq!(found, error, "{typed}");
            assert_eq!(found.say(Language::Zh), zh, "{typed}");
            assert!(!found.say(Language::En).is_empty());
        }
        assert_eq!(
            Phone::parse("1380013").expect_err("short").say(Language::En),
            "4 digits missing. A mobile number has 11"
        );
        assert!(matches!(Phone::parse(&"9".repeat(10_000)), Err(TooMany { .. })));
    }

    #[test]
    fn masks_inside_text() {
        for (text, masked) in [
            ("打我电话13800138001，谢谢", "打我电话138****8001，谢谢"),
            ("138 0013 8001或010-56781234", "138****8001或010****1234"),
            ("+8613800138001", "+86138****8001"),
            ("3-2-501 13800138001", "3-2-501 138****8001"),
            ("１３８００１３８００１", "138****8001"),
            ("工单20260315-0042", "工单20260315-0042"),
            ("110101199001011234", "****1234"),
            ("2026-03-02 14:05 501", "2026-03-02 14:05 501"),
            ("", ""),
            ("没有号码", "没有号码"),
        ] {
            assert_eq!(mask_in_text(text), masked, "{text}");
        }
    }

    #[test]
    fn long_input_is_masked_in_one_pass() {
        let text = "1 ".repeat(50_000);
        assert_eq!(mask_in_text(&text).len(), text.len());
        assert_eq!(mask_in_text(&"1".repeat(50_000)), "****1111");
    }
}
