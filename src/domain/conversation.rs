//! What a text in a chat is, beside a request: a command, a choice, an answer to the question for the place, nothing.
//!
//! A message is a command only when it is little else: 催了三次都没人来，下水道还堵着 is a request.

use chrono::{DateTime, Duration, Utc};

use super::ids::TicketNumber;
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

/// Which command a word stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Progress,
    Nudge,
    Withdraw,
    Help,
}

/// Words that make a command, folded (upper case).
const VERBS: [(&str, Verb); 69] = [
    ("进度", Verb::Progress),
    ("查进度", Verb::Progress),
    ("进展", Verb::Progress),
    ("有进展", Verb::Progress),
    ("查询", Verb::Progress),
    ("查一查", Verb::Progress),
    ("查", Verb::Progress),
    ("到哪了", Verb::Progress),
    ("到哪里了", Verb::Progress),
    ("到哪儿了", Verb::Progress),
    ("到哪一步了", Verb::Progress),
    ("到哪步了", Verb::Progress),
    ("怎么样了", Verb::Progress),
    ("咋样了", Verb::Progress),
    ("如何了", Verb::Progress),
    ("处理怎么样了", Verb::Progress),
    ("处理得怎么样了", Verb::Progress),
    ("处理的怎么样了", Verb::Progress),
    ("处理到哪了", Verb::Progress),
    ("办得怎么样了", Verb::Progress),
    ("办的怎么样了", Verb::Progress),
    ("什么情况了", Verb::Progress),
    ("有结果了", Verb::Progress),
    ("有消息了", Verb::Progress),
    ("我的工单", Verb::Progress),
    ("我的报修", Verb::Progress),
    ("STATUS", Verb::Progress),
    ("PROGRESS", Verb::Progress),
    ("催", Verb::Nudge),
    ("催办", Verb::Nudge),
    ("催单", Verb::Nudge),
    ("催促", Verb::Nudge),
    ("催催", Verb::Nudge),
    ("催下", Verb::Nudge),
    ("我要催", Verb::Nudge),
    ("尽快处理", Verb::Nudge),
    ("怎么还没来", Verb::Nudge),
    ("怎么还没人来", Verb::Nudge),
    ("怎么还没人", Verb::Nudge),
    ("还没人来", Verb::Nudge),
    ("还没来", Verb::Nudge),
    ("NUDGE", Verb::Nudge),
    ("HURRY", Verb::Nudge),
    ("撤回", Verb::Withdraw),
    ("撤销", Verb::Withdraw),
    ("撤单", Verb::Withdraw),
    ("取消", Verb::Withdraw),
    ("取消报修", Verb::Withdraw),
    ("不用了", Verb::Withdraw),
    ("不用来了", Verb::Withdraw),
    ("不用修了", Verb::Withdraw),
    ("不需要了", Verb::Withdraw),
    ("不用处理了", Verb::Withdraw),
    ("CANCEL", Verb::Withdraw),
    ("WITHDRAW", Verb::Withdraw),
    ("帮助", Verb::Help),
    ("怎么用", Verb::Help),
    ("怎么使用", Verb::Help),
    ("如何使用", Verb::Help),
    ("使用说明", Verb::Help),
    ("使用帮助", Verb::Help),
    ("使用方法", Verb::Help),
    ("说明", Verb::Help),
    ("怎么报修", Verb::Help),
    ("如何报修", Verb::Help),
    ("怎么投诉", Verb::Help),
    ("功能", Verb::Help),
    ("菜单", Verb::Help),
    ("HELP", Verb::Help),
];

/// Words that may stand beside a command without making it something else.
const BESIDE: [&str; 45] = [
    "请问",
    "请",
    "麻烦",
    "您好",
    "你好",
    "我想",
    "我要",
    "想",
    "帮我",
    "帮忙",
    "给我",
    "能不能",
    "可以",
    "再",
    "快点",
    "快",
    "赶紧",
    "尽快",
    "一下",
    "下",
    "吧",
    "呀",
    "啊",
    "了",
    "吗",
    "呢",
    "谢谢",
    "我的",
    "工单",
    "报修",
    "这个",
    "那个",
    "单子",
    "单号",
    "编号",
    "号",
    "第",
    "单",
    "处理",
    "现在",
    "目前",
    "的",
    "PLEASE",
    "MY",
    "TICKET",
];

/// The command a text is, if it is essentially one, with the ticket it names.
pub fn command(text: &str) -> Option<Command> {
    // The longest command with a number is far shorter; a long text is a request.
    if text.chars().nth(60).is_some() {
        return None;
    }
    let folded: Vec<char> = text.chars().map(fold).collect();
    if folded.iter().any(|c| *c == '?') && folded.iter().all(|c| matches!(c, '?' | ' ')) {
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
mod tests {
    use super::*;

    fn number(s: &str) -> Option<TicketRef> {
        Some(TicketRef::Number(s.parse().expect("a number")))
    }

    #[test]
    fn commands() {
        use Command::*;
        for (text, wanted) in [
            ("进度", Some(Progress(None))),
            ("查一下进度", Some(Progress(None))),
            (" 查询 ", Some(Progress(None))),
            ("查進度。", Some(Progress(None))),
            ("到哪了？", Some(Progress(None))),
            ("处理得怎么样了", Some(Progress(None))),
            ("请问我的工单怎么样了？谢谢", Some(Progress(None))),
            ("进度 20260315-0042", Some(Progress(number("20260315-0042")))),
            ("进度２０２６０３１５－００４２", Some(Progress(number("20260315-0042")))),
            ("查询202603150042", Some(Progress(number("20260315-0042")))),
            ("20260315-0042", Some(Progress(number("20260315-0042")))),
            ("查询 42", Some(Progress(Some(TicketRef::Serial(42))))),
            ("进度 20269915-0042", Some(Progress(Some(TicketRef::Unreadable("20269915-0042".into()))))),
            ("status", Some(Progress(None))),
            ("催", Some(Nudge(None))),
            ("催催催！！！", Some(Nudge(None))),
            ("快点催一下", Some(Nudge(None))),
            ("催办0042", Some(Nudge(Some(TicketRef::Serial(42))))),
            ("催一下0042号单", Some(Nudge(Some(TicketRef::Serial(42))))),
            ("怎么还没人来？？", Some(Nudge(None))),
            ("撤回", Some(Withdraw(None))),
            ("不用了，谢谢", Some(Withdraw(None))),
            ("取消工单 20260315-0042", Some(Withdraw(number("20260315-0042")))),
            ("帮助", Some(Help)),
            ("HELP", Some(Help)),
            ("?", Some(Help)),
            ("？？", Some(Help)),
            ("怎么用啊", Some(Help)),
            ("😀帮助😀", Some(Help)),
            // Requests, doors, choices, thanks.
            ("催了三次都没人来，下水道还堵着", None),
            ("查询一下物业费", None),
            ("取消我的停车月卡", None),
            ("进度太慢了", None),
            ("老人摔倒了需要帮助", None),
            ("help me", None),
            ("helpless", None),
            ("怎么还没来水", None),
            ("查一下3号楼的水管", None),
            ("42", None),
            ("501", None),
            ("13800138001", None),
            ("催 进度", None),
            ("进度 42，43", None),
            ("谢谢", None),
            ("了", None),
            ("", None),
            ("\u{2028}", None),
            ("[微笑]", None),
        ] {
            assert_eq!(command(text), wanted, "{text:?}");
        }
        assert_eq!(command(&"催".repeat(10_000)), None);
        for (word, verb) in VERBS {
            assert_eq!(super::verb(&word.chars().collect::<Vec<_>>()), Some(Some(verb)), "{word}");
        }
    }

    #[test]
    fn nothing_said() {
        for text in ["", " ", "。。。", "😀👍🏻", "[微笑][捂脸]", "[Smile]", "？！\u{2028}", "\u{fe0f}", "[]", "❤️"]
        {
            assert!(says_nothing(text), "{text:?}");
        }
        for text in ["好", "1", "1️⃣", "[微笑]漏水", "[这是一段很长的话]", "[a1]", "x"] {
            assert!(!says_nothing(text), "{text:?}");
        }
        assert!(says_nothing(&"[".repeat(10_000)));
    }

    #[test]
    fn choices() {
        for (text, n, wanted) in [
            ("1", 3, Some(0)),
            ("１", 3, Some(0)),
            ("第一个", 3, Some(0)),
            ("选2", 3, Some(1)),
            ("我选第三个。", 3, Some(2)),
            ("二", 3, Some(1)),
            ("②", 3, Some(1)),
            ("2️⃣", 3, Some(1)),
            ("十二", 12, Some(11)),
            ("是第2个吧", 3, Some(1)),
            ("4", 3, None),
            ("0", 3, None),
            ("", 3, None),
            ("第", 3, None),
            ("3号楼", 3, None),
            ("-1", 3, None),
            ("1-2", 3, None),
            ("501", 3, None),
            ("漏水", 3, None),
            ("1", 0, None),
            ("99999999999999999999", 3, None),
        ] {
            assert_eq!(choice(text, n), wanted, "{text:?}");
        }
    }

    #[test]
    fn windows() {
        let at = |minutes: i64, seconds: i64| {
            DateTime::<Utc>::UNIX_EPOCH + Duration::minutes(minutes) + Duration::seconds(seconds)
        };
        assert!(place_answer_open(at(0, 0), at(30, 0)));
        assert!(!place_answer_open(at(0, 0), at(30, 1)));
        assert!(place_answer_open(at(1, 0), at(0, 0)));
        assert!(joins(Some(at(0, 0)), at(10, 0)));
        assert!(!joins(Some(at(0, 0)), at(10, 1)));
        assert!(!joins(None, at(0, 0)));
        assert!(still_waits(at(0, 0), at(10, 0)) && !still_waits(at(0, 0), at(10, 1)));
        let names = Names::default();
        assert!(fills_place("3号楼2单元501", Some(at(0, 0)), at(5, 0), &names));
        assert!(!fills_place("3号楼2单元501", Some(at(0, 0)), at(31, 0), &names));
        assert!(!fills_place("3号楼2单元501", None, at(5, 0), &names));
        assert!(!fills_place("3号楼2单元501漏水", Some(at(0, 0)), at(5, 0), &names));
    }
}
