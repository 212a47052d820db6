//! Why a page is not shown. Handlers and extractors return it with `?`; the gate turns it into the page people read, in
//! their language and inside the frame.

use actix_web::http::StatusCode;
use actix_web::http::header::{LOCATION, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};

use crate::engine::Failure;
use crate::http::{RETRY_AFTER_SECONDS, Shown, TooMany};

/// What stands between a person and the page.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Nobody is signed in; a page that can be opened is reached after sign-in.
    #[error("not signed in")]
    SignIn {
        /// Where they wanted to go, when that can be opened again.
        next: Option<String>,
    },
    /// The first password must be changed before anything else.
    #[error("the password must be changed")]
    ChangePassword,
    /// The person's seats do not reach here.
    #[error("no right")]
    Forbidden,
    /// The form's token is missing or of another session.
    #[error("the form's token does not fit")]
    FormEnded,
    /// Another site sent this.
    #[error("sent by another site")]
    ForeignOrigin,
    /// The form cannot be read.
    #[error("unreadable form")]
    BadForm,
    /// The form is larger than any of ours can be.
    #[error("form too large")]
    TooLarge,
    /// The form did not arrive in time.
    #[error("unfinished form")]
    Unfinished,
    /// More requests than one sender may make.
    #[error("too many requests")]
    TooMany(TooMany),
    /// There is no such page.
    #[error("no such page")]
    NotFound,
    /// The verb failed.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// The application was put together without a part: a fault of the wiring.
    #[error("{0} is missing from the application")]
    Unwired(&'static str),
}

impl Trouble {
    /// The status of the page that [`super::problem`] draws: the HTTP status, but 419 for a form whose token has ended.
    pub fn page_status(&self) -> u16 {
        match self {
            Self::FormEnded => 419,
            other => other.status_code().as_u16(),
        }
    }
}

impl ResponseError for Trouble {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SignIn { next: Some(_) } | Self::ChangePassword => StatusCode::SEE_OTHER,
            Self::SignIn { next: None } => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::FormEnded | Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::BadForm => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unfinished => StatusCode::REQUEST_TIMEOUT,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Failure(failure) => Shown::status(failure),
            Self::Unwired(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        match self {
            Self::SignIn { next: Some(next) } => {
                answer.insert_header((LOCATION, format!("/login?next={}", super::paths::encode(next))));
            }
            Self::ChangePassword => {
                answer.insert_header((LOCATION, "/account"));
            }
            Self::TooMany(TooMany { seconds }) => {
                answer.insert_header((RETRY_AFTER, *seconds));
            }
            _ if self.status_code() == StatusCode::SERVICE_UNAVAILABLE => {
                answer.insert_header((RETRY_AFTER, RETRY_AFTER_SECONDS));
            }
            _ => {}
        }
        answer.finish()
    }
}
