//! The style sheet and the script, inside the binary, under addresses that carry their content's hash: a browser may keep
//! them for ever, and a new release has new addresses.

use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, Responder, web};
use sha2::{Digest, Sha256};

struct Asset {
    name: &'static str,
    content_type: &'static str,
    body: &'static str,
}

const STYLE: Asset =
    Asset { name: "jiban.css", content_type: "text/css; charset=utf-8", body: include_str!("assets/jiban.css") };
const SCRIPT: Asset =
    Asset { name: "app.js", content_type: "text/javascript; charset=utf-8", body: include_str!("assets/app.js") };
const ALARM: Asset =
    Asset { name: "alarm.js", content_type: "text/javascript; charset=utf-8", body: include_str!("assets/alarm.js") };
const MARK: Asset = Asset { name: "mark.svg", content_type: "image/svg+xml", body: include_str!("assets/mark.svg") };

/// The addresses a page needs in its head.
#[derive(Debug)]
pub struct AssetUrls {
    /// The style sheet.
    pub style: String,
    /// The script.
    pub script: String,
    /// The script that rings.
    pub alarm: String,
    /// The small picture of the browser tab.
    pub mark: String,
}

static URLS: LazyLock<AssetUrls> = LazyLock::new(|| AssetUrls {
    style: address(&STYLE),
    script: address(&SCRIPT),
    alarm: address(&ALARM),
    mark: address(&MARK),
});

/// The addresses, worked out once.
pub fn urls() -> &'static AssetUrls {
    &URLS
}

/// Adds `GET /assets/{hash}/{name}`.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/assets/{hash}/{name}", web::get().to(serve));
}

async fn serve(path: web::Path<(String, String)>) -> impl Responder {
    let (hash, name) = path.into_inner();
    let wanted = format!("/assets/{hash}/{name}");
    let asset = [&STYLE, &SCRIPT, &ALARM, &MARK].into_iter().find(|asset| asset.name == name);
    match asset {
        // An old page may ask for an old hash: it gets today's file, but must not keep it under that address.
        Some(asset) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, asset.content_type))
            .insert_header((CACHE_CONTROL, if address(asset) == wanted { KEEP } else { "no-cache" }))
            .body(asset.body),
        None => HttpResponse::NotFound().finish(),
    }
}

const KEEP: &str = "public, max-age=31536000, immutable";

fn address(asset: &Asset) -> String {
    let digest = Sha256::digest(asset.body.as_bytes());
    let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("/assets/{hash}/{}", asset.name)
}

#[cfg(test)]
mod tests {
    use actix_web::{App, test};

    use super::*;

    #[actix_web::test]
    async fn an_asset_is_kept_under_its_own_hash_only() {
        let app = test::init_service(App::new().configure(routes)).await;
        for (url, kind) in
            [(&urls().style, "text/css"), (&urls().script, "text/javascript"), (&urls().mark, "image/svg")]
        {
            let answer = test::call_service(&app, test::TestRequest::get().uri(url).to_request()).await;
            assert_eq!(answer.status(), 200);
            assert!(answer.headers().get(CONTENT_TYPE).unwrap().to_str().is_ok_and(|v| v.starts_with(kind)));
            assert_eq!(answer.headers().get(CACHE_CONTROL).unwrap(), KEEP);
        }
        let old = test::TestRequest::get().uri("/assets/0000000000000000/jiban.css").to_request();
        assert_eq!(test::call_service(&app, old).await.headers().get(CACHE_CONTROL).unwrap(), "no-cache");
        let none = test::TestRequest::get().uri("/assets/0000000000000000/passwd").to_request();
        assert_eq!(test::call_service(&app, none).await.status(), 404);
    }

    #[::core::prelude::v1::test]
    fn the_style_sheet_and_script_ask_nobody_else() {
        for asset in [&STYLE, &SCRIPT, &ALARM] {
            assert!(
                !asset.body.contains("http://") && !asset.body.contains("https://"),
                "{} leaves the house",
                asset.name
            );
            assert!(!asset.body.contains("@import") && !asset.body.contains("eval("), "{}", asset.name);
        }
    }
}
