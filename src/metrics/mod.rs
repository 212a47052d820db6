//! The service in figures, as Prometheus reads them: counters of this process, and what stands open or waits in the database.
//!
//! Labels are codes and routes' templates; no figure tells of a person.

mod door;
mod requests;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::engine::gauges::{Gauges, Metered};
use crate::http::Allowance;

pub use door::routes;
pub use requests::count;

/// Upper bounds of the latency classes, in seconds: from a page that was quick to a visitor who was sent away after two seconds.
const CLASSES: [f64; 10] = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0];

type Labels<const N: usize> = [(&'static str, String); N];

/// The counters of this process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Metrics {
    kept: Arc<Registry>,
    requests: Family<Labels<3>, Counter>,
    seconds: Family<Labels<1>, Histogram, fn() -> Histogram>,
    refusals: Family<Labels<2>, Counter>,
    listeners: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// All at zero.
    pub fn new() -> Self {
        let requests = Family::<Labels<3>, Counter>::default();
        let seconds = Family::new_with_constructor((|| Histogram::new(CLASSES)) as fn() -> Histogram);
        let refusals = Family::<Labels<2>, Counter>::default();
        let listeners = Gauge::default();
        let mut kept = Registry::with_prefix("jiban");
        kept.register("http_requests", "Requests answered, by route, method and status", requests.clone());
        let help = "Time to the answer's head, by route; a live stream counts until it begins";
        kept.register_with_unit("http_request_duration", help, Unit::Seconds, seconds.clone());
        let help = "Pushes and events turned away, by channel and reason";
        kept.register("channel_refusals", help, refusals.clone());
        kept.register("live_listeners", "Open live streams of this process", listeners.clone());
        Self { kept: Arc::new(kept), requests, seconds, refusals, listeners }
    }

    /// Everything in the OpenMetrics text format. Without `gauges` the database was away.
    pub(crate) fn text(&self, gauges: Option<&Gauges>, (store, allowance): (&Metered, &Allowance)) -> String {
        let mut text = String::new();
        let mut now = Registry::with_prefix("jiban");
        store_counters(&mut now, store);
        turned_away(&mut now, allowance);
        now.register("database_up", "1 when the database answered this", ConstGauge::new(i64::from(gauges.is_some())));
        if let Some(gauges) = gauges {
            waiting(&mut now, gauges);
        }
        // Writing into a string does not fail.
        let _ = encode_registry(&mut text, &self.kept);
        let _ = encode_registry(&mut text, &now);
        let _ = encode_eof(&mut text);
        text
    }
}

fn store_counters(now: &mut Registry, store: &Metered) {
    let statements = ConstCounter::new(store.statements);
    now.register("database_statements", "Statements sent, beside those that begin and end transactions", statements);
    now.register("database_transactions", "Transactions begun", ConstCounter::new(store.transactions));
    let help = "Time requests and jobs waited for a database connection";
    now.register_with_unit("database_wait", help, Unit::Seconds, ConstCounter::new(store.waited.as_secs_f64()));
    let help = "Requests and jobs that got no database connection in time";
    now.register("database_wait_timeouts", help, ConstCounter::new(store.refused));
}

fn turned_away(now: &mut Registry, allowance: &Allowance) {
    let refused = Family::<Labels<1>, Counter>::default();
    for (by, count) in allowance.turned_away() {
        refused.get_or_create(&[("by", by.to_owned())]).inc_by(count);
    }
    now.register("flood_refusals", "Requests beyond the allowance of an address, or of a session or token", refused);
}

fn waiting(now: &mut Registry, gauges: &Gauges) {
    let open = Family::<Labels<3>, Gauge>::default();
    for (community, status, queue, count) in &gauges.open_tickets {
        let queue = queue.map_or("none", |queue| queue.code()).to_owned();
        let labels = [("community", community.clone()), ("status", status.code().to_owned()), ("queue", queue)];
        open.get_or_create(&labels).set(*count);
    }
    now.register("tickets_open", "Open tickets, by community, state and queue", open);
    let depth = Family::<Labels<1>, Gauge>::default();
    let age = Family::<Labels<1>, Gauge<f64, AtomicU64>>::default();
    for (stage, (count, first)) in [("notices", &gauges.notices), ("letters", &gauges.letters)] {
        let labels = [("stage", stage.to_owned())];
        depth.get_or_create(&labels).set(*count);
        let waited = first.map_or(0, |first| (gauges.at - first).num_milliseconds().max(0));
        age.get_or_create(&labels).set(waited as f64 / 1000.0);
    }
    now.register("outbox_waiting", "Notices to be handed on and letters to be sent", depth);
    now.register_with_unit("outbox_oldest_age", "Age of the first of them", Unit::Seconds, age);
    now.register("letters_dead", "Letters given up, to be replayed or set aside", ConstGauge::new(gauges.dead_letters));
}
