//! Just enough of Rust's lexis to read paths: words and marks, without comments, strings and character literals.

use std::iter::Peekable;
use std::str::Chars;

/// A word, or one mark; `::` is a single mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// An identifier or keyword.
    Word(String),
    /// Anything else that is not white space.
    Mark(char),
    /// `::`
    Path,
}

impl Token {
    /// The word, if it is one.
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Mark(_) | Self::Path => None,
        }
    }
}

/// Splits a source file.
pub fn tokens(source: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => while chars.next_if(|c| *c != '\n').is_some() {},
            '/' if chars.peek() == Some(&'*') => block_comment(&mut chars),
            '"' => string(&mut chars),
            '\'' => quote(&mut chars),
            ':' if chars.next_if_eq(&':').is_some() => out.push(Token::Path),
            _ if c.is_alphanumeric() || c == '_' => {
                let mut word = String::from(c);
                while let Some(c) = chars.next_if(|c| c.is_alphanumeric() || *c == '_') {
                    word.push(c);
                }
                match (word.as_str(), chars.peek()) {
                    ("r" | "br" | "cr", Some('#' | '"')) => raw(&mut chars, &mut out),
                    ("b" | "c", Some('"' | '\'')) => {}
                    _ => out.push(Token::Word(word)),
                }
            }
            _ if c.is_whitespace() => {}
            _ => out.push(Token::Mark(c)),
        }
    }
    out
}

fn block_comment(chars: &mut Peekable<Chars<'_>>) {
    let (mut depth, mut last) = (0_u32, '/');
    for c in chars.by_ref() {
        match (last, c) {
            ('/', '*') => (depth, last) = (depth + 1, ' '),
            ('*', '/') if depth == 1 => return,
            ('*', '/') => (depth, last) = (depth - 1, ' '),
            _ => last = c,
        }
    }
}

fn string(chars: &mut Peekable<Chars<'_>>) {
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '"' => return,
            _ => {}
        }
    }
}

/// A character literal, or a lifetime (which leaves its name as a word; it matters to nobody).
fn quote(chars: &mut Peekable<Chars<'_>>) {
    let mut ahead = chars.clone();
    match (ahead.next(), ahead.next()) {
        (Some('\\'), _) => {
            chars.nth(1);
            while chars.next().is_some_and(|c| c != '\'') {}
        }
        (Some(_), Some('\'')) => drop(chars.nth(1)),
        _ => {}
    }
}

/// After `r`: a raw string, or a raw identifier.
fn raw(chars: &mut Peekable<Chars<'_>>, out: &mut Vec<Token>) {
    let mut hashes = 0;
    while chars.next_if_eq(&'#').is_some() {
        hashes += 1;
    }
    if chars.next_if_eq(&'"').is_none() {
        let mut word = String::new();
        while let Some(c) = chars.next_if(|c| c.is_alphanumeric() || *c == '_') {
            word.push(c);
        }
        out.push(Token::Word(word));
        return;
    }
    while let Some(c) = chars.next() {
        if c == '"' && (0..hashes).all(|_| chars.next_if_eq(&'#').is_some()) {
            return;
        }
    }
}

#[test]
fn words_in_comments_and_literals_are_not_read() {
    let source = r##"
        // use crate::store;
        /* use crate::a; /* nested */ use crate::b; */
        let a = "crate::web"; let b = r#"crate::" api"#; let c = '"'; let d = '\''; fn e<'a>(x: &'a str) {}
        let f = b"crate::x"; use r#crate::y;
    "##;
    let found = tokens(source);
    let paths = found.iter().filter(|token| **token == Token::Path).count();
    assert_eq!(paths, 1, "{found:?}");
    assert!(found.ends_with(&[Token::Word("crate".into()), Token::Path, Token::Word("y".into()), Token::Mark(';')]));
}
