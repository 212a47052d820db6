//! What was said, against the register.

use super::*;

fn node(n: u128, kind: PlaceKind, code: &str) -> PlaceNode {
    PlaceNode { id: id(n), parent: None, kind, code: code.into(), name: String::new() }
}

/// Garden 1 or 2, building, unit, flat as far as given; ids say where a node stands.
fn path(garden: u128, codes: &[u128]) -> PlacePath {
    let mut nodes = vec![node(garden, PlaceKind::Garden, if garden == 1 { "HT" } else { "FZ" })];
    let mut at = garden;
    for (code, kind) in codes.iter().zip([PlaceKind::Building, PlaceKind::Unit, PlaceKind::Flat]) {
        at = at * 10_000 + code;
        nodes.push(node(at, kind, &code.to_string()));
    }
    PlacePath::from_nodes(nodes)
}

fn resolved(text: &str, found: &[PlacePath], bound: Option<&PlacePath>) -> String {
    let shown = |p: &PlacePath| format!("{}:{}", p.garden.as_ref().map_or("", |g| &g.code), p.door());
    match resolve(parse(text, &names()).as_ref(), found, bound) {
        Resolved::Known(p) => shown(&p),
        Resolved::Ambiguous(paths) => format!("? {}", paths.iter().map(shown).collect::<Vec<_>>().join(" ")),
        Resolved::Text(words) => format!("“{words}”"),
        Resolved::Unsaid => "-".into(),
    }
}

#[test]
fn resolves_against_the_register() {
    let both = [path(1, &[3]), path(2, &[3])];
    let deep = [path(1, &[3]), path(1, &[3, 2]), path(1, &[3, 2, 501])];
    let home = path(1, &[3, 2, 501]);
    let other = path(2, &[5, 1, 101]);
    for (text, found, bound, wanted) in [
        ("谢谢", &both[..], Some(&home), "-"),
        ("恒泰园3号楼2单元501", &deep[..], None, "HT:3-2-501"),
        ("恒泰园3号楼2单元601", &deep[..2], None, "HT:3-2"),
        ("恒泰园3号楼4单元601", &deep[..1], None, "HT:3"),
        ("恒泰园3号楼", &both[..], None, "HT:3"),
        ("恒泰园9号楼", &[path(1, &[])][..], None, "HT:HT"),
        ("恒泰园9号楼", &[][..], None, "“恒泰园9号楼”"),
        ("3号楼", &both[..], None, "? HT:3 FZ:3"),
        ("3号楼", &both[..], Some(&home), "HT:3"),
        ("3号楼", &both[..], Some(&other), "? HT:3 FZ:3"),
        ("富泽园3号楼", &both[..], Some(&home), "FZ:3"),
        ("万和园3号楼", &both[..], Some(&home), "? HT:3 FZ:3"),
        ("3号楼", &both[1..], None, "FZ:3"),
        ("9号楼", &[][..], Some(&home), "“9号楼”"),
        ("恒泰园", &[path(1, &[])][..], None, "HT:HT"),
        ("3号楼501", &[path(1, &[3, 1, 501]), path(1, &[3, 2, 501])][..], None, "HT:3"),
        ("3号楼501", &[path(1, &[3, 1, 501]), path(1, &[3, 2, 501])][..], Some(&home), "HT:3-2-501"),
        ("3号楼501", &[path(1, &[3, 1, 501])][..], None, "HT:3-1-501"),
        ("楼上601太吵", &[path(1, &[3, 1, 601]), path(1, &[3, 2, 601])][..], Some(&home), "HT:3-2-601"),
        ("楼上901太吵", &[][..], Some(&home), "HT:3"),
        ("2单元电梯坏了", &[path(1, &[3, 2])][..], Some(&home), "HT:3-2"),
        ("楼上601太吵", &[][..], None, "“601”"),
        ("富泽园501漏水", &[path(2, &[])][..], Some(&home), "FZ:FZ"),
    ] {
        assert_eq!(resolved(text, found, bound), wanted, "{text} with {} found", found.len());
    }
}

#[test]
fn resolves_spots_by_garden_and_home() {
    let gate = |garden: u128, n: u128| {
        let spot = PlaceNode { name: "南门".into(), ..node(n, PlaceKind::Spot, "s") };
        PlacePath { spot: Some(spot), ..path(garden, &[]) }
    };
    let found = [gate(1, 11), gate(2, 12)];
    let home = path(2, &[3, 2, 501]);
    assert_eq!(resolved("南门堵车", &found, None), "? HT:南门 FZ:南门");
    assert_eq!(resolved("南门堵车", &found, Some(&home)), "FZ:南门");
    assert_eq!(resolved("恒泰园南门堵车", &found, Some(&home)), "HT:南门");
    assert_eq!(resolved("南门堵车", &found[..1], None), "HT:南门");
    assert_eq!(resolved("南门堵车", &[], None), "“南门”");
}

fn called(n: u128, kind: PlaceKind, code: &str, name: &str) -> PlaceNode {
    PlaceNode { name: name.into(), ..node(n, kind, code) }
}

#[test]
fn words_and_door() {
    let path = PlacePath::from_nodes([
        called(4, PlaceKind::Flat, "501", ""),
        called(1, PlaceKind::Garden, "ht", "恒泰园"),
        called(2, PlaceKind::Building, "3", "3号楼"),
        called(3, PlaceKind::Unit, "2", ""),
    ]);
    assert_eq!(path.words(Language::Zh), "恒泰园 3 号楼 2 单元 501");
    assert_eq!(path.words(Language::En), "恒泰园, Building 3, Unit 2, 501");
    assert_eq!(path.door(), "3-2-501");
    assert_eq!(path.leaf().map(|n| n.code.as_str()), Some("501"));
    assert_eq!(path.depth(), 4);

    let gate = PlacePath::from_nodes([
        called(1, PlaceKind::Garden, "ht", "Hengtai Garden"),
        called(9, PlaceKind::Spot, "g1", "南门"),
    ]);
    assert_eq!(gate.words(Language::Zh), "Hengtai Garden 南门");
    assert_eq!(gate.words(Language::En), "Hengtai Garden, 南门");
    assert_eq!(gate.door(), "南门");
    assert_eq!(PlacePath::default().words(Language::Zh), "");
    assert_eq!(PlacePath::default().door(), "");
}

#[test]
fn common_part() {
    let flat = |unit: u128, flat: u128| {
        PlacePath::from_nodes([
            called(2, PlaceKind::Building, "3", ""),
            called(unit, PlaceKind::Unit, "1", ""),
            called(flat, PlaceKind::Flat, "501", ""),
        ])
    };
    let shared = PlacePath::common(&[flat(3, 4), flat(5, 6)]);
    assert_eq!(shared.door(), "3");
    assert_eq!(PlacePath::common(&[]), PlacePath::default());
}

#[test]
fn a_code_is_kept_the_way_it_is_read() {
    for (written, kept) in [
        ("08", "8"),
        ("0501", "501"),
        ("３", "3"),
        ("a", "A"),
        ("03a", "3A"),
        ("十二", "12"),
        (" B 1", "B1"),
        ("0", "0"),
        ("东", "东"),
    ] {
        assert_eq!(code(written), kept, "{written}");
        assert!(same_code(written, kept));
    }
    assert!(!same_code("50", "5"));
}
