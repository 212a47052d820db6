//! The page that says what went wrong, whose turn it is, and the way out.

use askama::Template;

use super::kept::Kept;
use super::page::Page;
use super::texts::fill;

/// An error page; [`problem`] chooses the words.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub struct ProblemPage {
    /// The frame.
    pub p: Page,
    /// What is so.
    pub head: String,
    /// What to do.
    pub text: String,
    /// For the administrator, or empty.
    pub request_id: String,
    /// Where the one button leads.
    pub next_href: String,
    /// The one button.
    pub next_label: String,
    /// What was typed and could not be taken.
    pub kept: Option<Kept>,
}

/// The page for an HTTP status; 419 stands for a form whose token has ended (answered as 403). `detail` fills the one slot some texts have: a size (413), a time in words (429), seconds (503).
pub fn problem(mut p: Page, status: u16, detail: &str, request_id: &str) -> ProblemPage {
    let e = &p.t.errors;
    let (head, text) = match status {
        401 => (e.sign_in_title, e.sign_in_text),
        403 => (e.forbidden_title, e.forbidden_text),
        404 => (e.not_found_title, e.not_found_text),
        405 => (e.method_title, e.method_text),
        409 => (e.conflict_title, e.conflict_text),
        413 => (e.too_large_title, e.too_large_text),
        419 => (e.form_ended_title, e.form_ended_text),
        429 => (e.too_many_title, e.too_many_text),
        503 => (e.away_title, e.away_text),
        400..=499 => (e.bad_request_title, e.bad_request_text),
        _ => (e.broken_title, e.broken_text),
    };
    let again = matches!(status, 409 | 419 | 429 | 500..=599);
    let next_href = match status {
        401 => "/login".to_owned(),
        _ if again => p.here.clone(),
        _ => "/".to_owned(),
    };
    let next_label = match status {
        401 => e.sign_in_again,
        _ if again => p.t.common.reload,
        _ => e.home,
    }
    .to_owned();
    p.title = head.to_owned();
    let shown_id = if status >= 500 { request_id } else { "" };
    ProblemPage {
        head: head.into(),
        text: fill(text, &[detail]),
        request_id: shown_id.into(),
        next_href,
        next_label,
        kept: None,
        p,
    }
}

impl ProblemPage {
    /// The page with what was typed in vain, and the way back to the form.
    #[must_use]
    pub fn keeping(mut self, kept: Option<Kept>) -> Self {
        let Some(kept) = kept else { return self };
        if self.must_sign_in() {
            self.next_href = format!("/login?next={}", super::paths::encode(&kept.back));
        } else {
            self.next_href.clone_from(&kept.back);
            self.p.t.common.back.clone_into(&mut self.next_label);
        }
        self.kept = Some(kept);
        self
    }

    /// The way out is the sign-in page: beside kept words it opens in another tab, so that they stay.
    fn must_sign_in(&self) -> bool {
        self.next_href.starts_with("/login")
    }

    /// The one solid button sends the words again.
    fn sends_again(&self) -> bool {
        self.kept.as_ref().is_some_and(|kept| kept.again)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::Language;
    use crate::web::page::{Look, TextSize, Theme};

    #[test]
    fn every_status_names_a_way_out_and_shows_no_code() {
        for language in [Language::Zh, Language::En] {
            for status in [400, 403, 404, 405, 409, 413, 419, 422, 429, 500, 502, 503] {
                let look = Look { language, theme: Theme::Dark, size: TextSize::Large };
                let html = problem(Page::new(look, ""), status, "8 MB", "r-17").render().unwrap();
                assert!(html.contains("data-theme=\"dark\"") && html.contains("data-size=\"large\""));
                let main = &html[html.find("<main").unwrap()..];
                assert!(!main.contains(&status.to_string()) && !main.contains("{0}"), "{status}");
                assert_eq!(html.contains("r-17"), status >= 500, "{status}");
                assert!(html.contains("class=\"btn primary\" href=\"/\""), "{status}");
            }
        }
    }
}
