//! What all edges share: how the installation is reached, and which HTTP status a failure has.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;

use crate::domain::ticket::RefusalKind;
use crate::engine::{Failure, is_away};

/// How the installation is reached from outside, for every edge.
#[derive(Debug, Clone, Default)]
pub struct Edge {
    /// Plain http was allowed on purpose: cookies go without Secure and pages carry a banner.
    pub insecure: bool,
    /// Runs over the demo's made-up community.
    pub is_demo: bool,
    /// `scheme://host[:port]` without a trailing slash.
    pub public_url: Option<String>,
    /// Networks whose `X-Forwarded-For` counts: address and prefix length in bits.
    pub trusted_proxies: Vec<(IpAddr, u8)>,
    /// The demo's people for the sign-in page: login, name, role in words, password.
    pub demo_sign_ins: Vec<(String, String, String, String)>,
}

impl Edge {
    /// The address a request came from: the peer's, or behind trusted proxies the last one they vouch for.
    pub fn address(&self, request: &HttpRequest) -> Option<IpAddr> {
        let mut address = request.peer_addr()?.ip().to_canonical();
        let told = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
        let told: Vec<IpAddr> =
            told.flat_map(|value| value.split(',')).filter_map(|part| part.trim().parse().ok()).collect();
        for before in told.iter().rev() {
            if !self.trusts(address) {
                break;
            }
            address = before.to_canonical();
        }
        Some(address)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|(network, bits)| within(address, *network, *bits))
    }
}

/// Whether the first `bits` of both are the same.
fn within(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    let same = |a: u128, b: u128, width: u8| bits == 0 || (bits <= width && (a ^ b) >> (width - bits) == 0);
    match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => same(u32::from(a).into(), u32::from(b).into(), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => same(a.into(), b.into(), 128),
        _ => false,
    }
}

/// The HTTP status of a failure: the one place where it is decided.
pub fn status(failure: &Failure) -> StatusCode {
    match failure {
        Failure::Refused(refusal) => match refusal.kind() {
            RefusalKind::Unknown => StatusCode::NOT_FOUND,
            RefusalKind::Forbidden => StatusCode::FORBIDDEN,
            RefusalKind::Conflict => StatusCode::CONFLICT,
            RefusalKind::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        },
        Failure::Stale(_) | Failure::KeyRunning => StatusCode::CONFLICT,
        Failure::NotFound(_) => StatusCode::NOT_FOUND,
        Failure::KeyReused | Failure::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Failure::Forbidden => StatusCode::FORBIDDEN,
        Failure::Store(error) if is_away(error) => StatusCode::SERVICE_UNAVAILABLE,
        Failure::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn address(edge: &Edge, peer: &str, told: &[&str]) -> String {
        let mut request = TestRequest::get().peer_addr(format!("{peer}:1").parse().unwrap());
        for value in told {
            request = request.append_header(("X-Forwarded-For", *value));
        }
        edge.address(&request.to_http_request()).unwrap().to_string()
    }

    #[test]
    fn a_forwarded_address_counts_from_trusted_proxies_only() {
        let alone = Edge::default();
        assert_eq!(address(&alone, "192.0.2.7", &["198.51.100.9"]), "192.0.2.7");
        let behind = Edge { trusted_proxies: vec![("10.0.0.0".parse().unwrap(), 8)], ..Edge::default() };
        assert_eq!(address(&behind, "10.1.2.3", &["198.51.100.9"]), "198.51.100.9");
        assert_eq!(address(&behind, "10.1.2.3", &["203.0.113.5, 198.51.100.9", "10.9.9.9"]), "198.51.100.9");
        assert_eq!(address(&behind, "192.0.2.7", &["198.51.100.9"]), "192.0.2.7");
        assert_eq!(address(&behind, "10.1.2.3", &[]), "10.1.2.3");
    }
}
