//! The only crate that speaks HTTP: router, pages, sign-in, live stream, assets.

pub mod assets;
pub mod headers;
pub mod live;
pub mod signin;
pub mod ui;

pub use crate::{headers::Transport, live::Live, signin::SignIn};

use axum::{
    Router,
    extract::FromRef,
    middleware::map_response,
    routing::{get, post},
};
use tower_http::{compression::CompressionLayer, csrf::CsrfLayer};

/// What every handler may reach.
#[derive(Debug, Clone)]
pub struct Doors {
    pub sign_in: SignIn,
    pub live: Live,
    pub transport: Transport,
}

impl FromRef<Doors> for SignIn {
    fn from_ref(it: &Doors) -> SignIn {
        it.sign_in.clone()
    }
}

impl FromRef<Doors> for Live {
    fn from_ref(it: &Doors) -> Live {
        it.live.clone()
    }
}

/// Every address of the product, on one screen.
pub fn router(doors: Doors) -> Router {
    let transport = doors.transport;
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
        .with_state(doors)
        .layer(CsrfLayer::new().with_rejection_response(|_| signin::cross_site()))
        .layer(map_response(move |it| async move { headers::secure(transport, it) }))
        .layer(CompressionLayer::new())
}
