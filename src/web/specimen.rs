//! A whole list and a whole ticket from made-up values: every macro is drawn and read back here. With
//! `JIBAN_SPECIMEN_DIR` set the pages are also written there as files, to be looked at in a browser.

use std::path::Path;

use askama::Template;

use super::facts::*;
use super::icon::{Icon, of_urgency};
use super::login::{DemoSignIn, LoginPage};
use super::page::{Banner, Flash, Look, Page, Signed, TextSize, Theme};
use super::problem::problem;
use crate::domain::words::{Language, Outcome, Platform, Queue, Status, Urgency};

#[derive(Template)]
#[template(path = "specimen/list.html")]
struct List {
    p: Page,
    tabs: Vec<NavItem>,
    rows: Vec<TicketRow>,
}

#[derive(Template)]
#[template(path = "specimen/ticket.html")]
struct Ticket {
    p: Page,
    row: TicketRow,
    main: Vec<Action>,
    rest: Vec<Action>,
    errors: FieldErrors,
    outcomes: Vec<Choice>,
    clocks: Vec<ClockLine>,
    timeline: Vec<TimelineEntry>,
}

#[derive(Template)]
#[template(path = "specimen/agent.html")]
struct Agent {
    p: Page,
    errors: FieldErrors,
    categories: Vec<Choice>,
    queues: Vec<Choice>,
    urgencies: Vec<Choice>,
}

fn agent(language: Language) -> Agent {
    let mut p = frame(language, "接线台");
    p.body_class = "fixed";
    p.banners = vec![Banner::Demo];
    let mut errors = FieldErrors::default();
    errors.add("place", p.t.errors.place_unknown);
    let queue = |q: &Queue| Choice::new(q.code(), q.word(language), false);
    let urgency = |u: &Urgency| Choice { icon: Some(of_urgency(*u)), ..Choice::new(u.code(), u.word(language), false) };
    let categories = ["", "drain"].map(|code| Choice::new(code, p.t.agent.category_auto, code.is_empty())).to_vec();
    let (queues, urgencies) = (Queue::ALL.iter().map(queue).collect(), Urgency::ALL.iter().map(urgency).collect());
    Agent { p, errors, categories, queues, urgencies }
}

fn frame(language: Language, title: &str) -> Page {
    let mut p = Page::new(Look { language, theme: Theme::System, size: TextSize::Normal }, title);
    let c = &p.t.common;
    p.nav = vec![
        NavItem::new(c.nav_agent, "/agent"),
        NavItem::new(c.nav_tickets, "/queues/maintenance").counted(6).here(true),
        NavItem::new(c.nav_offers, "/offers").counted(2),
        NavItem::new(c.nav_mine, "/account"),
    ];
    p.place = "示例花园".into();
    p.platform = Some(Platform::Property);
    p.signed =
        Some(Signed { name: "甲师傅".into(), role: "维修部".into(), may_search: true, finds_callers: true });
    p.csrf = "token-1".into();
    p.now = "2026-11-23T06:08:00Z".into();
    p.now_text = "14:08".into();
    p.live = "/live";
    p
}

fn row(number: u32, clock: Clock, urgency: Urgency, status: Status) -> TicketRow {
    TicketRow {
        href: format!("/tickets/20261123-{number:04}"),
        number: format!("20261123-{number:04}"),
        version: 4,
        urgency,
        place: "3 号楼 2 单元 1201".into(),
        summary: "厨房水管接头滴水，<柜子>已经湿了".into(),
        tags: vec![Tag::care("独居老人"), Tag::plain(Icon::Nudge, "催办 2"), Tag::joint("协同办理")],
        status,
        worker: "甲师傅".into(),
        alarm: urgency == Urgency::Emergency || clock.state == ClockState::Late,
        clock: Some(clock),
        tel: "13800000001".into(),
        action: Some(Action::new("到场了", Target::Post(format!("/tickets/{number}/start")), Weight::Tint)),
    }
}

fn list(language: Language) -> List {
    let p = frame(language, "维修部工单");
    let q = &p.t.queue;
    let tabs = vec![
        NavItem::new(q.tab_mine, "?tab=mine").counted(6),
        NavItem { hot: true, ..NavItem::new(q.tab_late, "?tab=late").counted(1) },
        NavItem::new(q.tab_all, "?tab=all").counted(4).here(true),
    ];
    let due = "2026-11-23T07:28:00Z";
    let mut first =
        row(81, Clock::running(ClockState::Warn, "还剩 6 分", due, ""), Urgency::Emergency, Status::Unassigned);
    first.action = Some(Action::new("我去", Target::Post("/tickets/81/take".into()), Weight::Primary));
    let mut last = row(43, Clock::still(ClockState::Hold, "挂起，明天 10:00 复查"), Urgency::Long, Status::InProgress);
    (last.tags, last.tel) = (Vec::new(), String::new());
    let mut done = row(12, Clock::still(ClockState::Met, "按时办结"), Urgency::Normal, Status::Done);
    (done.action, done.tel) = (None, String::new());
    let rows = vec![
        first,
        row(97, Clock::running(ClockState::Late, "已超时 35 分", due, due), Urgency::Urgent, Status::InProgress),
        row(77, Clock::running(ClockState::Ok, "还剩 4 天", due, due), Urgency::Normal, Status::Assigned),
        last,
        done,
    ];
    List { p, tabs, rows }
}

fn entry(icon: Icon, tone: Tone, what: &str, said: &str, audience: &str) -> TimelineEntry {
    TimelineEntry {
        icon,
        tone,
        who: "甲师傅".into(),
        what: what.into(),
        when: "今天 14:03".into(),
        at: "2026-11-23T06:03:00Z".into(),
        said: said.into(),
        audience: audience.into(),
        system: audience.is_empty() && said.is_empty(),
    }
}

fn ticket(language: Language) -> Ticket {
    let mut p = frame(language, "厨房水管接头滴水");
    p.body_class = "acting";
    p.banners = vec![Banner::Demo, Banner::Insecure];
    p.flash = Some(Flash { text: "已转给秩序部".into(), undo: Some("/tickets/97/undo".into()) });
    let v = &p.t.verbs;
    let open = |label: &str, verb: &str, weight| Action::new(label, Target::Open(format!("?do={verb}")), weight);
    let main = vec![
        Action::new(v.finish, Target::Blocked("还不能办结：子工单未完成".into()), Weight::Primary).with_key("F8"),
        Action::new(p.t.common.call, Target::Open("tel:13800000001".into()), Weight::Tint).with_icon(Icon::Phone),
    ];
    let rest = vec![
        open(v.hold, "hold", Weight::Plain).with_icon(Icon::Pause),
        open(v.transfer, "transfer", Weight::Plain),
        open(v.hand_back, "hand-back", Weight::Plain).with_icon(Icon::Return),
        open(v.note, "note", Weight::Quiet),
    ];
    let mut errors = FieldErrors::default();
    errors.add("outcome", p.t.errors.outcome_missing);
    errors.add("text", p.t.errors.text_missing);
    let outcome = |o: &Outcome| Choice::new(o.code(), o.word(language), *o == Outcome::Explained);
    let line = |name: &str, state, text: &str, percent| ClockLine {
        name: name.into(),
        clock: Clock::still(state, text),
        percent,
        note: if percent == 100 { "限今天 13:32，已扣除挂起 1 小时 55 分".into() } else { String::new() },
    };
    let clocks = vec![
        line(p.t.ticket.first_contact, ClockState::Met, "用时 8 分", 27),
        line(p.t.ticket.finish, ClockState::Late, "已超时 35 分", 100),
        line(p.t.ticket.answer, ClockState::Warn, "还剩 32 分", 80),
    ];
    let timeline = vec![
        entry(Icon::Nudge, Tone::Amber, "第 2 次催办", "还要等多久", ""),
        entry(Icon::Joint, Tone::Plum, "提出协同办理", "", p.t.ticket.property_only),
        entry(Icon::Late, Tone::Red, "办结时限已过", "", ""),
        entry(Icon::Pause, Tone::Grey, "挂起：等配件", "配件明天到货。", ""),
        entry(Icon::InProgress, Tone::Accent, "到场", "", ""),
        entry(Icon::Done, Tone::Green, "办结", "", ""),
    ];
    let clock = Clock::running(ClockState::Late, "已超时 35 分", "2026-11-23T05:33:00Z", "");
    let row = row(97, clock, Urgency::Urgent, Status::InProgress);
    let outcomes = Outcome::ALL.iter().map(outcome).collect();
    Ticket { p, row, main, rest, errors, outcomes, clocks, timeline }
}

fn count(html: &str, what: &str) -> usize {
    html.matches(what).count()
}

#[test]
fn a_list_draws_every_state_once_and_escapes_words() {
    let html = list(Language::Zh).render().unwrap();
    for status in Status::ALL {
        assert!(html.contains(&format!("st st-{}", status.code())) && html.contains(status.word(Language::Zh)));
    }
    for class in
        ["clk-ok", "clk-warn", "clk-late", "clk-hold", "clk-met", "ug-emergency", "ug-long", "tag care", "tag joint"]
    {
        assert!(html.contains(class), "{class}");
    }
    assert_eq!(count(&html, "<tr role=\"row\" id="), 5);
    assert_eq!(count(&html, "class=\"is-late\""), 2);
    assert_eq!(count(&html, "href=\"tel:13800000001\""), 3);
    assert_eq!(count(&html, "data-due="), 3, "clocks on hold or met do not tick");
    assert_eq!(count(&html, "name=\"version\" value=\"4\""), 4);
    assert!(html.contains("&#60;柜子&#62;") && !html.contains("<柜子>"));
    assert!(html.contains("aria-current=\"page\">工单 <span class=\"count\">6</span>"));
    assert!(html.contains("<span class=\"count hot\">1</span>"));
}

#[test]
fn a_ticket_blocks_with_a_reason_and_ties_errors_to_fields() {
    let html = ticket(Language::Zh).render().unwrap();
    assert!(html.contains("aria-disabled=\"true\" aria-describedby=\"why-not\""));
    assert!(html.contains("id=\"why-not\"") && html.contains("还不能办结：子工单未完成"));
    assert!(html.contains("有 2 处要改") && html.contains("href=\"#outcome\""));
    assert!(
        html.contains("aria-invalid=\"true\" aria-describedby=\"text-error\"") && html.contains("id=\"text-error\"")
    );
    assert!(html.contains("value=\"explained\" checked") && html.contains("value=\"explained\" selected"));
    assert!(html.contains("pf pf-property") && html.contains("<b class=\"strong\">社区平台</b>，待接受"));
    assert!(html.contains("仅物业可见") && html.contains("class=\"meter late\""));
    assert!(html.contains("data-toast") && html.contains("action=\"/tickets/97/undo\""));
    assert!(html.contains("class=\"console acting\"") && html.contains("演示数据"));
    assert!(html.contains("data-key=\"Alt+1\"") && html.contains("<kbd>Alt 1</kbd>"));
    assert_eq!(count(&html, "?do=hold"), 2, "once on the desk, once behind 更多");
}

#[test]
fn a_suggestion_says_what_it_would_tick_and_works_as_a_submit() {
    let html = agent(Language::Zh).render().unwrap();
    assert!(html.contains("type=\"submit\" name=\"queue\" value=\"maintenance\" data-key=\"Alt+1\""));
    assert!(html.contains("data-category=\"drain\" data-urgency=\"urgent\" aria-pressed=\"true\""));
    assert_eq!(count(&html, "data-category="), 1);
    assert!(html.contains("data-key=\"F2 F4\"") && html.contains("ug") && html.contains("value=\"emergency\""));
    assert!(html.contains("id=\"place-error\"") && html.contains("找不到这个位置"));
}

#[test]
fn nothing_inline_in_any_page_and_one_heading_each() {
    for language in [Language::Zh, Language::En] {
        let page = Page::new(Look { language, theme: Theme::Dark, size: TextSize::Large }, "x");
        let pages = [
            list(language).render(),
            agent(language).render(),
            ticket(language).render(),
            problem(page, 404, "", "").render(),
        ];
        for html in pages.map(Result::unwrap) {
            for banned in [" style=", "<style", " onclick=", " onload=", "javascript:", "<script>"] {
                assert!(!html.contains(banned), "{banned}");
            }
            assert_eq!(count(&html, "<h1"), 1);
            assert_eq!(count(&html, "id=\"main\""), 1);
        }
    }
}

#[test]
fn every_icon_is_drawn_from_plain_shapes() {
    for icon in Icon::ALL {
        let body = icon.body();
        assert!(body.starts_with('<') && body.ends_with("/>"), "{icon:?}");
        assert!(!body.contains("style") && !body.contains("href"), "{icon:?}");
    }
}

#[test]
#[allow(clippy::disallowed_methods)] // the designer's own switch, not a setting of the product
fn specimens_are_written_when_asked_for() {
    let Ok(folder) = std::env::var("JIBAN_SPECIMEN_DIR") else { return };
    let folder = Path::new(&folder);
    let dress = |html: String, theme: &str| {
        let urls = super::assets::urls();
        let html = html.replace(&urls.style, "jiban.css").replace(&urls.script, "app.js");
        if theme.is_empty() { html } else { html.replacen("<html ", &format!("<html data-theme=\"{theme}\" "), 1) }
    };
    for (language, theme, name) in [(Language::Zh, "", "zh"), (Language::En, "", "en"), (Language::Zh, "dark", "dark")]
    {
        let mut login = LoginPage {
            p: Page::new(frame(language, "").look, "登录"),
            account: "jia".into(),
            message: String::new(),
            next: "/".into(),
            demo: Vec::new(),
        };
        login.message = login.p.t.login.wrong.into();
        login.p.place = "示例花园".into();
        for (who, role) in [("甲师傅", "维修部"), ("丁客服", "客服"), ("社区戊", "居委会")] {
            let (name, role, account) = (who.into(), role.into(), "demo.jia".to_owned());
            login.demo.push(DemoSignIn { name, role, password: account.clone(), account });
        }
        let error = problem(frame(language, ""), 500, "", "018f-2b");
        let pages = [
            ("list", list(language).render()),
            ("ticket", ticket(language).render()),
            ("agent", agent(language).render()),
            ("login", login.render()),
            ("error", error.render()),
        ];
        for (page, html) in pages {
            std::fs::write(folder.join(format!("{page}-{name}.html")), dress(html.unwrap(), theme)).unwrap();
        }
    }
    std::fs::write(folder.join("jiban.css"), include_str!("assets/jiban.css")).unwrap();
    std::fs::write(folder.join("app.js"), include_str!("assets/app.js")).unwrap();
}
