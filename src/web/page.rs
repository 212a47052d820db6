//! What the layout needs from every page, so that a page's own struct holds its own things only.

use crate::domain::ids::AlarmId;
use crate::domain::words::{Language, Platform};

use super::assets::{AssetUrls, urls};
use super::facts::NavItem;
use super::texts::{Texts, texts};

/// Light, dark, or as the system says; a cookie the server renders, so nothing flashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The cookie's value and the attribute's; empty for the system's.
    pub const fn code(self) -> &'static str {
        match self {
            Self::System => "",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads the cookie; anything strange is the system's.
    pub fn from_cookie(value: Option<&str>) -> Self {
        match value {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }
}

/// Type size, from a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextSize {
    /// As designed.
    #[default]
    Normal,
    /// Larger type.
    Large,
}

impl TextSize {
    /// The cookie's value and the attribute's; empty for normal.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Normal => "",
            Self::Large => "large",
        }
    }

    /// Reads the cookie; anything strange is normal.
    pub fn from_cookie(value: Option<&str>) -> Self {
        if value == Some("large") { Self::Large } else { Self::Normal }
    }
}

/// How the present person wants pages to look: from cookies, before and after sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The language of the interface.
    pub language: Language,
    /// Light or dark.
    pub theme: Theme,
    /// Type size.
    pub size: TextSize,
}

/// A line across the top of every page about the installation itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Banner {
    /// Made-up people and requests.
    Demo,
    /// Plain http was allowed on purpose.
    Insecure,
}

/// What the last act did, shown once, with a way back where there is one.
#[derive(Debug, Clone)]
pub struct Flash {
    /// One line without a full stop: 已转给秩序部.
    pub text: String,
    /// Where a form takes it back, or nothing.
    pub undo: Option<String>,
}

/// An emergency that rings at the top of every page.
#[derive(Debug, Clone)]
pub struct AlarmBar {
    /// The alarm.
    pub id: AlarmId,
    /// The ticket's page.
    pub href: String,
    /// Its number.
    pub number: String,
    /// Where; empty when it is not known.
    pub place: String,
    /// What; empty when it is not known.
    pub what: String,
    /// Since when it rings.
    pub since: String,
}

/// Who is signed in.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Their name.
    pub name: String,
    /// What they are, in words: 客服 · 物业平台.
    pub role: String,
    /// Sees lists: gets the search box.
    pub may_search: bool,
    /// The search looks callers up too, not ticket numbers alone.
    pub finds_callers: bool,
}

/// The frame of one page.
#[derive(Debug, Clone)]
pub struct Page {
    /// Language, theme, size.
    pub look: Look,
    /// Every string of the interface in that language.
    pub t: &'static Texts,
    /// The page's name, without the product's.
    pub title: String,
    /// The community, or the queue's name for a worker; empty before sign-in.
    pub place: String,
    /// The desk, where the person belongs to one.
    pub platform: Option<Platform>,
    /// The main navigation, by what the person may do.
    pub nav: Vec<NavItem>,
    /// Who is signed in, if anyone.
    pub signed: Option<Signed>,
    /// The session's token, for forms (`_csrf`) and fetches (`X-CSRF-Token`).
    pub csrf: String,
    /// Path and query of a page that can be opened (never that of a POST): where the language switch and the error
    /// page's button lead back to.
    pub here: String,
    /// Server time as RFC 3339, from which the clocks tick.
    pub now: String,
    /// Server time as people read it, such as 14:06.
    pub now_text: String,
    /// Addresses of style and script.
    pub assets: &'static AssetUrls,
    /// Demo or insecure.
    pub banners: Vec<Banner>,
    /// Emergencies that ring for this person.
    pub alarms: Vec<AlarmBar>,
    /// What the last act did.
    pub flash: Option<Flash>,
    /// The stream of changes, or empty where the page does not follow them.
    pub live: &'static str,
    /// The person switched the keys off.
    pub keys_off: bool,
    /// The person switched the alarm's sound off.
    pub sound_off: bool,
    /// An extra class of `body`, such as `acting` on the ticket page (hides the bottom bar on phones) or
    /// `fixed` on the desks (three columns that fill the window).
    pub body_class: &'static str,
}

impl Page {
    /// A frame with nobody signed in and nothing in it.
    pub fn new(look: Look, title: impl Into<String>) -> Self {
        Self {
            look,
            t: texts(look.language),
            title: title.into(),
            place: String::new(),
            platform: None,
            nav: Vec::new(),
            signed: None,
            csrf: String::new(),
            here: "/".to_owned(),
            now: String::new(),
            now_text: String::new(),
            assets: urls(),
            banners: Vec::new(),
            alarms: Vec::new(),
            flash: None,
            live: "",
            keys_off: false,
            sound_off: false,
            body_class: "",
        }
    }

    /// The language of the interface.
    pub fn language(&self) -> Language {
        self.look.language
    }

    /// The language the switch offers.
    pub fn other_language(&self) -> Language {
        match self.look.language {
            Language::Zh => Language::En,
            Language::En => Language::Zh,
        }
    }

    /// The other language under its own name, so that who needs it can read it.
    pub fn other_language_name(&self) -> &'static str {
        match self.look.language {
            Language::Zh => "English",
            Language::En => "中文",
        }
    }

    /// The keys that work here, with what each does. Which letters they are stands in the script's attributes.
    pub fn key_help(&self) -> Vec<(&'static str, &'static str)> {
        let a = &self.t.agent;
        let mut keys = Vec::new();
        if self.body_class == "fixed" && self.nav.iter().any(|item| item.current && item.href == "/agent") {
            keys.extend([
                ("F2", a.key_words),
                ("Ctrl Enter", a.key_send),
                ("Alt 1–3", a.key_suggestion),
                ("F8", a.key_settle),
                ("F9", a.key_nudge),
            ]);
        }
        keys.extend([("/", a.key_search), ("J K", a.key_move)]);
        keys.extend(self.nav.iter().any(|item| item.go() == "q").then_some(("G Q", a.key_go_list)));
        keys.extend(self.nav.iter().any(|item| item.go() == "t").then_some(("G T", a.key_go_desk)));
        keys.extend([("Esc", a.key_leave), ("?", a.key_help)]);
        keys
    }

    /// The first character of a name, for the round sign beside it.
    pub fn initial(name: &str) -> String {
        name.chars().next().map(String::from).unwrap_or_default()
    }
}
