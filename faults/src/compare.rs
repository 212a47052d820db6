//! What was promised against what is there: by content and by number.

use std::collections::{BTreeMap, BTreeSet};

use jiban_bench::line::{self, Line};

use crate::load::Told;
use crate::scene::{Scene, Served};

/// Compares over the API and in the database, and proves the invariants. A sentence with the figures.
///
/// # Errors
/// What is lost, doubled or should never have been said.
pub fn compare(scene: &Scene, served: &Served, told: &Told) -> Result<String, String> {
    let mut faults = told.wrong.clone();
    let (mut lost, mut doubled) = (Vec::new(), Vec::new());
    let mut there: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut numbers = BTreeSet::new();
    for (words, number) in tickets(scene, served)? {
        if !numbers.insert(number.clone()) {
            doubled.push(format!("number {number}"));
        }
        there.entry(words).or_default().push(number);
    }
    let mut bare = scene.bare();
    for call in bare.lines("SELECT vendor_call_id AS line FROM call") {
        there.entry(call).or_default().push(String::new());
    }
    drop(bare);
    for taken in &told.taken {
        match there.get(&taken.what).map(Vec::as_slice) {
            None => lost.push(format!("{} {}", taken.what, taken.number)),
            Some([number]) if *number == taken.number => {}
            Some([number]) => lost.push(format!("{}: told {}, kept {number}", taken.what, taken.number)),
            Some(_) => {}
        }
    }
    let known: BTreeSet<&String> = told.taken.iter().map(|taken| &taken.what).chain(&told.open).collect();
    for (what, numbers) in &there {
        if numbers.len() > 1 {
            doubled.push(format!("{what}: {}", numbers.join(", ")));
        }
        if !known.contains(what) {
            faults.push(format!("{what}: nobody sent this"));
        }
    }
    if let Err(broken) = scene.check() {
        faults.push(broken);
    }
    let ((tickets, calls), line) =
        (told.counts(), |list: &[String]| list.iter().take(5).cloned().collect::<Vec<_>>().join("\n  "));
    let figures =
        format!("{tickets} tickets and {calls} calls acknowledged, {} lost, {} doubled", lost.len(), doubled.len());
    match tickets == 0 || lost.len() + doubled.len() + faults.len() > 0 {
        true => Err(format!("{figures}\n  {}\n  {}\n  {}", line(&lost), line(&doubled), line(&faults))),
        false => Ok(figures),
    }
}

/// Every ticket: the words and the number.
fn tickets(scene: &Scene, served: &Served) -> Result<Vec<(String, String)>, String> {
    let bearer = format!("authorization: Bearer {}\r\n", scene.token);
    let mut line = Line::open(served.addr).map_err(|error| error.to_string())?;
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/tickets?limit=200{cursor}");
        let answer = line.send(&line::get(&path, &bearer)).map_err(|error| error.to_string())?;
        let page: serde_json::Value =
            serde_json::from_slice(&answer.body).map_err(|error| format!("{path}: {} {error}", answer.status))?;
        let text = |item: &serde_json::Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
        let items = page["items"].as_array().ok_or_else(|| format!("{path}: {} {page}", answer.status))?;
        all.extend(items.iter().map(|item| (text(item, "description"), text(item, "number"))));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(all),
        }
    }
}
