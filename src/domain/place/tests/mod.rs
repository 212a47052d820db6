//! Sentences as people write them, and what must be read in them.

mod forms;
mod meaning;
mod odd;
mod resolving;

use uuid::Uuid;

use super::*;

fn id(n: u128) -> PlaceId {
    PlaceId(Uuid::from_u128(n))
}

/// Two gardens, gates in both, a garage bay, a building known by a name.
fn names() -> Names {
    use PlaceKind::*;
    Names::new(
        [
            (1, Garden, "恒泰园"),
            (1, Garden, "恒泰"),
            (1, Garden, "Hengtai Garden"),
            (2, Garden, "富泽园"),
            (11, Spot, "南门"),
            (12, Spot, "南门"),
            (13, Spot, "恒泰园东门"),
            (14, Spot, "地下车库B1-077"),
            (15, Spot, "大厅"),
            (16, Spot, "3号电梯"),
            (20, Building, "老年公寓"),
            (21, Building, "3号楼"),
            (22, Spot, "门"),
            (23, Flat, "501"),
        ]
        .map(|(n, kind, name)| (id(n), kind, name.to_owned())),
    )
}

/// A place in short: garden/building/unit/flat/number of spots, `_` for what was not said.
fn short(said: &Said) -> String {
    let part = |p: &Option<String>| p.clone().unwrap_or_else(|| "_".into());
    let garden = match (said.garden, &said.garden_word) {
        (Some(g), _) => g.0.as_u128().to_string(),
        (None, Some(word)) => format!("?{word}"),
        (None, None) => "_".into(),
    };
    let spots = if said.spots.is_empty() { String::new() } else { format!("/{}spots", said.spots.len()) };
    format!("{garden}/{}/{}/{}{spots}", part(&said.building), part(&said.unit), part(&said.flat))
}

fn all(text: &str) -> String {
    parse_all(text, &names()).iter().map(short).collect::<Vec<_>>().join(" ")
}
