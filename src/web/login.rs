//! The sign-in page, as a view: the handlers fill it.

use askama::Template;

use super::page::Page;

/// A ready-made sign-in of the demo, shown on the demo's page only.
#[derive(Debug, Clone)]
pub struct DemoSignIn {
    /// The made-up person.
    pub name: String,
    /// What they may do, in words.
    pub role: String,
    /// The account to type.
    pub account: String,
    /// The password, open because the demo's people are nobody.
    pub password: String,
}

/// The sign-in page.
#[derive(Debug, Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    /// The frame; nobody is signed in.
    pub p: Page,
    /// What was typed as account, kept after a failed attempt.
    pub account: String,
    /// What is wrong, or empty. Never says which of the two it was.
    pub message: String,
    /// Where to go afterwards: a path of ours, checked by the handler.
    pub next: String,
    /// The demo's people; empty elsewhere.
    pub demo: Vec<DemoSignIn>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::Language;
    use crate::web::page::{Look, TextSize, Theme};

    fn page(language: Language) -> LoginPage {
        let p = Page::new(Look { language, theme: Theme::System, size: TextSize::Normal }, "登录");
        LoginPage { p, account: "zhou<b>".into(), message: String::new(), next: "/".into(), demo: Vec::new() }
    }

    #[test]
    fn keeps_the_account_escaped_and_never_the_password() {
        let mut view = page(Language::Zh);
        view.message = view.p.t.login.wrong.into();
        let html = view.render().unwrap();
        assert!(html.contains(r#"<html lang="zh-CN">"#) && html.contains("账号或密码不对"));
        assert!(html.contains("zhou&#60;b&#62;") && !html.contains("zhou<b>"));
        assert!(html.contains(r#"aria-describedby="password-error""#) && html.contains(r#"id="password-error""#));
        assert!(!html.contains("演示账号"), "sign-ins stand on the demo's page only");
    }

    #[test]
    fn the_demo_lists_its_people_and_english_is_english() {
        let mut view = page(Language::En);
        view.demo.push(DemoSignIn {
            name: "Jia".into(),
            role: "Agent".into(),
            account: "jia".into(),
            password: "demo-jia".into(),
        });
        let html = view.render().unwrap();
        assert!(html.contains("Demo accounts") && html.contains("demo-jia") && html.contains("lang=\"zh-CN\""));
    }
}
