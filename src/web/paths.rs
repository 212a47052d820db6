//! Addresses of our own: what may stand in `next=` and `back=`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// For a value in a query.
pub fn encode(value: &str) -> String {
    utf8_percent_encode(value, KEPT).to_string()
}

/// The path if it leads to a page of ours, else `/`. A browser takes `//host`, `/\host` and a tab between for another
/// site's address, so nothing but plain printable characters after a single slash counts.
pub fn own(path: &str) -> &str {
    let plain = path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let rooted = path.starts_with('/') && !path.starts_with("//");
    // Coming back to these would go round in circles.
    let round = ["/login", "/logout", "/language", "/live"].iter().any(|loops| path.starts_with(loops));
    if plain && rooted && !round && path.len() <= 500 { path } else { "/" }
}

/// The sign-in page, with the page of ours to go to after it that `path` names.
pub fn sign_in(path: &str) -> String {
    let next = path.split_once("next=").map_or("", |(_, next)| next);
    let next = percent_encoding::percent_decode_str(next).decode_utf8_lossy();
    match own(&next) {
        "/" => "/login".to_owned(),
        next => format!("/login?next={}", encode(next)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_ours_are_gone_to() {
        for fine in ["/", "/agent?q=1&x=%20", "/queues/maintenance", "/tickets/0190#t"] {
            assert_eq!(own(fine), fine);
        }
        for bad in [
            "",
            "agent",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "https://evil.example",
            "javascript:1",
            "/login?next=/",
            "/logout",
            "/\u{a0}x",
            " /agent",
        ] {
            assert_eq!(own(bad), "/", "{bad:?}");
        }
        assert_eq!(sign_in("/login?next=/agent%3Fq%3D1"), "/login?next=/agent%3Fq%3D1");
        assert_eq!(sign_in("/login?next=//evil.example"), "/login");
        assert_eq!(encode("/a b?x=1&y=号"), "/a%20b%3Fx%3D1%26y%3D%E5%8F%B7");
    }
}
