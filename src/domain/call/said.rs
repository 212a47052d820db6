//! The neutral event, as a switchboard or its adapter sends it: JSON in, checked facts out.
//!
//! `{"type":"call.ringing","timestamp":"…","data":{"call_id":"…","caller":"13800138001","agent":"8001","ringing_at":"…"}}`

use chrono::{DateTime, Datelike, Utc};
use serde::Deserialize;

use super::{CallResult, Direction, Moments};

/// Longest id or extension taken, in characters.
const ID_LIMIT: usize = 128;
/// Longest address of a recording, in bytes.
const URL_LIMIT: usize = 2048;
/// Years a moment may be of; others come from a clock that was never set.
const YEARS: std::ops::Range<i32> = 2000..2200;
/// Seconds a recording or a talk may have: a day.
const SECONDS_LIMIT: i64 = 86_400;

/// What one event says.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The source's name for the call.
    pub call_id: String,
    /// Who rang whom.
    pub direction: Direction,
    /// The resident's number as sent: the caller's, or whom we rang; empty when withheld.
    pub number: String,
    /// The telephone that rings or talks.
    pub extension: Option<String>,
    /// The moments known so far.
    pub moments: Moments,
    /// How it ended, as the source sees it.
    pub result: Option<CallResult>,
    /// Seconds spoken, as the source counts.
    pub talk_seconds: Option<i32>,
    /// The recording, as sent: id, address and seconds.
    pub recording: Option<Recording>,
    /// When the event happened.
    pub at: DateTime<Utc>,
}

/// A recording the source offers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, serde::Serialize)]
#[serde(default)]
pub struct Recording {
    /// The source's name for it.
    pub id: Option<String>,
    /// Where it can be fetched.
    pub url: Option<String>,
    /// Its length.
    pub seconds: Option<i64>,
}

/// Why an event cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// Not UTF-8, or not the JSON of an event.
    #[error("the body is not the JSON of a call event")]
    Shape,
    /// A kind of event that does not exist.
    #[error("the type is none of the known ones")]
    Kind,
    /// This field is missing or malformed.
    #[error("field {0} is missing or malformed")]
    Field(&'static str),
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    timestamp: DateTime<Utc>,
    data: Data,
}

/// Unknown fields are let pass: suppliers add some as they like.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Data {
    call_id: String,
    direction: Option<String>,
    caller: Option<String>,
    callee: Option<String>,
    agent: Option<String>,
    started_at: Option<DateTime<Utc>>,
    queued_at: Option<DateTime<Utc>>,
    ringing_at: Option<DateTime<Utc>>,
    answered_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    talk_seconds: Option<i64>,
    result: Option<String>,
    recording: Option<Recording>,
}

/// Reads an event whose signature was verified.
///
/// # Errors
/// [`Wrong`], naming what is.
pub fn read(body: &[u8]) -> Result<Said, Wrong> {
    let event: Event = serde_json::from_slice(body).map_err(|_| Wrong::Shape)?;
    let Event { kind, timestamp, data } = event;
    let name = |field, text: &str| {
        let fine = text.chars().count() <= ID_LIMIT && !text.chars().any(char::is_control);
        if fine { Ok(text.to_owned()) } else { Err(Wrong::Field(field)) }
    };
    let call_id = name("call_id", &data.call_id)?;
    if call_id.is_empty() {
        return Err(Wrong::Field("call_id"));
    }
    let direction = match data.direction.as_deref() {
        None | Some("inbound") => Direction::Inbound,
        Some("outbound") => Direction::Outbound,
        Some(_) => return Err(Wrong::Field("direction")),
    };
    let seconds = |field, given: Option<i64>| match given {
        None => Ok(None),
        Some(given) if (0..=SECONDS_LIMIT).contains(&given) => Ok(i32::try_from(given).ok()),
        Some(_) => Err(Wrong::Field(field)),
    };
    let result = match data.result.as_deref() {
        None | Some("") => None,
        Some(code) => Some(CallResult::from_code(code).ok_or(Wrong::Field("result"))?),
    };
    let recording = data.recording.filter(|recording| *recording != Recording::default());
    if let Some(Recording { id, url, seconds: length }) = &recording {
        if url.as_ref().is_some_and(|url| url.len() > URL_LIMIT) || id.as_ref().is_some_and(|id| id.len() > ID_LIMIT) {
            return Err(Wrong::Field("recording"));
        }
        seconds("recording", *length)?;
    }
    let mut moments = Moments {
        started_at: data.started_at,
        queued_at: data.queued_at,
        ringing_at: data.ringing_at,
        answered_at: data.answered_at,
        ended_at: data.ended_at,
    };
    own_moment(&kind, &mut moments, timestamp)?;
    within_years(&moments, timestamp)?;
    let number = match direction {
        Direction::Inbound => name("caller", data.caller.as_deref().unwrap_or_default().trim())?,
        Direction::Outbound => name("callee", data.callee.as_deref().unwrap_or_default().trim())?,
    };
    Ok(Said {
        call_id,
        direction,
        number,
        extension: match data.agent.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(extension) => Some(name("agent", extension)?),
        },
        moments,
        result: result.or((kind == "call.voicemail").then_some(CallResult::Voicemail)),
        talk_seconds: seconds("talk_seconds", data.talk_seconds)?,
        recording,
        at: timestamp,
    })
}

fn within_years(moments: &Moments, timestamp: DateTime<Utc>) -> Result<(), Wrong> {
    let all = [
        ("timestamp", Some(timestamp)),
        ("started_at", moments.started_at),
        ("queued_at", moments.queued_at),
        ("ringing_at", moments.ringing_at),
        ("answered_at", moments.answered_at),
        ("ended_at", moments.ended_at),
    ];
    let odd = all.into_iter().find(|(_, at)| at.is_some_and(|at| !YEARS.contains(&at.year())));
    odd.map_or(Ok(()), |(field, _)| Err(Wrong::Field(field)))
}

/// An event that does not spell out its own moment happened when it was stamped.
fn own_moment(kind: &str, moments: &mut Moments, at: DateTime<Utc>) -> Result<(), Wrong> {
    let own = match kind {
        "call.started" => &mut moments.started_at,
        "call.queued" => &mut moments.queued_at,
        "call.ringing" => &mut moments.ringing_at,
        "call.answered" => &mut moments.answered_at,
        "call.ended" => &mut moments.ended_at,
        "call.transferred" | "call.dtmf" | "call.voicemail" | "recording.ready" | "rating.received" => return Ok(()),
        _ => return Err(Wrong::Kind),
    };
    own.get_or_insert(at);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_read_and_its_own_moment_filled_in() {
        let body = r#"{"type":"call.ringing","timestamp":"2026-03-16T02:00:05.275Z","data":{"call_id":"c1","leg_id":null,
            "caller":"0086 13900001234","agent":"8001","started_at":"2026-03-16T10:00:01+08:00","raw":{"deep":[1,2]}}}"#;
        let said = read(body.as_bytes()).unwrap();
        assert_eq!((said.call_id.as_str(), said.extension.as_deref()), ("c1", Some("8001")));
        assert_eq!(said.moments.ringing_at, Some(said.at));
        assert_eq!(said.moments.started_at.unwrap().timestamp(), 1_773_626_401);
        assert_eq!((said.moments.ended_at, said.result), (None, None));
    }

    #[test]
    fn nulls_say_nothing_and_the_resident_is_the_other_end() {
        let body = r#"{"type":"call.voicemail","timestamp":"2026-03-16T02:00:05Z","data":{"call_id":"c1","leg_id":null,
            "direction":"outbound","caller":"4001234567","callee":"13900001234","queue":null,"agent":null,"ivr_keys":null,
            "started_at":null,"queued_at":null,"ringing_at":null,"answered_at":null,"ended_at":null,"talk_seconds":null,
            "result":null,"recording":{"id":null,"url":null,"seconds":null},"source":null,"raw":null}}"#;
        let said = read(body.as_bytes()).unwrap();
        assert_eq!((said.number.as_str(), said.extension.as_deref()), ("13900001234", None));
        assert_eq!((said.moments, said.recording), (Moments::default(), None));
        assert_eq!(said.result, Some(CallResult::Voicemail));
    }

    #[test]
    fn what_is_no_event_is_refused_by_name() {
        let event =
            |kind: &str, data: &str| format!(r#"{{"type":"{kind}","timestamp":"2026-03-16T02:00:05Z","data":{data}}}"#);
        for (body, wrong) in [
            ("[]".to_owned(), Wrong::Shape),
            ("{\"type\":7}".to_owned(), Wrong::Shape),
            (format!("{}{}", "[".repeat(5000), "]".repeat(5000)), Wrong::Shape),
            (event("call.sung", r#"{"call_id":"c"}"#), Wrong::Kind),
            (event("call.ended", "{}"), Wrong::Field("call_id")),
            (event("call.ended", r#"{"call_id":"c","direction":"up"}"#), Wrong::Field("direction")),
            (event("call.ended", r#"{"call_id":"c","result":"fine"}"#), Wrong::Field("result")),
            (event("call.ended", r#"{"call_id":"c","talk_seconds":-1}"#), Wrong::Field("talk_seconds")),
            (event("call.ended", r#"{"call_id":"c","ended_at":12}"#), Wrong::Shape),
            (event("call.ended", r#"{"call_id":"c","ended_at":"1970-01-01T00:00:00Z"}"#), Wrong::Field("ended_at")),
            (event("call.ended", r#"{"call_id":"c","ended_at":"+262142-12-31T23:59:59Z"}"#), Wrong::Field("ended_at")),
            (event("call.ended", r#"{"call_id":"c","recording":{"seconds":-1}}"#), Wrong::Field("recording")),
            (event("call.ended", &format!(r#"{{"call_id":"{}"}}"#, "x".repeat(129))), Wrong::Field("call_id")),
        ] {
            assert_eq!(read(body.as_bytes()).unwrap_err(), wrong, "{}", &body[..body.len().min(80)]);
        }
        assert_eq!(read(b"{\"type\":\"\xff\"}").unwrap_err(), Wrong::Shape);
    }
}
