//! What is turned away, with an empty body and nothing stored.

use super::town::{Raw, Town};
use crate::support::on_both;
use crate::support::wechat::{FakeWechat, Push};

/// The account as a forger might have it.
fn bent_account(town: &Town<'_>, bend: impl FnOnce(&mut FakeWechat)) -> FakeWechat {
    let mut fake = town.app.wechat();
    bend(&mut fake);
    fake
}

fn refused(town: &Town<'_>, push: &Push, status: u16, what: &str) {
    let raw = town.post(push);
    assert_eq!((raw.status, raw.body.as_str()), (status, ""), "{what}");
}

on_both! {
fn the_address_check(app: &TestApp) {
    let town = Town::of(app);
    let right = town.wechat.url_check(town.now(), "5793a0Zz");
    let raw = town.get(&right);
    assert_eq!((raw.status, raw.body.as_str()), (200, "5793a0Zz"));
    let wrong = [
        right.replace("signature=", "signature=0"),
        right.replace("5793a0Zz", "%3Cscript%3E"),
        format!("{right}&nonce=1"),
        town.wechat.url_check(town.now() - 601, "5793a0Zz"),
        town.wechat.path.clone(),
    ];
    for url in wrong {
        let raw = town.get(&url);
        assert_eq!((raw.status, raw.body.as_str()), (403, ""), "{url}");
    }
    let elsewhere = right.replace("hengtai", "elsewhere");
    assert_eq!((town.get(&elsewhere).status, town.get(&elsewhere).body.as_str()), (404, ""));
}
}

on_both! {
fn everything_wrong_leaves_nothing(app: &TestApp) {
    let town = Town::of(app);
    let message = town.wechat.text(town.sent("li"), "恒泰园3号楼楼道灯不亮了");
    let right = town.wechat.aes(town.now(), &message);
    let bent = |from: &str, to: &str| Push {
        path_and_query: right.path_and_query.replace(from, to),
        body: right.body.clone(),
    };
    let with = |body: &str| Push { path_and_query: right.path_and_query.clone(), body: body.to_owned() };
    refused(&town, &bent("msg_signature=", "msg_signature=0"), 403, "signature of another length");
    refused(&town, &bent("&openid=", "&openid=a&openid="), 400, "a parameter twice");
    refused(&town, &bent("encrypt_type=aes", "encrypt_type=raw"), 403, "downgraded");
    refused(&town, &town.wechat.plain(town.now(), &message), 403, "plain");
    refused(&town, &town.wechat.aes(town.now() - 601, &message), 403, "old");
    refused(&town, &with(""), 400, "empty");
    refused(&town, &with("<xml>"), 400, "cut off");
    refused(&town, &with(&format!("<!DOCTYPE a>{}", right.body)), 400, "a document type");
    refused(&town, &with(&"x".repeat(64 * 1024 + 1)), 413, "too large");
    let other = bent_account(&town, |fake| fake.token = "OtherToken".into());
    refused(&town, &other.aes(town.now(), &message), 403, "another token");
    let key = "OtherKeyOtherKeyOtherKeyOtherKeyOtherKeyOt0";
    let other = bent_account(&town, |fake| fake.aes_key = key.into());
    assert_eq!(town.post(&other.aes(town.now(), &message)).status / 100, 4, "another key");
    let other = bent_account(&town, |fake| fake.app_id = "wx0000000000000000".into());
    refused(&town, &other.aes(town.now(), &message), 403, "another app");
    let other = bent_account(&town, |fake| fake.original_id = "gh_other".into());
    let theirs = other.text(town.sent("li"), "水管漏水");
    refused(&town, &other.aes(town.now(), &theirs), 403, "another account");
    refused(&town, &bent("hengtai", "elsewhere"), 404, "another community");
    assert_eq!(town.rows(), [0, 0, 0, 0]);
    assert_eq!(town.post(&right).status, 200);
}
}

on_both! {
fn the_key_before_is_honoured_and_answers(app: &TestApp) {
    let town = Town::of(app);
    town.set("aes", Some("NewKeyNewKeyNewKeyNewKeyNewKeyNewKeyNewKey8"));
    // The fake still holds the old key, and reads the answer with it.
    let (reply, _) = town.ask("li", "恒泰园3号楼楼道灯不亮了");
    assert!(reply.contains("已收到"));
}
}

on_both! {
fn plain_mode_refuses_the_pair_with_another_body(app: &TestApp) {
    let town = Town::of(app);
    town.set("plain", None);
    let message = town.wechat.text(town.sent("li"), "恒泰园3号楼楼道灯不亮了");
    let push = town.wechat.plain(town.now(), &message);
    let first = town.post(&push);
    assert_eq!(first.status, 200);
    let same = |raw: &Raw| town.wechat.read_reply(&raw.body);
    assert_eq!(same(&town.post(&push)), same(&first));
    let forged = Push { body: push.body.replace("不亮", "太亮"), ..push };
    refused(&town, &forged, 403, "forged");
    assert_eq!(town.rows(), [1, 2, 1, 1]);
}
}
