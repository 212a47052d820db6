//! What a failure becomes at the edge: the one place where that is decided.

use actix_web::http::StatusCode;

use crate::domain::ticket::RefusalKind;
use crate::domain::words::Language;
use crate::engine::{Failure, Invalid, Problem, StoreError};

/// When to come back after a 503.
pub const RETRY_AFTER_SECONDS: u32 = 2;

/// A failure as a visitor sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The HTTP status.
    pub status: StatusCode,
    /// A stable code for programs.
    pub code: &'static str,
    /// What is so and what to do, in the visitor's language. Never a cause chain.
    pub sentence: String,
    /// The field it is about.
    pub field: Option<&'static str>,
    /// For the Retry-After header, in seconds.
    pub retry_after_seconds: Option<u32>,
}

impl Shown {
    /// What the failure becomes. A database failure is logged here, once.
    pub fn of(failure: &Failure, language: Language) -> Self {
        let (zh, en, status, code) = match failure {
            Failure::Refused(refusal) => {
                let (status, field) = match refusal.kind() {
                    RefusalKind::Unknown => (StatusCode::NOT_FOUND, None),
                    RefusalKind::Forbidden => (StatusCode::FORBIDDEN, None),
                    RefusalKind::Conflict => (StatusCode::CONFLICT, None),
                    RefusalKind::Invalid(field) => (StatusCode::UNPROCESSABLE_ENTITY, Some(field)),
                };
                return Self::new(status, refusal.code(), refusal.say(language), field);
            }
            Failure::Invalid(invalid) => return Self::invalid(invalid, language),
            Failure::Store(error) => return Self::store(error, language),
            Failure::Stale(_) => (
                "这个工单刚被别人改过。请看过最新情况再决定。",
                "Someone changed this ticket a moment ago. Look at it again before you decide.",
                StatusCode::CONFLICT,
                "stale",
            ),
            Failure::NotFound(_) => (
                "没有找到。可能地址不对，或不在您的查看范围内。",
                "There is no such thing, or it is not yours to see.",
                StatusCode::NOT_FOUND,
                "not_found",
            ),
            Failure::KeyReused => (
                "这个 Idempotency-Key 已用于另一个请求。请换一个。",
                "This Idempotency-Key was used for another request. Use a new one.",
                StatusCode::UNPROCESSABLE_ENTITY,
                "key_reused",
            ),
            Failure::KeyRunning => (
                "同一个请求正在处理。请稍后再看结果。",
                "The same request is being worked on. Ask again in a moment.",
                StatusCode::CONFLICT,
                "key_running",
            ),
            Failure::Settled(_) => (
                "已经有人处理过了，不用再处理。",
                "Somebody settled this before you. There is nothing left to do.",
                StatusCode::CONFLICT,
                "settled",
            ),
            Failure::Forbidden => (
                "您的身份不能做这件事。需要的话，请联系管理员。",
                "Your role does not allow this. Ask your administrator if it should.",
                StatusCode::FORBIDDEN,
                "forbidden",
            ),
        };
        Self::new(status, code, pick(language, zh, en).to_owned(), None)
    }

    /// Only its HTTP status; nothing is logged.
    pub fn status(failure: &Failure) -> StatusCode {
        match failure {
            Failure::Store(StoreError::Unavailable(_) | StoreError::Contended(_)) => StatusCode::SERVICE_UNAVAILABLE,
            Failure::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
            other => Self::of(other, Language::Zh).status,
        }
    }

    /// What a wrong field becomes.
    pub fn invalid(invalid: &Invalid, language: Language) -> Self {
        let sentence = say_problem(&invalid.problem, language);
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, problem_code(&invalid.problem), sentence, Some(invalid.field))
    }

    /// What a database failure becomes; it is logged here, once.
    pub fn store(error: &StoreError, language: Language) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Contended(_) => {
                tracing::warn!(%error, "the database is away");
                Self {
                    retry_after_seconds: Some(RETRY_AFTER_SECONDS),
                    ..Self::new(
                        StatusCode::SERVICE_UNAVAILABLE,
                        "unavailable",
                        pick(
                            language,
                            "数据库暂时没有回应，这一步有没有办成还不知道。请过几秒先看结果，没有办成再提交。",
                            "The database does not answer for the moment, and whether this was done is not known. Look in a few seconds, and send it again if it is not there.",
                        )
                        .to_owned(),
                        None,
                    )
                }
            }
            error => {
                tracing::error!(%error, "a fault of the program or the installation");
                let zh = "系统出错了，这一步没有完成。请再试一次；还不行，请把请求编号告诉管理员。";
                let en = "Something broke, and this was not done. Try again; if it stays so, give your administrator the request id.";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "broken", pick(language, zh, en).to_owned(), None)
            }
        }
    }

    fn new(status: StatusCode, code: &'static str, sentence: String, field: Option<&'static str>) -> Self {
        Self { status, code, sentence, field, retry_after_seconds: None }
    }
}

const fn pick(language: Language, zh: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

const fn problem_code(problem: &Problem) -> &'static str {
    match problem {
        Problem::Empty => "empty",
        Problem::TooLong { .. } => "too_long",
        Problem::TooShort { .. } => "too_short",
        Problem::Unknown => "unknown",
        Problem::Taken => "taken",
        Problem::Wrong => "wrong",
        Problem::Guessable => "guessable",
        Problem::TooMany { .. } => "too_many",
        Problem::Phone(_) => "phone",
        Problem::LastAdmin => "last_admin",
        Problem::Elsewhere => "elsewhere",
        Problem::Form(_) => "form",
    }
}

/// What is wrong with a field, as a sentence to stand beside it.
pub fn say_problem(problem: &Problem, language: Language) -> String {
    match (problem, language) {
        (Problem::Empty, Language::Zh) => "请填写这一项。".into(),
        (Problem::Empty, Language::En) => "Please fill this in.".into(),
        (Problem::TooLong { limit }, Language::Zh) => format!("最多 {limit} 个字。请写短一些。"),
        (Problem::TooLong { limit }, Language::En) => format!("At most {limit} characters. Please shorten it."),
        (Problem::TooShort { least }, Language::Zh) => format!("至少 {least} 个字符。请写长一些。"),
        (Problem::TooShort { least }, Language::En) => format!("At least {least} characters. Please make it longer."),
        (Problem::Unknown, Language::Zh) => "没有这一项。请从列出的里面选。".into(),
        (Problem::Unknown, Language::En) => "There is no such thing. Please choose one from the list.".into(),
        (Problem::Taken, Language::Zh) => "已经有人用了。请换一个。".into(),
        (Problem::Taken, Language::En) => "It is taken. Please choose another.".into(),
        (Problem::Wrong, Language::Zh) => "不对。请再核对一下。".into(),
        (Problem::Wrong, Language::En) => "It is not right. Please check it.".into(),
        (Problem::Guessable, Language::Zh) => "太容易被猜中。请换一个。".into(),
        (Problem::Guessable, Language::En) => "It is too easily guessed. Please choose another.".into(),
        (Problem::TooMany { seconds }, Language::Zh) => format!("试的次数太多。请 {} 分后再试。", minutes(*seconds)),
        (Problem::TooMany { seconds }, Language::En) => {
            format!("Too many attempts. Try again in {} min.", minutes(*seconds))
        }
        (Problem::Phone(error), language) => error.say(language),
        (Problem::LastAdmin, Language::Zh) => "这是最后一位管理员。请先给别人管理员岗位。".into(),
        (Problem::LastAdmin, Language::En) => {
            "This is the last administrator. Give someone else an administrator's seat first.".into()
        }
        (Problem::Elsewhere, Language::Zh) => "这个账号在别的小区也有岗位，请在服务器上用 jiban 命令处理。".into(),
        (Problem::Elsewhere, Language::En) => {
            "This account has a seat in another community too; use the jiban command on the server.".into()
        }
        (Problem::Form(allowed), Language::Zh) => match allowed_zh(allowed) {
            "" => "格式不对。请核对这一项。".into(),
            allowed => format!("格式不对。可以写：{allowed}。"),
        },
        (Problem::Form(allowed), Language::En) => format!("It is not allowed like this; allowed: {allowed}."),
    }
}

/// An allowed form in Chinese, for the fields people and programs meet beyond the terminal; empty for the others.
fn allowed_zh(allowed: &str) -> &'static str {
    match allowed {
        "a whole number from 1 to 200" => "1 到 200 的整数",
        "a next_cursor as received" => "原样的 next_cursor",
        "no control characters" => "不含控制字符的文字",
        "a request is either settled or kept" => "办结和先记下只能选一样",
        "a channel of the own platform" => "本平台的渠道",
        "1 to 40 of a-z, 0-9 and -" => "1 到 40 个 a-z、0-9 或 -",
        "2 to 40 of a-z, 0-9, ., _ and -" => "2 到 40 个 a-z、0-9、.、_ 或 -",
        "the name of a time zone, such as Asia/Shanghai" => "时区名，例如 Asia/Shanghai",
        "owner, tenant, family or other" => "owner、tenant、family 或 other",
        "maintenance, order or environment" => "maintenance、order 或 environment",
        "committee for committee_staff; property for worker, contractor, steward and agent" => {
            "居委会工作人员选社区平台，员工、第三方、楼管和客服选物业平台"
        }
        "steward" => "steward",
        "committee" => "committee",
        "none: this role works in no queue" => "留空，这个岗位不属于任何部门",
        "none: this role has no such thing" => "留空，这个岗位没有这一项",
        "a role that works in a queue" => "属于某个部门的岗位",
        "a building" => "一栋楼",
        "plain, compat or aes" => "plain、compat 或 aes",
        "letters and digits, such as wx0123456789abcdef" => "字母和数字，例如 wx0123456789abcdef",
        "letters, digits and _, such as gh_0123456789ab" => "字母、数字和 _，例如 gh_0123456789ab",
        "1 to 128 letters, digits and signs without blanks" => "1 到 128 个字母、数字或符号，不含空格",
        "the 43 letters and digits of EncodingAESKey" => "EncodingAESKey 的 43 个字母和数字",
        _ => "",
    }
}

/// Rounded up, so that the wait is over when it is said to be.
const fn minutes(seconds: i64) -> i64 {
    (seconds + 59) / 60
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ticket::Refusal;

    #[test]
    fn a_form_is_told_in_the_readers_language() {
        let english = |text: &str| text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word == "whole");
        let problem = Problem::Form("a whole number from 1 to 200");
        assert_eq!(say_problem(&problem, Language::Zh), "格式不对。可以写：1 到 200 的整数。");
        assert!(english(&say_problem(&problem, Language::En)));
        assert!(!say_problem(&Problem::Form("a whole new thing"), Language::Zh).contains("whole"));
    }

    #[test]
    fn every_failure_has_its_status_and_shows_no_cause() {
        let of = |failure: Failure| Shown::of(&failure, Language::Zh);
        let refused = of(Failure::Refused(Refusal::TakeFirst));
        assert_eq!((refused.status.as_u16(), refused.code), (409, "take_first"));
        let field = of(Failure::Refused(Refusal::NeedsQueue));
        assert_eq!((field.status.as_u16(), field.field), (422, Some("queue")));
        assert_eq!(of(Failure::Refused(Refusal::NotYours)).status.as_u16(), 403);
        assert_eq!(of(Failure::NotFound("ticket")).status.as_u16(), 404);
        let away = of(Failure::Store(StoreError::Unavailable("connection to 10.1.2.3 refused".into())));
        assert_eq!((away.status.as_u16(), away.retry_after_seconds), (503, Some(2)));
        let broken = of(Failure::Store(StoreError::Statement("no such table: t".into())));
        assert_eq!((broken.status.as_u16(), broken.retry_after_seconds), (500, None));
        assert!(!away.sentence.contains("10.1.2.3") && !broken.sentence.contains("table"));
    }
}
