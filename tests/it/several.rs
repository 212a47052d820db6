//! Two real processes on one PostgreSQL: nothing one of them needs is kept in the other's memory.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;

use jiban::fail_point::FailPoint;
use serde_json::json;

use crate::support::app::postgres;
use crate::support::served::Served;
use crate::support::{Person, town};

fn two_processes(story: impl FnOnce(&Served, [SocketAddr; 2])) {
    let Some(backend) = postgres() else { return };
    let town = Served::start(backend);
    let servers = [town.serve(), town.serve()];
    story(&town, servers.each_ref().map(|server| server.addr));
    for server in servers {
        assert_eq!(server.stop().0, 0);
    }
}

/// WeChat pushes a message again before the first push is answered, and the proxy hands it to the other process.
#[test]
fn a_message_given_to_both_is_one_ticket_and_one_letter() {
    const MESSAGES: usize = 24;
    two_processes(|town, addrs| {
        town.mailed(&["weixiu1", "weixiu2"]);
        let replies: Vec<_> = std::thread::scope(|scope| {
            let one = |n: usize, addr| move || town.told(addr, n, "我家恒泰园3号楼2单元501下水道堵了");
            let all: Vec<_> = (0..MESSAGES).map(|n| addrs.map(|addr| scope.spawn(one(n, addr)))).collect();
            all.into_iter().map(|pair| pair.map(|thread| thread.join().unwrap())).collect()
        });
        let mut told = BTreeSet::new();
        for [first, second] in replies {
            assert_eq!(first, second);
            assert!(told.insert(first), "two messages got one number");
        }
        assert_eq!(town.count("ticket"), 24);
        town.catcher.wait(2 * MESSAGES);
        assert_eq!(
            (town.catcher.taken().len(), town.catcher.ids().len()),
            (2 * MESSAGES, 2 * MESSAGES),
            "a letter came twice"
        );
    });
}

/// Signed in at one process, listening at the other: a ring and a change told to the first are heard.
#[test]
fn a_ring_reaches_the_agent_at_the_other_process() {
    two_processes(|town, [here, there]| {
        let agent = Person::new(here);
        agent.sign_in("agent1", town::PASSWORD).is(303);
        let elsewhere = agent.at(there);
        let mut heard = BufReader::new(elsewhere.listen("/live")).lines().map(Result::unwrap);
        let now = town.engine.now();
        let data = json!({ "caller": "13800000001", "agent": "8001", "ringing_at": now.to_rfc3339() });
        town.pbx(here).tell(("r", "call.ringing", "r"), data, now);
        assert!(heard.any(|line| line.starts_with("data: {\"kind\":\"ringing\"")));
        elsewhere.get("/agent").says("张三").says("接起并记录");
        town.told(here, 1, "恒泰园3号楼2单元501水管漏水");
        assert!(heard.any(|line| line == "event: changed"));
        // Signed out at one, out at the other too.
        let out = agent.submit("/agent", "/logout", &[]);
        out.is(303);
        assert_eq!(elsewhere.get("/agent").status, 303);
    });
}

/// One process dies with a letter in its hands; the other goes on, and sends it when the lease has run out.
#[test]
fn the_other_process_takes_over_what_one_had_leased() {
    let Some(backend) = postgres() else { return };
    let town = Served::start(backend);
    town.mailed(&["weixiu1"]);
    let dying = town.serve_until(FailPoint::LetterLeased);
    town.told(dying.addr, 1, "我家恒泰园3号楼2单元501下水道堵了");
    dying.kill_at(FailPoint::LetterLeased);
    let other = town.serve();
    town.told(other.addr, 2, "我家恒泰园3号楼2单元603下水道堵了");
    town.catcher.wait(1);
    assert!(town.catcher.taken()[0].body().contains("603"), "the dead one's lease holds");
    let of_the_first = "ticket_id = (SELECT id FROM ticket ORDER BY id LIMIT 1)";
    town.execute(&format!(
        "UPDATE delivery SET leased_until = noticed_at WHERE leased_by IS NOT NULL AND {of_the_first}"
    ));
    town.catcher.wait(2);
    assert_eq!(other.stop().0, 0);
    assert_eq!((town.catcher.taken().len(), town.catcher.ids().len()), (2, 2));
}
