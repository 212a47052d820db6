//! Who the token is.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::caller::Caller;
use super::problem::{Problem, blocking};
use super::query;
use crate::domain::actor::{Seat, Staff, Who};
use crate::domain::ids::{CommunityId, PlaceId};
use crate::domain::words::{Platform, Queue, Role};
use crate::engine::{Engine, Settings};
use crate::http;

/// The caller, the community and the seats there.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    who: WhoIs,
    community: Community,
    seats: Vec<SeatAt>,
}

#[derive(Debug, Serialize, ToSchema)]
struct WhoIs {
    /// `token` or `user`.
    kind: &'static str,
    id: Uuid,
}

#[derive(Debug, Serialize, ToSchema)]
struct Community {
    id: CommunityId,
    slug: String,
    name: String,
    /// IANA.
    time_zone: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct SeatAt {
    platform: Platform,
    role: Role,
    queue: Option<Queue>,
    building_id: Option<PlaceId>,
    is_head: bool,
}

impl From<&Seat> for SeatAt {
    fn from(seat: &Seat) -> Self {
        Self {
            platform: seat.platform,
            role: seat.role,
            queue: seat.queue,
            building_id: seat.building,
            is_head: seat.is_head,
        }
    }
}

impl Me {
    fn of(staff: &Staff, settings: &Settings) -> Self {
        let (kind, id) = match staff.who {
            Who::User(id) => ("user", id.0),
            Who::Token(id) => ("token", id.0),
        };
        let row = &settings.community;
        Self {
            who: WhoIs { kind, id },
            community: Community {
                id: row.id,
                slug: row.slug.clone(),
                name: row.name.clone(),
                time_zone: row.time_zone.clone(),
            },
            seats: staff.seats.iter().map(SeatAt::from).collect(),
        }
    }
}

/// `GET /me`.
pub async fn show(
    Caller(staff): Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    query::none(request.query_string())?;
    let community = staff.community;
    let settings = blocking(http::language(&request), move || engine.settings(community)).await?;
    Ok(HttpResponse::Ok().json(Me::of(&staff, &settings)))
}
