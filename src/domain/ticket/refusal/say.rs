//! The refusals' sentences: the reason, and the way out.

use super::Refusal;
use crate::domain::ids::TicketNumber;
use crate::domain::ticket::Verb;
use crate::domain::words::{EscalationState, Language, Platform, Status};

impl Refusal {
    /// The reason and the way out, as read by the person who was refused.
    pub fn say(&self, language: Language) -> String {
        match language {
            Language::Zh => self.say_zh(),
            Language::En => self.say_en(),
        }
    }

    fn say_zh(&self) -> String {
        let zh = Language::Zh;
        match self {
            Self::Unknown => "没有找到这个工单。请核对单号。".into(),
            Self::NotYours => "这一步要由承办这个工单的人来做。可以留言，或请客服、部门负责人处理。".into(),
            Self::NeedsPerson => "这一步要由人来做，程序不能代办。请登录后操作。".into(),
            Self::WrongState { status, verb } => wrong_state_zh(*verb, *status).into(),
            Self::TakeFirst => "还没有人接这个工单。请先接单。".into(),
            Self::AlreadyTaken { .. } => "这个工单已经有人接了。要换人，请部门负责人改派。".into(),
            Self::SameQueue { queue } => format!("工单本来就在{}。请选别的部门，或另派一个人。", queue.word(zh)),
            Self::OtherPlatform { platform: Platform::Committee } => {
                "这是社区平台的事，不能直接派过去。请用“请居委会协同”。".into()
            }
            Self::OtherPlatform { platform: Platform::Property } => {
                "这个部门属于物业平台，不能直接派过去。请用“请物业协同”。".into()
            }
            Self::NeedsQueue => "还没有选部门。请选由哪个部门来办。".into(),
            Self::EmergencyStays => "紧急工单不能退回去等。请部门负责人或客服直接转给该去的部门。".into(),
            Self::AlreadyHeld { .. } => "这个工单已经挂起了。要改复查时间，请先继续办理，再重新挂起。".into(),
            Self::NotHeld => "这个工单没有挂起，可以直接办理。".into(),
            Self::OpenChildren { numbers } => {
                format!("还不能办结：子工单 {} 未完成。请先办结子工单。", list(numbers, "、"))
            }
            Self::LiveOffer { state: EscalationState::Offered } => {
                "协同请求还在等对方答复。请先收回请求，或等对方接受、退回。".into()
            }
            Self::LiveOffer { .. } => "双方正在协同办理。请承办一方先办回，再做这一步。".into(),
            Self::NoOffer => "这里没有可以这样处理的协同请求，可能刚被答复或收回。请刷新看最新情况。".into(),
            Self::NeedsReviewDate => "挂账要有复查日期。请选到哪一天再看。".into(),
            Self::ReviewInPast { field: "answer_by" } => "答复时间已经过了。请选一个以后的时间。".into(),
            Self::ReviewInPast { .. } => "复查时间已经过了。请选一个以后的时间。".into(),
            Self::ReviewDateNotDue => "只有挂账才要复查日期。请清空日期，或把办结方式改为挂账。".into(),
            Self::OutcomeHasOwnVerb => "撤回和合并不在这里办。请用“撤回”或“并入其他工单”。".into(),
            Self::ReopenNever { merged: true } => "这个工单已并入另一个工单。请到那个工单上继续。".into(),
            Self::ReopenNever { merged: false } => "这个工单已由报事人撤回。仍需处理的话，请新建工单。".into(),
            Self::ReopenTooLate { days } => {
                format!("办结已超过 {days} 天，不能重新打开。请新建一个后续工单，会和这个关联。")
            }
            Self::ReviewNotDue { review_on } => {
                format!("还没到复查日（{}）。到时会自动打开。", review_on.format("%Y年%-m月%-d日"))
            }
            Self::NotAReporter => "这位不是这个工单的报事人，或已经退出。请从报事人名单里选。".into(),
            Self::TargetUnknown => "没有找到要并入的工单。请核对单号。".into(),
            Self::WorkerIsSubject => "这件事和这位同事有关，不能交给他办。请另选一人。".into(),
            Self::MergeCycle => "要并入的工单又会并回这一个。请选另一个工单。".into(),
            Self::TargetMerged { number } => format!("工单 {number} 自己已经并入别处。请选它并入的那个工单。"),
            Self::TargetMoreOpen { number } => format!("看得到工单 {number} 的人更多，并过去就不保密了。请分开办理。"),
            Self::TargetDone { number } => {
                format!("工单 {number} 已经办结。请先重新打开它，或直接办结这一个。")
            }
            Self::NothingChanged => "现在就是这样，不用改。".into(),
            Self::Empty { field } => format!("还没有填{}。请写一句。", field_zh(field)),
            Self::TooLong { field, limit } => format!("{}太长了。请缩短到 {limit} 字以内。", field_zh(field)),
            Self::ControlCharacters { field } => {
                format!("{}里有不能保存的控制字符。请删去，或重新输入。", field_zh(field))
            }
        }
    }

    fn say_en(&self) -> String {
        let en = Language::En;
        match self {
            Self::Unknown => "There is no such ticket. Please check the number.".into(),
            Self::NotYours => {
                "This step is for the people working on the ticket. Leave a note, or ask the desk or the head of the queue."
                    .into()
            }
            Self::NeedsPerson => "A person has to do this, not a program. Please sign in.".into(),
            Self::WrongState { status, verb } => wrong_state_en(*verb, *status).into(),
            Self::TakeFirst => "Nobody has taken it yet. Take it first.".into(),
            Self::AlreadyTaken { .. } => "Someone has already taken it. The head of the queue can reassign it.".into(),
            Self::SameQueue { queue } => {
                format!("It is already there ({}). Choose another queue or another person.", queue.word(en))
            }
            Self::OtherPlatform { platform } => format!(
                "That queue is the other platform's ({}). Ask that desk with an offer instead.",
                platform.word(en)
            ),
            Self::NeedsQueue => "No queue was chosen. Say which one will do the work.".into(),
            Self::EmergencyStays => {
                "An emergency cannot be handed back to wait. Ask the head of the queue or the desk to transfer it.".into()
            }
            Self::AlreadyHeld { .. } => "It is already on hold. To change the review time, resume and hold it again.".into(),
            Self::NotHeld => "It is not on hold; you can go on working.".into(),
            Self::OpenChildren { numbers } => {
                format!("Can't finish yet: child tickets are open ({}). Finish those first.", list(numbers, ", "))
            }
            Self::LiveOffer { state: EscalationState::Offered } => {
                "An offer is waiting for the other side's answer. Recall it first, or wait for the answer.".into()
            }
            Self::LiveOffer { .. } => "Both sides are working on it. The side that holds it must conclude first.".into(),
            Self::NoOffer => {
                "There is no offer to do this with; it may just have been answered or recalled. Reload to see.".into()
            }
            Self::NeedsReviewDate => "Deferring needs a review date. Choose the day to look again.".into(),
            Self::ReviewInPast { .. } => "That time has passed. Choose a later one.".into(),
            Self::ReviewDateNotDue => {
                "Only a deferred ticket has a review date. Clear the date, or choose “Deferred”.".into()
            }
            Self::OutcomeHasOwnVerb => "Withdrawing and merging are done elsewhere. Use “Withdraw” or “Merge”.".into(),
            Self::ReopenNever { merged: true } => "It was merged into another ticket. Please go on there.".into(),
            Self::ReopenNever { merged: false } => "The reporter withdrew it. If it is still needed, open a new ticket.".into(),
            Self::ReopenTooLate { days } => {
                format!("It was finished more than {days} days ago. Open a follow-on ticket; it will be linked.")
            }
            Self::ReviewNotDue { review_on } => {
                format!("Its review day has not come ({review_on}). It opens by itself on that day.")
            }
            Self::NotAReporter => "That person does not report this ticket, or has left. Choose one of its reporters.".into(),
            Self::TargetUnknown => "The ticket to merge into was not found. Please check the number.".into(),
            Self::WorkerIsSubject => "The matter concerns that colleague. Choose someone else.".into(),
            Self::MergeCycle => "That ticket leads back to this one. Choose another.".into(),
            Self::TargetMerged { number } => format!("{number} was itself merged. Choose the ticket it went into."),
            Self::TargetMoreOpen { number } => {
                format!("{number} is seen by people this ticket is hidden from. Keep the two apart.")
            }
            Self::TargetDone { number } => format!("{number} is done. Reopen it first, or finish this one directly."),
            Self::NothingChanged => "It is so already; nothing to change.".into(),
            Self::Empty { field } => format!("The {} is missing. Please write a sentence.", field_en(field)),
            Self::TooLong { field, limit } => {
                format!("The {} is too long. Please keep it under {limit} characters.", field_en(field))
            }
            Self::ControlCharacters { field } => {
                format!("The {} holds control characters. Please take them out or type it again.", field_en(field))
            }
        }
    }
}

const fn wrong_state_zh(verb: Verb, status: Status) -> &'static str {
    match (status, verb) {
        (Status::Done, _) => "工单已经办结。还没解决的话，请重新打开。",
        (_, Verb::Reopen) => "工单还没有办结，不用重新打开。着急的话，请用催办。",
        (_, Verb::Route) => "工单已经派给部门了。要换部门或换人，请用转单。",
        (Status::Unassigned, _) => "工单还没有派给部门。请先派单。",
        (Status::Assigned, _) => "工单还没有开始办理。请先点“到场了”，或请客服在电话里办结。",
        (Status::InProgress, _) => "已经有人在办这个工单。要换人，请用转单。",
    }
}

const fn wrong_state_en(verb: Verb, status: Status) -> &'static str {
    match (status, verb) {
        (Status::Done, _) => "It is done. If it is not solved, reopen it.",
        (_, Verb::Reopen) => "It is not done yet, so it need not be reopened. If it is pressing, nudge.",
        (_, Verb::Route) => "It is in a queue already. To change queue or person, transfer it.",
        (Status::Unassigned, _) => "It is not in a queue yet. Route it first.",
        (Status::Assigned, _) => "Work has not begun. Start it first, or let the desk settle it on the phone.",
        (Status::InProgress, _) => "Someone is working on it already. To change the person, transfer it.",
    }
}

fn field_zh(field: &str) -> &'static str {
    match field {
        "reason" => "原因",
        "tried" => "已经做过的事",
        "asked" => "请对方做什么",
        "report" => "办理情况",
        "note" => "办结说明",
        "place_text" => "位置",
        _ => "内容",
    }
}

fn field_en(field: &str) -> &'static str {
    match field {
        "reason" => "reason",
        "tried" => "account of what was tried",
        "asked" => "request to the other side",
        "report" => "report of what was done",
        "note" => "closing note",
        "place_text" => "place",
        _ => "text",
    }
}

fn list(numbers: &[TicketNumber], between: &str) -> String {
    numbers.iter().map(TicketNumber::to_string).collect::<Vec<_>>().join(between)
}
