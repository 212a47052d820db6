//! How much one sender may ask for in a minute, so that a flood from one leaves the others served.
//!
//! Whoever proves who they are (a session, a token) is counted by that, however many sit behind one address; everybody else, and
//! whoever fails to prove it, by address. What is proven first and counted then cannot be crowded out by what is not.
//!
//! It protects this process and lives in its memory: a restart forgets, and two processes allow twice as much.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::HttpRequest;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{Semaphore, SemaphorePermit};
use uuid::Uuid;

use super::{Edge, client};

/// How long a refusal is kept back. Who floods over a connection sends the next request when the last is answered, and answering
/// thousands a second takes the processors from everybody else, however little each needs.
pub const HOLD: Duration = Duration::from_secs(1);
/// What refusals kept back at once may take, in kilobytes.
const WAITING_MOST: usize = 16 * 1024;
/// What one takes beside its own body and that of its request, in kilobytes; estimated.
const WAITING_LEAST: u64 = 8;

/// The allowances of one process. Cheap to clone; the default allows everything.
#[derive(Debug, Clone, Default)]
pub struct Allowance {
    inner: Arc<Inner>,
    hold: Duration,
}

#[derive(Debug)]
struct Inner {
    addresses: Option<DefaultKeyedRateLimiter<IpAddr>>,
    callers: Option<DefaultKeyedRateLimiter<Uuid>>,
    turned_away: [AtomicU64; 2],
    waiting: Semaphore,
}

impl Default for Inner {
    fn default() -> Self {
        let waiting = Semaphore::new(WAITING_MOST);
        Self { addresses: None, callers: None, turned_away: Default::default(), waiting }
    }
}

/// The allowance is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    /// When the next request will be taken, for Retry-After.
    pub seconds: u32,
}

impl Allowance {
    /// So many requests a minute from an address, and by a session or token; all of them may come at once. 0: no limit.
    pub fn new(address: u32, caller: u32) -> Self {
        let inner = Inner { addresses: limiter(address), callers: limiter(caller), ..Inner::default() };
        Self { inner: Arc::new(inner), hold: Duration::ZERO }
    }

    /// The same, each refusal kept back this long.
    #[must_use]
    pub const fn holding(mut self, hold: Duration) -> Self {
        self.hold = hold;
        self
    }

    /// How long a refusal of so many bytes, those of its request among them, is to be kept back, and its place among those that
    /// are; none when too much is.
    pub fn place_to_wait(&self, bytes: u64) -> Option<(SemaphorePermit<'_>, Duration)> {
        if self.hold.is_zero() {
            return None;
        }
        let takes = u32::try_from(bytes / 1024 + WAITING_LEAST).ok()?;
        Some((self.inner.waiting.try_acquire_many(takes).ok()?, self.hold))
    }

    /// A request of somebody who did not prove who they are.
    ///
    /// # Errors
    /// [`TooMany`] when their address has used up its allowance.
    pub fn address(&self, edge: &Edge, request: &HttpRequest) -> Result<(), TooMany> {
        let (Some(limiter), Some(address)) = (&self.inner.addresses, client(edge, request)) else { return Ok(()) };
        self.check(limiter, &household(address), 0)
    }

    /// A request by a session or token that was found to be valid.
    ///
    /// # Errors
    /// [`TooMany`] when it has used up its allowance.
    pub fn caller(&self, id: Uuid) -> Result<(), TooMany> {
        self.inner.callers.as_ref().map_or(Ok(()), |limiter| self.check(limiter, &id, 1))
    }

    fn check<K: Hash + Eq + Clone>(
        &self,
        limiter: &DefaultKeyedRateLimiter<K>,
        key: &K,
        counter: usize,
    ) -> Result<(), TooMany> {
        limiter.check_key(key).map_err(|full| {
            self.inner.turned_away[counter].fetch_add(1, Ordering::Relaxed);
            let wait = full.wait_time_from(DefaultClock::default().now()).as_secs_f64().ceil();
            // At most the whole minute.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let seconds = wait.clamp(1.0, 60.0) as u32;
            TooMany { seconds }
        })
    }

    /// Requests answered 429 since the process began, by what they were counted by.
    pub fn turned_away(&self) -> [(&'static str, u64); 2] {
        let [addresses, callers] = &self.inner.turned_away;
        [("address", addresses.load(Ordering::Relaxed)), ("caller", callers.load(Ordering::Relaxed))]
    }

    /// Forgets whoever has their whole allowance again; without this a long life would gather every address there is.
    pub fn forget_idle(&self) {
        if let Some(limiter) = &self.inner.addresses {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        if let Some(limiter) = &self.inner.callers {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

fn limiter<K: Hash + Eq + Clone>(a_minute: u32) -> Option<DefaultKeyedRateLimiter<K>> {
    NonZeroU32::new(a_minute).map(|a_minute| RateLimiter::keyed(Quota::per_minute(a_minute)))
}

/// An IPv6 customer has a whole /64 to choose addresses from.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn from(address: &str) -> HttpRequest {
        TestRequest::get().peer_addr((address.parse::<IpAddr>().unwrap(), 40_000).into()).to_http_request()
    }

    #[test]
    fn one_address_does_not_use_up_anothers_allowance() {
        let (edge, allowance) = (Edge::default(), Allowance::new(3, 0));
        let ask = |address: &str| allowance.address(&edge, &from(address));
        for _ in 0..3 {
            assert_eq!(ask("203.0.113.9"), Ok(()));
        }
        let wait = ask("203.0.113.9").unwrap_err().seconds;
        assert!((1..=20).contains(&wait), "{wait} s");
        assert_eq!(ask("203.0.113.10"), Ok(()));
        assert_eq!(allowance.turned_away(), [("address", 1), ("caller", 0)]);
        assert_eq!(allowance.caller(Uuid::nil()), Ok(()), "0 is no limit");
    }

    #[test]
    fn an_ipv6_network_is_one_address() {
        let (edge, allowance) = (Edge::default(), Allowance::new(1, 1));
        assert_eq!(allowance.address(&edge, &from("2001:db8:1:2::1")), Ok(()));
        assert!(allowance.address(&edge, &from("2001:db8:1:2:ffff::9")).is_err());
        assert_eq!(allowance.address(&edge, &from("2001:db8:1:3::1")), Ok(()));
    }

    #[test]
    fn a_forwarded_address_counts_behind_our_proxy_alone() {
        let proxied = Edge { trusted_proxies: vec![("10.0.0.1".parse().unwrap(), 32)], ..Edge::default() };
        let allowance = Allowance::new(1, 1);
        let said = |peer: &str, forwarded: &str| {
            let peer = (peer.parse::<IpAddr>().unwrap(), 40_000).into();
            let request = TestRequest::get().peer_addr(peer).insert_header(("x-forwarded-for", forwarded));
            allowance.address(&proxied, &request.to_http_request())
        };
        assert_eq!((said("10.0.0.1", "203.0.113.1"), said("10.0.0.1", "203.0.113.2")), (Ok(()), Ok(())));
        assert!(said("10.0.0.1", "203.0.113.1").is_err());
        assert_eq!(said("198.51.100.7", "203.0.113.8"), Ok(()));
        assert!(said("198.51.100.7", "203.0.113.9").is_err(), "a made-up address is no other sender");
    }

    #[test]
    fn each_caller_has_their_own() {
        let allowance = Allowance::new(1, 2);
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!([allowance.caller(one), allowance.caller(one), allowance.caller(other)], [Ok(()); 3]);
        assert!(allowance.caller(one).is_err());
        allowance.forget_idle();
        assert!(allowance.caller(one).is_err(), "who is over the limit is not forgotten");
    }
}
