//! The shipped catalogue against a table of sentences of our own (`cases.tsv`), and the method against small catalogues.

use super::*;
use crate::domain::words::{Kind, Language, Queue, Urgency};

/// One line of the table.
struct Case {
    /// None where a person should decide.
    want: Option<&'static str>,
    emergency: bool,
    paid: bool,
    text: &'static str,
}

fn cases() -> Vec<Case> {
    let lines = include_str!("cases.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let columns: Vec<_> = line.split('\t').collect();
            let [queue, emergency, paid, text] = columns[..] else { panic!("four columns: {line}") };
            Case { want: (queue != "?").then_some(queue), emergency: emergency == "E", paid: paid == "P", text }
        })
        .collect()
}

fn shipped(text: &str) -> Understanding {
    understand(Catalogue::shipped(), text)
}

/// The queue's code, `none`, or nothing where a person should decide.
fn queue(found: &Understanding) -> Option<&'static str> {
    match found.verdict {
        Verdict::Queue(queue) => Some(queue.code()),
        Verdict::NoRequest(_) => Some("none"),
        Verdict::Unsure => None,
    }
}

#[test]
fn the_table_is_understood_well_enough() {
    let cases = cases();
    let clear: Vec<_> = cases.iter().filter(|case| case.want.is_some()).collect();
    let (mut decided, mut right, mut paid_right, mut false_alarms) = (0, 0, 0, 0);
    let mut wrong = Vec::new();
    for case in &clear {
        let found = shipped(case.text);
        assert!(!case.emergency || found.emergency.is_some(), "an emergency not seen: {}", case.text);
        false_alarms += usize::from(found.emergency.is_some() && !case.emergency);
        if found.verdict == Verdict::Unsure {
            continue;
        }
        decided += 1;
        if queue(&found) == case.want {
            right += 1;
            paid_right += usize::from(found.paid == case.paid);
        } else {
            wrong.push(case.text);
        }
    }
    assert!(clear.len() >= 150, "{}", clear.len());
    assert!(false_alarms * 50 <= clear.len(), "{false_alarms} false alarms");
    assert!(right * 10 >= decided * 9, "{right} of {decided} right; wrong: {wrong:#?}");
    assert!(paid_right * 10 >= right * 9, "{paid_right} of {right} paid or free as they should be");
    assert!((clear.len() - decided) * 100 <= clear.len() * 15, "{decided} of {} decided", clear.len());
}

#[test]
fn what_says_nothing_is_left_to_a_person_with_suggestions() {
    for case in cases().iter().filter(|case| case.want.is_none()) {
        let found = shipped(case.text);
        assert_eq!(found.verdict, Verdict::Unsure, "{}", case.text);
        assert!((1..=3).contains(&found.suggestions.len()), "{}", case.text);
    }
}

#[test]
fn the_sentences_of_the_first_whole_path() {
    let drain = shipped("我家恒泰园3号楼2单元501下水道堵了");
    assert_eq!((queue(&drain), drain.kind, drain.paid), (Some("maintenance"), Kind::Repair, true));
    assert_eq!((drain.category.as_deref(), drain.emergency), (Some("drain"), None));
    assert_eq!(queue(&shipped("我的车位被邻居占了，恒泰园3号楼")), Some("steward"));
    assert_eq!(queue(&shipped("楼道里全是垃圾没人扫")), Some("environment"));
    let lane = shipped("有车堵了消防通道");
    assert_eq!((queue(&lane), lane.urgency, lane.emergency), (Some("order"), Urgency::Urgent, None));
    let staff = shipped("物业的人态度太差");
    assert_eq!(
        (staff.verdict, staff.confidential, staff.kind),
        (Verdict::Queue(Queue::Committee), true, Kind::Complaint)
    );
    assert_eq!(shipped("谢谢你们").verdict, Verdict::NoRequest(NoRequest::Thanks));
}

#[test]
fn only_complaints_about_the_property_reach_the_committee_by_themselves() {
    for category in Catalogue::shipped().categories() {
        assert_eq!(category.queue == Queue::Committee, category.confidential, "{}", category.code);
    }
    assert!(!shipped("保安睡着了，大门锁着我进不来").confidential);
}

#[test]
fn denied_feared_past_and_drilled_are_no_emergencies() {
    for text in [
        "没有着火，是隔壁在烧饭",
        "万一着火往哪儿跑",
        "担心电线漏电",
        "下周消防演习，会放烟",
        "灭火器过期了没人换",
        "上个月电梯困过人，现在修好了吗",
        "昨天着火的事已经扑灭了，没事了",
        "水管爆了但是已经修好了，谢谢师傅",
    ] {
        assert_eq!(shipped(text).emergency, None, "{text}");
    }
}

#[test]
fn thanks_in_advance_and_words_far_away_silence_nothing() {
    for text in [
        "水管爆了水喷得到处都是，赶紧派人过来修，谢谢了",
        "问一下什么时候能来人，电梯里困着人",
        "我手机没电了借别人的打，跑了一路才找到这个号码，我儿子不见了，五岁",
        "昨天修好的水管今天又爆了，水喷了一屋子",
    ] {
        assert!(shipped(text).emergency.is_some(), "{text}");
    }
}

#[test]
fn what_no_sign_foresaw_is_judged_by_its_likes() {
    let found = shipped("工地围挡快倒了，一刮风就往路上歪，学生正放学");
    assert_eq!(found.emergency.as_deref(), Some("falling"));
    assert!(!found.words.is_empty());
    for kind in Catalogue::shipped().lessons().kinds().skip(1) {
        assert!(Catalogue::shipped().emergency(kind).is_some(), "lessons.tsv names no emergency: {kind}");
    }
}

#[test]
fn an_emergency_names_itself_and_says_what_to_do() {
    for (text, code) in [("5楼着火了快来人", "fire"), ("电梯里困着人", "lift"), ("樓道裡電線裸露，有火花", "electric")]
    {
        let found = shipped(text);
        assert_eq!((found.emergency.as_deref(), found.urgency), (Some(code), Urgency::Emergency), "{text}");
        let kind = Catalogue::shipped().emergency(code).unwrap();
        assert_eq!(found.verdict, Verdict::Queue(kind.queue));
        assert!(found.suggestions[0].queue == kind.queue && !found.words.is_empty());
        assert!(!kind.advice_zh.is_empty() && !kind.advice_en.is_empty());
    }
}

#[test]
fn the_reason_quotes_the_residents_own_spelling() {
    let found = shipped("卧室的灯炮壞了");
    let reason = found.reason(Catalogue::shipped(), Language::Zh);
    assert!(reason.contains("「灯炮」") && reason.contains("「壞了」") && reason.ends_with("转维修部"), "{reason}");
    let reason = shipped("你们来看看").reason(Catalogue::shipped(), Language::En);
    assert_eq!(reason, "No word pointed anywhere; a person should decide");
}

#[test]
fn nothing_a_person_may_send_breaks_it() {
    let long = "漏水，".repeat(5_000);
    for text in ["", " ", "。。。", "😂", "\u{0}", "3", "水", "1111", &long] {
        let found = shipped(text);
        assert!((0.0..=1.0).contains(&found.confidence), "{text}");
        assert!(found.suggestions.iter().all(|s| (0.0..=1.0).contains(&s.confidence)), "{text}");
    }
    assert_eq!(shipped("").verdict, Verdict::NoRequest(NoRequest::Chat));
    assert_eq!(shipped("1111").verdict, Verdict::NoRequest(NoRequest::Chat));
}

/// A small catalogue with one category's signs put in.
fn small(signs: &str) -> Result<Catalogue, CatalogueError> {
    Catalogue::parse(&format!(
        r#"
        reading = {{ reach = 4, sure_score = 1.0, sure_margin = 0.1, more_signs = 0.25, fallback = [] }}
        spelling = {{ fold = "燈灯", fixes = {{}} }}
        things = {{ lamp = "灯" }}
        faults = {{ out = "亮" }}
        meaning = {{ fixed = "灯笼", negation = "不", doubt_before = "", doubt_after = "", present = "", calm = [], hurry = [] }}
        danger = {{ sure = 3.0, learnt = 0.9, unlikely = 0.0, raise = [], lower = [] }}
        emergency = []
        no_request = []
        tone = []
        [[category]]
        code = "light"
        name_zh = "灯"
        name_en = "Light"
        queue = "maintenance"
        kind = "repair"
        urgency = "normal"
        signs = [{signs}]
        "#
    ))
}

#[test]
fn signs_mean_what_the_notation_says() {
    let seen = |sign: &str, text: &str| understand(&small(&format!("{sign:?}")).unwrap(), text).category.is_some();
    assert!(seen("2 @lamp + @out", "亮着的燈"), "either order");
    assert!(!seen("2 @lamp > @out", "亮着的灯"), "this order only");
    assert!(!seen("2 @lamp + @out", "灯不亮"), "negated");
    assert!(!seen("2 @lamp + @out", "灯在那边那边亮"), "out of reach");
    assert!(seen("2 @lamp & @out", "灯在那边那边。亮"), "anywhere");
    assert!(!seen("2 @lamp ! 好", "灯好"), "absent");
    assert!(!seen("2 @lamp", "灯笼"), "inside a fixed phrase");
    assert!(seen("2 @flat_number", "找601"), "a flat's number");
}

#[test]
fn a_wrong_catalogue_is_refused_by_name() {
    let error = |signs: &str| small(signs).unwrap_err().to_string();
    let unknown = error(r#""2 @lamb + 坏""#);
    assert!(
        unknown.contains("category light") && unknown.contains("`lamb`") && unknown.contains("allowed"),
        "{unknown}"
    );
    assert!(error(r#""99 灯""#).contains("0.1 to 20"));
    for hole in [r#""2 灯 +""#, r#""2 ! 灯""#, r#""2 & 灯""#] {
        assert!(error(hole).contains("empty"), "{hole}");
    }
    assert!(error("7").contains("signs"));
    let text = include_str!("../../../config/catalogue.toml");
    let twice = text.replace(r#"code = "lock""#, r#"code = "drain""#);
    assert!(Catalogue::parse(&twice).unwrap_err().to_string().contains("stands twice"));
    let lost = text.replace(r#"category = "lift""#, r#"category = "lyft""#);
    assert!(Catalogue::parse(&lost).unwrap_err().to_string().contains("`lyft`"));
    let queue = text.replacen(r#"queue = "maintenance""#, r#"queue = "repairs""#, 1);
    assert!(Catalogue::parse(&queue).unwrap_err().to_string().contains("repairs"));
}
