//! Who calls: a program with a token, bound to one community and role.

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;

use super::problem::{Problem, blocking};
use crate::domain::actor::{Staff, Who};
use crate::engine::{Engine, sign_in};
use crate::http::{self, Edge};

/// The caller of a handler. Whoever has this in the signature is closed to strangers.
#[derive(Debug, Clone)]
pub struct Caller(pub Staff);

impl FromRequest for Caller {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let token = token(request);
        let language = http::language(request);
        let engine = request.app_data::<web::Data<Engine>>().cloned();
        let request = request.clone();
        Box::pin(async move {
            let engine = engine.ok_or_else(Problem::internal)?;
            let found = match token {
                Ok(token) => blocking(language, move || sign_in::bearer(&engine, &token)).await?,
                Err(missing) => return Err(stranger(&request, missing)),
            };
            let Some(staff) = found else { return Err(stranger(&request, Problem::unauthorized(true))) };
            if let (Some(edge), Who::Token(id)) = (request.app_data::<web::Data<Edge>>(), &staff.who) {
                edge.allowance.caller(id.0).map_err(Problem::too_many)?;
            }
            Ok(Self(staff))
        })
    }
}

/// Whoever has no valid token counts by their address.
fn stranger(request: &HttpRequest, problem: Problem) -> Problem {
    let edge = request.app_data::<web::Data<Edge>>();
    let counted = edge.map_or(Ok(()), |edge| edge.allowance.address(edge, request));
    counted.map_or_else(Problem::too_many, |()| problem)
}

/// The token of the one `Authorization` header.
fn token(request: &HttpRequest) -> Result<String, Problem> {
    let mut given = request.headers().get_all(AUTHORIZATION);
    let value = given.next().ok_or_else(|| Problem::unauthorized(false))?;
    let text = value.to_str().map_err(|_| Problem::unauthorized(true))?;
    let (scheme, token) = text.split_once(' ').ok_or_else(|| Problem::unauthorized(true))?;
    let token = token.trim();
    let bearer = scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && !token.contains(' ');
    if bearer && given.next().is_none() { Ok(token.to_owned()) } else { Err(Problem::unauthorized(true)) }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn read(values: &[&str]) -> Result<String, String> {
        let mut request = TestRequest::get();
        for value in values {
            request = request.append_header((AUTHORIZATION, *value));
        }
        token(&request.to_http_request()).map_err(|problem| problem.to_string())
    }

    #[test]
    fn only_one_bearer_token_is_read() {
        assert_eq!(read(&["Bearer abc"]).unwrap(), "abc");
        assert_eq!(read(&["bEARER  abc "]).unwrap(), "abc");
        for bad in
            [&[][..], &["abc"], &["Bearer"], &["Bearer "], &["Basic abc"], &["Bearer a b"], &["Bearer a", "Bearer b"]]
        {
            assert_eq!(read(bad).unwrap_err(), "401 unauthorized", "{bad:?}");
        }
    }
}
