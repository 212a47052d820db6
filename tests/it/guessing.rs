//! Guessing passwords: how often, from where, and that it does not keep the true user out.

use chrono::TimeDelta;

use crate::support::{Page, Person, on_both, town};

fn wrong(person: &Person, login: &str) -> Page {
    person.sign_in(login, "not-the-password")
}

on_both! {
    /// Ten guesses an hour on an account, fifty from an address; the right password does not help meanwhile.
    fn guessing(app: &TestApp) {
        let guesser = app.visitor();
        for _ in 0..10 {
            wrong(&guesser, "agent1").is(401);
        }
        app.advance(TimeDelta::minutes(10));
        wrong(&guesser, "agent1").is(429).says("请 50 分后再试").says("value=\"agent1\"");
        guesser.sign_in("agent1", town::PASSWORD).is(429);
        app.person("agent2");
        // The two that were refused counted for the address too; the one that was right did not.
        for n in 0..38 {
            wrong(&guesser, &format!("made-up-{n}")).is(401);
        }
        guesser.sign_in("agent2", town::PASSWORD).is(429).says("试的次数太多");
        app.advance(TimeDelta::minutes(51));
        guesser.sign_in("agent1", town::PASSWORD).is(303);
    }

    /// Whoever guesses from elsewhere does not lock out the true user at a browser that is known; that one has ten of its own.
    fn guessing_from_elsewhere(app: &TestApp) {
        let (known, colleague, guesser) = (app.person("agent1"), app.visitor(), app.visitor());
        known.submit("/account", "/logout", &[]).is(303);
        // A colleague at the same desk does not make it forget.
        known.sign_in("agent2", town::PASSWORD).is(303);
        known.submit("/account", "/logout", &[]).is(303);
        for _ in 0..10 {
            wrong(&guesser, "agent1").is(401);
        }
        guesser.sign_in("agent1", town::PASSWORD).is(429);
        colleague.sign_in("agent1", town::PASSWORD).is(429);
        known.sign_in("agent1", town::PASSWORD).is(303);
        let change = [("old", town::PASSWORD), ("new", "院子里的石榴树又开花了吗"), ("again", "院子里的石榴树又开花了吗")];
        known.submit("/account", "/account/password", &change).is(303);
        guesser.sign_in("agent1", town::PASSWORD).is(429);
        known.submit("/account", "/logout", &[]).is(303);
        for _ in 0..10 {
            wrong(&known, "agent1").is(401);
        }
        wrong(&known, "agent1").is(429);
        app.advance(TimeDelta::hours(1));
        known.sign_in("agent1", "院子里的石榴树又开花了吗").is(303);
    }

    /// A hundred guesses at once are not one: they are counted before the password is looked at.
    fn guessing_at_once(app: &TestApp) {
        let looked_at = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..24).map(|_| scope.spawn(|| wrong(&app.visitor(), "agent1").status)).collect();
            tries.into_iter().map(|one| one.join().unwrap()).filter(|status| *status == 401).count()
        });
        assert!(looked_at <= 10, "{looked_at} passwords were looked at");
    }
}
