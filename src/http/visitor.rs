//! Whose request it is, as far as the network tells: language and address.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_LANGUAGE;

use super::Edge;
use crate::domain::words::Language;

/// The language of the browser; Chinese unless it puts English first.
pub fn language(request: &HttpRequest) -> Language {
    let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    header.map_or(Language::Zh, preferred)
}

fn preferred(header: &str) -> Language {
    let mut best = (Language::Zh, 0.0_f32);
    for part in header.split(',') {
        let mut pieces = part.split(';').map(str::trim);
        let tag = pieces.next().unwrap_or_default().to_ascii_lowercase();
        let weight = pieces.find_map(|p| p.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
        let language = match tag.split('-').next() {
            Some("zh") => Language::Zh,
            Some("en") => Language::En,
            _ => continue,
        };
        if weight > best.1 {
            best = (language, weight);
        }
    }
    best.0
}

/// The address a request comes from. `X-Forwarded-For` is read from the right, past the proxies that are trusted; from
/// anyone else it is ignored.
pub fn client(edge: &Edge, request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let forwarded: Vec<&str> =
        request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()).collect();
    Some(seen_through(&edge.trusted_proxies, peer, &forwarded.join(",")))
}

fn seen_through(trusted: &[(IpAddr, u8)], peer: IpAddr, forwarded: &str) -> IpAddr {
    let mut address = peer.to_canonical();
    for hop in forwarded.rsplit(',').map(str::trim) {
        if !trusted.iter().any(|network| contains(*network, address)) {
            break;
        }
        // Something that is no address was written by whoever stands behind the last trusted proxy.
        match hop.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(hop) => address = hop.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

fn contains((network, prefix): (IpAddr, u8), address: IpAddr) -> bool {
    let bits = |ip: IpAddr| match ip.to_canonical() {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, true),
        IpAddr::V6(v6) => (v6.to_bits(), false),
    };
    let ((a, a_is_v4), (b, b_is_v4)) = (bits(network), bits(address));
    let differing = u32::from(prefix).min(128);
    a_is_v4 == b_is_v4 && (differing == 0 || (a ^ b) >> (128 - differing) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarded_address_counts_from_a_trusted_proxy_only() {
        let ip = |text: &str| -> IpAddr { text.parse().unwrap() };
        let trusted = [(ip("10.0.0.0"), 8), (ip("fd00::1"), 128)];
        let seen = |peer: &str, forwarded: &str| seen_through(&trusted, ip(peer), forwarded).to_string();
        assert_eq!(seen("203.0.113.9", "198.51.100.1"), "203.0.113.9");
        assert_eq!(seen("10.1.2.3", "198.51.100.1"), "198.51.100.1");
        assert_eq!(seen("10.1.2.3", "6.6.6.6, 198.51.100.1"), "198.51.100.1", "what the client wrote is not believed");
        assert_eq!(seen("10.1.2.3", "198.51.100.1, 10.9.9.9"), "198.51.100.1", "two proxies in a row");
        assert_eq!(seen("10.1.2.3", ""), "10.1.2.3");
        assert_eq!(seen("10.1.2.3", "unknown"), "10.1.2.3");
        assert_eq!(seen("fd00::1", "2001:db8::7"), "2001:db8::7");
        assert_eq!(seen("fd00::2", "2001:db8::7"), "fd00::2");
        assert_eq!(seen("::ffff:10.1.2.3", "198.51.100.1"), "198.51.100.1");
        assert_eq!(seen_through(&[(ip("0.0.0.0"), 0)], ip("8.8.8.8"), "9.9.9.9").to_string(), "9.9.9.9");
    }

    #[test]
    fn english_only_where_it_stands_first() {
        for (header, wanted) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Language::Zh),
            ("en-US,en;q=0.9", Language::En),
            ("en;q=0.5, zh-TW;q=0.7", Language::Zh),
            ("fr, en;q=0.3", Language::En),
            ("de", Language::Zh),
            ("*", Language::Zh),
            ("", Language::Zh),
            ("en;q=nonsense", Language::Zh),
        ] {
            assert_eq!(preferred(header), wanted, "{header}");
        }
    }
}
