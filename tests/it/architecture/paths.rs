//! Every path a source file names, made absolute.

use super::tokens::{Token, tokens};

/// A path as written, `self` and `super` resolved: `crate::store::ticket` or `diesel::prelude::Queryable`.
pub type FullPath = Vec<String>;

/// The paths of a file of this crate: those of its `use` lines and those written in full in the code, less what stands
/// in a `#[cfg(test)] mod … { }`.
/// `module` is the file's own module, such as `["domain", "place"]`.
pub fn paths(source: &str, module: &[String]) -> Vec<FullPath> {
    let mut reader =
        Reader { tokens: tokens(source), at: 0, module, inline: Vec::new(), tests: None, depth: 0, found: Vec::new() };
    reader.read();
    reader.found
}

struct Reader<'a> {
    tokens: Vec<Token>,
    at: usize,
    module: &'a [String],
    /// The `mod name {` blocks we stand in, with the brace depth at which each began.
    inline: Vec<(String, usize)>,
    /// The depth of the test block we stand in.
    tests: Option<usize>,
    depth: usize,
    found: Vec<FullPath>,
}

impl Reader<'_> {
    fn read(&mut self) {
        while let Some(token) = self.tokens.get(self.at).cloned() {
            match &token {
                Token::Mark('{') => self.depth += 1,
                Token::Mark('}') => {
                    self.depth = self.depth.saturating_sub(1);
                    self.inline.retain(|(_, depth)| *depth <= self.depth);
                    self.tests = self.tests.filter(|depth| *depth <= self.depth);
                }
                Token::Word(word) if word == "mod" && self.tokens.get(self.at + 2) == Some(&Token::Mark('{')) => {
                    let name = self.word_at(self.at + 1).unwrap_or_default().to_owned();
                    self.inline.push((name, self.depth + 1));
                    if follows_cfg_test(&self.tokens[..self.at]) {
                        self.tests.get_or_insert(self.depth + 1);
                    }
                }
                Token::Word(word) if word == "use" => {
                    self.at += 1;
                    self.tree(&Vec::new());
                    continue;
                }
                Token::Word(_) if self.starts_path() => {
                    self.full_path();
                    continue;
                }
                Token::Word(_) | Token::Mark(_) | Token::Path => {}
            }
            self.at += 1;
        }
    }

    fn word_at(&self, at: usize) -> Option<&str> {
        self.tokens.get(at).and_then(Token::word)
    }

    /// A word followed by `::` that is not itself the middle of a path.
    fn starts_path(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        // `::name` begins a path too; `Type>::name` and `a::b` are middles.
        let absolute = before == Some(&Token::Path)
            && !matches!(
                self.at.checked_sub(2).and_then(|at| self.tokens.get(at)),
                Some(Token::Word(_) | Token::Mark('>' | ')' | ']'))
            );
        self.tokens.get(self.at + 1) == Some(&Token::Path) && (absolute || before != Some(&Token::Path))
    }

    fn full_path(&mut self) {
        let mut path = Vec::new();
        while let Some(word) = self.word_at(self.at).map(str::to_owned) {
            path.push(word);
            self.at += 1;
            if self.tokens.get(self.at) != Some(&Token::Path) {
                break;
            }
            self.at += 1;
        }
        self.keep(&path);
    }

    /// One branch of a `use` tree, standing after `use`, `{` or `,`.
    fn tree(&mut self, prefix: &[String]) {
        let mut path = prefix.to_vec();
        loop {
            match self.tokens.get(self.at) {
                Some(Token::Word(word)) if word == "as" => self.at += 1,
                Some(Token::Word(word)) => {
                    // After `as` comes a new name, which is no part of the path.
                    if self.at.checked_sub(1).and_then(|at| self.word_at(at)) != Some("as") {
                        path.push(word.clone());
                    }
                    self.at += 1;
                }
                Some(Token::Path) => self.at += 1,
                Some(Token::Mark('{')) => {
                    self.branches(&path);
                    return;
                }
                Some(Token::Mark('*')) => {
                    path.push("*".to_owned());
                    self.at += 1;
                }
                Some(Token::Mark(_)) | None => {
                    self.keep(&path);
                    return;
                }
            }
        }
    }

    fn branches(&mut self, prefix: &[String]) {
        self.at += 1;
        while self.at < self.tokens.len() {
            match self.tokens.get(self.at) {
                Some(Token::Mark('}')) => {
                    self.at += 1;
                    return;
                }
                Some(Token::Mark(_)) => self.at += 1,
                _ => self.tree(prefix),
            }
        }
    }

    fn keep(&mut self, path: &[String]) {
        if self.tests.is_some() {
            return;
        }
        let here = || self.module.iter().cloned().chain(self.inline.iter().map(|(name, _)| name.clone()));
        let mut absolute: FullPath = match path.first().map(String::as_str) {
            None => return,
            Some("self" | "super") => here().collect(),
            Some(_) => Vec::new(),
        };
        if matches!(path[0].as_str(), "self" | "super") {
            absolute.insert(0, "crate".to_owned());
        }
        for step in path {
            match step.as_str() {
                "self" => {}
                "super" => drop(absolute.pop()),
                _ => absolute.push(step.clone()),
            }
        }
        self.found.push(absolute);
    }
}

/// Whether the tokens end in `#[cfg(test)]`, with or without `pub` or `pub(crate)` after it.
fn follows_cfg_test(before: &[Token]) -> bool {
    let visibility = tokens("pub(crate)");
    let mut before = before.strip_suffix(visibility.as_slice()).unwrap_or(before);
    before = before.strip_suffix(&visibility[..1]).unwrap_or(before);
    before.ends_with(&tokens("#[cfg(test)]"))
}

/// The names in `#[cfg(test)] mod name;`: files that are in no shipped binary.
pub fn test_modules(source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let found = tokens.windows(3).enumerate().filter(|(at, three)| {
        three[0].word() == Some("mod") && three[2] == Token::Mark(';') && follows_cfg_test(&tokens[..*at])
    });
    found.filter_map(|(_, three)| three[1].word().map(str::to_owned)).collect()
}

#[test]
fn test_code_is_told_from_the_rest() {
    assert_eq!(
        test_modules("mod a; #[cfg(test)] mod b; #[cfg(test)] pub(crate) mod c; #[cfg(unix)] mod d;"),
        ["b", "c"]
    );
    let source = "#[cfg(test)] mod tests { fn f() { crate::web::a() } } fn g() { crate::api::b() }";
    assert_eq!(paths(source, &["store".to_owned()]), [["crate", "api", "b"]]);
}

#[test]
fn paths_are_read_however_they_are_written() {
    let module: Vec<String> = ["domain", "place"].map(String::from).to_vec();
    let read = |source: &str| -> Vec<String> { paths(source, &module).iter().map(|path| path.join("::")).collect() };
    assert_eq!(
        read("use crate::{clock::Clock, store::{self, ticket as t}};"),
        ["crate::clock::Clock", "crate::store", "crate::store::ticket"]
    );
    assert_eq!(
        read("use super::super::web; use self::tree::Tree;"),
        ["crate::web", "crate::domain::place::tree::Tree"]
    );
    assert_eq!(
        read("mod tests { use super::*; } use super::phone;"),
        ["crate::domain::place::*", "crate::domain::phone"]
    );
    assert_eq!(read("fn f() -> crate::api::X<diesel::Y> { Vec::<u8>::new() }"), ["crate::api::X", "diesel::Y", "Vec"]);
    assert_eq!(read("$crate::engine::open(); ::actix_web::web::block(a); x.y::<T>()").len(), 3);
}
