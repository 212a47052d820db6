//! What a resident reads in the chat: from facts to text, in Chinese alone, for that is what the account is written to in.
//!
//! A passive reply holds at most 2,048 bytes, so whatever people wrote themselves is clipped here.

mod commands;
#[cfg(test)]
mod tests;

pub use commands::{
    Standing, Which, already_done, and_more, cannot_withdraw, nudged, progress, unknown_number, which, withdrawn,
};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::ids::TicketNumber;
use super::routing::NoRequest;
use super::wording::{due_words, who_takes_care};
use super::words::{Language, Queue};

/// The moment of a reply, and where its reader is.
#[derive(Debug, Clone, Copy)]
pub struct Here {
    /// Now.
    pub now: DateTime<Utc>,
    /// The community's zone.
    pub zone: Tz,
}

impl Here {
    fn by(self, due: DateTime<Utc>) -> String {
        due_words(due, self.now, self.zone, Language::Zh)
    }
}

/// What is still to be learnt about the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Nothing.
    Nothing,
    /// Everything; with a garden of the community for the example.
    Where {
        /// Such as 恒泰园; none in a community without gardens.
        garden: Option<String>,
    },
    /// Which building: the steward is found by it.
    Building,
    /// Which of these.
    Choice {
        /// In words, as they are counted out from 1.
        places: Vec<String>,
        /// They differ in the garden.
        by_garden: bool,
    },
}

/// A request just opened.
#[derive(Debug, Clone)]
pub struct Opened<'a> {
    /// Its number.
    pub number: TicketNumber,
    /// Who takes care, if that is clear.
    pub queue: Option<Queue>,
    /// The building is known, and with it the steward.
    pub building_known: bool,
    /// By when.
    pub due_at: Option<DateTime<Utc>>,
    /// In an emergency: what to do and whom to call.
    pub advice: Option<&'a str>,
    /// Hidden from the property.
    pub confidential: bool,
    /// Photos and the like that had been waiting for it.
    pub attached: usize,
    /// What is asked back.
    pub ask: Ask,
}

/// Says what becomes of a new request. In an emergency what to do comes first, for the preview on a locked phone shows
/// no more than that.
pub fn opened(facts: &Opened<'_>, here: Here) -> String {
    let number = facts.number;
    let due = facts.due_at.map(|at| here.by(at));
    let ends = |what: &str| due.as_ref().map(|due| format!("，{due}{what}")).unwrap_or_default();
    let mut lines = Vec::new();
    if let Some(advice) = facts.advice {
        lines.push(advice.to_owned());
    }
    lines.push(match facts.queue {
        _ if facts.confidential => {
            format!("已收到，单号 {number}。这件事由居委会直接办理，物业看不到{}。", ends("给您答复"))
        }
        Some(queue) if facts.advice.is_some() => {
            format!("已按紧急事项登记，单号 {number}，由{}马上处理{}。", who(queue, facts.building_known), ends("办完"))
        }
        Some(queue) => format!("已收到，单号 {number}。由{}负责{}。", who(queue, facts.building_known), ends("办完")),
        None => format!("已收到，单号 {number}。工作人员会看并安排。"),
    });
    if facts.attached > 0 {
        lines.push("您刚才发来的内容已一起附上。".to_owned());
    }
    if let Some(question) = ask(&facts.ask) {
        lines.push(question);
    }
    lines.push("回复“进度”可随时查看。".to_owned());
    lines.join("\n")
}

fn who(queue: Queue, building_known: bool) -> &'static str {
    match queue {
        Queue::Steward if !building_known => "楼管专员",
        queue => who_takes_care(queue, Language::Zh),
    }
}

/// The question for the place, if there is one.
pub fn ask(ask: &Ask) -> Option<String> {
    Some(match ask {
        Ask::Nothing => return None,
        Ask::Where { garden } => {
            let garden = garden.as_deref().unwrap_or_default();
            format!("请告诉我们在哪里，例如：{garden}3号楼2单元501")
        }
        Ask::Building => "请告诉我们是哪栋楼，我们转给那栋楼的楼管专员。".to_owned(),
        Ask::Choice { places, by_garden } => {
            let asked = if *by_garden { "请问是哪个园区的？" } else { "请问是下面哪一处？" };
            let list: Vec<String> = places.iter().enumerate().map(|(i, p)| format!("{}. {p}", i + 1)).collect();
            format!("{asked}回复数字即可：\n{}", list.join("\n"))
        }
    })
}

/// An answer to the question for the place.
#[derive(Debug, Clone)]
pub struct PlaceTold<'a> {
    /// The request it belongs to.
    pub number: TicketNumber,
    /// The place, in words.
    pub place: &'a str,
    /// The building's steward has it now, and had not before.
    pub steward: bool,
    /// What is asked again.
    pub ask: Ask,
}

/// Says that the place was noted.
pub fn place_told(facts: &PlaceTold<'_>) -> String {
    if let Some(question) = ask(&facts.ask) {
        return question;
    }
    let mut text = format!("好的，单号 {} 的地点已记为：{}。", facts.number, clip(facts.place, 60));
    if facts.steward {
        text.push_str("已转给您这栋楼的楼管专员。");
    }
    text
}

/// Answers what opens no ticket; nothing is said to advertising.
pub fn no_request(why: &NoRequest) -> Option<&'static str> {
    match why {
        NoRequest::Thanks => Some("不客气！有需要随时给我们留言。"),
        NoRequest::Chat => Some("您好！报修、投诉、求助，直接用文字告诉我们是什么事、在哪里就行。回复“帮助”看用法。"),
        NoRequest::Question { .. } => Some("您的问题已收到，工作人员会看到并答复您。"),
        NoRequest::Abuse => Some("您的留言工作人员会看到。如需处理，请告诉我们是什么事、在哪里。"),
        NoRequest::Spam => None,
    }
}

/// A message too long to be a request.
pub fn too_long() -> &'static str {
    "您的留言已收到，工作人员会看。内容太长，没能自动登记；请用几句话再说一遍是什么事、在哪里。"
}

/// 催 or 不用了 from someone who has nothing open.
pub fn nothing_open() -> &'static str {
    "您目前没有办理中的事项。您的留言工作人员会看到；要报修或反映情况，直接用文字告诉我们就行。"
}

/// A photo or the like that waits for words.
pub fn media_waits(kind: &str) -> String {
    format!("收到{}，请用文字说说是什么事、在哪里。", media_word(kind))
}

/// A photo or the like that joined a request.
pub fn media_joined(kind: &str, number: TicketNumber) -> String {
    format!("收到{}，已附在单号 {number} 上。", media_word(kind))
}

fn media_word(kind: &str) -> &'static str {
    match kind {
        "image" => "照片",
        "voice" => "语音",
        "video" => "视频",
        "location" => "位置",
        _ => "内容",
    }
}

/// The words of a ticket made by a person from a message without any.
pub fn wordless(kind: &str) -> String {
    format!("（微信{}，没有文字）", media_word(kind))
}

/// A shared page, which nobody opens.
pub fn link_kept() -> &'static str {
    "收到链接，工作人员会看到。有事要办，请用文字说说是什么事、在哪里。"
}

/// To a new follower.
pub fn welcome(community: &str) -> String {
    format!("您好，欢迎关注{community}接诉平台！\n{HOW_TO}")
}

/// Answers 帮助.
pub fn help() -> &'static str {
    HOW_TO
}

const HOW_TO: &str = "有事直接发文字，说清是什么事、在哪里，例如：3号楼2单元501厨房下水道堵了。我们马上登记，给您单号，告诉您谁负责、什么时候办完。\n也可以发照片、视频或位置。\n回复“进度”查看办到哪了，“催”请我们快一点，“撤回”取消，“帮助”看本说明。\n遇火情、有人受伤或违法行为，请先拨打 119、120、110。";

/// The first characters of what someone wrote, on one line.
pub fn clip(text: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out: String = line.chars().take(limit).collect();
    if line.chars().nth(limit).is_some() {
        out.push('…');
    }
    out
}
