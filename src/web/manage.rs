//! The manager's one screen: what stands open now, how the last days went; each figure leads to its list.

mod chart;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::frame;
use super::gate::run;
use super::icon::Icon;
use super::list::asked::href;
use super::page::Page;
use super::rows::Teller;
use super::session::{Member, Overseer};
use super::texts::{Manage, fill};
use super::trouble::Trouble;
use crate::domain::view::{Day, Overview, QueueStanding, Share};
use crate::domain::wording::{Round, duration};
use crate::domain::words::{Language, Platform, Queue};
use crate::engine::{Engine, Failure, look};
use chart::Bar;

/// What the same-day share is held against, in tenths of a percent.
const GOAL_PER_MILLE: i64 = 900;

/// The screen's address.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/manage", web::get().to(show));
}

/// A figure with its list.
#[derive(Debug, Clone)]
struct Tile {
    label: &'static str,
    icon: Option<Icon>,
    value: String,
    href: String,
    note: String,
    /// Red: late, or someone must go now.
    red: bool,
}

/// A number that leads to its list; plain where there is nothing.
#[derive(Debug, Clone)]
struct Figure {
    value: String,
    href: String,
    red: bool,
}

/// A row of a small table.
#[derive(Debug, Clone)]
struct Row {
    label: String,
    /// The label's list.
    href: String,
    figures: Vec<Figure>,
    /// The whole row's sum.
    total: bool,
}

/// A share in words: the percentage never stands without its counts.
#[derive(Debug, Clone)]
struct Rate {
    /// 92.4, or empty when there is nothing to have a share of.
    percent: String,
    /// 4 / 5 件.
    counts: String,
    part_href: String,
    of_href: String,
    /// Against the goal; empty without a share.
    against: String,
    good: bool,
}

/// One offer's direction.
#[derive(Debug, Clone)]
struct OfferRow {
    to: Platform,
    label: String,
    figure: Figure,
    first: String,
}

#[derive(Template)]
#[template(path = "manage.html")]
struct ManagePage {
    p: Page,
    as_of: String,
    scope: String,
    blind: bool,
    tiles: Vec<Tile>,
    today: Rate,
    fortnight: Rate,
    bars: Vec<Bar>,
    axis: Vec<String>,
    chart_says: String,
    days: Vec<Row>,
    queues: Vec<Row>,
    channels: Vec<Row>,
    offers: Vec<OfferRow>,
    bypass: Rate,
    bypass_what: String,
    bypass_one_in: String,
}

/// `GET /manage`.
async fn show(who: Overseer, request: HttpRequest, engine: Data<Engine>) -> Result<HttpResponse, Trouble> {
    let (staff, language) = (who.staff.clone(), who.session.language);
    let read = run(&engine, move |engine| {
        let teller = Teller::new(language, &*engine.settings(staff.community)?, engine.now());
        Ok::<_, Failure>((teller, look::manage(engine, &staff)?))
    });
    let (teller, (view, counts)) = read.await?;
    let mut p = frame::page(&request, &who.session, teller.t.manage.title);
    p.count(&counts);
    let own: Vec<Queue> = counts.iter().map(|count| count.queue).collect();
    Ok(frame::show(&request, StatusCode::OK, &draw(p, &who, &view, (&teller, &own))))
}

fn draw(p: Page, who: &Member, view: &Overview, (teller, own): (&Teller, &[Queue])) -> ManagePage {
    let (t, language) = (&teller.t.manage, teller.language);
    let desks: Vec<Platform> = Platform::ALL.iter().copied().filter(|desk| who.at_desk(*desk)).collect();
    let scope = match desks.as_slice() {
        [] => t.scope_none.to_owned(),
        [Platform::Property] => t.scope_property.to_owned(),
        [Platform::Committee] => t.scope_committee.to_owned(),
        _ => String::new(),
    };
    let first = view.days.first().map_or(view.today, |day| day.date).to_string();
    let today = view.today.to_string();
    let all = view
        .days
        .iter()
        .fold(Share::default(), |sum, day| Share { part: sum.part + day.same_day.part, of: sum.of + day.same_day.of });
    let last = view.days.last();
    ManagePage {
        as_of: fill(t.as_of, &[&p.now_text]),
        scope,
        blind: desks.is_empty(),
        tiles: tiles(view, teller, &desks),
        today: rate(t, last.map(|day| day.same_day).unwrap_or_default(), (&today, &today)),
        fortnight: rate(t, all, (&first, &today)),
        bars: chart::bars(&view.days, GOAL_PER_MILLE),
        axis: chart::axis(&view.days, |day| teller.day(day), t.today),
        chart_says: chart::says(t, &view.days, GOAL_PER_MILLE),
        days: view.days.iter().rev().map(|day| day_row(day, teller, day.date == view.today)).collect(),
        queues: queues(view, own, t, language),
        channels: last.map(|day| channels(day, language)).unwrap_or_default(),
        offers: offers(view, teller),
        bypass: bypass(view, t),
        bypass_what: fill(t.bypass_what, &[&teller.day(view.bypass.since)]),
        bypass_one_in: match view.bypass.share {
            Share { part: 0, .. } => String::new(),
            Share { part, of } => fill(t.bypass_one_in, &[&thousands(of / part)]),
        },
        p,
    }
}

fn tiles(view: &Overview, teller: &Teller, desks: &[Platform]) -> Vec<Tile> {
    let (t, now) = (&teller.t.manage, &view.standing);
    let tile = |label, value: i64, fields: &[(&str, &str)], note: String| Tile {
        label,
        icon: None,
        value: thousands(value),
        href: href(fields),
        note,
        red: false,
    };
    let alarm = |icon, tile: Tile| Tile { icon: Some(icon), red: tile.value != "0", ..tile };
    let some = |count: i64, some: String, none: &str| if count > 0 { some } else { none.to_owned() };
    let today = view.today.to_string();
    let opened = view.days.last().map_or(0, |day| day.same_day.of);
    let late = now.latest_by.map(|by| fill(t.late_longest, &[&duration(by, teller.language, Round::Up)]));
    let working: i64 = now.open - now.unassigned;
    let review = view.next_review.map(|day| fill(t.next_review, &[&teller.day(day)]));
    let review = review.unwrap_or_else(|| t.deferred_none.to_owned());
    let due = |count: i64| fill(t.review_due, &[&thousands(count)]);
    let mut tiles = vec![
        tile(t.opened_today, opened, &[("from", &today), ("to", &today)], channel_note(view, teller)),
        tile(t.open, now.open, &[("status", "open")], fill(t.open_of, &[&thousands(working)])),
        tile(
            t.unassigned,
            now.unassigned,
            &[("status", "unassigned")],
            some(now.unassigned, t.unassigned_some.to_owned(), t.unassigned_none),
        ),
        alarm(Icon::Late, tile(t.late, now.late, &[("only", "late")], late.unwrap_or_else(|| t.late_none.to_owned()))),
        alarm(
            Icon::Emergency,
            tile(
                t.emergencies,
                now.emergencies,
                &[("urgency", "emergency"), ("status", "open")],
                some(now.emergencies, t.emergencies_some.to_owned(), t.emergencies_none),
            ),
        ),
        tile(t.held, now.held, &[("only", "held")], some(now.held_due, due(now.held_due), t.review_none)),
        tile(
            t.deferred,
            view.deferred,
            &[("only", "deferred")],
            some(view.deferred_due, due(view.deferred_due), &review),
        ),
    ];
    for offered in view.offers.iter().filter(|offered| desks.contains(&offered.to)) {
        let by = offered.first_by.map(|by| fill(t.first_by, &[&teller.moment(by)]));
        let code = format!("offer_{}", offered.to);
        tiles.push(tile(t.offers, offered.count, &[("only", &code)], by.unwrap_or_else(|| t.offers_none.to_owned())));
    }
    tiles
}

/// The two channels most came in by.
fn channel_note(view: &Overview, teller: &Teller) -> String {
    let mut channels = view.days.last().map(|day| day.channels.clone()).unwrap_or_default();
    channels.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let said = channels.iter().take(2).map(|(channel, count)| format!("{} {count}", channel.word(teller.language)));
    said.collect::<Vec<_>>().join(teller.t.work.comma)
}

fn rate(t: &Manage, share: Share, (from, to): (&str, &str)) -> Rate {
    let per_mille = share.per_mille();
    let against = match per_mille.map(|share| share - GOAL_PER_MILLE) {
        None => String::new(),
        Some(0) => t.at_goal.to_owned(),
        Some(more @ 1..) => fill(t.above, &[&points(more)]),
        Some(less) => fill(t.below, &[&points(-less)]),
    };
    Rate {
        percent: per_mille.map(points).unwrap_or_default(),
        counts: fill(t.of_tickets, &[&thousands(share.part), &thousands(share.of)]),
        part_href: href(&[("from", from), ("to", to), ("only", "same_day")]),
        of_href: href(&[("from", from), ("to", to)]),
        against,
        good: per_mille.is_some_and(|share| share >= GOAL_PER_MILLE),
    }
}

fn bypass(view: &Overview, t: &Manage) -> Rate {
    let share = view.bypass.share;
    let (from, to) = (view.bypass.since.to_string(), view.today.to_string());
    Rate {
        percent: share.per_mille().filter(|_| share.part > 0).map(points).unwrap_or_default(),
        counts: fill(t.of_tickets, &[&thousands(share.part), &thousands(share.of)]),
        part_href: href(&[("channel", "city_12345"), ("from", &from), ("to", &to)]),
        of_href: href(&[("from", &from), ("to", &to)]),
        against: thousands(share.part),
        good: share.part == 0,
    }
}

fn figure(count: i64, fields: &[(&str, &str)]) -> Figure {
    let link = if count > 0 { href(fields) } else { String::new() };
    Figure { value: thousands(count), href: link, red: false }
}

fn day_row(day: &Day, teller: &Teller, today: bool) -> Row {
    let date = day.date.to_string();
    let span = [("from", date.as_str()), ("to", date.as_str())];
    let same_day = [span[0], span[1], ("only", "same_day")];
    let share = day.same_day.per_mille().map_or_else(|| "–".to_owned(), |share| format!("{}%", points(share)));
    let said = teller.day(day.date);
    Row {
        label: if today { format!("{said} {}", teller.t.manage.today) } else { said },
        href: String::new(),
        figures: vec![
            figure(day.same_day.part, &same_day),
            figure(day.same_day.of, &span),
            Figure { value: share, href: String::new(), red: false },
        ],
        total: false,
    }
}

/// The queues the person may open, and others that hold something in sight; their sum last.
fn queues(view: &Overview, own: &[Queue], t: &Manage, language: Language) -> Vec<Row> {
    let none = |queue| QueueStanding { queue, assigned: 0, in_progress: 0, late: 0, held: 0 };
    let standing = |queue| view.standing.queues.iter().find(|row| row.queue == queue).copied();
    let rows: Vec<QueueStanding> = Queue::ALL
        .iter()
        .filter_map(|queue| standing(*queue).or_else(|| own.contains(queue).then(|| none(*queue))))
        .collect();
    let sum = rows.iter().fold(none(Queue::Maintenance), |sum, row| QueueStanding {
        queue: sum.queue,
        assigned: sum.assigned + row.assigned,
        in_progress: sum.in_progress + row.in_progress,
        late: sum.late + row.late,
        held: sum.held + row.held,
    });
    let mut out: Vec<Row> = rows.iter().map(|row| queue_row(row, row.queue.word(language), row.queue.code())).collect();
    if out.len() > 1 {
        // What nobody has been given stands in no queue, so the sums of late and held leave it out: no list shows just that.
        let mut total = queue_row(&sum, t.total, "");
        total.total = true;
        total.figures.iter_mut().skip(2).for_each(|figure| figure.href.clear());
        out.push(total);
    }
    out
}

fn queue_row(row: &QueueStanding, label: &str, queue: &str) -> Row {
    let late = figure(row.late, &[("queue", queue), ("only", "late")]);
    Row {
        label: label.to_owned(),
        href: if queue.is_empty() { String::new() } else { href(&[("queue", queue), ("status", "open")]) },
        figures: vec![
            figure(row.assigned, &[("queue", queue), ("status", "assigned")]),
            figure(row.in_progress, &[("queue", queue), ("status", "in_progress")]),
            Figure { red: row.late > 0, ..late },
            figure(row.held, &[("queue", queue), ("only", "held")]),
        ],
        total: false,
    }
}

fn channels(day: &Day, language: Language) -> Vec<Row> {
    let date = day.date.to_string();
    let row = |(channel, count): &(crate::domain::words::Channel, i64)| Row {
        label: channel.word(language).to_owned(),
        href: String::new(),
        figures: vec![figure(*count, &[("channel", channel.code()), ("from", &date), ("to", &date)])],
        total: false,
    };
    day.channels.iter().map(row).collect()
}

fn offers(view: &Overview, teller: &Teller) -> Vec<OfferRow> {
    let t = &teller.t.manage;
    let row = |offered: &crate::domain::view::Offered| OfferRow {
        to: offered.to,
        label: fill(t.offers_to, &[offered.to.word(teller.language)]),
        figure: figure(offered.count, &[("only", &format!("offer_{}", offered.to))]),
        first: offered.first_by.map(|by| fill(t.first_by, &[&teller.moment(by)])).unwrap_or_default(),
    };
    view.offers.iter().map(row).collect()
}

/// Tenths of a percent as percent: 924 is 92.4.
fn points(per_mille: i64) -> String {
    format!("{}.{}", per_mille / 10, per_mille % 10)
}

/// 5,120.
fn thousands(count: i64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_put_into_words() {
        for (count, said) in [(0, "0"), (12, "12"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(count), said);
        }
        assert_eq!((points(924).as_str(), points(1000).as_str(), points(5).as_str()), ("92.4", "100.0", "0.5"));
    }
}
