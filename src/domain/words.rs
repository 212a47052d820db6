//! The field's words: every closed set of codes, with its Chinese and English name.
//!
//! Codes are what tables, URLs, the API and tests use; the words are what people read. Both stand side by side here so
//! that no page spells out a status of its own.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A code that is not one of the set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a {set}; allowed: {allowed}")]
pub struct UnknownWord {
    /// The set that was asked, such as `status`.
    pub set: &'static str,
    /// What was given.
    pub given: String,
    /// What would have been understood, separated by commas.
    pub allowed: String,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident ($set:literal) { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $zh:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)+ }

        impl $name {
            /// Every member, in the order people expect to see them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code used in tables, URLs and the API.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// What a person reads.
            pub const fn word(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, Language::Zh) => $zh, (Self::$variant, Language::En) => $en,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.code()) }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(s: &str) -> Result<Self, UnknownWord> {
                match s {
                    $($code => Ok(Self::$variant),)+
                    _ => Err(UnknownWord { set: $set, given: s.to_owned(), allowed: [$($code),+].join(", ") }),
                }
            }
        }
    };
}

words! {
    /// A language of the interface.
    Language ("language") {
        /// Simplified Chinese, the first language of every page.
        Zh = "zh-CN", "中文", "Chinese";
        /// English.
        En = "en", "英文", "English";
    }
}

words! {
    /// One of the two desks.
    Platform ("platform") {
        /// The property company's hotline desk.
        Property = "property", "物业平台", "Property";
        /// The community committee's WeChat desk.
        Committee = "committee", "社区平台", "Committee";
    }
}

impl Platform {
    /// The other desk.
    pub const fn other(self) -> Self {
        match self {
            Self::Property => Self::Committee,
            Self::Committee => Self::Property,
        }
    }
}

words! {
    /// Where a request came in.
    Channel ("channel") {
        /// The committee's WeChat official account.
        Wechat = "wechat", "微信", "WeChat";
        /// The property company's telephone line.
        Hotline = "hotline", "热线", "Hotline";
        /// The resident's web form.
        Web = "web", "网页", "Web form";
        /// Someone stood at the counter.
        WalkIn = "walk_in", "来访", "Walk-in";
        /// An Open311 client.
        Open311 = "open311", "Open311", "Open311";
        /// An order handed down by the city's line.
        City12345 = "city_12345", "市 12345", "City 12345";
    }
}

words! {
    /// What sort of request it is.
    Kind ("kind") {
        /// Something is broken.
        Repair = "repair", "报修", "Repair";
        /// Someone is unhappy with someone or something.
        Complaint = "complaint", "投诉", "Complaint";
        /// A question.
        Enquiry = "enquiry", "咨询", "Enquiry";
        /// Someone needs a hand.
        Help = "help", "求助", "Help";
        /// An idea.
        Suggestion = "suggestion", "建议", "Suggestion";
        /// Thanks worth passing on.
        Praise = "praise", "表扬", "Praise";
    }
}

words! {
    /// The four states of a ticket; there is no fifth.
    Status ("status") {
        /// Nobody's yet: stands on a triage list.
        Unassigned = "unassigned", "未分配", "Unassigned";
        /// In a queue, with or without a worker.
        Assigned = "assigned", "已分配", "Assigned";
        /// Someone is at it.
        InProgress = "in_progress", "进行中", "In progress";
        /// Finished, whatever the outcome.
        Done = "done", "已完成", "Done";
    }
}

words! {
    /// A department's list of work.
    Queue ("queue") {
        /// Repairs, by own people or contractors.
        Maintenance = "maintenance", "维修部", "Maintenance";
        /// Gates, parking on public ground, safety.
        Order = "order", "秩序部", "Order";
        /// Cleaning, greenery, pests, refuse.
        Environment = "environment", "环美部", "Environment";
        /// The building's steward: unclear duty, mediation.
        Steward = "steward", "楼管专员", "Steward";
        /// The community committee's own list.
        Committee = "committee", "居委会", "Committee";
    }
}

impl Queue {
    /// The platform the queue belongs to, and so the holder of every ticket in it.
    pub const fn platform(self) -> Platform {
        match self {
            Self::Maintenance | Self::Order | Self::Environment | Self::Steward => Platform::Property,
            Self::Committee => Platform::Committee,
        }
    }
}

words! {
    /// How fast a request must be dealt with; the limits of each class are data.
    Urgency ("urgency") {
        /// Someone must go now.
        Emergency = "emergency", "紧急", "Emergency";
        /// Within a day, nights and holidays included.
        Urgent = "urgent", "当日", "Today";
        /// Within seven working days.
        Normal = "normal", "一般", "Normal";
        /// Within fifteen working days.
        Long = "long", "长期", "Long";
    }
}

words! {
    /// What one of a ticket's clocks waits for.
    ClockKind ("clock") {
        /// A person has spoken to the resident.
        Contact = "contact", "首次联系", "First contact";
        /// Someone stands there.
        OnSite = "on_site", "到场", "On site";
        /// The ticket is done.
        Finish = "finish", "办结", "Finish";
        /// Nothing: the time spent in one queue, without a limit.
        QueueTime = "queue_time", "在队用时", "Time in queue";
    }
}

words! {
    /// Who hears when something is not done in time; each step up the ladder tells the next.
    Rung ("rung") {
        /// Whoever has the work: worker, queue or desk.
        Nearest = "nearest", "承办人", "whoever has it";
        /// The heads of the queue.
        Heads = "heads", "部门负责人", "the head of the queue";
        /// The desk that was asked for help.
        Desk = "desk", "被请求的平台", "the desk that was asked";
        /// The managers of the platform whose time it is.
        Managers = "managers", "经理", "the managers";
        /// The managers of both platforms.
        BothManagers = "both_managers", "双方经理", "the managers of both sides";
        /// The other platform's desk.
        OtherDesk = "other_desk", "对方平台", "the other platform";
    }
}

words! {
    /// How a done ticket ended.
    Outcome ("outcome") {
        /// The matter is mended.
        Resolved = "resolved", "已解决", "Resolved";
        /// It was explained to the resident.
        Explained = "explained", "已说明", "Explained";
        /// Cannot be done now; comes up again at its review date.
        Deferred = "deferred", "挂账", "Deferred";
        /// Someone else's duty, and the resident was told whose.
        Referred = "referred", "已转告", "Referred";
        /// The reporter took it back.
        Withdrawn = "withdrawn", "已撤回", "Withdrawn";
        /// Merged into another ticket.
        Duplicate = "duplicate", "重复", "Duplicate";
        /// Not something the desk takes.
        NotAccepted = "not_accepted", "不予受理", "Not accepted";
    }
}

words! {
    /// What a member of staff is.
    Role ("role") {
        /// A department's own worker.
        Worker = "worker", "员工", "Worker";
        /// A partner company's worker.
        Contractor = "contractor", "第三方", "Contractor";
        /// Looks after buildings; mediates.
        Steward = "steward", "楼管专员", "Steward";
        /// Answers the property's hotline.
        Agent = "agent", "客服", "Agent";
        /// Answers the committee's WeChat desk.
        CommitteeStaff = "committee_staff", "居委会工作人员", "Committee staff";
        /// Answers for a platform's figures.
        Manager = "manager", "经理", "Manager";
        /// Sets the installation up.
        Admin = "admin", "管理员", "Admin";
    }
}

words! {
    /// A level of the place tree.
    PlaceKind ("place kind") {
        /// A named group of buildings.
        Garden = "garden", "园区", "Garden";
        /// A building.
        Building = "building", "楼", "Building";
        /// A stairwell with its own door.
        Unit = "unit", "单元", "Unit";
        /// One household's door.
        Flat = "flat", "户", "Flat";
        /// A gate, lift, hall, parking space, bin station.
        Spot = "spot", "点位", "Spot";
    }
}

words! {
    /// How a reporter is tied to a ticket.
    ReporterRole ("reporter role") {
        /// Said it first.
        First = "first", "首报", "First";
        /// Said it too.
        Also = "also", "同报", "Also";
        /// Said it for someone else.
        Proxy = "proxy", "代报", "Proxy";
    }
}

words! {
    /// How two tickets are tied.
    LinkKind ("link kind") {
        /// The first is a part of the second.
        Parent = "parent", "子工单", "Child of";
        /// The first came after the second was done.
        FollowOn = "follow_on", "后续", "Follow-on of";
        /// The first was merged into the second.
        Merged = "merged", "并入", "Merged into";
        /// The first belongs to the second's incident.
        Incident = "incident", "群体事件", "Part of incident";
    }
}

words! {
    /// Where an escalation between the platforms stands.
    EscalationState ("escalation state") {
        /// Waits for the other side's answer.
        Offered = "offered", "待接受", "Offered";
        /// The other side works on it.
        Accepted = "accepted", "协同中", "Accepted";
        /// The other side said what was done and gave it back.
        Concluded = "concluded", "已办回", "Concluded";
        /// The other side did not take it.
        Returned = "returned", "已退回", "Returned";
        /// The offering side took the offer back.
        Recalled = "recalled", "已收回", "Recalled";
    }
}

words! {
    /// Who may read a piece of the timeline.
    Audience ("audience") {
        /// Both platforms.
        Both = "both", "双方可见", "Both sides";
        /// The property company only.
        Property = "property", "仅物业可见", "Property only";
        /// The committee only.
        Committee = "committee", "仅社区可见", "Committee only";
    }
}

words! {
    /// What was changed in a community's settings and people.
    Deed ("deed") {
        /// The community was made.
        CommunityMade = "community_made", "建立小区", "Made the community";
        /// An account was made.
        AccountMade = "account_made", "新建账号", "Made an account";
        /// An account got another one-time password.
        PasswordReset = "password_reset", "重设密码", "Reset the password";
        /// An account may not sign in any more.
        AccountDisabled = "account_disabled", "停用账号", "Disabled the account";
        /// An account may sign in again.
        AccountEnabled = "account_enabled", "恢复账号", "Enabled the account";
        /// An account got one more seat.
        SeatAdded = "seat_added", "增加岗位", "Added a seat";
        /// Extension, head, deputy or duty of a seat.
        SeatChanged = "seat_changed", "修改岗位", "Changed a seat";
        /// A seat was given up.
        SeatEnded = "seat_ended", "撤销岗位", "Ended a seat";
        /// A queue's names or standing agreement.
        QueueChanged = "queue_changed", "修改部门", "Changed a department";
        /// A program got a token.
        TokenMade = "token_made", "新建令牌", "Made a token";
        /// A program's token is void.
        TokenRevoked = "token_revoked", "作废令牌", "Revoked a token";
        /// The WeChat account was set.
        WechatSet = "wechat_set", "设置微信", "Set the WeChat account";
        /// A switchboard may tell of calls, or has a new secret.
        SourceAdded = "source_added", "接入电话", "Connected a switchboard";
        /// A switchboard's events are turned away.
        SourceRemoved = "source_removed", "断开电话", "Disconnected a switchboard";
        /// An urgency class's limits.
        ClassChanged = "class_changed", "修改时限", "Changed the limits";
        /// A day's kind.
        DayChanged = "day_changed", "修改日历", "Changed the calendar";
        /// A register was read in.
        Imported = "imported", "导入", "Imported";
    }
}
