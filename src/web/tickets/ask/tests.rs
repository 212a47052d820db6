use super::*;
use crate::domain::words::Language;
use crate::web::texts::texts;

fn teller(zone: chrono_tz::Tz) -> Teller {
    let now = DateTime::from_timestamp(1_773_000_000, 0).unwrap();
    Teller { t: texts(Language::Zh), language: Language::Zh, zone, now, categories: std::sync::Arc::default() }
}

fn ask(verb: Verb, fields: &[(&str, &str)]) -> Result<Option<Ask>, FieldErrors> {
    let typed = Typed::new(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    read(verb, &typed, &teller(chrono_tz::Asia::Shanghai))
}

fn wrong(verb: Verb, fields: &[(&str, &str)]) -> Vec<&'static str> {
    let errors = ask(verb, fields).unwrap_err();
    errors.all().iter().map(|(field, _)| *field).collect()
}

#[test]
fn every_verb_but_attach_has_an_address() {
    for known in Verb::ALL {
        match noun(*known) {
            Some(noun) => assert_eq!(verb(noun), Some(*known)),
            None => assert_eq!(*known, Verb::Attach),
        }
    }
    assert_eq!(verb("delete"), None);
}

#[test]
fn times_are_the_communitys() {
    let got = ask(Verb::Hold, &[("reason", "等配件"), ("review_at", "2026-03-20T10:00")]).unwrap().unwrap();
    let at: DateTime<Utc> = "2026-03-20T02:00:00Z".parse().unwrap();
    assert_eq!(got, Ask::Hold { reason: "等配件".into(), review_at: at });
    assert_eq!(wrong(Verb::Hold, &[("reason", "x"), ("review_at", "tomorrow")]), ["review_at"]);
    let gap = Typed::new([("reason", "x"), ("review_at", "2026-03-29T02:30")].map(|(n, v)| (n.into(), v.into())));
    let errors = read(Verb::Hold, &gap, &teller(chrono_tz::Europe::Berlin)).unwrap_err();
    assert_eq!(errors.of("review_at"), texts(Language::Zh).work.time_skipped);
}

#[test]
fn every_missing_field_is_named_at_once() {
    assert_eq!(wrong(Verb::Offer, &[]), ["reason", "tried", "asked", "answer_by"]);
    assert_eq!(wrong(Verb::Transfer, &[("queue", "nowhere")]), ["queue", "reason"]);
    assert_eq!(wrong(Verb::Finish, &[]), ["outcome"]);
    assert_eq!(wrong(Verb::Assign, &[("worker", "me")]), ["worker"]);
    assert_eq!(wrong(Verb::Merge, &[("number", "42")]), ["number"]);
    assert_eq!(wrong(Verb::Note, &[("words", "  ")]), ["words"]);
    assert_eq!(wrong(Verb::Place, &[]), ["place"]);
}

#[test]
fn a_review_date_counts_for_deferred_only() {
    let both = |outcome| ask(Verb::Finish, &[("outcome", outcome), ("review_on", "2026-04-01"), ("note", " 换好了 ")]);
    let Some(Ask::Finish { review_on, note, .. }) = both("resolved").unwrap() else { panic!() };
    assert_eq!((review_on, note.as_deref()), (None, Some("换好了")));
    let Some(Ask::Finish { review_on, .. }) = both("deferred").unwrap() else { panic!() };
    assert_eq!(review_on, NaiveDate::from_ymd_opt(2026, 4, 1));
    assert_eq!(wrong(Verb::Finish, &[("outcome", "deferred")]), ["review_on"]);
}

#[test]
fn a_hold_takes_a_cause_a_detail_or_both() {
    let reason = |fields: &[(&str, &str)]| {
        let mut all = vec![("review_at", "2026-03-20 10:00")];
        all.extend_from_slice(fields);
        match ask(Verb::Hold, &all) {
            Ok(Some(Ask::Hold { reason, .. })) => reason,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(reason(&[("cause", "等配件")]), "等配件");
    assert_eq!(reason(&[("cause", "等配件"), ("reason", "周五到货")]), "等配件：周五到货");
    assert_eq!(wrong(Verb::Hold, &[("review_at", "2026-03-20 10:00"), ("cause", "")]), ["reason"]);
}

#[test]
fn refusals_find_their_field() {
    assert_eq!(field_of(&Refusal::TargetUnknown), Some("number"));
    assert_eq!(field_of(&Refusal::MergeCycle), Some("number"));
    assert_eq!(field_of(&Refusal::NeedsReviewDate), Some("review_on"));
    assert_eq!(field_of(&Refusal::TooLong { field: "place_text", limit: 200 }), Some("place"));
    assert_eq!(
        field_of(&Refusal::OtherPlatform { platform: crate::domain::words::Platform::Committee }),
        Some("queue")
    );
    assert_eq!(field_of(&Refusal::NoOffer), None);
    assert_eq!(field_of(&Refusal::NotYours), None);
}
