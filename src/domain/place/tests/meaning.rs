//! What the places of a sentence mean for it.

use super::*;

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

#[test]
fn what_is_said_beside_the_place_a_message_begins_with() {
    let names = names();
    for (text, beside) in [
        ("我家恒泰园3号楼2单元501下水道堵了", "下水道堵了"),
        ("你好，我住恒泰园3号楼2单元501，厨房的灯不亮", "厨房的灯不亮"),
        ("恒泰园3号楼2单元201楼上漏水把顶棚泡了", "楼上漏水把顶棚泡了"),
        ("三号楼二单元的门禁坏了", "门禁坏了"),
        // What does not begin with a place, or tells nothing without it, stays whole.
        ("下水道堵了，我家恒泰园3号楼2单元501", "下水道堵了，我家恒泰园3号楼2单元501"),
        ("楼上901太吵", "楼上901太吵"),
        ("恒泰园3号楼2单元501", "恒泰园3号楼2单元501"),
        ("", ""),
    ] {
        assert_eq!(beside_place(text, &names), beside, "{text}");
        assert!(text.ends_with(beside));
    }
    // Nobody greets at such length; whoever does is not cut in the middle of the door.
    for greeting in 60..90 {
        let text = format!("{}3号楼2单元501下水道堵了", "-".repeat(greeting));
        let beside = beside_place(&text, &names);
        assert!(beside == "下水道堵了" || beside == text, "{beside}");
    }
}
