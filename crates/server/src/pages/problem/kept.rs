//! A form that was sent after its session had ended: what was typed goes with the sign-in page and comes
//! back afterwards, to be sent by hand. Nothing of it is kept on the server.

use std::time::Duration;

use axum::{
    Form,
    body::{Body, HttpBody, to_bytes},
    extract::{FromRequest, FromRequestParts, Request},
    http::{
        Method, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
        request::Parts,
    },
};
use maud::Markup;

use crate::{
    App,
    problem::Told,
    signin::{self, Visitor},
};

/// Names and values in the order of the form.
pub(crate) type Pairs = Vec<(String, String)>;

/// Bytes of a form that goes with the sign-in page.
const KEPT_BYTES_MAX: usize = 256 << 10;
/// Somebody unknown gets so long to send one.
const SEND_SECONDS_MAX: Duration = Duration::from_secs(20);

/// The form that a stranger sent, read ahead; and the body, for whoever is to read it.
pub(super) async fn typed(
    parts: &mut Parts,
    body: Body,
    app: &App,
) -> Result<(Body, Option<Pairs>), Told> {
    let header = |name| parts.headers.get(name).and_then(|it| it.to_str().ok());
    let form = header(CONTENT_TYPE).is_some_and(|it| it.starts_with("application/x-www-form-url"));
    let length = header(CONTENT_LENGTH).and_then(|it| it.parse::<usize>().ok());
    // Without the header a body that is here already still says how long it is.
    let exact = body.size_hint().exact().and_then(|it| usize::try_from(it).ok());
    let small = length.or(exact).is_some_and(|it| it <= KEPT_BYTES_MAX);
    let known = !form || !small || parts.method != Method::POST;
    if known || Visitor::from_request_parts(parts, app).await.is_ok() {
        return Ok((body, None));
    }
    let read = tokio::time::timeout(SEND_SECONDS_MAX, to_bytes(body, KEPT_BYTES_MAX)).await;
    let Ok(Ok(bytes)) = read else {
        let says = "What was sent did not arrive whole. Nothing was done; send it again.";
        return Err(Told::new(StatusCode::REQUEST_TIMEOUT, "This did not arrive", says));
    };
    let asked = Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    let pairs = Form::<Pairs>::from_request(asked, &()).await.ok().map(|it| it.0);
    Ok((Body::from(bytes), pairs))
}

/// The sign-in page with the form in it. No password goes along.
pub(super) fn sign_in_first(path: &str, pairs: &Pairs) -> Markup {
    signin::again(path, &signin::packed(pairs))
}
