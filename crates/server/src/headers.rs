//! What every answer says to the browser about trust.
//!
//! Cross-site requests: tower-http's `csrf` layer refuses a write whose `Sec-Fetch-Site` or `Origin`
//! is another site's. Every browser this product supports sends one of them, and the session cookie
//! is `SameSite=Lax` besides, so no synchroniser token is kept: it would add a secret to each page
//! and protect against nothing more. A request with neither header comes from no browser.

use axum::{
    http::{
        HeaderName, HeaderValue,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
            X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    response::Response,
};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; \
    img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const ALWAYS: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// How visitors reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Plain HTTP: loopback, or a closed network.
    Plain,
    /// Behind TLS, ended here or at a proxy: browsers are told to insist on it.
    Tls,
}

/// Adds the headers. A handler that set its own `Cache-Control` keeps it; every other page may be kept
/// by the visitor's browser but must be asked about each time.
pub fn secure(transport: Transport, mut response: Response) -> Response {
    let headers = response.headers_mut();
    // A file that somebody uploaded may do even less than a page.
    let sandboxed = headers.remove(CONTENT_SECURITY_POLICY);
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(it) = sandboxed {
        headers.insert(CONTENT_SECURITY_POLICY, it);
    }
    if transport == Transport::Tls {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(STRICT_TRANSPORT_SECURITY, year);
    }
    let cached = HeaderValue::from_static("private, no-cache");
    headers.entry(CACHE_CONTROL).or_insert(cached);
    response
}
