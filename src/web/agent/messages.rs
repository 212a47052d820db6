//! Messages that opened no ticket (未成单): one click makes one a ticket, another puts it away. The committee's page posts
//! here too.

use actix_web::web::{self, Data, Form, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use crate::domain::ids::MessageId;
use crate::engine::{Engine, conversation};
use crate::web::session::AnyDesk;
use crate::web::{Trouble, frame, paths, run};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Back {
    back: String,
}

/// `POST /messages/{id}/ticket`
async fn file(
    request: HttpRequest,
    who: AnyDesk,
    id: Path<String>,
    form: Form<Back>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    let id: MessageId = id.parse().map_err(|_| Trouble::NotFound)?;
    let staff = who.staff.clone();
    let receipt = run(&engine, move |engine| conversation::file(engine, &staff, id)).await?;
    Ok(frame::done(&request, paths::own(&form.back), "made", &[&receipt.number.to_string()]))
}

/// `POST /messages/{id}/dismissal`
async fn dismiss(
    request: HttpRequest,
    who: AnyDesk,
    id: Path<String>,
    form: Form<Back>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    let id: MessageId = id.parse().map_err(|_| Trouble::NotFound)?;
    let staff = who.staff.clone();
    run(&engine, move |engine| conversation::dismiss(engine, &staff, id)).await?;
    Ok(frame::done(&request, paths::own(&form.back), "dismissed", &[]))
}

/// Both verbs' addresses.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/messages/{id}/ticket", web::post().to(file))
        .route("/messages/{id}/dismissal", web::post().to(dismiss));
}
