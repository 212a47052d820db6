//! Who asks, as extractors: a handler's signature names the right it needs, and cannot run without it.
//!
//! ```ignore
//! async fn show(who: DeskAgent, request: HttpRequest) -> Result<HttpResponse, Trouble> { … }
//! ```
//!
//! Every one derefs to [`Staff`] (so `&who` goes where a verb wants `&Staff`) and has the [`Session`] in `.session`. Posts
//! need no more: the gate has checked where they come from and their token before a handler runs.

use std::future::{Ready, ready};
use std::ops::Deref;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::trouble::Trouble;
use crate::domain::actor::Staff;
use crate::domain::view::AlarmLine;
use crate::domain::words::{Platform, Queue, Role};
use crate::engine::sign_in::Session;

/// What the gate found out about the cookie.
#[derive(Debug, Clone)]
pub(super) struct Present(pub Option<Arc<Session>>);

/// The alarms that ring for whoever asks.
#[derive(Debug, Clone, Default)]
pub(super) struct Ringing(pub Vec<AlarmLine>);

/// The session of this request, if someone is signed in.
pub fn present(request: &HttpRequest) -> Option<Arc<Session>> {
    request.extensions().get::<Present>().and_then(|present| present.0.clone())
}

/// The session, or the way to it.
fn required(request: &HttpRequest) -> Result<Arc<Session>, Trouble> {
    present(request).ok_or_else(|| Trouble::SignIn { next: openable(request) })
}

/// The page to come back to after sign-in: only what a browser opens as a page, never a post, a fetch or a stream.
fn openable(request: &HttpRequest) -> Option<String> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let fetched = header("x-refresh").is_some()
        || header("accept").is_some_and(|accept| accept.starts_with("text/event-stream"))
        || header("sec-fetch-dest").is_some_and(|dest| dest == "empty");
    let page = request.method() == Method::GET || request.method() == Method::HEAD;
    (page && !fetched).then(|| request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned())
}

/// Anyone who is signed in, with or without a seat.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Arc<Session>);

impl Deref for SignedIn {
    type Target = Session;
    fn deref(&self) -> &Session {
        &self.0
    }
}

impl FromRequest for SignedIn {
    type Error = Trouble;
    type Future = Ready<Result<Self, Trouble>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(required(request).map(Self))
    }
}

/// Someone with a seat in a community, whatever it is: what they may see and do is up to the verbs.
#[derive(Debug, Clone)]
pub struct Member {
    /// The person as the rules see them.
    pub staff: Staff,
    /// The sign-in.
    pub session: Arc<Session>,
}

impl Member {
    fn of(request: &HttpRequest) -> Result<Self, Trouble> {
        let session = required(request)?;
        let staff = session.staff.clone().ok_or(Trouble::Forbidden)?;
        Ok(Self { staff, session })
    }
}

impl Deref for Member {
    type Target = Staff;
    fn deref(&self) -> &Staff {
        &self.staff
    }
}

impl FromRequest for Member {
    type Error = Trouble;
    type Future = Ready<Result<Self, Trouble>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

macro_rules! right {
    ($(#[$doc:meta])* $name:ident($check:expr)) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name(pub Member);

        impl Deref for $name {
            type Target = Member;
            fn deref(&self) -> &Member {
                &self.0
            }
        }

        impl FromRequest for $name {
            type Error = Trouble;
            type Future = Ready<Result<Self, Trouble>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let check: fn(&Staff) -> bool = $check;
                ready(Member::of(request).and_then(|member| match check(&member) {
                    true => Ok(Self(member)),
                    false => Err(Trouble::Forbidden),
                }))
            }
        }
    };
}

right! {
    /// Sits at the property's desk: an agent or the property's manager.
    DeskAgent(|staff| staff.at_desk(Platform::Property))
}

right! {
    /// Sits at the committee's desk: committee staff or their manager.
    CommitteeDesk(|staff| staff.at_desk(Platform::Committee))
}

right! {
    /// Sits at either desk.
    AnyDesk(|staff| staff.at_desk(Platform::Property) || staff.at_desk(Platform::Committee))
}

right! {
    /// Looks after buildings.
    Steward(|staff| staff.has_role(Role::Steward))
}

right! {
    /// Answers for figures: a manager of either platform, or an admin.
    Overseer(oversees)
}

right! {
    /// Sets the installation up.
    Admin(|staff| staff.has_role(Role::Admin))
}

right! {
    /// Looks after notices that could not be sent: a manager or an admin.
    NoticeKeeper(|staff| staff.has_role(Role::Manager) || staff.has_role(Role::Admin))
}

/// Whether someone answers for figures.
pub fn oversees(staff: &Staff) -> bool {
    staff.has_role(Role::Manager) || staff.has_role(Role::Admin)
}

/// Whether the page of this queue is worth showing to this person: its platform's desk, and whoever works in it or heads
/// it. What stands on the page is filtered once more by the look-ups.
pub fn may_open(staff: &Staff, queue: Queue) -> bool {
    staff.at_desk(queue.platform())
        || staff.works_in(queue)
        || staff.heads(queue)
        || (queue == Queue::Steward && staff.has_role(Role::Steward))
}

/// Works in the queue named by `{queue}` in the path, or heads it.
#[derive(Debug, Clone)]
pub struct QueueMember {
    /// The person.
    pub member: Member,
    /// The queue of the path.
    pub queue: Queue,
}

/// May open the page of the queue named by `{queue}` in the path: those who work there, and its platform's desk.
#[derive(Debug, Clone)]
pub struct QueueReader {
    /// The person.
    pub member: Member,
    /// The queue of the path.
    pub queue: Queue,
}

macro_rules! of_queue {
    ($name:ident, $check:expr) => {
        impl Deref for $name {
            type Target = Member;
            fn deref(&self) -> &Member {
                &self.member
            }
        }

        impl FromRequest for $name {
            type Error = Trouble;
            type Future = Ready<Result<Self, Trouble>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let check: fn(&Staff, Queue) -> bool = $check;
                ready(Member::of(request).and_then(|member| {
                    let queue = request.match_info().query("queue").parse().map_err(|_| Trouble::NotFound)?;
                    match check(&member, queue) {
                        true => Ok(Self { member, queue }),
                        false => Err(Trouble::Forbidden),
                    }
                }))
            }
        }
    };
}

of_queue!(QueueMember, |staff, queue| staff.works_in(queue) || staff.heads(queue));
of_queue!(QueueReader, may_open);
