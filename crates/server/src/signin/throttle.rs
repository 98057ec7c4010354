//! Slows guessing down, for each account name and for each address.
//!
//! Its clock is the one that never steps. A name is throttled whether or not it exists.

use std::{fmt, net::IpAddr, num::NonZeroU32, sync::Arc, time::Duration};

use governor::{Quota, RateLimiter, clock::Clock as _, state::keyed::HashMapStateStore};

use super::Clock;

/// For one name: five at once, then one every half minute.
const NAME_BURST: NonZeroU32 = NonZeroU32::new(5).expect("not zero");
const NAME_EVERY: Duration = Duration::from_secs(30);
/// For one address, which may be a whole office: thirty at once, then one every two seconds.
const ADDRESS_BURST: NonZeroU32 = NonZeroU32::new(30).expect("not zero");
const ADDRESS_EVERY: Duration = Duration::from_secs(2);
/// Past this many keys the idle ones are forgotten, so that names made up by a robot cost no memory.
const KEYS_MAX: usize = 10_000;

type Limiter<K> =
    RateLimiter<K, HashMapStateStore<K>, Ticks, governor::middleware::NoOpMiddleware<Duration>>;

pub(super) struct Throttle {
    names: Limiter<String>,
    addresses: Limiter<Option<IpAddr>>,
    ticks: Ticks,
}

impl Throttle {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Throttle {
        let ticks = Ticks(clock);
        let quota = |every, burst| {
            Quota::with_period(every).expect("periods are longer than nothing").allow_burst(burst)
        };
        Throttle {
            names: RateLimiter::hashmap_with_clock(quota(NAME_EVERY, NAME_BURST), ticks.clone()),
            addresses: RateLimiter::hashmap_with_clock(
                quota(ADDRESS_EVERY, ADDRESS_BURST),
                ticks.clone(),
            ),
            ticks,
        }
    }

    /// How long to wait, if it is too early for another try.
    pub(super) fn wait(&self, name: &str, address: Option<IpAddr>) -> Result<(), Duration> {
        if self.names.len() > KEYS_MAX {
            self.names.retain_recent();
        }
        if self.addresses.len() > KEYS_MAX {
            self.addresses.retain_recent();
        }
        let now = self.ticks.now();
        self.address(address)?;
        self.names.check_key(&name.to_owned()).map_err(|it| it.wait_time_from(now))
    }

    /// As [`Throttle::wait`], where no name is in play.
    pub(super) fn address(&self, address: Option<IpAddr>) -> Result<(), Duration> {
        let now = self.ticks.now();
        self.addresses.check_key(&address.map(network)).map_err(|it| it.wait_time_from(now))
    }
}

/// One visitor of IPv6 has a whole /64 to call from.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(it) => IpAddr::V6((it.to_bits() >> 64 << 64).into()),
        v4 => v4,
    }
}

#[derive(Clone)]
struct Ticks(Arc<dyn Clock>);

impl governor::clock::Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

impl fmt::Debug for Ticks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ticks")
    }
}
