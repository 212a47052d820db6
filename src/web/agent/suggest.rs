//! What the words sound like, while they are being typed: where they belong, an emergency, a place.

use askama::Template;

use crate::domain::view::{CategoryName, PlaceLine, Suggested};
use crate::domain::words::{Language, Queue};
use crate::engine::Settings;
use crate::engine::look::Suggest;
use crate::web::texts::{Texts, fill};

use super::lists::why;

/// One guess.
#[derive(Debug, Clone)]
pub struct SuggestRow {
    /// The key that takes it, such as `Alt+1`.
    pub key: String,
    /// Taken already, or sure.
    pub best: bool,
    /// The department.
    pub label: &'static str,
    /// The category.
    pub text: String,
    /// The words it goes by and how sure it is.
    pub why: String,
    /// The queue's code.
    pub queue: &'static str,
    /// The category's code.
    pub category: String,
    /// The class of the category, which taking it ticks too.
    pub urgency: &'static str,
}

/// What the words sound like.
#[derive(Debug, Clone, Default)]
pub struct SuggestView {
    /// Beside the head: how to use it, or that a person must decide.
    pub hint: &'static str,
    /// Ranked guesses.
    pub rows: Vec<SuggestRow>,
    /// The kind of emergency heard, or empty.
    pub emergency: String,
    /// What to tell the caller and whom to call.
    pub advice: String,
    /// The class is an emergency already: the note keeps its advice, not its button.
    pub paged: bool,
    /// A remark: sounds like thanks, or like a complaint about the property.
    pub remark: &'static str,
    /// Before the places: 听到的位置 or 是哪一处.
    pub place_label: &'static str,
    /// Places heard, to fill in.
    pub places: Vec<String>,
}

/// The answer to what is being typed, put into the page as it is.
#[derive(Debug, Template)]
#[template(path = "agent/suggest.html")]
pub struct SuggestPart {
    /// The language's strings.
    pub t: &'static Texts,
    /// What the words sound like.
    pub suggest: SuggestView,
}

/// What the form says already; guesses that agree are shown as taken.
#[derive(Debug, Clone, Copy, Default)]
pub struct Taken<'a> {
    /// The queue's code, or empty.
    pub queue: &'a str,
    /// The category's code, or empty.
    pub category: &'a str,
    /// The class's code, or empty.
    pub urgency: &'a str,
    /// The place's words.
    pub place: &'a str,
}

impl<'a> Taken<'a> {
    /// From the form.
    pub fn of(typed: &'a super::form::Typed) -> Self {
        Self { queue: &typed.queue, category: &typed.category, urgency: &typed.urgency, place: &typed.place }
    }
}

impl SuggestView {
    /// Nothing has been written yet.
    pub fn empty(t: &Texts) -> Self {
        Self { hint: t.agent.suggestions_hint, ..Self::default() }
    }

    /// From what the engine understood.
    pub fn of(heard: &Suggest, taken: Taken<'_>, settings: &Settings, t: &Texts, language: Language) -> Self {
        let zh = language == Language::Zh;
        let mut view = Self {
            rows: rows(heard, taken, settings, t, language),
            paged: taken.urgency == "emergency",
            ..Self::default()
        };
        view.hint = match (view.rows.is_empty(), heard.sure) {
            (true, _) => t.agent.suggest_unsure,
            (false, Some(_)) => t.agent.suggestions_keys,
            (false, None) => t.agent.suggest_unsure,
        };
        if let Some(note) = &heard.emergency {
            view.emergency = if zh { &note.name_zh } else { &note.name_en }.clone();
            view.advice = if zh { &note.advice_zh } else { &note.advice_en }.clone();
        }
        view.remark = match heard.no_request {
            _ if heard.confidential => t.agent.sounds_secret,
            Some("question") => t.agent.sounds_question,
            Some(_) => t.agent.sounds_thanks,
            None => "",
        };
        view.places(heard, taken.place, (t, language));
        view
    }

    /// Places are offered only while the field is empty or does not name one of them.
    fn places(&mut self, heard: &Suggest, typed: &str, (t, language): (&Texts, Language)) {
        let (one, several) = (&heard.place, heard.place_choices.as_slice());
        let words = |line: &PlaceLine| line.words(language);
        let heard: Vec<String> = match several {
            [] => Some(words(one)).filter(|text| !text.is_empty() && one.path.is_some()).into_iter().collect(),
            several => several.iter().map(words).take(4).collect(),
        };
        if !heard.iter().any(|text| typed.contains(text.as_str())) {
            self.place_label = if heard.len() > 1 { t.agent.place_which } else { t.agent.place_heard };
            self.places = heard;
        }
    }
}

fn rows(heard: &Suggest, taken: Taken<'_>, settings: &Settings, t: &Texts, language: Language) -> Vec<SuggestRow> {
    let own = heard.suggestions.iter().filter(|(guess, _)| guess.queue != Queue::Committee).take(3).enumerate();
    own.map(|(at, (guess, category))| {
        let best = match taken.queue {
            "" => at == 0 && heard.sure == Some(guess.queue),
            queue => queue == guess.queue.code() && (taken.category.is_empty() || taken.category == guess.category),
        };
        let urgency = settings.category(&guess.category).map_or("", |row| row.urgency.code());
        SuggestRow { best, urgency, ..row(at, guess, category, (t, language)) }
    })
    .collect()
}

fn row(at: usize, guess: &Suggested, category: &CategoryName, (t, language): (&Texts, Language)) -> SuggestRow {
    let percent = format!("{:.0}", f64::from(guess.confidence.clamp(0.0, 1.0)) * 100.0);
    let sure = fill(t.agent.suggest_sure, &[&percent]);
    let by = why(&guess.words, t, language);
    let between = if language == Language::Zh { "，" } else { ", " };
    SuggestRow {
        key: format!("Alt+{}", at + 1),
        best: false,
        label: guess.queue.word(language),
        text: category.word(language).to_owned(),
        why: if by.is_empty() { sure } else { format!("{by}{between}{sure}") },
        queue: guess.queue.code(),
        category: guess.category.clone(),
        urgency: "",
    }
}
