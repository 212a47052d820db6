//! A switchboard that tells of calls: real HTTP, signed as Standard Webhooks say.

use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use ureq::Agent;

/// A switchboard.
#[derive(Debug)]
pub struct FakePbx {
    url: String,
    secret: Vec<u8>,
    agent: Agent,
}

/// One request, to be bent out of shape where a story wants that.
#[derive(Debug, Clone)]
pub struct Sent {
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`, seconds since 1970.
    pub timestamp: String,
    /// `webhook-signature`.
    pub signature: String,
    /// The body.
    pub body: Vec<u8>,
}

impl FakePbx {
    /// Of a community, with a secret as `jiban hotline source add` prints it.
    pub fn new(addr: SocketAddr, slug: &str, secret: &str) -> Self {
        let secret = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let agent = Agent::config_builder().http_status_as_error(false).build().into();
        Self { url: format!("http://{addr}/channels/hotline/{slug}/events"), secret, agent }
    }

    /// An event of a call with these members of `data` beside its id.
    pub fn event(&self, (id, kind, call): (&str, &str, &str), data: Value, at: DateTime<Utc>) -> Sent {
        let mut all =
            json!({ "call_id": call, "direction": "inbound", "callee": "4001234567", "raw": { "any": "thing" } });
        all.as_object_mut().unwrap().extend(data.as_object().unwrap().clone());
        let stamp = at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let body = json!({ "type": kind, "timestamp": stamp, "data": all });
        self.sign(id, at, body.to_string().into_bytes())
    }

    /// Signs a body.
    pub fn sign(&self, id: &str, at: DateTime<Utc>, body: Vec<u8>) -> Sent {
        let timestamp = at.timestamp().to_string();
        let mut signed = format!("{id}.{timestamp}.").into_bytes();
        signed.extend_from_slice(&body);
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).unwrap();
        mac.update(&signed);
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        Sent { id: id.to_owned(), timestamp, signature, body }
    }

    /// Sends it; the status.
    pub fn send(&self, sent: &Sent) -> u16 {
        self.send_to("", sent)
    }

    /// Sends it with something behind the address.
    pub fn send_to(&self, more: &str, sent: &Sent) -> u16 {
        let request = self
            .agent
            .post(format!("{}{more}", self.url))
            .header("content-type", "application/json")
            .header("webhook-id", &sent.id)
            .header("webhook-timestamp", &sent.timestamp)
            .header("webhook-signature", &sent.signature);
        // A server that refuses a large body early may close before all of it was taken.
        request.send(&sent.body[..]).map_or(413, |answer| answer.status().as_u16())
    }

    /// Sends an event as it should be, and expects it to be taken.
    #[track_caller]
    pub fn tell(&self, event: (&str, &str, &str), data: Value, at: DateTime<Utc>) {
        assert_eq!(self.send(&self.event(event, data, at)), 204, "{event:?}");
    }
}
