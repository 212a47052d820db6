//! Addresses for mail, as far as they can be judged without sending any.

/// Longest address, in bytes (RFC 5321).
const ADDRESS_LIMIT: usize = 254;
/// Longest part before the `@`, in bytes (RFC 5321).
const LOCAL_LIMIT: usize = 64;

/// Whether this can be an address: the plain form `name@host.example`, without quotes, comments or address literals, which
/// nobody has and which programs on the way read differently.
pub fn is_address(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else { return false };
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    text.len() <= ADDRESS_LIMIT
        && local.len() <= LOCAL_LIMIT
        && local.split('.').all(|part| !part.is_empty() && part.chars().all(atom))
        && host.contains('.')
        && host.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn plain_addresses_only() {
        for good in ["a@b.cn", "wei.xiu+1@mail.example.com", "x_y@a-b.example"] {
            assert!(is_address(good), "{good}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for bad in [
            "",
            "a",
            "a@b",
            "@b.cn",
            "a@b.cn, c@d.cn",
            "a@b.cn\r\nBcc: c@d.cn",
            "\"a b\"@c.cn",
            "a@[127.0.0.1]",
            "a..b@c.cn",
            "张三@例子.cn",
            "a@-b.cn",
            "<a@b.cn>",
            &long,
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
