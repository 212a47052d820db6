//! What is a command, a choice, nothing; and when a window closes.

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
