//! Mail under protection: TLS from the first byte or by STARTTLS, signing in, certificates nobody we trust has signed.

use chrono::TimeDelta;
use jiban::jobs::Outside;
use jiban::notify::email::Tls;

use super::{in_state, mailed, news_due, run};
use crate::support::smtp::{Catcher, Guard, House, LOGIN};
use crate::support::{TestApp, on_both};
use crate::tickets::drain;

/// One letter is due; the round that tries it.
fn tried(app: &TestApp, outside: &Outside) {
    mailed(app, &["weixiu1"]);
    drain(app);
    run(app, outside);
}

/// Tries until the letter is given up; what the list of failures then says.
fn given_up(app: &TestApp, outside: &Outside) -> String {
    // One letter a round is tried while the server is away, and the passing days bring others.
    for _ in (0..60).take_while(|_| news_due(app) > 0) {
        app.advance(TimeDelta::hours(10));
        run(app, outside);
    }
    assert_eq!((in_state(app, "sent"), news_due(app)), (0, 0));
    app.person("manager").get("/notices/failed").is(200).body.clone()
}

on_both! {
    /// TLS from the first byte, with a password: nothing can be read on the way.
    fn a_letter_goes_out_over_tls_with_sign_in(app: &TestApp) {
        for (round, ways) in ["PLAIN LOGIN", "LOGIN"].into_iter().enumerate() {
            let catcher = Catcher::guarded(Guard::Whole(ways));
            tried(app, &catcher.outside_by(Tls::Whole, LOGIN.1, Some(catcher.authority())));
            assert_eq!((in_state(app, "sent"), catcher.taken().len()), (round as i64 + 1, 1));
            assert_eq!(catcher.taken()[0].to, ["weixiu1@example.com"]);
            assert_eq!(catcher.signed_in(), [ways.split(' ').next().unwrap()]);
            assert_eq!(catcher.clear(), "");
        }
    }

    /// STARTTLS, with a password: in the clear stands nothing but the wish for it.
    fn a_letter_goes_out_over_starttls_with_sign_in(app: &TestApp) {
        for (round, ways) in ["PLAIN LOGIN", "LOGIN"].into_iter().enumerate() {
            let catcher = Catcher::guarded(Guard::StartTls(ways));
            tried(app, &catcher.outside_by(Tls::StartTls, LOGIN.1, Some(catcher.authority())));
            assert_eq!((in_state(app, "sent"), catcher.taken().len()), (round as i64 + 1, 1));
            assert_eq!(catcher.signed_in(), [ways.split(' ').next().unwrap()]);
            let clear = catcher.clear();
            let (greeting, wish) = clear.split_once('\n').unwrap();
            assert!(greeting.starts_with("EHLO ") && wish == "STARTTLS", "{clear}");
        }
    }

    /// Signed by nobody this machine knows, or by another authority than the named one: no password, no letter; tried later,
    /// and it goes as soon as the authority is named.
    fn a_certificate_nobody_vouches_for_is_refused(app: &TestApp) {
        for guard in [Guard::Whole("PLAIN"), Guard::StartTls("PLAIN")] {
            let tls = if matches!(guard, Guard::Whole(_)) { Tls::Whole } else { Tls::StartTls };
            let catcher = Catcher::guarded(guard);
            let before = in_state(app, "sent");
            for authorities in [None, Some(House::new().authority)] {
                tried(app, &catcher.outside_by(tls, LOGIN.1, authorities));
                assert_eq!((in_state(app, "sent"), in_state(app, "dead"), catcher.taken().len()), (before, 0, 0));
                assert!(catcher.signed_in().is_empty() && !catcher.clear().contains("AUTH"));
            }
            app.advance(TimeDelta::minutes(5));
            run(app, &catcher.outside_by(tls, LOGIN.1, Some(catcher.authority())));
            assert_eq!((in_state(app, "sent"), catcher.taken().len()), (before + 2, 2));
        }
    }

    /// Nobody mends it for a day: the list of failures says what is wrong, and nothing is lost.
    fn an_untrusted_certificate_is_named_in_the_list_of_failures(app: &TestApp) {
        let catcher = Catcher::guarded(Guard::Whole("PLAIN"));
        tried(app, &catcher.outside_by(Tls::Whole, LOGIN.1, None));
        let failed = given_up(app, &catcher.outside_by(Tls::Whole, LOGIN.1, None));
        assert!(failed.contains("certificate is not trusted") && failed.contains("UnknownIssuer"), "{failed}");
        assert!(catcher.taken().is_empty() && catcher.signed_in().is_empty());
    }

    /// Somebody on the way hides STARTTLS: neither letter nor password goes in the clear.
    fn a_server_without_starttls_gets_nothing(app: &TestApp) {
        let catcher = Catcher::start();
        let outside = catcher.outside_by(Tls::StartTls, LOGIN.1, Some(catcher.authority()));
        tried(app, &outside);
        assert_eq!((in_state(app, "due"), in_state(app, "dead")), (1, 0));
        let failed = given_up(app, &outside);
        assert!(failed.contains("STARTTLS is not supported"), "{failed}");
        let said = catcher.clear();
        assert!(said.lines().all(|line| line.starts_with("EHLO ") || line == "QUIT"), "{said}");
        assert!(catcher.taken().is_empty());
    }

    /// A wrong password loses nothing: the reason is plain, and the right one sends what waited.
    fn a_wrong_password_is_named(app: &TestApp) {
        let catcher = Catcher::guarded(Guard::StartTls("PLAIN LOGIN"));
        let outside = |password| catcher.outside_by(Tls::StartTls, password, Some(catcher.authority()));
        tried(app, &outside("of last year"));
        assert_eq!((in_state(app, "due"), in_state(app, "dead"), catcher.taken().len()), (1, 0, 0));
        let failed = given_up(app, &outside("of last year"));
        assert!(failed.contains("does not take our user and password") && failed.contains("535"), "{failed}");
        assert!(!failed.contains("of last year") && !catcher.clear().contains("AUTH"));
        drain(app);
        run(app, &outside(LOGIN.1));
        assert!(catcher.taken().iter().any(|letter| letter.subject().contains("新工单")));
        assert_eq!(catcher.taken().len(), catcher.signed_in().len());
    }
}
