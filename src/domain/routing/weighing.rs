//! From words heard to a verdict: emergencies first, then the weightiest category, unless it is no request at all.

use super::catalogue::{Catalogue, Category, EmergencyKind, Silence};
use super::hearing::Heard;
use super::lessons::Judgement;
use super::sign::{Sign, Span};
use super::understanding::{NoRequest, Suggestion, Understanding, Verdict};
use crate::domain::words::{Kind, Urgency};

/// How many suggestions are offered.
const SUGGESTIONS: usize = 3;

/// A message of at most this many letters that points nowhere is chat ("1111", an emoji), not a request.
const CHAT_CHARS: usize = 2;

/// A plea and a child near make no emergency of a sentence that does not sound like one; they help it this far.
const MOST_PRESSING: f32 = 0.5;

/// Understands one sentence or message.
pub fn understand(catalogue: &Catalogue, text: &str) -> Understanding {
    let text = catalogue.spelling.read(text);
    let heard = catalogue.lexicon.hear(&text, catalogue.reading.reach, catalogue.terms);
    let ranked = rank(catalogue, &heard);
    let silence = silence(catalogue, &heard);
    let best = ranked.first().map_or(0.0, |r| r.weight);
    let emergency = emergency(catalogue, &heard);
    match (emergency, silence) {
        (Some((kind, spans)), _) => alarm(catalogue, &heard, (kind, spans), &ranked),
        (None, Some((why, weight, spans))) if weight > best => {
            let mut out = blank(&heard);
            out.kind = if matches!(why, NoRequest::Thanks) { Kind::Praise } else { Kind::Enquiry };
            out.confidence = share(weight, best);
            out.words = words(&heard, &spans);
            out.verdict = Verdict::NoRequest(why);
            out
        }
        (None, silence) => weigh(catalogue, &heard, &ranked, silence.map_or(0.0, |s| s.1)),
    }
}

/// A category with the weight of what points at it.
struct Ranked<'c> {
    category: &'c Category,
    weight: f32,
    spans: Vec<Span>,
}

fn blank(heard: &Heard<'_>) -> Understanding {
    let wordless = heard.text.chars.iter().filter(|c| c.is_alphabetic()).count() <= CHAT_CHARS;
    Understanding {
        kind: Kind::Help,
        verdict: if wordless { Verdict::NoRequest(NoRequest::Chat) } else { Verdict::Unsure },
        category: None,
        urgency: Urgency::Normal,
        confidence: 0.0,
        emergency: None,
        paid: false,
        confidential: false,
        words: Vec::new(),
        suggestions: Vec::new(),
    }
}

/// The weightiest sign counts in full, each further one a share: many weak signs do not outweigh one strong.
fn weight(heard: &Heard<'_>, signs: &[Sign], more: f32) -> (f32, Vec<Span>) {
    let (mut most, mut sum, mut spans) = (0.0_f32, 0.0_f32, Vec::new());
    for sign in signs {
        if let Some(found) = sign.seen(heard, false) {
            sum += sign.weight;
            most = most.max(sign.weight);
            spans.extend(found);
        }
    }
    (most + more * (sum - most), spans)
}

fn rank<'c>(catalogue: &'c Catalogue, heard: &Heard<'_>) -> Vec<Ranked<'c>> {
    let more = catalogue.reading.more_signs;
    let weighed = catalogue.categories.iter().map(|category| {
        let (weight, spans) = weight(heard, &category.signs, more);
        Ranked { category, weight, spans }
    });
    let mut ranked: Vec<_> = weighed.filter(|r| r.weight > 0.0).collect();
    ranked.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    ranked
}

fn silence(catalogue: &Catalogue, heard: &Heard<'_>) -> Option<(NoRequest, f32, Vec<Span>)> {
    let weighed = catalogue.silences.iter().map(|Silence { what, signs }| {
        let (weight, spans) = weight(heard, signs, catalogue.reading.more_signs);
        (what.clone(), weight, spans)
    });
    weighed.filter(|(_, weight, _)| *weight > 0.0).max_by(|a, b| a.1.total_cmp(&b.1))
}

fn emergency<'c>(catalogue: &'c Catalogue, heard: &Heard<'_>) -> Option<(&'c EmergencyKind, Vec<Span>)> {
    if catalogue.calm.iter().any(|sign| sign.seen(heard, false).is_some()) {
        return None;
    }
    let judged = catalogue.lessons().judge(heard);
    let doubted = judged.as_ref().is_some_and(|j| j.chance < catalogue.danger.unlikely);
    let mut found: Vec<(&EmergencyKind, f32, Vec<Span>)> = Vec::new();
    for kind in &catalogue.emergencies {
        for sign in &kind.signs {
            let seen = sign.seen(heard, true).filter(|spans| !(doubted && unlikely(catalogue, heard, spans)));
            if let Some(spans) = seen {
                found.push((kind, sign.weight, spans));
            }
        }
    }
    if found.is_empty() {
        let pressing = pressing(catalogue, heard);
        found = hinted(catalogue, heard, pressing);
        if found.is_empty() {
            return learnt(catalogue, judged?, pressing);
        }
    }
    // The first of the weightiest: the file's order is the order of danger.
    let most = found.iter().map(|f| f.1).fold(0.0, f32::max);
    found.into_iter().find(|f| f.1 >= most).map(|(kind, _, spans)| (kind, spans))
}

/// Whether the clauses that hold the words sound like no emergency; politeness around them does not count.
fn unlikely(catalogue: &Catalogue, heard: &Heard<'_>, spans: &[Span]) -> bool {
    let text = heard.text;
    let clauses = spans.iter().map(|span| text.clause[span.0]);
    let (Some(first), Some(last)) = (clauses.clone().min(), clauses.max()) else { return false };
    let part = (text.clause.partition_point(|c| *c < first), text.clause.partition_point(|c| *c <= last));
    let judged = catalogue.lessons().judge_part(text, part);
    judged.is_some_and(|j| j.chance < catalogue.danger.unlikely)
}

/// What the signs weigh together, and the words seen.
fn sum(heard: &Heard<'_>, signs: &[Sign], certain: bool) -> (f32, Vec<Span>) {
    let (mut sum, mut spans) = (0.0_f32, Vec::new());
    for sign in signs {
        if let Some(found) = sign.seen(heard, certain) {
            sum += sign.weight;
            spans.extend(found);
        }
    }
    (sum, spans)
}

/// How far what stands beside it makes danger likelier (a child near, a plea) or less so (little, past, a question).
fn pressing(catalogue: &Catalogue, heard: &Heard<'_>) -> f32 {
    sum(heard, &catalogue.danger.raise, true).0 - sum(heard, &catalogue.danger.lower, false).0
}

/// The emergencies whose hints together weigh enough.
fn hinted<'c>(catalogue: &'c Catalogue, heard: &Heard<'_>, pressing: f32) -> Vec<(&'c EmergencyKind, f32, Vec<Span>)> {
    let weighed = catalogue.emergencies.iter().map(|kind| {
        let (own, spans) = sum(heard, &kind.hints, true);
        (kind, if own > 0.0 { own + pressing } else { 0.0 }, spans)
    });
    weighed.filter(|(_, weight, _)| *weight >= catalogue.danger.sure).collect()
}

/// What the example sentences say of it.
fn learnt<'c>(
    catalogue: &'c Catalogue,
    judged: Judgement<'_>,
    pressing: f32,
) -> Option<(&'c EmergencyKind, Vec<Span>)> {
    let odds = (judged.chance / (1.0 - judged.chance).max(f32::EPSILON)).ln() + pressing.min(MOST_PRESSING);
    if 1.0 / (1.0 + (-odds).exp()) < catalogue.danger.learnt {
        return None;
    }
    Some((catalogue.emergency(judged.kind)?, judged.spans))
}

fn alarm(
    catalogue: &Catalogue,
    heard: &Heard<'_>,
    (kind, spans): (&EmergencyKind, Vec<Span>),
    ranked: &[Ranked<'_>],
) -> Understanding {
    let own = ranked.iter().find(|r| kind.closer.contains(&r.category.code)).map(|r| r.category);
    let usual = catalogue.category(&kind.category);
    let category = own.or(usual);
    let first = category.map(|category| Suggestion {
        queue: kind.queue,
        category: category.code.clone(),
        confidence: 0.95,
        words: words(heard, &spans),
    });
    let others = suggestions(catalogue, heard, ranked, 0.0);
    let others = others.into_iter().filter(|s| Some(&s.category) != category.map(|c| &c.code) && !s.words.is_empty());
    Understanding {
        kind: match category {
            Some(category) if category.kind == Kind::Repair => Kind::Repair,
            _ => Kind::Help,
        },
        verdict: Verdict::Queue(kind.queue),
        category: category.map(|c| c.code.clone()),
        urgency: Urgency::Emergency,
        confidence: 0.95,
        emergency: Some(kind.code.clone()),
        paid: category.is_some_and(|c| c.paid),
        words: words(heard, &spans),
        suggestions: first.into_iter().chain(others).take(SUGGESTIONS).collect(),
        ..blank(heard)
    }
}

fn weigh(catalogue: &Catalogue, heard: &Heard<'_>, ranked: &[Ranked<'_>], silence: f32) -> Understanding {
    let mut out = blank(heard);
    if matches!(out.verdict, Verdict::NoRequest(_)) && ranked.is_empty() {
        out.kind = Kind::Enquiry;
        out.confidence = 0.9;
        return out;
    }
    out.verdict = Verdict::Unsure;
    out.suggestions = suggestions(catalogue, heard, ranked, silence);
    let Some(best) = ranked.first() else {
        out.kind = tone(catalogue, heard, None);
        return out;
    };
    let queue = best.category.queue;
    let rival = ranked.iter().find(|r| r.category.queue != queue).map_or(0.0, |r| r.weight).max(silence);
    let reading = &catalogue.reading;
    if best.weight >= reading.sure_score && best.weight - rival >= reading.sure_margin * best.weight {
        out.verdict = Verdict::Queue(queue);
    }
    out.confidence = share(best.weight, rival);
    out.kind = tone(catalogue, heard, Some(best.category.kind));
    out.category = Some(best.category.code.clone());
    out.urgency = best.category.urgency;
    if out.urgency == Urgency::Normal && catalogue.hurry.iter().any(|sign| sign.seen(heard, false).is_some()) {
        out.urgency = Urgency::Urgent;
    }
    out.paid = best.category.paid;
    out.confidential = best.category.confidential;
    out.words = words(heard, &best.spans);
    out
}

/// The kind the category usually has, unless the way of speaking says more than one point otherwise.
fn tone(catalogue: &Catalogue, heard: &Heard<'_>, usual: Option<Kind>) -> Kind {
    let mut best = (usual.unwrap_or(Kind::Help), if usual.is_some() { 2.0 } else { 0.0 });
    for tone in &catalogue.tones {
        let (weight, _) = weight(heard, &tone.signs, catalogue.reading.more_signs);
        if weight > best.1 {
            best = (tone.kind, weight);
        }
    }
    best.0
}

/// 0 to 1: near 1 for a heavy weight far above its rival, ½ or less for two alike.
fn share(weight: f32, rival: f32) -> f32 {
    if weight <= 0.0 {
        return 0.0;
    }
    let (own, other) = (weight * weight, rival * rival);
    own / (own + other) * weight / (weight + 0.4)
}

fn suggestions(catalogue: &Catalogue, heard: &Heard<'_>, ranked: &[Ranked<'_>], silence: f32) -> Vec<Suggestion> {
    let total: f32 = ranked.iter().map(|r| r.weight).sum::<f32>() + silence + 0.4;
    let scored = ranked.iter().map(|r| Suggestion {
        queue: r.category.queue,
        category: r.category.code.clone(),
        confidence: r.weight / total,
        words: words(heard, &r.spans),
    });
    let fallback = catalogue.reading.fallback.iter().filter_map(|code| catalogue.category(code));
    let fallback = fallback.filter(|c| ranked.iter().all(|r| r.category.code != c.code)).map(|c| Suggestion {
        queue: c.queue,
        category: c.code.clone(),
        confidence: 0.05,
        words: Vec::new(),
    });
    scored.chain(fallback).take(SUGGESTIONS).collect()
}

/// The resident's own words under the spans: in order, each once, none inside another.
fn words(heard: &Heard<'_>, spans: &[Span]) -> Vec<String> {
    let mut sorted = spans.to_vec();
    sorted.sort_by_key(|span| (span.0, std::cmp::Reverse(span.1)));
    let mut out: Vec<String> = Vec::new();
    let mut until = 0;
    for (start, end) in sorted {
        if end <= until {
            continue;
        }
        until = end;
        let word = heard.text.original(start, end);
        if !out.contains(&word) {
            out.push(word);
        }
    }
    out
}
