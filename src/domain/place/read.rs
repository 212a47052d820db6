//! Reading one address at one position: the written forms of buildings, units and flats.
//!
//! Every reader looks at a bounded stretch, so that a scan over a text takes time proportional to its length.

use super::doors::{floor_of, year};
use super::fold::{fold, is_numeral, numeral};

/// Units that are known by where they are: 东单元.
const SIDES: [char; 7] = ['东', '西', '南', '北', '中', '左', '右'];

/// A text folded for reading, with the way back to what was typed.
pub(super) struct Reader<'a> {
    text: &'a str,
    /// Folded characters.
    pub(super) chars: Vec<char>,
    /// Byte offset of each character, and of the end.
    offsets: Vec<usize>,
    /// The whole text is taken for a place: forms are read that would be too weak inside a sentence.
    pub(super) lenient: bool,
}

/// Codes read at a position.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) building: Option<String>,
    pub(super) unit: Option<String>,
    pub(super) flat: Option<String>,
    pub(super) end: usize,
}

/// A number or letter code and where it ends.
pub(super) struct Code {
    pub(super) code: String,
    pub(super) end: usize,
    pub(super) chinese: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        // A Chinese letter has three bytes.
        let expected = text.len() / 2 + 1;
        let (mut chars, mut offsets) = (Vec::with_capacity(expected), Vec::with_capacity(expected));
        for (at, letter) in text.char_indices() {
            chars.push(fold(letter));
            offsets.push(at);
        }
        offsets.push(text.len());
        Self { text, chars, offsets, lenient: false }
    }

    /// What was typed between two positions.
    pub(super) fn typed(&self, start: usize, end: usize) -> &'a str {
        self.text[self.offsets[start]..self.offsets[end]].trim()
    }

    /// Where a position stands in the text, in bytes.
    pub(super) fn offset(&self, i: usize) -> usize {
        self.offsets.get(i).copied().unwrap_or(self.text.len())
    }

    /// The folded character at a position; NUL past the end.
    pub(super) fn at(&self, i: usize) -> char {
        self.chars.get(i).copied().unwrap_or('\0')
    }

    pub(super) fn before(&self, i: usize) -> char {
        if i == 0 { '\0' } else { self.at(i - 1) }
    }

    pub(super) fn starts(&self, i: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(n, c)| self.at(i + n) == c)
    }

    pub(super) fn ends(&self, i: usize, word: &str) -> bool {
        let n = word.chars().count();
        i >= n && self.starts(i - n, word)
    }

    /// Past the first of the words that stands here.
    pub(super) fn past(&self, i: usize, words: &[&str]) -> Option<usize> {
        words.iter().find(|w| self.starts(i, w)).map(|w| i + w.chars().count())
    }

    pub(super) fn skip(&self, i: usize, of: &[char], most: usize) -> usize {
        (i..i + most).find(|j| !of.contains(&self.at(*j))).unwrap_or(i + most)
    }

    fn space(&self, i: usize) -> usize {
        self.skip(i, &[' '], 3)
    }

    /// Past what stands between the parts of an address.
    pub(super) fn joint(&self, i: usize) -> usize {
        self.skip(i, &[' ', ',', '-', '/', '的', '·', '、'], 3)
    }

    /// At the start of the text or after punctuation or a space.
    pub(super) fn clause_start(&self, i: usize) -> bool {
        i == 0 || !self.before(i).is_alphanumeric()
    }

    pub(super) fn clause_end(&self, i: usize) -> bool {
        !self.at(i).is_alphanumeric()
    }

    /// A number or a code such as 3, 3A, A3, A, 十二.
    pub(super) fn code(&self, i: usize) -> Option<Code> {
        let c = self.at(i);
        if is_numeral(c) {
            if is_numeral(self.before(i)) || word_ends(self.before(i), c) {
                return None;
            }
            let end = (i..i + 10).find(|j| !is_numeral(self.at(*j)))?;
            return numeral(&self.chars[i..end]).map(|code| Code { code, end, chinese: true });
        }
        if !c.is_ascii_alphanumeric() || self.before(i).is_ascii_alphanumeric() {
            return None;
        }
        let end = (i..i + 7).find(|j| !self.at(*j).is_ascii_alphanumeric())?;
        let run = &self.chars[i..end];
        let digits = run.iter().filter(|c| c.is_ascii_digit()).count();
        let inner_letters = run.len() > 2 && run[1..run.len() - 1].iter().any(|c| !c.is_ascii_digit());
        if inner_letters || run.len() - digits > 1 || digits > 5 {
            return None;
        }
        let code: String = run.iter().collect();
        let bare = code.trim_start_matches('0');
        (!bare.is_empty()).then(|| Code { code: bare.to_owned(), end, chinese: false })
    }

    /// A code short enough for a building.
    fn building_code(&self, i: usize) -> Option<Code> {
        self.code(i).filter(|c| c.code.bytes().filter(u8::is_ascii_digit).count() <= 3)
    }

    /// The address that stands at a position; `garden` when a garden's name stands right before.
    pub(super) fn address(&self, i: usize, garden: bool) -> Option<Address> {
        // Nearly every character of a sentence ends here: no form below begins with another.
        if !begins(self.at(i)) {
            return None;
        }
        self.separated(i, garden)
            .or_else(|| self.with_building(i, garden))
            .or_else(|| self.with_unit(i))
            .or_else(|| self.floor_and_flat(i))
            .or_else(|| self.english(i))
            .or_else(|| self.bare_flat(i, garden))
    }

    /// 3-2-501, 3/2/501, 3-501; with spaces for separators, and 3-2, only where the whole text is a place.
    fn separated(&self, i: usize, garden: bool) -> Option<Address> {
        if !garden && matches!(self.before(i), '.' | ':' | '-' | '/' | '¥' | '￥' | '$' | '第' | '约') {
            return None;
        }
        let a = self.building_code(i).filter(|c| !c.chinese)?;
        let (sep, b_at) = self.separator(a.end)?;
        if let Some(address) = self.dash_unit(&a, b_at).filter(|_| sep == '-') {
            return Some(address);
        }
        let b = self.code(b_at).filter(|c| !c.chinese)?;
        if b.code.len() <= 2
            && let Some((sep2, c_at)) = self.separator(b.end)
            && sep2 == sep
            && let Some((flat, end)) = self.flat(c_at)
            && (garden || !year(&flat))
            && !self.goes_on(end)
        {
            return Some(Address { building: Some(a.code), unit: Some(b.code), flat: Some(flat), end });
        }
        let numbered = a.code.len() <= 2 && a.end - i <= 2 && a.code.bytes().any(|b| b.is_ascii_digit());
        if !numbered || sep != '-' {
            return None;
        }
        if let Some((flat, end)) = self.flat(b_at).filter(|(flat, end)| !year(flat) && !self.goes_on(*end)) {
            return Some(Address { building: Some(a.code), flat: Some(flat), end, unit: None });
        }
        let pair = self.lenient && b.code.len() <= 2 && self.clause_end(b.end) && !self.goes_on(b.end);
        pair.then_some(Address { building: Some(a.code), unit: Some(b.code), flat: None, end: b.end })
    }

    /// C2-1 单元, 3-2 单元 501; but 1-2 单元 are two units.
    fn dash_unit(&self, building: &Code, unit_at: usize) -> Option<Address> {
        let (unit, end) = self.unit(unit_at)?;
        let lettered = building.code.bytes().any(|b| b.is_ascii_uppercase());
        let tail = self.tail(end, building.code.clone());
        (lettered || (tail.unit.is_none() && tail.flat.is_some())).then_some(Address { unit: Some(unit), ..tail })
    }

    fn separator(&self, i: usize) -> Option<(char, usize)> {
        let at = self.space(i);
        match self.at(at) {
            sep @ ('-' | '/') => Some((sep, self.space(at + 1))),
            _ if self.lenient && at > i => Some((' ', at)),
            _ => None,
        }
    }

    /// The row of numbers does not end here.
    pub(super) fn goes_on(&self, i: usize) -> bool {
        matches!(self.at(i), '-' | '/' | ':' | '.') && self.at(i + 1).is_ascii_digit()
    }

    /// A building and what follows it.
    fn with_building(&self, i: usize, garden: bool) -> Option<Address> {
        let start = if self.at(i) == '第' { i + 1 } else { i };
        let code = self.building_code(start)?;
        if self.one_of_several(start) {
            return None;
        }
        let at = self.space(code.end);
        if let Some(end) = self.building_word(at, &code, i) {
            return Some(self.tail(end, code.code));
        }
        let weak = match self.at(at) {
            '楼' => true,
            '号' => false,
            _ => return None,
        };
        let address = self.tail(at + 1, code.code.clone());
        let alone = address.unit.is_none() && address.flat.is_none();
        // 5 楼 501 is the fifth floor's door; 3 楼 501 can only be a building.
        let floor = address.unit.is_none() && address.flat.as_ref().is_some_and(|f| floor_of(f) == code.code);
        let whole = self.lenient && alone && self.clause_end(address.end);
        let taken = match weak {
            true if garden => !alone || whole || self.clause_end(at + 1),
            true => (!alone && !floor) || (whole && self.clause_start(i)),
            false => address.unit.is_some() || (garden && !alone) || whole,
        };
        taken.then_some(address)
    }

    /// Past the word that makes a code a building: 号楼, #, 栋, 幢, 座.
    fn building_word(&self, at: usize, code: &Code, start: usize) -> Option<usize> {
        if let Some(end) = self.past(at, &["号楼", "#楼", "号栋", "#栋", "号座", "号幢"]) {
            return Some(end);
        }
        match self.at(at) {
            // 3# is a building, but 3# 电梯 or 3# 车位 is a thing with a number.
            '#' => {
                let next = self.at(self.space(at + 1));
                (!matches!(next, '电' | '车' | '库' | '岗' | '柜' | '井' | '泵' | '门')).then_some(at + 1)
            }
            '栋' | '幢' | '座' => {
                let followed = self.past(at + 1, &["楼道", "楼梯", "楼上", "楼下", "楼顶", "楼门", "楼里"]).is_some();
                // 两栋楼, 一座山, 有 3 栋楼 count; they do not name.
                let counts = (self.at(at + 1) == '楼' && !followed && code.chinese)
                    || (code.chinese && self.at(at) == '座')
                    || self.at(at - 1) == '两'
                    || matches!(self.before(start), '有' | '共' | '这' | '那' | '整' | '每' | '几');
                let part = self.tail(at + 1, String::new());
                (!counts || part.unit.is_some() || part.flat.is_some()).then_some(at + 1)
            }
            _ => None,
        }
    }

    /// 3-5 号楼, 3、5 号楼: several buildings are not one place.
    fn one_of_several(&self, i: usize) -> bool {
        let mut j = i;
        while j > 0 && i - j < 2 && self.at(j - 1) == ' ' {
            j -= 1;
        }
        let joins = matches!(self.before(j), '-' | '、' | '和' | '到' | '至' | '或' | '与');
        let mut k = j.saturating_sub(1);
        if k > 0 && self.at(k - 1) == ' ' {
            k -= 1;
        }
        joins && k > 0 && (self.at(k - 1).is_ascii_digit() || is_numeral(self.at(k - 1)))
    }

    /// Unit, floor and flat after a building.
    fn tail(&self, end: usize, building: String) -> Address {
        let mut address = Address { building: Some(building), end, ..Default::default() };
        let mut at = self.joint(end);
        if let Some((unit, past)) = self.unit(at) {
            address.unit = Some(unit);
            address.end = past;
            at = self.joint(past);
        } else if let Some((unit, flat, past)) = self.unit_dash_flat(at) {
            return Address { unit: Some(unit), flat: Some(flat), end: past, ..address };
        }
        if let Some(past) = self.floor(at) {
            address.end = past;
            at = self.joint(past);
        }
        let flat = self.flat(at).filter(|(f, _)| !year(f) || address.unit.is_some());
        if let Some((flat, past)) = flat.or_else(|| self.small_flat(at).filter(|_| address.unit.is_some())) {
            address.flat = Some(flat);
            address.end = past;
        }
        address
    }

    /// 2-501 after a building.
    fn unit_dash_flat(&self, i: usize) -> Option<(String, String, usize)> {
        let unit = self.code(i).filter(|c| c.code.len() <= 2 && !c.chinese)?;
        let (_, at) = self.separator(unit.end)?;
        self.flat(at).filter(|(_, end)| !self.goes_on(*end)).map(|(flat, end)| (unit.code, flat, end))
    }

    /// 2 单元, 东单元, 2 门 (a stairwell door, as northern towns say), 2 单 501.
    fn unit(&self, i: usize) -> Option<(String, usize)> {
        let c = self.at(i);
        if SIDES.contains(&c) && self.starts(i + 1, "单元") {
            return Some((c.to_string(), i + 3));
        }
        let start = if c == '第' { i + 1 } else { i };
        let code = self.code(start).filter(|c| c.code.len() <= 2)?;
        let at = self.space(code.end);
        if let Some(end) = self.past(at, &["单元", "号单元", "#单元"]) {
            return Some((code.code, end));
        }
        let next = self.flat(self.joint(at + 1)).is_some();
        let is_unit = match self.at(at) {
            '门' => next || (self.clause_end(at + 1) && self.lenient),
            '单' => next,
            _ => false,
        };
        is_unit.then_some((code.code, at + 1))
    }

    /// 12 层, 12 楼, 12F, when it is no building.
    pub(super) fn floor(&self, i: usize) -> Option<usize> {
        let code = self.code(i)?;
        // 12F reads as one code.
        if let Some(digits) = code.code.strip_suffix('F') {
            return (!digits.is_empty() && digits.len() <= 2).then_some(code.end);
        }
        if code.code.len() > 2 {
            return None;
        }
        let at = self.space(code.end);
        matches!(self.at(at), '层' | '楼').then_some(at + 1)
    }

    /// 2 单元 501 without its building.
    fn with_unit(&self, i: usize) -> Option<Address> {
        let (unit, end) = self.unit(i).filter(|_| !self.one_of_several(i))?;
        let tail = self.tail(end, String::new());
        // A second unit cannot follow the first.
        let (flat, end) = if tail.unit.is_some() { (None, end) } else { (tail.flat, tail.end) };
        Some(Address { unit: Some(unit), flat, end, building: None })
    }
}

/// Whether an address may begin with this: a code, 第3栋, 东单元, Building 3.
fn begins(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '第' || SIDES.contains(&c) || is_numeral(c)
}

/// A formal numeral that ends a common word instead: 收拾, 退伍, 大陆.
const fn word_ends(before: char, c: char) -> bool {
    matches!((before, c), ('收', '拾') | ('队' | '退' | '入', '伍') | ('大' | '登' | '着', '陆'))
}
