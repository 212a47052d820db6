//! Writing folded to one form before it is read: widths, dashes, traditional characters, numerals.

/// One character in the form the readers expect: ASCII for full-width forms, upper case, simplified characters for the
/// few traditional ones addresses use, one kind of dash and one kind of space. One character in, one out, so that
/// positions stay those of the text as typed.
pub(in crate::domain) fn fold(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => narrow(c).to_ascii_uppercase(),
        '號' => '号',
        '樓' => '楼',
        '棟' => '栋',
        '單' => '单',
        '層' => '层',
        '門' => '门',
        '園' => '园',
        '區' => '区',
        '車' => '车',
        '庫' => '库',
        '東' => '东',
        '戶' | '戸' => '户',
        '間' => '间',
        '進' => '进',
        '兩' => '两',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '~' | '〜' => '-',
        '№' | '﹟' => '#',
        c if c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}') => ' ',
        c => c.to_ascii_uppercase(),
    }
}

/// The ASCII form of a full-width character (U+FF01 to U+FF5E).
fn narrow(c: char) -> char {
    match char::from_u32(c as u32 - 0xfee0).unwrap_or(c) {
        '~' => '-',
        c => c,
    }
}

/// The value of a Chinese digit (幺 is how 1 is said in numbers).
pub(in crate::domain) fn digit(c: char) -> Option<u32> {
    Some(match c {
        '零' | '〇' | '○' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// The everyday form of a formal ten, hundred or thousand.
fn plain(c: char) -> char {
    match c {
        '拾' => '十',
        '佰' => '百',
        '仟' => '千',
        c => c,
    }
}

/// Whether a character may stand in a Chinese numeral.
pub(in crate::domain) fn is_numeral(c: char) -> bool {
    digit(c).is_some() || matches!(plain(c), '十' | '百' | '千')
}

/// A Chinese numeral as digits: 五零一 → 501, 十二 → 12, 一千二百零一 → 1201, and the way floors and doors are said
/// together, 十二零三 → 1203. `None` when the characters are no numeral.
pub(in crate::domain) fn numeral(chars: &[char]) -> Option<String> {
    if chars.is_empty() || chars.len() > 9 || !chars.iter().all(|c| is_numeral(*c)) {
        return None;
    }
    let chars: Vec<char> = chars.iter().copied().map(plain).collect();
    let digits = |part: &[char]| -> Option<String> {
        part.iter().map(|c| digit(*c).and_then(|d| char::from_digit(d, 10))).collect()
    };
    if chars.iter().any(|c| matches!(c, '百' | '千')) {
        return counted(&chars).map(|n| n.to_string());
    }
    let Some(ten) = chars.iter().position(|c| *c == '十') else { return digits(&chars) };
    let tens = match &chars[..ten] {
        [] => 1,
        [d] => digit(*d).filter(|d| *d > 0)?,
        _ => return None,
    };
    let rest = &chars[ten + 1..];
    let (ones, door) = match rest.first().and_then(|c| digit(*c)) {
        Some(d) if d > 0 => (d, &rest[1..]),
        _ => (0, rest),
    };
    // After 十二 only a door may follow, and doors are said with two digits: 零三, 一二.
    match door.len() {
        0 => Some((tens * 10 + ones).to_string()),
        2 => Some(format!("{}{}", tens * 10 + ones, digits(door)?)),
        _ => None,
    }
}

/// The value of a numeral with hundreds or thousands.
fn counted(chars: &[char]) -> Option<u32> {
    let (mut total, mut pending, mut last) = (0, None, 10_000);
    for c in chars {
        match *c {
            '千' | '百' | '十' => {
                let weight = match c {
                    '千' => 1000,
                    '百' => 100,
                    _ => 10,
                };
                if weight >= last {
                    return None;
                }
                total += pending.take().unwrap_or(1) * weight;
                last = weight;
            }
            c => match (digit(c)?, pending) {
                (0, None) => {}
                (d, None) => pending = Some(d),
                _ => return None,
            },
        }
    }
    Some(total + pending.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals() {
        for (said, digits) in [
            ("三", Some("3")),
            ("十", Some("10")),
            ("十二", Some("12")),
            ("二十", Some("20")),
            ("二十一", Some("21")),
            ("五零一", Some("501")),
            ("三〇一", Some("301")),
            ("幺零二", Some("102")),
            ("十二零三", Some("1203")),
            ("十零二", Some("1002")),
            ("二十一零三", Some("2103")),
            ("三百零一", Some("301")),
            ("一千二百零一", Some("1201")),
            ("一千零三", Some("1003")),
            ("一二零三", Some("1203")),
            ("两", Some("2")),
            ("伍零壹", Some("501")),
            ("拾贰", Some("12")),
            ("叁佰零柒", Some("307")),
            ("肆陆捌玖", Some("4689")),
            ("百百", None),
            ("十十", None),
            ("十二三", None),
            ("", None),
            ("楼", None),
        ] {
            let chars: Vec<char> = said.chars().collect();
            assert_eq!(numeral(&chars).as_deref(), digits, "{said}");
        }
    }

    #[test]
    fn one_in_one_out() {
        let folded: String = "３＃樓　ａ—2～3\u{2028}x".chars().map(fold).collect();
        assert_eq!(folded, "3#楼 A-2-3 X");
    }
}
