//! From a sentence to the places said in it.

use super::read::{Address, Reader};
use super::{Names, Said, is_han};

/// A place and where it stands, in characters.
struct Found {
    said: Said,
    start: usize,
    end: usize,
}

/// Rooms and parts of a flat.
const ROOM_PARTS: [&str; 16] = [
    "卫生间",
    "洗手间",
    "厕所",
    "浴室",
    "厨房",
    "客厅",
    "阳台",
    "露台",
    "主卧",
    "次卧",
    "卧室",
    "书房",
    "餐厅",
    "玄关",
    "飘窗",
    "储藏室",
];

/// Words that add nothing to a message which names a place.
const FILLERS: [&str; 60] = [
    "我们家",
    "我们",
    "我家",
    "我住",
    "我是",
    "我在",
    "住在",
    "家住",
    "业主",
    "住户",
    "你好",
    "您好",
    "地址",
    "位置",
    "房号",
    "门牌",
    "这里",
    "这边",
    "那边",
    "旁边",
    "附近",
    "门口",
    "楼下",
    "楼上",
    "楼道",
    "电梯",
    "大厅",
    "单元门",
    "里面",
    "外面",
    "小区",
    "社区",
    "房间",
    "谢谢",
    "就是",
    "大堂",
    "走廊",
    "楼梯",
    "我",
    "住",
    "在",
    "是",
    "号",
    "的",
    "家",
    "就",
    "啊",
    "呢",
    "哦",
    "嗯",
    "哈",
    "呀",
    "室",
    "里",
    "内",
    "层",
    "户",
    "房",
    "恩",
    "吧",
];

/// Ends of a clause before a place that make it the resident's own.
const OWN_BEFORE: [&str; 13] =
    ["我家", "们家", "咱家", "俺家", "我自家", "我住", "们住", "家住", "本人", "本人住", "我", "我们", "现住"];

/// Beginnings of what follows a place that make it the resident's own.
const OWN_AFTER: [&str; 3] = ["是我家", "我家", "是我们家"];

/// The most exactly said place of a text; the first of several alike.
pub fn parse(text: &str, names: &Names) -> Option<Said> {
    best(read(text, names).1).map(|f| f.said)
}

/// Every place of a text, in the order said.
pub fn parse_all(text: &str, names: &Names) -> Vec<Said> {
    read(text, names).1.into_iter().map(|f| f.said).collect()
}

/// Whether a message is mostly a place: places, and nothing beside them but words such as 我住, 在, 的.
pub fn mostly_place(text: &str, names: &Names) -> bool {
    let (reader, found) = read(text, names);
    !found.is_empty() && nothing_else(&reader, &found)
}

/// The place a message is about, and the resident's own (after 我家, 我住, 我是). 楼上901太吵，我住801 is about 901 and
/// comes from 801. A lone place is what it is about; when the resident calls it theirs, it is both. A door said without
/// a building is taken to be in the building of the other place.
pub fn about_and_own(text: &str, names: &Names) -> (Option<Said>, Option<Said>) {
    let (reader, found) = read(text, names);
    let (own, other): (Vec<Found>, Vec<Found>) = found.into_iter().partition(|f| is_own(&reader, f));
    let mut own = best(own).map(|f| f.said);
    let mut about = best(other).map(|f| f.said);
    if let (Some(about), Some(own)) = (about.as_mut(), own.as_mut()) {
        let (was_about, was_own) = (about.clone(), own.clone());
        inherit(about, &was_own);
        inherit(own, &was_about);
    }
    if about.is_none() {
        about.clone_from(&own);
    }
    (about, own)
}

/// What may stand in front of a place that a message begins with.
const OPENERS: [&str; 14] =
    ["我们家", "我们", "我家", "我住", "我是", "我在", "住在", "家住", "你好", "您好", "地址", "我", "在", "住"];

/// The fewest letters that still tell something.
const TELLING: usize = 3;

/// The most letters of an unknown garden's name and of the gap after it, so far behind the opening its building stands.
const GARDEN_NAME: usize = 5;

/// The letters at a message's beginning in which an opening and a place have room.
const HEAD: usize = 80;

/// The most letters by which a unit and a door follow on a building.
const DOOR: usize = 20;

/// What a message says beside the place it begins with: 我家3号楼2单元501下水道堵了 tells 下水道堵了. A list that shows the
/// place in its own column has room for the matter then. The whole message if hardly anything would be left. Always the message's end.
pub fn beside_place<'a>(text: &'a str, names: &Names) -> &'a str {
    // Every line of a list is read here, so nothing is looked at behind the place that it may begin with.
    let head = text.char_indices().nth(HEAD).map_or(text, |(end, _)| &text[..end]);
    let reader = Reader::new(head);
    let opening = opening(&reader);
    let last = (opening + GARDEN_NAME).min(reader.chars.len());
    let first = (0..last).find_map(|at| place_at(&reader, names, at, 0));
    // A place near the end of what is looked at may go on behind it.
    let whole = |first: &Found| head.len() == text.len() || first.end + DOOR <= reader.chars.len();
    let Some(first) = first.filter(|first| opens(&reader, first.start) && whole(first)) else { return text };
    let rest = text.get(reader.offset(first.end)..).unwrap_or_default();
    let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric() || c == '的');
    if rest.chars().filter(|c| c.is_alphanumeric()).count() < TELLING { text } else { rest }
}

/// Where the greeting or 我家 ends that the message begins with.
fn opening(reader: &Reader<'_>) -> usize {
    let mut at = 0;
    while at < reader.chars.len() {
        at += match OPENERS.iter().find(|word| reader.starts(at, word)) {
            Some(word) => word.chars().count(),
            None if reader.at(at).is_alphanumeric() => break,
            None => 1,
        };
    }
    at
}

/// Whether nothing but a greeting or 我家 stands before the position.
fn opens(reader: &Reader<'_>, end: usize) -> bool {
    let mut at = 0;
    while at < end {
        let word = OPENERS.iter().find(|word| reader.starts(at, word)).map(|word| word.chars().count());
        match (word, reader.at(at).is_alphanumeric()) {
            (Some(length), _) => at += length,
            (None, false) => at += 1,
            (None, true) => return false,
        }
    }
    at == end
}

fn best(found: Vec<Found>) -> Option<Found> {
    // max_by_key keeps the last of equals; the first said is wanted.
    found.into_iter().rev().max_by_key(|f| f.said.exactness())
}

/// Completes a door by the building of the other place in the same message.
fn inherit(said: &mut Said, from: &Said) {
    let incomplete = said.building.is_none() && said.spots.is_empty() && (said.flat.is_some() || said.unit.is_some());
    if !incomplete || from.building.is_none() || (said.garden.is_some() && said.garden != from.garden) {
        return;
    }
    if said.unit.is_none() {
        said.unit.clone_from(&from.unit);
    }
    said.building.clone_from(&from.building);
    said.garden = from.garden;
    said.garden_word.clone_from(&from.garden_word);
}

fn is_own(reader: &Reader<'_>, found: &Found) -> bool {
    let mut at = found.start;
    while at > 0 && found.start - at < 3 && matches!(reader.at(at - 1), ' ' | ':' | '在' | '是' | '于' | '就' | ',')
    {
        at -= 1;
    }
    let theirs = reader.ends(at, "邻居家住") || reader.ends(at, "给我") || reader.ends(at, "问我");
    let before =
        OWN_BEFORE.iter().any(|w| reader.ends(at, w)) || (reader.ends(at, "住") && reader.clause_start(at - 1));
    let mut next = found.end;
    if reader.at(next) == ' ' {
        next += 1;
    }
    let after = OWN_AFTER.iter().any(|w| reader.starts(next, w)) && !reader.starts(next, "我家楼");
    !theirs && (before || after)
}

/// Reads a text: by the strict forms, or by the weaker ones if they explain the whole of a short text.
fn read<'a>(text: &'a str, names: &Names) -> (Reader<'a>, Vec<Found>) {
    let mut reader = Reader::new(text);
    let strict = scan(&reader, names);
    if reader.chars.len() > 40 || (!strict.is_empty() && nothing_else(&reader, &strict)) {
        return (reader, strict);
    }
    reader.lenient = true;
    let lenient = scan(&reader, names);
    if !lenient.is_empty() && nothing_else(&reader, &lenient) {
        return (reader, lenient);
    }
    reader.lenient = false;
    (reader, strict)
}

fn scan(reader: &Reader<'_>, names: &Names) -> Vec<Found> {
    let mut all = Vec::new();
    let (mut i, mut past) = (0, 0);
    while i < reader.chars.len() {
        match place_at(reader, names, i, past) {
            Some(mut found) => {
                found.said.room_part = room_part(reader, found.end);
                i = found.end.max(i + 1);
                past = i;
                all.push(found);
            }
            None => i += 1,
        }
    }
    all
}

/// The place at a position, if one stands there, but for a room named behind it. `past` is where the place before it ended.
fn place_at(reader: &Reader<'_>, names: &Names, i: usize, past: usize) -> Option<Found> {
    if reader.at(i) == ' ' {
        return None;
    }
    let mut said = Said::default();
    let (mut start, mut end) = (i, i);
    if let Some((name_end, name)) = names.at(&reader.chars, i) {
        end = name_end;
        if name.garden {
            said.garden = name.ids.first().copied();
            said.garden_word = Some(reader.typed(i, end).to_owned());
            let next = reader.joint(if reader.starts(end, "小区") { end + 2 } else { end });
            if let Some(address) = reader.address(next, true) {
                end = take(&mut said, address);
            }
        } else {
            said.spots.clone_from(&name.ids);
        }
    } else {
        let address = reader.address(i, false)?;
        end = end.max(take(&mut said, address));
        if said.building.is_some()
            && let Some(garden_start) = unknown_garden(reader, i, past)
        {
            said.garden_word = Some(reader.typed(garden_start, i).to_owned());
            start = garden_start;
        }
    }
    if said.spots.is_empty()
        && said.flat.is_none()
        && let Some((spot_end, spot)) = names.at(&reader.chars, reader.joint(end)).filter(|(_, n)| !n.garden)
    {
        said.spots.clone_from(&spot.ids);
        end = spot_end;
    }
    said.words = reader.typed(start, end).to_owned();
    Some(Found { said, start, end })
}

fn take(said: &mut Said, address: Address) -> usize {
    said.building = address.building;
    said.unit = address.unit;
    said.flat = address.flat;
    address.end
}

/// Where a garden's name starts that the community does not have: two characters and 园 or 苑 right before a building.
/// A 花园 is the community itself, as a rule.
fn unknown_garden(reader: &Reader<'_>, at: usize, past: usize) -> Option<usize> {
    let end = if reader.before(at) == ' ' { at - 1 } else { at };
    let known = matches!(reader.before(end), '园' | '苑') && !reader.ends(end, "花园") && !reader.ends(end, "幼儿园");
    let start = end.checked_sub(3).filter(|s| known && *s >= past)?;
    let particle = |c: char| "我你他她们家住在是的这那个本".contains(c);
    let named = (start..end - 1).all(|j| is_han(reader.at(j)) && !particle(reader.at(j)));
    named.then_some(start)
}

/// A room named within the clause after a place.
fn room_part(reader: &Reader<'_>, from: usize) -> Option<String> {
    (from..from + 12)
        .take_while(|j| reader.at(*j).is_alphanumeric() || reader.at(*j) == ' ')
        .find_map(|j| ROOM_PARTS.iter().find(|part| reader.starts(j, part)))
        .map(|part| (*part).to_owned())
}

/// Whether nothing is left once the places and the filling words are taken away.
fn nothing_else(reader: &Reader<'_>, found: &[Found]) -> bool {
    let mut i = 0;
    for place in found {
        if !only_fillers(reader, i, place.start) {
            return false;
        }
        i = place.end;
    }
    only_fillers(reader, i, reader.chars.len())
}

fn only_fillers(reader: &Reader<'_>, mut i: usize, end: usize) -> bool {
    // The community's own name may stand before the garden's.
    let own_name = ["花园", "小区", "社区"].iter().any(|w| reader.ends(end, w)) && end - i <= 8;
    if own_name && (i..end).all(|j| is_han(reader.at(j))) {
        return true;
    }
    while i < end {
        if !reader.at(i).is_alphanumeric() {
            i += 1;
            continue;
        }
        let word = FILLERS.iter().chain(&ROOM_PARTS).find(|w| reader.starts(i, w));
        match word.map(|w| i + w.chars().count()).filter(|next| *next <= end) {
            Some(next) => i = next,
            None => return false,
        }
    }
    true
}
