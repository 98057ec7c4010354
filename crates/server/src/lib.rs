//! The only crate that speaks HTTP: router, pages, sign-in, live stream, assets.

pub mod api;
pub mod app;
pub mod assets;
pub mod audit;
pub mod calendar;
pub mod directory;
pub mod drafting;
pub mod files;
pub mod headers;
pub mod live;
pub mod pages;
pub mod problem;
pub mod pull;
pub mod room;
pub mod scene;
pub mod scim;
pub mod search;
pub mod signin;
pub mod ui;

pub use crate::{
    app::App, headers::Transport, live::Live, problem::Problem, scene::Scene, signin::SignIn,
};

use std::time::Duration;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware::{from_fn_with_state, map_response},
    routing::{any, get, post},
};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, csrf::CsrfLayer,
    timeout::TimeoutLayer,
};

/// Every address of the product, on one screen.
pub fn router(app: App) -> Router {
    let transport = app.transport;
    let router = Router::new()
        .route("/sign-in", get(signin::sign_in_form).post(signin::sign_in))
        .route("/sign-out", post(signin::leave))
        .route("/signed-out", get(signin::signed_out))
        .route("/act-as", post(signin::act_as))
        .route("/first/{token}", get(signin::first_form).post(signin::first))
        .route("/enter/{token}", get(signin::one_time_form).post(signin::one_time))
        .route("/new-password", get(signin::new_password_form).post(signin::new_password))
        .route("/live", get(live::stream))
        .route("/assets/{set}/{name}", get(assets::show));
    #[cfg(debug_assertions)]
    let router = router
        .route("/style", get(ui::sample::page))
        .route("/style/fault", get(ui::sample::fault))
        .route("/style/touch", post(ui::sample::touch));
    router
        .merge(inside())
        .merge(imports())
        .merge(files())
        .merge(api::routes())
        .merge(directory())
        .fallback(pages::problem::missing)
        .method_not_allowed_fallback(pages::problem::not_that_way)
        .with_state(app.clone())
        .layer(CatchPanicLayer::custom(pages::problem::broken))
        .layer(CsrfLayer::new().with_rejection_response(|_| signin::cross_site()))
        .layer(from_fn_with_state(app, pages::problem::framed))
        // Drawing a problem may meet a fault of its own.
        .layer(CatchPanicLayer::custom(pages::problem::broken))
        .layer(map_response(move |it| async move { headers::secure(transport, it) }))
        .layer(CompressionLayer::new())
}

/// The pages behind the door: one of each sort, whatever the kind of record.
fn inside() -> Router<App> {
    Router::new()
        .route("/", get(pages::home::show))
        .route("/pulse", get(pages::pulse::show))
        .route("/signals", get(pages::signals::show).post(pages::signals::perform))
        .route("/my-post", get(pages::my_post::show))
        .route("/measurements", get(pages::measure::grid::show).post(pages::measure::grid::perform))
        .route("/strategy", get(pages::strategy::show))
        .route("/settings", get(pages::settings::show))
        .route("/settings/preferences", post(pages::settings::keep))
        .route("/settings/accounts", get(pages::accounts::show))
        .route("/settings/sources", get(pages::sources::show).post(pages::sources::ask))
        .route("/settings/end-others", post(pages::settings::end_others))
        .route("/settings/keys", get(pages::keys::show).post(pages::keys::make))
        .route("/settings/keys/{id}/end", post(pages::keys::end))
        .route("/search", get(pages::search::show))
        .route("/search/suggest", get(pages::search::suggest))
        .route("/search/palette", get(pages::search::palette))
        .route("/may", get(pages::may::show))
        .route("/establishment", get(pages::establishment::show))
        .route("/watch", get(pages::watch::show))
        .route("/gaps", get(pages::gaps::show))
        .route("/differences", get(pages::differences::show))
        .route("/differences.csv", get(pages::differences::file))
        .route("/feed.atom", get(pages::feed::show))
        .route("/stop-lists", get(pages::stop_list::all))
        .route("/objectives/{reference}/stop-list", get(pages::stop_list::one))
        .route("/rule-packs", get(pages::packs::list))
        .route("/rule-packs/{pack}", get(pages::packs::form).post(pages::packs::choose))
        .route("/audit-file", get(pages::audit_file::show))
        .route("/ledger", get(pages::ledger::list))
        .route("/ledger/checkpoint", get(pages::ledger::checkpoint).post(pages::ledger::compare))
        .route("/ledger/checkpoint/note", get(pages::ledger::note))
        .route("/ledger/verify", get(pages::ledger::verify).post(pages::ledger::start_verifying))
        .route("/ledger/{seq}", get(pages::ledger::show))
        .route("/ledger/{seq}/proof", get(pages::ledger::proof))
        .route("/{kind}", get(pages::list::show).post(pages::establish::perform))
        .route("/{kind}/new", get(pages::establish::form))
        .route("/{kind}/views", post(pages::list::keep))
        .route(
            "/{kind}/several",
            get(pages::list::several::form).post(pages::list::several::perform),
        )
        .route("/{kind}/{reference}", get(pages::record::show))
        .route("/{kind}/{reference}/thread", get(pages::thread::show))
        .route("/{kind}/{reference}/history", get(pages::history::show))
        .route("/{kind}/{reference}/change", get(pages::change::form).post(pages::change::perform))
        .route(
            "/{kind}/{reference}/correct",
            get(pages::correct::form).post(pages::correct::perform),
        )
        .route(
            "/duties/{reference}/acceptance",
            get(pages::acceptance::form).post(pages::acceptance::perform),
        )
        .route("/posts/{reference}/acceptances", post(pages::acceptance::accept_all))
        .route(
            "/acceptances/{reference}/ruling",
            get(pages::acceptance::ruling_form).post(pages::acceptance::rule),
        )
        .route("/posts/{reference}/handover", get(pages::handover::show))
        .route("/handovers/{reference}/sign", post(pages::handover::sign))
        .route("/handovers/{reference}/certificate", get(pages::handover::certificate::show))
        .route("/{kind}/{reference}/end", get(pages::end::form).post(pages::end::perform))
        .route("/{kind}/{reference}/extend", get(pages::extend::form).post(pages::extend::perform))
        .route("/{kind}/{reference}/done", post(pages::work::done))
        .route("/{kind}/{reference}/measurements", post(pages::measure::enter))
        .route(
            "/{kind}/{reference}/withdraw",
            get(pages::measure::withdraw_form).post(pages::measure::withdraw),
        )
        .route(
            "/{kind}/{reference}/rebase",
            get(pages::measure::remark::rebase_form).post(pages::measure::remark::rebase),
        )
        .route(
            "/{kind}/{reference}/exclude",
            get(pages::measure::remark::exclude_form).post(pages::measure::remark::exclude),
        )
        .route("/{kind}/{reference}/erase", get(pages::erase::form).post(pages::erase::perform))
        .merge(people())
        .merge(compliance())
        .layer(DefaultBodyLimit::max(pages::FORM_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            Duration::from_secs(pages::PAGE_SECONDS_MAX),
        ))
}

/// Who is let in, and what the organisation’s directory leaves open.
fn people() -> Router<App> {
    Router::new()
        .route("/directory", get(pages::directory::show))
        .route("/directory/choose", post(pages::directory::choose))
        .route("/directory/rules", post(pages::directory::keep_rules))
        .route(
            "/{kind}/{reference}/sign-in-link",
            get(pages::invite::form).post(pages::invite::perform),
        )
        .route(
            "/{kind}/{reference}/shut-out",
            get(pages::accounts::shut_out_form).post(pages::accounts::shut_out),
        )
        .route(
            "/{kind}/{reference}/let-in",
            get(pages::accounts::let_in_form).post(pages::accounts::let_in),
        )
}

/// What waits to be done, how clauses stand, what was found, and where somebody independent looks.
fn compliance() -> Router<App> {
    Router::new()
        .route("/signals/warnings", get(pages::signals::warnings::show))
        .route(
            "/signals/{reference}/answer",
            get(pages::signals::answer::form).post(pages::signals::answer::perform),
        )
        .route(
            "/change-sets/{reference}/rehearsal",
            get(pages::rehearsal::show).post(pages::rehearsal::perform),
        )
        .route("/queue", get(pages::queue::show))
        .route("/posts/{reference}/queue", get(pages::queue::of_post))
        .route(
            "/occurrences/{reference}/excuse",
            get(pages::excuse::form).post(pages::excuse::perform),
        )
        .route(
            "/frameworks/{reference}/changes",
            get(pages::edition::show).post(pages::edition::follow_up),
        )
        .route("/weather", get(pages::weather::show))
        .route("/frameworks/{reference}/weather", get(pages::weather::framework::show))
        .route("/frameworks/{reference}/oscal/{document}", get(pages::oscal::show))
        .route("/frameworks/{reference}/scope", get(pages::scope::show).post(pages::scope::ask))
        .route("/audits/{reference}/room", get(pages::room::show))
        .route("/audits/{reference}/sample", get(pages::room::sample))
        .route(
            "/findings/{reference}/check",
            get(pages::finding::check_form).post(pages::finding::check),
        )
        .route(
            "/findings/{reference}/action",
            get(pages::finding::action_form).post(pages::finding::action),
        )
}

/// Files have their own limits: each is written to the disk as it comes, or sent as it is read.
fn files() -> Router<App> {
    Router::new()
        .route("/audits/{reference}/file", get(pages::room::file))
        .route("/audit-file/download", get(pages::audit_file::download))
        .route("/api/v1/audit-file", get(pages::audit_file::download_by_program))
        .route("/files/{digest}", get(files::show))
        // A step is done with photos, which are files.
        .route(
            "/occurrences/{reference}/steps/{step}",
            get(pages::doing::show).post(pages::doing::perform),
        )
        .route(
            "/occurrences/{reference}/steps/{step}/approval",
            get(pages::doing::approval::show).post(pages::doing::approval::perform),
        )
        .route("/api/v1/files", post(files::keep))
        .route("/api/v1/files/{digest}", get(files::show))
        .route("/api/v1/files/{digest}/erase", post(files::erase))
        .layer(DefaultBodyLimit::max(files::REQUEST_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            Duration::from_secs(files::SECONDS_MAX),
        ))
}

/// What an organisation’s directory says: it has its own form of answers, problems included.
fn directory() -> Router<App> {
    Router::new()
        .route(scim::BASE, any(scim::answer))
        .route("/scim/v2/{*path}", any(scim::answer))
        .layer(DefaultBodyLimit::disable())
}

/// Import has its own limits: files are larger than forms.
fn imports() -> Router<App> {
    use pages::import;
    Router::new()
        .route("/import", get(import::form).post(import::upload))
        .route("/import/templates/{name}", get(import::template))
        .route("/import/undo/{entries}", get(import::undo::show).post(import::undo::perform))
        .route("/import/{id}", get(import::show).post(import::choose))
        .route("/import/{id}/bring-in", post(import::bring_in))
        .route("/import/{id}/findings.csv", get(import::findings))
        .route("/import/{id}/preview.csv", get(import::preview_file))
        .route("/import/{id}/successors.csv", get(import::successors_file))
        .route("/api/v1/imports", post(api::imports::perform))
        .route(
            "/directory/file",
            get(pages::directory::file::form).post(pages::directory::file::bring_in),
        )
        .route("/api/v1/directory/file", post(api::directory::bring_in))
        .layer(DefaultBodyLimit::max(import::UPLOAD_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            Duration::from_secs(import::UPLOAD_SECONDS_MAX),
        ))
}
