//! The small facts beside a ticket: reporters, places, ties, files, and the line read back to a caller.

use crate::domain::notice::letter::headline;
use crate::domain::view::{AttachmentView, LinkView, ReporterView};
use crate::domain::wording;
use crate::domain::words::{LinkKind, Status};
use crate::engine::delivery::ToldLine;
use crate::web::rows::Teller;
use crate::web::texts::fill;

use super::forms::Desk;
use super::show::{Fact, Reporter, Tied};

/// Who reported it, with a masked number.
pub(super) fn reporter(reporter: &ReporterView, teller: &Teller) -> Reporter {
    let work = &teller.t.work;
    let mut role = vec![reporter.role.word(teller.language)];
    if reporter.wechat {
        role.push(work.by_wechat);
    }
    if reporter.left {
        role.push(work.has_left);
    }
    Reporter {
        id: reporter.id.to_string(),
        name: reporter.name.clone().unwrap_or_else(|| work.no_name.to_owned()),
        role: role.join(work.comma),
        phone: reporter.phone.clone().unwrap_or_default(),
        whole: reporter.phone_whole,
        note: "",
    }
}

/// Places, kind, channel, who has it: what is so.
pub(super) fn facts(desk: Desk<'_>) -> Vec<Fact> {
    let (page, teller) = (desk.page, desk.teller);
    let (line, t, language) = (&page.line, teller.t, teller.language);
    let place = |words: String| if words.is_empty() { t.common.no_place.to_owned() } else { words };
    let about = line.place.words(language);
    let home = page.reporter_place.words(language);
    let home = if !home.is_empty() && home == about { t.work.place_same.to_owned() } else { place(home) };
    let mut facts = vec![
        (t.ticket.place_matter, place(about)),
        (t.ticket.place_resident, home),
        (t.ticket.kind, line.kind.word(language).to_owned()),
    ];
    if let Some(category) = &line.category {
        facts.push((t.ticket.category, category.word(language).to_owned()));
    }
    facts.push((t.ticket.channel, line.channel.word(language).to_owned()));
    if let Some(queue) = line.queue {
        facts.push((t.ticket.queue, queue.word(language).to_owned()));
    }
    if let Some((_, name)) = &line.worker {
        facts.push((t.ticket.worker, name.clone()));
    }
    facts.push((t.ticket.opened, teller.moment(line.opened_at)));
    if let Some(outcome) = line.outcome {
        facts.push((t.ticket.outcome, outcome.word(language).to_owned()));
    }
    if let Some(day) = line.review_on {
        facts.push((t.verbs.finish_review, teller.day(day)));
    }
    facts
}

/// A tied ticket and how it is tied.
pub(super) fn tied(link: &LinkView, teller: &Teller) -> Tied {
    let work = &teller.t.work;
    let how = match (link.kind, link.from_here) {
        (LinkKind::Parent, true) => work.parent,
        (LinkKind::Parent, false) => work.child,
        (LinkKind::FollowOn, true) => work.earlier,
        (LinkKind::FollowOn, false) => work.follow_on,
        (LinkKind::Merged, true) => work.merged_into,
        (LinkKind::Merged, false) => work.absorbed,
        (LinkKind::Incident, _) => work.incident,
    };
    Tied { href: format!("/tickets/{}", link.id), number: link.number.clone(), status: link.status, how }
}

/// A file in words.
pub(super) fn attachment(file: &AttachmentView, teller: &Teller) -> String {
    let work = &teller.t.work;
    let kind = match file.kind.as_str() {
        "image" => work.attachment_image,
        "voice" => work.attachment_voice,
        "video" => work.attachment_video,
        "location" => work.attachment_location,
        _ => work.attachment_link,
    };
    let detail = match (file.state.as_str(), &file.label) {
        (_, Some(label)) => label.clone(),
        ("to_fetch", None) => work.attachment_to_fetch.to_owned(),
        ("lost", None) => work.attachment_lost.to_owned(),
        _ => String::new(),
    };
    let parts = [kind.to_owned(), detail, teller.moment(file.at)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(work.comma)
}

/// What an agent reads to the caller: number, who takes care, by when.
pub(super) fn read_back(desk: Desk<'_>) -> String {
    let (line, teller) = (&desk.page.line, desk.teller);
    let number = line.number.to_string();
    // A limit that has passed is no promise to read out.
    let due = line.due_at.filter(|due| *due > teller.now);
    match (line.queue.filter(|_| line.status != Status::Done), due) {
        (Some(queue), Some(due)) => {
            let who = wording::who_takes_care(queue, teller.language);
            let by = wording::due_words(due, teller.now, teller.zone, teller.language);
            fill(teller.t.work.read_back, &[&number, who, &by])
        }
        (None, _) if line.status == Status::Unassigned => fill(teller.t.work.read_back_short, &[&number]),
        _ => String::new(),
    }
}

/// A notice: what it says, for whom, what became of it.
pub fn told(line: &ToldLine, teller: &Teller) -> (&'static str, String, &'static str) {
    let t = &teller.t.notices;
    let who = if line.name.is_empty() { t.reporter.to_owned() } else { line.name.clone() };
    let state = match (line.state.as_str(), line.medium.as_str()) {
        ("sent", _) => t.sent,
        ("kept", "reply") => t.kept_reply,
        ("kept", _) => t.kept_console,
        ("dropped", _) => t.dropped,
        ("dead", _) => t.dead,
        _ => t.due,
    };
    (headline(&line.template, teller.language), format!("{who} · {}", teller.moment(line.at)), state)
}
