//! How a stretch of text becomes tokens.

/// Characters of a word that count.
const WORD_CHARS: usize = 40;

/// What a chain begins with. No word begins with a dash.
const CHAIN: &str = "-w";

/// Whether a token of a document is one of [`Phrase::chains`].
pub fn is_chain(token: &str) -> bool {
    token.starts_with(CHAIN)
}

/// A Chinese character, or a word of letters and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    pub text: String,
    pub wide: bool,
}

/// Tokens that stand side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// All of them: each word, and each unit with the one after it; a Chinese character by itself where it stands alone.
    pub tokens: Vec<String>,
    /// Where those of two units stand among them.
    pairs: Vec<usize>,
    /// [`Phrase::chains`] of two words; of three, and of these with what they follow.
    twos: Vec<String>,
    threes: Vec<(String, Option<String>)>,
}

impl Phrase {
    pub(super) fn of(run: &[Unit]) -> Self {
        let (mut tokens, mut pairs) = (Vec::with_capacity(run.len() + 1), Vec::with_capacity(run.len()));
        for (at, unit) in run.iter().enumerate() {
            if !unit.wide || run.len() == 1 {
                tokens.push(unit.text.clone());
            }
            if let Some(next) = run.get(at + 1) {
                let tie = if unit.wide || next.wide { "" } else { "-" };
                pairs.push(tokens.len());
                tokens.push([&unit.text, tie, &next.text].concat());
            }
        }
        let words: Vec<usize> = (0..run.len()).filter(|at| !run[*at].wide).collect();
        let twos = words.windows(2).map(|words| chain(run, "", words)).collect();
        let three = |words: &[usize]| {
            let before = words[0].checked_sub(2).map(|from| &run[from..words[0]]);
            let name = before.filter(|before| before.iter().all(|unit| unit.wide));
            let named = name.map(|of| chain(run, &format!("{}{}-", of[0].text, of[1].text), words));
            (chain(run, "", words), named)
        };
        let threes = words.windows(3).map(three).collect();
        Self { tokens, pairs, twos, threes }
    }

    /// A token for each two and each three words of letters and digits that follow one another, whatever characters stand between:
    /// -w3-2-501 for the door 3号楼2单元501, and for 3-2-501. A word stands in many tickets, and so does a pair of characters; a
    /// door stands in few. Every garden may have such a door: three words are a token also together with the two characters they
    /// follow, -w泰园-3-2-501. They begin with a dash, so that nobody can look for one as such.
    pub fn chains(&self) -> impl Iterator<Item = &str> {
        let threes = self.threes.iter().flat_map(|(plain, named)| std::iter::once(plain).chain(named));
        self.twos.iter().chain(threes).map(String::as_str)
    }

    /// There are chains of three words.
    pub fn has_long_chains(&self) -> bool {
        !self.threes.is_empty()
    }

    /// Those that stand in fewest tickets: whoever has the phrase has them all.
    pub fn longest_chains(&self) -> Vec<&str> {
        match self.threes.is_empty() {
            true => self.twos.iter().map(String::as_str).collect(),
            false => self.threes.iter().map(|(plain, named)| named.as_ref().unwrap_or(plain).as_str()).collect(),
        }
    }

    /// As few tokens as say it all, each with its place: every other pair, and the last. Where each stands just so far behind
    /// the one before, nothing can stand between them but what stands there in the phrase.
    pub fn sparse(&self) -> Vec<(usize, &str)> {
        let mut places: Vec<usize> = self.pairs.iter().copied().step_by(2).collect();
        if self.pairs.len().is_multiple_of(2) {
            places.push(self.pairs.last().copied().unwrap_or_default());
        }
        places.into_iter().filter_map(|at| Some((at, self.tokens.get(at)?.as_str()))).collect()
    }
}

/// These words of a run as one token, behind a name.
fn chain(run: &[Unit], name: &str, words: &[usize]) -> String {
    let words: Vec<&str> = words.iter().map(|at| run[*at].text.as_str()).collect();
    format!("{CHAIN}{name}{}", words.join("-"))
}

/// Stretches between which there is something that is neither letter nor digit. A dash between two words ties them.
pub(super) fn runs(chars: &[char]) -> Vec<Vec<Unit>> {
    let mut runs: Vec<Vec<Unit>> = vec![Vec::new()];
    let mut open = false;
    for (at, c) in chars.iter().enumerate() {
        let Some(run) = runs.last_mut() else { break };
        if is_wide(*c) {
            run.push(Unit { text: c.to_string(), wide: true });
            open = false;
        } else if c.is_alphanumeric() {
            match run.last_mut().filter(|_| open) {
                Some(word) => word.text.push(*c),
                None => run.push(Unit { text: c.to_string(), wide: false }),
            }
            open = true;
        } else {
            let ties = *c == '-' && open && chars.get(at + 1).is_some_and(|c| c.is_alphanumeric() && !is_wide(*c));
            if !ties && !run.is_empty() {
                runs.push(Vec::new());
            }
            open = false;
        }
    }
    runs.retain(|run| !run.is_empty());
    for word in runs.iter_mut().flatten().filter(|unit| unit.text.len() > WORD_CHARS) {
        word.text = word.text.chars().take(WORD_CHARS).collect();
    }
    runs
}

/// Whether a character is a word by itself: Chinese, kana, hangul.
fn is_wide(c: char) -> bool {
    matches!(
        c,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}' | '〇' | '々'
    ) && c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use crate::domain::search::Query;

    #[test]
    fn words_that_follow_one_another_are_chains() {
        let chains = |text: &str| {
            let query = Query::parse(text).unwrap();
            (query.phrases[0].chains().collect::<Vec<_>>().join(" "), query.phrases[0].longest_chains().join(" "))
        };
        for (text, all, longest) in [
            ("漏水", "", ""),
            ("3号楼", "", ""),
            ("2单元501漏水", "-w2-501", "-w2-501"),
            ("恒泰园3号楼2单元501", "-w3-2 -w2-501 -w3-2-501 -w泰园-3-2-501", "-w泰园-3-2-501"),
            ("泰园3-2-501", "-w3-2 -w2-501 -w3-2-501 -w泰园-3-2-501", "-w泰园-3-2-501"),
            ("园3-2-501", "-w3-2 -w2-501 -w3-2-501", "-w3-2-501"),
            ("3-2-501", "-w3-2 -w2-501 -w3-2-501", "-w3-2-501"),
            ("1-3-2-501室", "-w1-3 -w3-2 -w2-501 -w1-3-2 -w3-2-501", "-w1-3-2 -w3-2-501"),
        ] {
            assert_eq!(chains(text), (all.to_owned(), longest.to_owned()), "{text}");
        }
    }

    #[test]
    fn every_other_pair_says_it_all() {
        let sparse = |text: &str| {
            let query = Query::parse(text).unwrap();
            let places = query.phrases[0].sparse().into_iter();
            places.map(|(at, token)| format!("{at}:{token}")).collect::<Vec<_>>().join(" ")
        };
        for (text, said) in [
            ("漏水", "0:漏水"),
            ("漏水了", "0:漏水 1:水了"),
            ("厨房漏水", "0:厨房 2:漏水"),
            ("LED", "0:led"),
            ("3号", "1:3号"),
            ("3-2-501", "1:3-2 3:2-501"),
            ("3号楼2单元", "1:3号 3:楼2 6:单元"),
        ] {
            assert_eq!(sparse(text), said, "{text}");
        }
    }
}
