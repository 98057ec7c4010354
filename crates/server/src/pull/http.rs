//! Asking a source over HTTP. Everything has a limit, and no certificate is believed that does not hold.
//!
//! Always true: an address is looked at when it has been resolved, after every redirect, and it is that very address
//! which is connected to; a token goes to the host that it is for and to no other.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
    time::Duration,
};

use ureq::{
    Agent,
    config::RedirectAuthHeaders,
    http::Uri,
    tls::{PemItem, RootCerts, TlsConfig, parse_pem},
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};

/// Bytes of an answer.
pub const ANSWER_BYTES_MAX: u64 = 1 << 20;
/// From the first look-up of a name to the last byte, redirects included.
pub const SECONDS_MAX: u64 = 20;
/// Redirects of one answer.
pub const REDIRECTS_MAX: u32 = 3;

/// What is asked.
pub(super) struct Asked<'a> {
    pub(super) address: &'a str,
    pub(super) token: Option<String>,
    /// Certificates as PEM, trusted instead of the public ones.
    pub(super) trusts: Option<Vec<u8>>,
    pub(super) allow_local: bool,
}

/// The answer. It may wait for as long as [`SECONDS_MAX`].
///
/// # Errors
///
/// A sentence.
pub(super) fn get(it: &Asked<'_>) -> Result<Vec<u8>, String> {
    let tls = match &it.trusts {
        None => TlsConfig::builder().build(),
        Some(pem) => {
            let roots: Vec<_> = parse_pem(pem)
                .filter_map(|it| match it {
                    Ok(PemItem::Certificate(it)) => Some(it),
                    _ => None,
                })
                .collect();
            if roots.is_empty() {
                return Err("The file of certificates holds none.".into());
            }
            TlsConfig::builder().root_certs(RootCerts::Specific(Arc::new(roots))).build()
        }
    };
    let config = Agent::config_builder()
        .https_only(it.address.starts_with("https://"))
        .tls_config(tls)
        // Through a proxy nobody could tell which address is connected to.
        .proxy(None)
        .max_redirects(REDIRECTS_MAX)
        .redirect_auth_headers(RedirectAuthHeaders::SameHost)
        .timeout_global(Some(Duration::from_secs(SECONDS_MAX)))
        .max_idle_connections(0)
        .user_agent(concat!("throughline/", env!("CARGO_PKG_VERSION")))
        .accept("application/json")
        .build();
    let resolver = Watched { allow_local: it.allow_local, resolver: DefaultResolver::default() };
    let agent = Agent::with_parts(config, DefaultConnector::default(), resolver);
    let mut request = agent.get(it.address);
    if let Some(token) = &it.token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let mut answer = request.call().map_err(|it| failed(&it))?;
    answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec().map_err(|it| failed(&it))
}

fn failed(it: &ureq::Error) -> String {
    match it {
        ureq::Error::StatusCode(code) => format!("It answered with status {code}."),
        ureq::Error::Timeout(_) => format!("No whole answer came within {SECONDS_MAX} seconds."),
        ureq::Error::BodyExceedsLimit(_) => {
            format!("The answer is longer than {ANSWER_BYTES_MAX} bytes.")
        }
        ureq::Error::TooManyRedirects => {
            format!("It sends on to other addresses more than {REDIRECTS_MAX} times.")
        }
        ureq::Error::RequireHttpsOnly(_) => "It sends on to an address without https.".into(),
        ureq::Error::HostNotFound => "No such host is known.".into(),
        ureq::Error::Other(it) => format!("{it}"),
        other => format!("It could not be asked: {other}."),
    }
}

/// Looks names up, and refuses addresses that no source of figures has.
#[derive(Debug)]
struct Watched {
    allow_local: bool,
    resolver: DefaultResolver,
}

#[derive(Debug, thiserror::Error)]
#[error(
    "It has the address {0}, which is this machine, its own network link, or nobody’s. Say allow_local where that is meant."
)]
struct Refused(IpAddr);

impl Resolver for Watched {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.resolver.resolve(uri, config, timeout)?;
        match found.iter().find(|it| !self.allow_local && is_local(it.ip())) {
            Some(it) => Err(ureq::Error::Other(Box::new(Refused(it.ip())))),
            None => Ok(found),
        }
    }
}

/// Where cloud machines are told secrets of their own, which is not a link-local address.
const METADATA: [IpAddr; 2] = [
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
];

/// This machine, its network link, or an address that no single machine has. Networks of one’s own are not: that is
/// where most figures are.
fn is_local(it: IpAddr) -> bool {
    let it = it.to_canonical();
    let link = match it {
        IpAddr::V4(it) => it.is_link_local() || it.is_broadcast() || it.octets()[0] == 0,
        IpAddr::V6(it) => {
            it.is_unicast_link_local()
                // Addresses of the older protocol in other clothes.
                || it.to_ipv4().is_some_and(|it| is_local(IpAddr::V4(it)))
                || it.segments()[..6] == [0x64, 0xff9b, 0, 0, 0, 0]
        }
    };
    link || it.is_loopback() || it.is_unspecified() || it.is_multicast() || METADATA.contains(&it)
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn no_name_leads_to_this_machine_or_to_where_secrets_are_told() {
        for it in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "169.254.0.1",
            "255.255.255.255",
            "224.0.0.1",
            "100.100.100.200",
            "::1",
            "::",
            "fe80::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::a9fe:a9fe",
        ] {
            assert!(is_local(it.parse().unwrap()), "{it}");
        }
        for it in [
            "10.0.0.7",
            "192.168.1.4",
            "172.16.0.9",
            "93.184.216.34",
            "2606:2800:220:1::1",
            "fd12::7",
        ] {
            assert!(!is_local(it.parse().unwrap()), "{it}");
        }
    }
}
