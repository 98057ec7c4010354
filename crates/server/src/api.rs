//! The JSON API: every record, every answer and every command, under `/api/v1`.
//!
//! It speaks the words and terms of the rooms, as the ledger and the forms do. Reads take `at` and
//! `known`. Writes go to one address, name the post they act as and carry an idempotency key. What
//! went wrong comes as problem details (RFC 9457).

pub mod accountability;
pub mod accounts;
pub mod changing;
pub mod commands;
pub mod description;
pub mod differences;
pub mod directory;
pub mod doing;
pub mod events;
pub mod frameworks;
pub mod handing;
pub mod imports;
pub mod keys;
pub mod ledger;
pub mod people;
pub mod records;
pub mod room;
pub mod session;
pub mod sources;
pub mod stopping;
pub mod undo;
pub mod warnings;

use axum::{
    Router,
    extract::{FromRequestParts, rejection::JsonRejection},
    http::request::Parts,
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};

use crate::{App, Problem, Scene};

/// Every address of the API, on one screen.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/openapi.json", get(description::show))
        .route("/api/v1/session", post(session::begin))
        .route("/api/v1/commands", post(commands::perform))
        .route("/api/v1/undo/{entries}", get(undo::show).post(undo::perform))
        .route("/api/v1/accounts", get(accounts::list))
        .route("/api/v1/events", post(events::receive))
        .route("/api/v1/keys", get(keys::list).post(keys::make))
        .route("/api/v1/keys/{id}", delete(keys::end))
        .route("/api/v1/directory", get(directory::show))
        .route("/api/v1/directory/choices", post(directory::choose))
        .route("/api/v1/directory/rules", axum::routing::put(directory::keep_rules))
        .route("/api/v1/people/{reference}/sign-in-link", post(accounts::invite))
        .route("/api/v1/people/{reference}/shut-out", post(accounts::shut_out))
        .route("/api/v1/people/{reference}/let-in", post(accounts::let_in))
        .route("/api/v1/status", get(records::status))
        .route("/api/v1/signals", get(records::signals))
        .route("/api/v1/signals/warnings", get(warnings::show))
        .route("/api/v1/sources", get(sources::list))
        .route("/api/v1/watch", get(accountability::watch))
        .route("/api/v1/gaps", get(accountability::gaps))
        .route("/api/v1/differences", get(differences::show))
        .route("/api/v1/stop-lists", get(stopping::all))
        .route("/api/v1/objectives/{reference}/stop-list", get(stopping::one))
        .route("/api/v1/weather", get(frameworks::weather))
        .route("/api/v1/rule-packs", get(accountability::list))
        .route("/api/v1/rule-packs/{pack}", get(accountability::show).post(accountability::load))
        .route("/api/v1/may", get(records::may))
        .route("/api/v1/ledger", get(ledger::entries))
        .route("/api/v1/ledger/checkpoint", get(ledger::checkpoint))
        .route("/api/v1/ledger/{seq}", get(ledger::entry))
        .route("/api/v1/ledger/{seq}/proof", get(ledger::proof))
        .route("/api/v1/queue", get(doing::queue))
        .route("/api/v1/occurrences", get(doing::occurrences))
        .route("/api/v1/audits/{reference}/room", get(room::show))
        .route("/api/v1/audits/{reference}/sample", get(room::sample))
        .route("/api/v1/change-sets/{reference}/rehearsal", get(changing::rehearse))
        .route("/api/v1/change-sets/{reference}/draft", post(changing::draft))
        .route("/api/v1/change-sets/{reference}/approve", post(changing::approve))
        .route("/api/v1/change-sets/{reference}/undo", post(changing::undo))
        .route("/api/v1/{kind}/{reference}/succession", get(changing::succession))
        .route("/api/v1/{kind}", get(records::list))
        .route("/api/v1/{kind}/{reference}", get(records::show))
        .route("/api/v1/duties/{reference}/acceptances", get(handing::of_duty))
        .route(
            "/api/v1/posts/{reference}/acceptances",
            get(handing::of_post).post(handing::accept_all),
        )
        .route("/api/v1/posts/{reference}/handover", get(handing::pack))
        .route("/api/v1/frameworks/{reference}/changes", get(frameworks::changes))
        .route("/api/v1/frameworks/{reference}/oscal/{document}", get(frameworks::oscal))
        .route("/api/v1/frameworks/{reference}/crosswalk", get(frameworks::crosswalk))
        .route("/api/v1/requirements/{reference}/mappings", get(frameworks::mappings))
        .route("/api/v1/handovers/{reference}/certificate", get(handing::certificate))
        .route("/api/v1/people/{reference}/erase", post(people::erase))
        .route("/api/v1/{kind}/{reference}/who", get(records::who))
        .route("/api/v1/{kind}/{reference}/thread", get(records::thread))
        .route("/api/v1/{kind}/{reference}/because", get(records::because))
        .route("/api/v1/{kind}/{reference}/history", get(records::history))
        .route("/api/v1/indicators/{reference}/measurements", get(records::measurements))
        .route("/api/v1/indicators/{reference}/forecast", get(records::forecast))
        .route("/api/v1/indicators/{reference}/variation", get(records::variation))
}

/// A problem told to a program.
#[derive(Debug)]
pub struct Told(pub Problem);

impl<P: Into<Problem>> From<P> for Told {
    fn from(it: P) -> Told {
        Told(it.into())
    }
}

impl From<JsonRejection> for Told {
    fn from(it: JsonRejection) -> Told {
        Told(Problem::Refused(format!(
            "The body is not JSON that can be read: {}.",
            it.body_text()
        )))
    }
}

impl IntoResponse for Told {
    fn into_response(self) -> Response {
        // Its problem details are drawn in pages/problem.rs, where it is known who asked.
        self.0.told().into_response()
    }
}

/// A [`Scene`] whose faults are told as problem details.
#[derive(Debug)]
pub struct Asked(pub Scene);

impl FromRequestParts<App> for Asked {
    type Rejection = Told;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Asked, Told> {
        Ok(Asked(Scene::from_request_parts(parts, app).await?))
    }
}
