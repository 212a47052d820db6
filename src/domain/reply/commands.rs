//! Answers to 进度, 催 and 撤回.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Here, clip, who};
use crate::domain::ids::TicketNumber;
use crate::domain::wording::{moment, resident_status};
use crate::domain::words::{Language, Outcome, Queue, Status};

/// Where one request stands, as far as its resident may know.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Its number.
    pub number: TicketNumber,
    /// The resident's words.
    pub words: String,
    /// One of the four.
    pub status: Status,
    /// On hold: why, and when someone looks again.
    pub held: Option<(String, DateTime<Utc>)>,
    /// Who takes care.
    pub queue: Option<Queue>,
    /// The building is known.
    pub building_known: bool,
    /// By when.
    pub due_at: Option<DateTime<Utc>>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// When a deferred one comes up again.
    pub review_on: Option<NaiveDate>,
    /// Since when it stands so.
    pub since: DateTime<Utc>,
    /// What was done, in the words of whoever finished it.
    pub report: Option<String>,
}

/// Says where requests stand; without any, that there is none.
pub fn progress(all: &[Standing], here: Here) -> String {
    // Five requests must fit into one reply.
    let room = if all.len() > 1 { 40 } else { 200 };
    match all {
        [] => "您还没有在这里反映过事项。报修、投诉、求助，直接用文字告诉我们是什么事、在哪里就行。".to_owned(),
        all => all.iter().map(|one| stands(one, here, room)).collect::<Vec<_>>().join("\n\n"),
    }
}

fn stands(one: &Standing, here: Here, room: usize) -> String {
    let status = resident_status(one.status, one.held.is_some(), Language::Zh);
    let head = format!("单号 {}：{}\n{status}", one.number, clip(&one.words, 24));
    let when = |at| moment(at, here.now, here.zone, Language::Zh);
    if let Some((reason, review_at)) = &one.held {
        return format!("{head}：{}。{} 再看。", trimmed(reason, room), when(*review_at));
    }
    if let Some(outcome) = one.outcome {
        let how = ended(outcome);
        let report = one.report.as_deref().map(|r| format!("{}。", trimmed(r, room))).unwrap_or_default();
        let again = match one.review_on {
            Some(day) => format!("{} 再看。", day.format("%Y年%-m月%-d日")),
            None => String::new(),
        };
        return format!("{head}（{}）：{how}。{report}{again}", when(one.since));
    }
    match one.queue {
        None => format!("{head}，工作人员正在安排。"),
        Some(queue) => {
            let late = one.due_at.is_some_and(|due| due < here.now);
            let due = match one.due_at.map(|due| here.by(due)) {
                Some(due) if late => format!("原定{due}办完，已超时，抱歉；可回复“催”。"),
                Some(due) => format!("{due}办完。"),
                None => String::new(),
            };
            format!("{head}：由{}负责。{due}", who(queue, one.building_known))
        }
    }
}

/// A person's own words without a full stop of their own.
fn trimmed(text: &str, room: usize) -> String {
    clip(text, room).trim_end_matches(['。', '.', '！', '!']).to_owned()
}

const fn ended(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Resolved => "已解决",
        Outcome::Explained => "已向您说明",
        Outcome::Deferred => "暂时办不了，先挂账",
        Outcome::Referred => "已转告负责的单位",
        Outcome::Withdrawn => "您已撤回",
        Outcome::Duplicate => "和另一件事相同，已并到一起办理",
        Outcome::NotAccepted => "不在受理范围",
    }
}

/// No such number among one's own. A stranger's number is answered with the very same words.
pub fn unknown_number() -> &'static str {
    "没有查到您的这个单号。请核对单号（例如 20260315-0042），或回复“进度”查看您自己的事项。"
}

/// What is to be done with one of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// 催.
    Nudge,
    /// 撤回.
    Withdraw,
}

/// Asks which of several open requests is meant: numbers and words.
pub fn which(verb: Which, open: &[(TicketNumber, String)], all: usize) -> String {
    let word = match verb {
        Which::Nudge => "催",
        Which::Withdraw => "撤回",
    };
    let list: Vec<String> = open.iter().map(|(number, words)| format!("{number}：{}", clip(words, 24))).collect();
    let first = open.first().map(|(number, _)| number.to_string()).unwrap_or_default();
    let more = if all > open.len() { and_more(all - open.len()) } else { String::new() };
    format!("您有 {all} 件事在办，请带上单号，例如：{word} {first}\n{}{more}", list.join("\n"))
}

/// Says that an answer leaves some of one's requests out.
pub fn and_more(left_out: usize) -> String {
    format!("\n\n还有 {left_out} 件较早的，请带上单号查询，例如“进度 0012”。")
}

/// Answers a nudge; from `again_at` on the next one counts.
pub fn nudged(number: TicketNumber, counted: bool, again_at: DateTime<Utc>, here: Here) -> String {
    let again = moment(again_at, here.now, here.zone, Language::Zh);
    if counted {
        format!("已为单号 {number} 催办，负责的人会马上知道。")
    } else {
        format!("已记下。单号 {number} 刚催办过，{again} 后可再催。")
    }
}

/// Answers a withdrawal: of the whole request, or only of this one of its reporters.
pub fn withdrawn(number: TicketNumber, whole: bool) -> String {
    if whole {
        format!("单号 {number} 已撤回。以后有需要，随时给我们留言。")
    } else {
        format!("您已退出单号 {number}。这件事还有其他住户反映，会继续办理。")
    }
}

/// It cannot be taken back: parts of it are still being worked on.
pub fn cannot_withdraw(number: TicketNumber) -> String {
    format!("单号 {number} 还有相关的事在办，暂时不能撤回。有疑问请直接留言。")
}

/// A nudge or withdrawal of what is done.
pub fn already_done(number: TicketNumber) -> String {
    format!("单号 {number} 已经办完。还没解决的话，请用文字告诉我们现在的情况。")
}
