//! Sentences as people write them, and what must be read in them.

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

#[test]
fn reads_the_written_forms() {
    for (text, wanted) in [
        ("我家恒泰园3号楼2单元501下水道堵了", "1/3/2/501"),
        ("恒泰园 3 号楼 2 单元 501 漏水", "1/3/2/501"),
        ("恒泰园３号楼２单元５０１室", "1/3/2/501"),
        ("恆泰 3號樓2單元501", "_/3/2/501"),
        ("三号楼二单元五零一没电", "_/3/2/501"),
        ("恒泰园三号楼二单元五零一没电", "1/3/2/501"),
        ("十二号楼的灯不亮", "_/12/_/_"),
        ("第十二号楼", "_/12/_/_"),
        ("３＃楼电梯坏了", "_/3/_/_"),
        ("3#楼", "_/3/_/_"),
        ("3#2单元501", "_/3/2/501"),
        ("3-2-501漏水", "_/3/2/501"),
        ("3—2—501漏水", "_/3/2/501"),
        ("3/2/501暖气不热", "_/3/2/501"),
        ("恒泰园3-2-501", "1/3/2/501"),
        ("03-02-0501", "_/3/2/501"),
        ("3-501水管爆了", "_/3/_/501"),
        ("3栋2单元501室", "_/3/2/501"),
        ("3幢1203", "_/3/_/1203"),
        ("A座1203空调水滴下来", "_/A/_/1203"),
        ("3A号楼2单元", "_/3A/2/_"),
        ("3号楼501", "_/3/_/501"),
        ("3号楼2门501", "_/3/2/501"),
        ("3号楼2-501", "_/3/2/501"),
        ("3号楼-2单元-501", "_/3/2/501"),
        ("3号楼，2单元，501号", "_/3/2/501"),
        ("5号楼东单元门禁坏了", "_/5/东/_"),
        ("5号楼12层1203", "_/5/_/1203"),
        ("5号楼2单元12层", "_/5/2/_"),
        ("5号楼两单元十二零三", "_/5/2/1203"),
        ("8号楼一千二百零一", "_/8/_/1201"),
        ("8号楼三〇一", "_/8/_/301"),
        ("12层1203漏水", "_/_/_/1203"),
        ("5楼501漏水", "_/_/_/501"),
        ("3楼2单元501漏水", "_/3/2/501"),
        ("恒泰园3楼2单元501", "1/3/2/501"),
        ("恒泰园3号501", "1/3/_/501"),
        ("恒泰的3号楼", "1/3/_/_"),
        ("恒泰园501", "1/_/_/501"),
        ("恒泰园里路灯不亮", "1/_/_/_"),
        ("2单元电梯坏了", "_/_/2/_"),
        ("2单元501漏水", "_/_/2/501"),
        ("我住603，楼上太吵", "_/_/_/603"),
        ("703很吵，我住603", "_/_/_/703 _/_/_/603"),
        ("楼上901太吵", "_/_/_/901"),
        ("隔壁的502装修", "_/_/_/502"),
        ("楼道里501门口堆满纸箱", "_/_/_/501"),
        ("3号楼2单元1室", "_/3/2/1"),
        ("3号楼2单元三天没水了", "_/3/2/_"),
        ("3号楼2单元一直漏水", "_/3/2/_"),
        ("恒泰园南门的灯坏了", "1/_/_/_/2spots"),
        ("恒泰园东门堵车", "_/_/_/_/1spots"),
        ("地下车库B1-077被占", "_/_/_/_/1spots"),
        ("地下车库Ｂ１－０７７", "_/_/_/_/1spots"),
        ("3号楼大厅灯不亮", "_/3/_/_/1spots"),
        ("3号电梯困人", "_/_/_/_/1spots"),
        ("老年公寓门口积水", "_/_/_/_/1spots"),
        ("万和园3号楼没水", "?万和园/3/_/_"),
        ("我家万和园3号楼没水", "?万和园/3/_/_"),
        ("怡海花园恒泰园3号楼", "1/3/_/_"),
        ("怡海花园3号楼", "_/3/_/_"),
        ("Building 3, Unit 2, Room 501 leaks", "_/3/2/501"),
        ("hengtai garden building 3 unit 2 501", "1/3/2/501"),
        ("flat 501 is noisy", "_/_/_/501"),
        ("3栋楼道灯坏了", "_/3/_/_"),
        ("501天花板漏水", "_/_/_/501"),
        ("5号楼2单元501 13800138001", "_/5/2/501"),
        ("3号楼2单元501卫生间漏水", "_/3/2/501"),
        ("C2-1单元门禁坏了", "_/C2/1/_"),
        ("3号楼的2单元的501", "_/3/2/501"),
        ("我家在恒泰园，3号楼", "1/3/_/_"),
        ("小区里905的业主天天装修", "_/_/_/905"),
        ("3号楼2单元\n501漏水", "_/3/2/501"),
        ("地址：恒泰园5号楼1单元302室", "1/5/1/302"),
        ("二十一号楼三单元二十一零三", "_/21/3/2103"),
        ("5号楼一楼大厅灯坏了", "_/5/_/_/1spots"),
        ("3号楼2单元电梯里有股焦味", "_/3/2/_"),
        ("3-2单元501没电", "_/3/2/501"),
        ("20栋A1602装修", "_/20/_/A1602"),
        ("3号楼2单元501B漏水", "_/3/2/501B"),
    ] {
        assert_eq!(all(text), wanted, "{text}");
    }
}

#[test]
fn leaves_other_numbers_alone() {
    for text in [
        "13800138001",
        "电话010-56781234",
        "打400-810-1234没人接",
        "138-0013-8001",
        "3月2日停水",
        "2026-03-02没电",
        "2026/3/2",
        "3-2-2026",
        "2026年了",
        "昨天3:20敲门",
        "8:30-9:30停水",
        "收费3-5块",
        "等了3-5天",
        "孩子3岁",
        "大概50-120平米",
        "201路公交",
        "我们坐201路公交",
        "110元",
        "120来了吗",
        "110",
        "119",
        "物业费2.5元",
        "三天没水",
        "一直没人来",
        "我住3楼",
        "住三楼",
        "等了三百多天",
        "一座垃圾山",
        "两栋楼都没水",
        "有3栋楼停水",
        "3-5号楼都没水",
        "3、5号楼都没水",
        "12345没人管",
        "3号下午来的",
        "3号电表跳闸",
        "15号501路公交改道",
        "充电桩3-120元",
        "8点到12点停水",
        "跳闸3次",
        "1-2单元都没水",
        "1111",
        "100块钱",
        "水压0.301",
        "身份证110101199001011234",
        "20260315-0042",
        "工单20260315-0042",
        "单号 0042",
        "型号X-501",
        "二维码扫不出来",
        "24/7/365",
        "v1.2.301",
        "谢谢",
        "",
        "   ",
        "\u{2028}",
        "😀",
        "门",
    ] {
        assert_eq!(all(text), "", "{text}");
    }
}

#[test]
fn says_the_words_and_the_room() {
    let said = parse("麻烦看下 恒泰园３号楼 2单元501，卫生间漏水", &names()).expect("a place");
    assert_eq!(said.words, "恒泰园３号楼 2单元501");
    assert_eq!(said.room_part, None, "another clause");
    let said = parse("3号楼2单元501的厨房漏水", &names()).expect("a place");
    assert_eq!(said.room_part.as_deref(), Some("厨房"));
    assert_eq!(parse("恒泰园有人在3号楼2单元501闹", &names()).map(|s| short(&s)).as_deref(), Some("_/3/2/501"));
}

#[test]
fn mostly_a_place_or_not() {
    for text in [
        "恒泰园3号楼2单元501",
        "我是恒泰园3号楼的",
        "我住在3号楼2单元501",
        "恒泰园",
        "恒泰园的",
        "3号楼",
        "3楼",
        "3号",
        "3-2",
        "3 2 501",
        "501",
        "我住501",
        "您好，我家在恒泰园3-2-501，谢谢",
        "怡海花园恒泰园3号楼",
        "3号楼电梯",
        "南门",
        "地下车库B1-077",
        "恒泰园，3号楼😀",
        "5号楼东单元",
        "2单元501",
    ] {
        assert!(mostly_place(text, &names()), "{text}");
    }
    for text in [
        "",
        "谢谢",
        "楼下",
        "恒泰园3号楼2单元501漏水",
        "3号楼停水了",
        "我住3楼",
        "3月2日",
        "120",
        "2026",
        "13800138001",
        "1",
        "恒泰园的路灯坏了",
        "501太吵",
        "😀",
    ] {
        assert!(!mostly_place(text, &names()), "{text}");
    }
}

#[test]
fn about_and_own_are_kept_apart() {
    for (text, about, own) in [
        ("楼上901太吵，我住801", "_/_/_/901", "_/_/_/801"),
        ("703很吵，我住603", "_/_/_/703", "_/_/_/603"),
        ("我家恒泰园3号楼2单元501漏水", "1/3/2/501", "1/3/2/501"),
        ("恒泰园3号楼2单元501漏水", "1/3/2/501", "-"),
        ("我是3-2-603的，楼上703半夜吵", "_/3/2/703", "_/3/2/603"),
        ("3号楼2单元703半夜吵，我住603", "_/3/2/703", "_/3/2/603"),
        ("我住恒泰园3号楼，5号楼前面有人烧纸", "_/5/_/_", "1/3/_/_"),
        ("我家楼上901漏水", "_/_/_/901", "-"),
        ("我家隔壁502装修", "_/_/_/502", "-"),
        ("恒泰园3-2-501是我家，暖气不热", "1/3/2/501", "1/3/2/501"),
        ("住3号楼2单元，没水", "_/3/2/_", "_/3/2/_"),
        ("我的车位被邻居占了，恒泰园3号楼", "1/3/_/_", "-"),
        ("没水", "-", "-"),
    ] {
        let (a, o) = about_and_own(text, &names());
        let shown = |s: Option<Said>| s.map_or("-".to_owned(), |s| short(&s));
        assert_eq!((shown(a).as_str(), shown(o).as_str()), (about, own), "{text}");
    }
}

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

/// Fragments set together at random, from a fixed seed: nothing panics, and every stretch is a part of the text.
#[test]
fn odd_mixtures_do_no_harm() {
    const PARTS: [&str; 44] = [
        "恒泰园",
        "3",
        "号楼",
        "#",
        "-",
        "/",
        "2",
        "单元",
        "501",
        "楼",
        "层",
        "五零一",
        "十",
        "两",
        "百",
        "我住",
        "我家",
        "楼上",
        "，",
        " ",
        "\u{2028}",
        "😀",
        "A",
        "Ａ",
        "座",
        "栋",
        "门",
        "号",
        "B1-077",
        "南门",
        "園",
        "苑",
        "\0",
        "\u{301}",
        "Building ",
        "Unit ",
        "𠮷",
        "٣",
        "①",
        "第",
        "13800138001",
        "东单元",
        "室",
        "的",
    ];
    let names = names();
    let mut state: u64 = 20_260_315;
    let mut next = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % n
    };
    for _ in 0..20_000 {
        let text: String = (0..next(12)).map(|_| PARTS[next(PARTS.len())]).collect();
        for said in parse_all(&text, &names) {
            assert!(text.contains(&said.words), "{text:?}: {:?}", said.words);
            assert!(said.exactness() > 0, "{text:?}: an empty place");
        }
        mostly_place(&text, &names);
        about_and_own(&text, &names);
        let _ = crate::domain::phone::Phone::parse(&text);
        crate::domain::phone::mask_in_text(&text);
        crate::domain::conversation::command(&text);
        crate::domain::conversation::says_nothing(&text);
        crate::domain::conversation::choice(&text, 5);
    }
}

/// Long monotonous texts are where a reader that looks back or ahead without bound would hang.
#[test]
fn long_texts_end() {
    for part in ["1", "一", "A", " ", "3-", "3号", "园", "恒泰园", "3号楼", "\u{2028}", "住", "[", "3 2 "] {
        let text = part.repeat(5_000);
        let _ = parse(&text, &names());
        mostly_place(&text, &names());
        about_and_own(&text, &names());
        crate::domain::conversation::says_nothing(&text);
        crate::domain::phone::mask_in_text(&text);
    }
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
