//! Every string of the interface, Chinese and English side by side; a missing translation does not compile.
//!
//! In a template: `{{ p.t.ticket.finish }}`. Strings with `{0}`, `{1}` go through [`fill`]. The words of the closed sets
//! (statuses, queues, …) are not here but in `domain::words`.

use crate::domain::words::Language;

macro_rules! texts {
    ($(#[$doc:meta])* $name:ident { $($key:ident: $zh:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name { $(#[doc = $zh] pub $key: &'static str,)+ }

        impl $name {
            pub(super) const ZH: Self = Self { $($key: $zh,)+ };
            pub(super) const EN: Self = Self { $($key: $en,)+ };
            /// Chinese and English of each string, for the test over all of them.
            #[cfg(test)]
            pub(super) const PAIRS: &'static [(&'static str, &'static str, &'static str)] =
                &[$((stringify!($key), $zh, $en),)+];
        }
    };
}

mod account;
mod admin;
mod agent;
mod common;
mod errors;
mod manage;
mod notices;
mod queue;
mod ticket;
mod timeline;
mod verbs;
mod work;

pub use account::{Account, Login};
pub use admin::Admin;
pub use agent::Agent;
pub use common::Common;
pub use errors::Errors;
pub use manage::{List, Manage};
pub use notices::Notices;
pub use queue::{Offers, QueueTexts, Triage, Unmade};
pub use ticket::TicketTexts;
pub use timeline::Timeline;
pub use verbs::Verbs;
pub use work::Work;

/// The whole table in one language.
#[derive(Debug)]
pub struct Texts {
    /// What every page has: navigation, buttons, keys, connection.
    pub common: Common,
    /// Sign-in.
    pub login: Login,
    /// The hotline desk.
    pub agent: Agent,
    /// A department's list.
    pub queue: QueueTexts,
    /// What nobody has yet.
    pub triage: Triage,
    /// Messages that opened no ticket.
    pub unmade: Unmade,
    /// Offers between the platforms.
    pub offers: Offers,
    /// One ticket.
    pub ticket: TicketTexts,
    /// The verbs on a ticket and their forms.
    pub verbs: Verbs,
    /// The sentences of a ticket's history.
    pub timeline: Timeline,
    /// Working a ticket: lists, forms, conflicts.
    pub work: Work,
    /// All tickets in one list.
    pub list: List,
    /// The manager's figures.
    pub manage: Manage,
    /// Alarms, and notices that failed.
    pub notices: Notices,
    /// One's own account.
    pub account: Account,
    /// Setting up and looking after a community.
    pub admin: Admin,
    /// What went wrong and the way out.
    pub errors: Errors,
}

static ZH: Texts = Texts {
    common: Common::ZH,
    login: Login::ZH,
    agent: Agent::ZH,
    queue: QueueTexts::ZH,
    triage: Triage::ZH,
    unmade: Unmade::ZH,
    offers: Offers::ZH,
    ticket: TicketTexts::ZH,
    verbs: Verbs::ZH,
    timeline: Timeline::ZH,
    work: Work::ZH,
    list: List::ZH,
    manage: Manage::ZH,
    notices: Notices::ZH,
    account: Account::ZH,
    admin: Admin::ZH,
    errors: Errors::ZH,
};

static EN: Texts = Texts {
    common: Common::EN,
    login: Login::EN,
    agent: Agent::EN,
    queue: QueueTexts::EN,
    triage: Triage::EN,
    unmade: Unmade::EN,
    offers: Offers::EN,
    ticket: TicketTexts::EN,
    verbs: Verbs::EN,
    timeline: Timeline::EN,
    work: Work::EN,
    list: List::EN,
    manage: Manage::EN,
    notices: Notices::EN,
    account: Account::EN,
    admin: Admin::EN,
    errors: Errors::EN,
};

/// The table of a language.
pub fn texts(language: Language) -> &'static Texts {
    match language {
        Language::Zh => &ZH,
        Language::En => &EN,
    }
}

/// Puts values into a string's `{0}`, `{1}` … A value is never searched for placeholders itself.
pub fn fill(text: &str, values: &[&str]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let slot = rest.find('}').and_then(|end| Some((end, rest[1..end].parse::<usize>().ok()?)));
        match slot {
            Some((end, index)) => {
                out.push_str(values.get(index).copied().unwrap_or_default());
                rest = &rest[end + 1..];
            }
            None => {
                out.push('{');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    type Pair = (&'static str, &'static str, &'static str);
    const TABLES: [&[Pair]; 17] = [
        Common::PAIRS,
        Login::PAIRS,
        Agent::PAIRS,
        QueueTexts::PAIRS,
        Triage::PAIRS,
        Unmade::PAIRS,
        Offers::PAIRS,
        TicketTexts::PAIRS,
        Verbs::PAIRS,
        Timeline::PAIRS,
        Work::PAIRS,
        List::PAIRS,
        Manage::PAIRS,
        Notices::PAIRS,
        Account::PAIRS,
        Admin::PAIRS,
        Errors::PAIRS,
    ];

    fn slots(text: &str) -> Vec<char> {
        let mut found: Vec<char> =
            text.match_indices('{').filter_map(|(at, _)| text[at + 1..].chars().next()).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn both_languages_say_something_with_the_same_slots() {
        for (key, zh, en) in TABLES.into_iter().flatten() {
            assert!(!zh.trim().is_empty() && !en.trim().is_empty(), "{key} is empty");
            assert_eq!(slots(zh), slots(en), "{key} differs in its slots");
            assert!(!en.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{key}: Chinese in the English text");
        }
    }

    #[test]
    fn chinese_strings_keep_the_house_style() {
        let cjk = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        for (key, zh, _) in TABLES.into_iter().flatten() {
            assert!(!zh.contains(['!', '?', ';', ',']), "{key}: half-width punctuation in {zh}");
            let chars: Vec<char> = zh.chars().collect();
            for pair in chars.windows(2) {
                let glued = (cjk(pair[0]) && pair[1].is_ascii_alphanumeric())
                    || (pair[0].is_ascii_alphanumeric() && cjk(pair[1]));
                assert!(!glued, "{key}: no space between {} and {} in {zh}", pair[0], pair[1]);
            }
        }
    }

    #[test]
    fn values_fill_their_slots_and_are_left_alone() {
        assert_eq!(fill("派给{0}，{1} 件", &["维修部", "3"]), "派给维修部，3 件");
        assert_eq!(fill("{0}", &["{1}", "no"]), "{1}");
        assert_eq!(fill("a { b {2}", &[]), "a { b ");
    }
}
