//! The only crate that speaks HTTP: router, pages, sign-in, live stream, assets.

pub mod api;
pub mod app;
pub mod assets;
pub mod headers;
pub mod live;
pub mod problem;
pub mod scene;
pub mod signin;
pub mod ui;

pub use crate::{
    app::App, headers::Transport, live::Live, problem::Problem, scene::Scene, signin::SignIn,
};

use axum::{
    Router,
    middleware::map_response,
    routing::{get, post},
};
use tower_http::{compression::CompressionLayer, csrf::CsrfLayer};

/// Every address of the product, on one screen.
pub fn router(app: App) -> Router {
    let transport = app.transport;
    let router = Router::new()
        .route("/sign-in", get(signin::sign_in_form).post(signin::sign_in))
        .route("/sign-out", post(signin::leave))
        .route("/act-as", post(signin::act_as))
        .route("/first/{token}", get(signin::first_form).post(signin::first))
        .route("/enter/{token}", get(signin::one_time_form).post(signin::one_time))
        .route("/new-password", get(signin::new_password_form).post(signin::new_password))
        .route("/live", get(live::stream))
        .route("/assets/{set}/{name}", get(assets::show));
    #[cfg(debug_assertions)]
    let router = router
        .route("/style", get(ui::sample::page))
        .route("/style/touch", post(ui::sample::touch));
    router
        .merge(api::routes())
        .with_state(app)
        .layer(CsrfLayer::new().with_rejection_response(|_| signin::cross_site()))
        .layer(map_response(move |it| async move { headers::secure(transport, it) }))
        .layer(CompressionLayer::new())
}
