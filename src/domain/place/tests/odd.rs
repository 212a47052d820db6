//! Odd and hostile texts.

use super::*;

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
