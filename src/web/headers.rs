//! What every answer of the console says to the browser about safety.

use actix_web::middleware::DefaultHeaders;

use crate::http::Edge;

/// Nothing comes from elsewhere, nothing is inline, nobody frames us.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The headers of every page, one list for the middleware and for the test that reads them back.
pub const SECURITY_HEADERS: &[(&str, &str)] = &[
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
];

/// The middleware for every scope that answers browsers. A handler's own header wins.
pub fn security_headers() -> DefaultHeaders {
    SECURITY_HEADERS.iter().fold(DefaultHeaders::new(), |headers, pair| headers.add(*pair))
}

/// The middleware that keeps browsers on https for a year, where that is how people come. Other names under the host's are
/// not ours to bind.
pub fn strict_transport(edge: &Edge) -> DefaultHeaders {
    match &edge.public_url {
        Some(url) if url.starts_with("https://") => {
            DefaultHeaders::new().add(("Strict-Transport-Security", "max-age=31536000"))
        }
        _ => DefaultHeaders::new(),
    }
}

/// The middleware for pages with people's data: on top of the rest, no copy is kept anywhere.
pub fn private_headers() -> DefaultHeaders {
    security_headers().add(("Cache-Control", "no-store"))
}

#[cfg(test)]
mod tests {
    use actix_web::{App, HttpResponse, test, web};

    use super::*;

    #[actix_web::test]
    async fn private_pages_carry_the_whole_list_and_are_not_kept() {
        let page = web::resource("/").to(|| async { HttpResponse::Ok().finish() });
        let app = test::init_service(App::new().wrap(private_headers()).service(page)).await;
        let answer = test::call_service(&app, test::TestRequest::get().uri("/").to_request()).await;
        for (name, value) in SECURITY_HEADERS {
            assert_eq!(answer.headers().get(*name).and_then(|v| v.to_str().ok()), Some(*value), "{name}");
        }
        assert_eq!(answer.headers().get("Cache-Control").unwrap(), "no-store");
        assert!(!CONTENT_SECURITY_POLICY.contains("unsafe"));
    }
}
