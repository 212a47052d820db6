//! Reading doors, and addresses that are no more than a door.

use super::read::{Address, Reader};

/// Numbers everybody rings, which look like doors.
const SERVICE_NUMBERS: [&str; 5] = ["110", "114", "119", "120", "122"];

/// Words before a bare number that make it a door.
const BEFORE_DOOR: [&str; 18] = [
    "楼上",
    "楼下",
    "隔壁",
    "对门",
    "对面",
    "我住",
    "家住",
    "住在",
    "我是",
    "我家",
    "们家",
    "房号",
    "门牌",
    "门牌号",
    "房间号",
    "邻居",
    "住",
    "上面",
];

/// Words after a bare number that make it a door.
const AFTER_DOOR: [&str; 16] = [
    "室",
    "号房",
    "号室",
    "房",
    "户",
    "家",
    "门口",
    "业主",
    "住户",
    "邻居",
    "那家",
    "的邻居",
    "的住户",
    "的业主",
    "的租户",
    "的人家",
];

impl Reader<'_> {
    /// A door of three or four digits, a letter after it, and the word for a door.
    pub(super) fn flat(&self, i: usize) -> Option<(String, usize)> {
        let code = self.code(i)?;
        let digits = digits_of(&code.code);
        if !digits.bytes().all(|b| b.is_ascii_digit()) || !plausible(digits) {
            return None;
        }
        if let Some(end) = self.past(code.end, &["号房", "号室", "房间", "室", "房", "户"]) {
            return Some((code.code, end));
        }
        if self.counted(code.end) || self.goes_on(code.end) {
            return None;
        }
        let door =
            self.at(code.end) == '号' && !matches!(self.at(code.end + 1), '楼' | '院' | '线' | '电' | '车' | '门');
        if self.at(code.end) == '号' && !door {
            return None;
        }
        Some((code.code, code.end + usize::from(door)))
    }

    /// 1 室, 02 号室, or 1 号 at the end: where doors are counted within the unit.
    pub(super) fn small_flat(&self, i: usize) -> Option<(String, usize)> {
        let code = self.code(i).filter(|c| c.code.len() <= 2)?;
        let end = self
            .past(code.end, &["号房", "号室", "室", "户"])
            .or_else(|| (self.at(code.end) == '号' && self.clause_end(code.end + 1)).then_some(code.end + 1))?;
        Some((code.code, end))
    }

    /// What follows makes the number a count, a price, a time, a bus.
    fn counted(&self, i: usize) -> bool {
        let i = if self.at(i) == ' ' { i + 1 } else { i };
        let next = self.at(i + 1);
        match self.at(i) {
            '块' | '元' | '年' | '月' | '点' | '分' | '秒' | '度' | '米' | '平' | '个' | '人' | '次' | '岁' | '斤'
            | '千' | '万' | '百' | '路' | '级' | '期' | '名' | '条' | '车' | '多' | '几' | '余' | '%' | '℃' => {
                true
            }
            '天' => next != '花',
            '日' => next != '光',
            '时' => next != '常' && next != '不',
            '小' => next == '时',
            '公' => matches!(next, '里' | '斤' | '交' | '分'),
            '立' => next == '方',
            '号' => matches!(next, '线' | '电'),
            _ => false,
        }
    }

    /// 12 层 1203: the door alone counts.
    pub(super) fn floor_and_flat(&self, i: usize) -> Option<Address> {
        let floor = self.code(i)?;
        let at = self.joint(self.floor(i)?);
        let (flat, end) = self.flat(at).filter(|(f, _)| same_floor(f, &floor.code))?;
        Some(Address { flat: Some(flat), end, ..Default::default() })
    }

    /// Building 3, Unit 2, Room 501.
    pub(super) fn english(&self, i: usize) -> Option<Address> {
        if self.before(i).is_ascii_alphanumeric() || !self.at(i).is_ascii_uppercase() {
            return None;
        }
        let mut address = Address::default();
        let mut at = i;
        for level in 0..3 {
            let words: &[&str] = match level {
                0 => &["BUILDING", "BLDG", "BLOCK", "TOWER"],
                1 => &["UNIT"],
                _ => &["APARTMENT", "FLAT", "ROOM", "APT", "RM"],
            };
            let named = self.past(at, words).map(|end| self.skip(end, &[' ', '.', '#'], 3));
            let code = match named {
                Some(code_at) if level < 2 => self.code(code_at).filter(|c| c.code.len() <= 3 && !c.chinese),
                _ => None,
            };
            match code {
                Some(c) if level == 0 => (address.building, address.end) = (Some(c.code), c.end),
                Some(c) if c.code.len() <= 2 => (address.unit, address.end) = (Some(c.code), c.end),
                _ => {}
            }
            let door_at = named.or((address.end > 0).then_some(at)).filter(|_| level > 0 || named.is_none());
            if level == 2
                && let Some((flat, end)) = door_at.and_then(|d| self.flat(d))
            {
                (address.flat, address.end) = (Some(flat), end);
            }
            at = if address.end > 0 { self.skip(address.end, &[' ', ','], 2) } else { at };
        }
        (address.end > 0).then_some(address)
    }

    /// A door number on its own, if what stands around it says so.
    pub(super) fn bare_flat(&self, i: usize, garden: bool) -> Option<Address> {
        if matches!(self.before(i), '-' | '/' | '.' | ':' | '第' | '约' | '¥' | '￥') && !garden {
            return None;
        }
        let code = self.code(i)?;
        let (flat, end) = self.flat(i)?;
        let address = Address { flat: Some(flat.clone()), end, ..Default::default() };
        let named = AFTER_DOOR.iter().any(|w| self.starts(code.end, w));
        let mut back = i;
        while back > 0 && i - back < 2 && matches!(self.at(back - 1), ' ' | '的' | '是' | '在' | ':') {
            back -= 1;
        }
        let marked = BEFORE_DOOR.iter().any(|w| self.ends(back, w) || self.ends(i, w));
        if garden || named || marked {
            return Some(address);
        }
        let repeated = flat.len() == 4 && flat.bytes().all(|b| flat.starts_with(char::from(b)));
        let lettered = flat.starts_with(|c: char| c.is_ascii_uppercase());
        let weak = code.chinese || repeated || lettered || year(&flat) || SERVICE_NUMBERS.contains(&flat.as_str());
        let alone = !weak && (self.clause_start(i) || self.lenient) && doors_of(&flat) <= 40;
        alone.then_some(address)
    }
}

/// A door's digits, without the letter of a wing (A1602) or of a divided flat (501B).
fn digits_of(flat: &str) -> &str {
    flat.trim_matches(|c: char| c.is_ascii_uppercase())
}

/// The digits of a door that say its floor.
pub(super) fn floor_of(flat: &str) -> &str {
    let digits = digits_of(flat);
    &digits[..digits.len().saturating_sub(2)]
}

fn same_floor(flat: &str, floor: &str) -> bool {
    floor_of(flat) == floor.trim_end_matches('F')
}

fn doors_of(flat: &str) -> u32 {
    let digits = digits_of(flat);
    digits[digits.len().saturating_sub(2)..].parse().unwrap_or(99)
}

/// Floor 1 to 60, door 1 to 60: taller houses and longer corridors are not dwellings.
fn plausible(digits: &str) -> bool {
    matches!(digits.len(), 3 | 4)
        && floor_of(digits).parse::<u32>().is_ok_and(|f| (1..=60).contains(&f))
        && (1..=60).contains(&doors_of(digits))
}

/// A number people would read as a year.
pub(super) fn year(flat: &str) -> bool {
    flat.len() == 4 && flat.parse::<u32>().is_ok_and(|n| (1940..=1999).contains(&n) || (2013..=2039).contains(&n))
}
