//! A notice as a letter: what staff read in their mail, in their language.
//!
//! A letter says which ticket, where and what to do next. It never carries a telephone number, and of a confidential ticket
//! nothing but its number: mail is read over shoulders and kept on other people's machines.

use crate::domain::ids::TicketNumber;
use crate::domain::words::{Language, Queue, Status, Urgency};

/// Longest summary, in characters.
const SUMMARY_LIMIT: usize = 80;
/// So many digits in a row can be a telephone number.
const DIGITS_OF_A_PHONE: usize = 7;

/// What a letter is about, as far as its reader may know. Everything is left out that is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Code of the text.
    pub template: String,
    /// The community's name.
    pub community: String,
    /// The ticket's number.
    pub number: Option<TicketNumber>,
    /// Where.
    pub place: Option<String>,
    /// What, by the catalogue.
    pub category: Option<String>,
    /// The queue it stands in.
    pub queue: Option<Queue>,
    /// Where it stands.
    pub standing: Option<Status>,
    /// How urgent it is.
    pub urgency: Option<Urgency>,
    /// By when, in words.
    pub due: Option<String>,
    /// The resident's words; cut here, numbers taken out.
    pub summary: Option<String>,
    /// Whether the words are kept from mail because the ticket is confidential.
    pub confidential: bool,
    /// The page to open.
    pub link: Option<String>,
}

/// A letter, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// Plain text, lines ended by `\n`.
    pub body: String,
}

/// Headline and next step of one template, Chinese and English.
struct Words {
    template: &'static str,
    head: [&'static str; 2],
    next: [&'static str; 2],
}

macro_rules! words {
    ($($template:literal: $head_zh:literal, $head_en:literal; $next_zh:literal, $next_en:literal;)+) => {
        const WORDS: &[Words] = &[$(
            Words { template: $template, head: [$head_zh, $head_en], next: [$next_zh, $next_en] },
        )+];
    };
}

words! {
    "new_to_triage": "有新请求等您分派", "A new request waits to be routed";
        "请看一看该由哪个部门承办，再分派。", "Please decide which department it belongs to, and route it.";
    "new_in_queue": "部门有新工单", "A new ticket in your queue";
        "有空的同事请接单。", "Whoever is free, please take it.";
    "given_to_you": "有工单派给您", "A ticket was given to you";
        "请尽快联系住户，开始办理时在工单上点一下。", "Please contact the resident soon, and press the button on the ticket when you begin.";
    "taken_from_you": "工单已转给别人，您不用再办", "A ticket was taken off you";
        "已经做了一半的，请和接手的同事交接。", "If you had begun, please hand over to whoever has it now.";
    "emergency": "紧急！请马上到场", "EMERGENCY: someone must go now";
        "请马上动身，并在页面上点“收到”。", "Please go at once, and press Heard on the page.";
    "offer_accepted": "对方平台已接受协同", "The other platform accepted";
        "工单现由对方承办，办完会交回。", "They work on it now and will give it back when done.";
    "overruled": "退单未获同意，工单仍归本部门", "A hand-back was overruled";
        "调度认为仍由贵部门承办，请安排。", "Triage decided that it stays with your department; please arrange it.";
    "routed": "您的请求已派给部门", "Your request was passed on";
        "部门会尽快联系您。", "The department will contact you soon.";
    "handed_back": "部门退单，等您重新分派", "A ticket was handed back";
        "请看退单原因，重新分派。", "Please read the reason and route it again.";
    "held": "您的请求先等一等", "Your request has to wait";
        "原因和复查时间写在工单里。", "Why, and until when, stands in the ticket.";
    "resumed": "您的请求又开始办了", "Your request is being worked on again";
        "有进展会再告诉您。", "You will hear how it goes on.";
    "finished": "您的请求已办结", "Your request is done";
        "若没有解决，请告诉我们。", "If it is not solved, please tell us.";
    "finished_in_your_name": "协同工单已办结，请答复住户", "A shared ticket is done";
        "办结结果已代贵平台记下，请答复住户。", "It was finished in your name; please answer the resident.";
    "reopened": "工单重新打开", "A ticket was opened again";
        "上次没有解决，请再安排。", "It was not solved last time; please arrange it again.";
    "withdrawn": "住户撤回了请求", "The resident took a request back";
        "不用再办了。", "Nothing more needs to be done.";
    "merged": "您的请求并入了同一件事", "Your request was joined with another";
        "两件事一起办，一起答复您。", "Both are handled together and answered together.";
    "nudged": "住户催办", "The resident asks again";
        "请尽快联系住户，说明进展。", "Please contact the resident and say how it stands.";
    "reply": "有给您的答复", "There is an answer for you";
        "请打开查看。", "Please open it.";
    "resident_wrote": "住户补充了说明", "The resident added something";
        "请打开工单查看。", "Please open the ticket.";
    "offer_waiting": "对方平台请求协同，等您答复", "An offer waits for your answer";
        "请接受，或写明原因退回。", "Please accept it, or return it with a reason.";
    "offer_returned": "协同请求被退回", "An offer was returned";
        "请看退回原因，再作安排。", "Please read why, and arrange otherwise.";
    "offer_recalled": "对方收回了协同请求", "An offer was recalled";
        "不用再答复了。", "No answer is needed any more.";
    "offer_concluded": "协同办理已办完交回", "A shared ticket was given back";
        "请看办理结果，办结并答复住户。", "Please read what was done, finish it and answer the resident.";
    "due_soon": "工单快到时限", "A ticket is nearly due";
        "请抓紧办理；办不完的，请挂起并告诉住户原因。", "Please see to it; if it must wait, put it on hold and tell the resident why.";
    "overdue": "工单已超时", "A ticket is overdue";
        "请马上办理，并联系住户说明。", "Please see to it now, and explain it to the resident.";
    "overdue_climbed": "工单超时仍未完成，请经理过问", "An overdue ticket needs its manager";
        "请找承办部门问清原因，安排人办完。", "Please ask the department why, and see that it is done.";
    "overdue_other_side": "对方平台有工单超时", "A ticket of the other platform is overdue";
        "住户可能会来问，请和对方平台联系。", "The resident may ask you; please get in touch with the other platform.";
    "review_due": "挂起的工单该复查了", "A ticket on hold is to be reviewed";
        "请看看能不能继续办；还要等的，请重新约定时间。", "Please see whether it can go on; if not, agree on another time.";
    "review_overdue": "挂起到期，仍没有人复查", "A hold ran out and nobody reviewed it";
        "请安排人复查，别让住户空等。", "Please have it reviewed; the resident is waiting.";
    "offer_unanswered": "协同请求到时仍未答复", "An offer was not answered in time";
        "请接受，或写明原因退回。", "It should be accepted, or returned with a reason.";
}

/// Said of a template that has no words of its own: a notice must not be lost for want of a text.
const OTHER: Words = Words {
    template: "",
    head: ["工单有新情况", "News of a ticket"],
    next: ["请打开工单查看。", "Please open the ticket."],
};

/// Whether a template has words of its own.
pub fn has_words(template: &str) -> bool {
    WORDS.iter().any(|words| words.template == template)
}

fn words(template: &str) -> &'static Words {
    WORDS.iter().find(|words| words.template == template).unwrap_or(&OTHER)
}

const fn pick(pair: [&'static str; 2], language: Language) -> &'static str {
    match language {
        Language::Zh => pair[0],
        Language::En => pair[1],
    }
}

/// What a notice says, in a few words: the heading of its letter and its line in lists.
pub fn headline(template: &str, language: Language) -> &'static str {
    pick(words(template).head, language)
}

/// The letter in a language.
pub fn letter(facts: &Facts, language: Language) -> Letter {
    let words = words(&facts.template);
    let head = pick(words.head, language);
    let say = |zh, en| pick([zh, en], language);
    let mut subject = format!("{} {head}", say("【即办】", "[Jiban]"));
    if language == Language::Zh {
        subject = format!("【即办】{head}");
    }
    for part in [facts.number.map(|number| number.to_string()), facts.place.clone()].into_iter().flatten() {
        subject.push_str(" · ");
        subject.push_str(&one_line(&part));
    }
    let mut lines = vec![format!("{} · {head}", one_line(&facts.community)), String::new()];
    let mut tell = |label: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            lines.push(format!("{label}{}{}", say("：", ": "), one_line(&value)));
        }
    };
    tell(say("单号", "Number"), facts.number.map(|number| number.to_string()));
    tell(say("地点", "Place"), facts.place.clone());
    tell(say("类别", "Category"), facts.category.clone());
    tell(say("紧急程度", "Urgency"), facts.urgency.map(|urgency| urgency.word(language).to_owned()));
    tell(say("部门", "Department"), facts.queue.map(|queue| queue.word(language).to_owned()));
    tell(say("状态", "Status"), facts.standing.map(|status| status.word(language).to_owned()));
    tell(say("办结时限", "Finish"), facts.due.clone());
    tell(say("内容", "Request"), facts.summary.as_deref().map(summary));
    if facts.confidential {
        lines.push(say("内容保密，请登录查看。", "The content is confidential; sign in to read it.").to_owned());
    }
    lines.extend([String::new(), pick(words.next, language).to_owned()]);
    lines.extend(facts.link.clone());
    lines.extend([
        String::new(),
        say(
            "这封信由系统自动发出，请勿直接回复。",
            "This letter was sent by the service itself; please do not answer it.",
        )
        .to_owned(),
        String::new(),
    ]);
    Letter { subject, body: lines.join("\n") }
}

/// One line without anything a mail or a terminal would act on.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() || is_line_end(c) { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

const fn is_line_end(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// The beginning of someone's words, without anything that can be a telephone number.
fn summary(words: &str) -> String {
    let line = without_numbers(&one_line(words));
    let mut short: String = line.chars().take(SUMMARY_LIMIT).collect();
    if line.chars().count() > SUMMARY_LIMIT {
        short.push('…');
    }
    short
}

/// Long runs of digits, with the spaces and hyphens people put between, become three stars.
fn without_numbers(text: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for c in text.chars().chain(['\0']) {
        // Full-width digits are digits as well.
        let digit = c.is_ascii_digit() || ('０'..='９').contains(&c);
        if digit || (!run.is_empty() && matches!(c, '-' | ' ' | '－' | '+')) {
            run.push(c);
            continue;
        }
        let digits = run.chars().filter(|c| c.is_numeric()).count();
        if digits >= DIGITS_OF_A_PHONE {
            out.push_str("***");
            out.push_str(&run[run.trim_end().len()..]);
        } else {
            out.push_str(&run);
        }
        run.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::TEMPLATES;
    use super::*;

    fn sample(template: &str) -> Facts {
        Facts {
            template: template.into(),
            community: "恒泰社区".into(),
            number: Some("20260316-0042".parse().unwrap()),
            place: Some("恒泰园 3 号楼 2 单元 501".into()),
            category: Some("下水道堵塞".into()),
            queue: Some(Queue::Maintenance),
            standing: Some(Status::Assigned),
            urgency: Some(Urgency::Urgent),
            due: Some("今天 22:00 前".into()),
            summary: Some("卫生间下水道堵了，\r\n水漫出来了，打我电话 138-0000-0001 或 13800000002".into()),
            confidential: false,
            link: Some("https://jiban.example/tickets/0".into()),
        }
    }

    #[test]
    fn every_template_has_words_of_its_own_in_both_languages() {
        let mut all = String::new();
        for template in TEMPLATES {
            assert!(has_words(template), "{template} has no words");
            for language in [Language::Zh, Language::En] {
                let letter = letter(&sample(template), language);
                assert!(!letter.subject.contains(['\r', '\n']), "{template}");
                let next = pick(words(template).next, language);
                assert!(letter.body.contains(next) && letter.body.contains("20260316-0042"), "{template}");
                all.push_str(&format!("{template} {language}\n  {}\n  {next}\n", letter.subject));
            }
        }
        for language in [Language::Zh, Language::En] {
            all.push_str(&format!("\n--- {language}\n{}", letter(&sample("emergency"), language).body));
        }
        insta::with_settings!({ snapshot_path => ".", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!("letters", all);
        });
    }

    #[test]
    fn a_letter_carries_no_telephone_number() {
        for language in [Language::Zh, Language::En] {
            let letter = letter(&sample("given_to_you"), language);
            assert!(!letter.body.contains("0001") && !letter.body.contains("13800000002"), "{}", letter.body);
            assert!(letter.body.contains("打我电话 *** 或 ***"), "{}", letter.body);
        }
        assert_eq!(without_numbers("3 号楼 501，0108 8765 4321。１３８００００００１"), "3 号楼 501，***。***");
        assert_eq!(without_numbers("13800000001 快来"), "*** 快来");
    }

    #[test]
    fn what_people_write_stays_in_its_line() {
        let mut facts = sample("given_to_you");
        facts.place = Some("3 号楼\r\nBcc: someone@example.com\u{2028}x".into());
        facts.summary = Some("a\r\n.\r\nMAIL FROM:<x@example.com>".into());
        let letter = letter(&facts, Language::En);
        assert!(letter.subject.ends_with("3 号楼 Bcc: someone@example.com x"), "{}", letter.subject);
        assert!(letter.body.contains("Request: a . MAIL FROM"), "{}", letter.body);
    }

    #[test]
    fn an_unknown_template_is_told_all_the_same() {
        assert!(letter(&sample("something_new"), Language::Zh).subject.contains("工单有新情况"));
    }
}
