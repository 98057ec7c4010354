//! Signing a program in.

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::Told;
use crate::{
    Problem, SignIn,
    signin::{Caller, Turned},
};

#[expect(missing_debug_implementations, reason = "it holds a password")]
#[derive(Deserialize)]
pub struct Credentials {
    sign_in: String,
    password: String,
}

/// `POST /api/v1/session`: a token to send as `Authorization: Bearer …`. It ends as a browser's session
/// does: after two hours without use, or after twelve.
pub async fn begin(
    State(door): State<SignIn>,
    Caller(address): Caller,
    body: Result<Json<Credentials>, JsonRejection>,
) -> Result<Response, Told> {
    let Json(Credentials { sign_in, password }) = body?;
    match door.program(&sign_in, password, address).await {
        Ok(Some(token)) => {
            let body = json!({ "token": token.secret() });
            Ok((StatusCode::CREATED, Json(body)).into_response())
        }
        Ok(None) => {
            let says = "The sign-in name and the password do not belong together.";
            Err(Problem::Refused(says.into()).into())
        }
        // Throttled or out of order: the door's own answer, with its status and Retry-After.
        Err(turned) => Ok(Turned::into_response(turned)),
    }
}
