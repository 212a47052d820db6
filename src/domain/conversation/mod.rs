//! What a text in a chat is, beside a request: a command, a choice, an answer to the question for the place, nothing.
//!
//! A message is a command only when it is little else: 催了三次都没人来，下水道还堵着 is a request.

mod lexicon;

use chrono::{DateTime, Duration, Utc};

use super::ids::TicketNumber;
use lexicon::{BESIDE, VERBS, Verb};

use super::place::{self, Names, fold, numeral};

/// How long after the place was asked for a message that is mostly a place answers it.
pub const PLACE_ANSWER_MINUTES: i64 = 30;

/// How long after a request was opened or changed a picture or position joins it, and how long one without a request
/// waits for the next text.
pub const ATTACH_MINUTES: i64 = 10;

/// Which ticket a command means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketRef {
    /// The whole number.
    Number(TicketNumber),
    /// The end of a number: `42` or `0042` for …-0042. Among the sender's own tickets only.
    Serial(u32),
    /// Digits that are no ticket number; the sender is told so.
    Unreadable(String),
}

/// What a resident asks of the desk by text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// How far is it? 进度, 查询.
    Progress(Option<TicketRef>),
    /// Please hurry: 催.
    Nudge(Option<TicketRef>),
    /// I take it back: 撤回.
    Withdraw(Option<TicketRef>),
    /// How does this work? 帮助.
    Help,
}

/// The command a text is, if it is essentially one, with the ticket it names.
pub fn command(text: &str) -> Option<Command> {
    // The longest command with a number is far shorter; a long text is a request.
    if text.chars().nth(60).is_some() {
        return None;
    }
    let folded: Vec<char> = text.chars().map(fold).collect();
    if folded.contains(&'?') && folded.iter().all(|c| matches!(c, '?' | ' ')) {
        return Some(Command::Help);
    }
    let (digits, words) = apart(&folded)?;
    let ticket = digits.as_deref().map(reference);
    let verb = match verb(&words)? {
        Some(verb) => verb,
        // A whole number alone asks after that ticket; any other digits alone may be a door or a choice.
        None if matches!(ticket, Some(TicketRef::Number(_))) => Verb::Progress,
        None => return None,
    };
    match verb {
        Verb::Progress => Some(Command::Progress(ticket)),
        Verb::Nudge => Some(Command::Nudge(ticket)),
        Verb::Withdraw => Some(Command::Withdraw(ticket)),
        Verb::Help => ticket.is_none().then_some(Command::Help),
    }
}

/// The one row of digits (with a dash or space inside) and everything else. `None` when there are two rows.
fn apart(folded: &[char]) -> Option<(Option<String>, Vec<char>)> {
    let (mut digits, mut words, mut closed) = (String::new(), Vec::new(), false);
    for (i, c) in folded.iter().copied().enumerate() {
        let within = matches!(c, '-' | ' ')
            && i > 0
            && folded[i - 1].is_ascii_digit()
            && folded.get(i + 1).is_some_and(char::is_ascii_digit);
        if c.is_ascii_digit() || within {
            if closed {
                return None;
            }
            digits.push(if c == ' ' { '-' } else { c });
        } else {
            closed |= !digits.is_empty();
            words.push(c);
        }
    }
    Some(((!digits.is_empty()).then_some(digits), words))
}

/// `Some(None)` when only words beside a command were found, `None` when there is anything else.
fn verb(words: &[char]) -> Option<Option<Verb>> {
    let (mut i, mut found) = (0, None);
    while i < words.len() {
        if !words[i].is_alphanumeric() {
            i += 1;
            continue;
        }
        let verb = VERBS.iter().filter(|(w, _)| stands(words, i, w)).max_by_key(|(w, _)| w.len());
        let beside = BESIDE.iter().filter(|w| stands(words, i, w)).max_by_key(|w| w.len());
        match (verb, beside) {
            (Some((word, verb)), beside) if beside.is_none_or(|b| b.len() <= word.len()) => {
                if found.is_some_and(|f| f != *verb) {
                    return None;
                }
                found = Some(*verb);
                i += word.chars().count();
            }
            (_, Some(word)) => i += word.chars().count(),
            _ => return None,
        }
    }
    Some(found)
}

fn stands(words: &[char], i: usize, word: &str) -> bool {
    let n = word.chars().count();
    let whole = !word.is_ascii() || !words.get(i + n).is_some_and(char::is_ascii_alphabetic);
    whole && word.chars().enumerate().all(|(k, c)| words.get(i + k) == Some(&c))
}

/// Which ticket a row of digits names.
fn reference(digits: &str) -> TicketRef {
    if let Ok(number) = digits.parse() {
        return TicketRef::Number(number);
    }
    let unreadable = || TicketRef::Unreadable(digits.to_owned());
    if digits.contains('-') {
        return unreadable();
    }
    // People leave the dash out.
    if digits.len() >= 12
        && let Ok(number) = format!("{}-{}", &digits[..8], &digits[8..]).parse()
    {
        return TicketRef::Number(number);
    }
    match digits.parse() {
        Ok(serial) if serial > 0 && digits.len() <= 6 => TicketRef::Serial(serial),
        _ => unreadable(),
    }
}

/// Whether a text says nothing: empty, or only punctuation, emoji, or WeChat's emoticons written as `[微笑]`.
pub fn says_nothing(text: &str) -> bool {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let emoticon = if c == '[' { emoticon(rest) } else { None };
        if emoticon.is_none() && c.is_alphanumeric() {
            return false;
        }
        rest = &rest[emoticon.unwrap_or(c.len_utf8())..];
    }
    true
}

/// The length in bytes of an emoticon such as `[微笑]` or `[Smile]` that starts a text.
fn emoticon(text: &str) -> Option<usize> {
    let (at, end) = text.char_indices().take(12).find(|(_, c)| *c == ']')?;
    let name = &text[1..at];
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphabetic());
    (plain && (name.is_ascii() || name.chars().count() <= 4)).then_some(at + end.len_utf8())
}

/// The offered choice a text picks, counted from 0, out of `n`: 1, １, ①, 第一个, 选2.
pub fn choice(text: &str, n: usize) -> Option<usize> {
    if text.chars().nth(16).is_some() {
        return None;
    }
    let mut bare: Vec<char> = Vec::new();
    for c in text.chars() {
        match c {
            '①'..='⑨' => bare.push(char::from_digit(c as u32 - '①' as u32 + 1, 10)?),
            '第' | '选' | '個' | '个' | '项' | '我' | '是' | '就' | '的' | '那' | '吧' | '要' => {}
            // The keycap around an emoji digit.
            '\u{fe0f}' | '\u{20e3}' => {}
            c if fold(c).is_alphanumeric() => bare.push(fold(c)),
            // A minus would make it another number; a range or a door is no choice.
            c if matches!(fold(c), '-' | '/' | '+' | '#') => return None,
            _ => {}
        }
    }
    let picked: usize = if bare.iter().all(char::is_ascii_digit) {
        bare.iter().collect::<String>().parse().ok()?
    } else {
        numeral(&bare)?.parse().ok()?
    };
    (1..=n).contains(&picked).then(|| picked - 1)
}

/// Whether the question for the place, asked at `asked_at`, still waits for its answer. A clock that is behind does not close it.
pub fn place_answer_open(asked_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - asked_at <= Duration::minutes(PLACE_ANSWER_MINUTES)
}

/// Whether a text answers the last question for a place, if one was asked. Anything else is a new request.
pub fn fills_place(text: &str, asked_at: Option<DateTime<Utc>>, now: DateTime<Utc>, names: &Names) -> bool {
    asked_at.is_some_and(|at| place_answer_open(at, now)) && place::mostly_place(text, names)
}

/// Whether a picture or position joins the request this sender opened or changed last; otherwise it waits for a text.
pub fn joins(changed_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    changed_at.is_some_and(|at| now - at <= Duration::minutes(ATTACH_MINUTES))
}

/// Whether a picture or position that came at `received_at` still waits for a text to go with.
pub fn still_waits(received_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - received_at <= Duration::minutes(ATTACH_MINUTES)
}

#[cfg(test)]
mod tests;
