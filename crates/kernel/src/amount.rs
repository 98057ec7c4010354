//! Amounts: exact decimals, so that sums and replays are bit-identical.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A decimal number, kept as a whole number of millionths. From about -9.2 to 9.2 million million.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(pub i64);

const ONE: i64 = 1_000_000;
const PLACES: usize = 6;

impl Amount {
    pub const fn whole(n: i32) -> Amount {
        Amount(n as i64 * ONE)
    }

    /// Digits after the point, without zeros at the end.
    pub fn decimals(self) -> usize {
        self.to_string().split_once('.').map_or(0, |it| it.1.len())
    }

    /// With so many digits after the point at most, half a digit away from zero.
    pub fn rounded(self, decimals: usize) -> Amount {
        let spare = PLACES.saturating_sub(decimals);
        let step = i64::pow(10, u32::try_from(spare).unwrap_or(0));
        let half = step / 2 * self.0.signum();
        Amount(self.0.saturating_add(half) / step * step)
    }

    /// `part` thousandths of this amount, rounded towards zero.
    pub fn per_mille(self, part: i64) -> Amount {
        let product = i128::from(self.0) * i128::from(part) / 1000;
        Amount(i64::try_from(product).unwrap_or(i64::MAX))
    }
}

/// Text that is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a number: digits, a point, at most {PLACES} decimal places, below 9.2 million million"
)]
pub struct NotAnAmount(pub String);

impl FromStr for Amount {
    type Err = NotAnAmount;

    fn from_str(text: &str) -> Result<Amount, NotAnAmount> {
        let read = || {
            let trimmed = text.trim();
            let (negative, digits) = match trimmed.strip_prefix('-') {
                Some(rest) => (true, rest),
                None => (false, trimmed),
            };
            let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
            let plain = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
            if whole.is_empty() || !plain(whole) || !plain(part) || part.len() > PLACES {
                return None;
            }
            let whole: i64 = whole.parse().ok()?;
            let part: i64 = format!("{part:0<PLACES$}").parse().ok()?;
            // Wider than the amount, because the lowest one has no positive twin.
            let size = i128::from(whole) * i128::from(ONE) + i128::from(part);
            Some(Amount(i64::try_from(if negative { -size } else { size }).ok()?))
        };
        read().ok_or_else(|| NotAnAmount(text.chars().take(40).collect()))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) =
            (self.0.unsigned_abs() / ONE as u64, self.0.unsigned_abs() % ONE as u64);
        if part == 0 {
            return write!(f, "{sign}{whole}");
        }
        let part = format!("{part:0>PLACES$}");
        write!(f, "{sign}{whole}.{}", part.trim_end_matches('0'))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // As text: a JSON number would lose digits in readers that know only doubles.
        if to.is_human_readable() { to.collect_str(self) } else { self.0.serialize(to) }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Amount, D::Error> {
        if !from.is_human_readable() {
            return i64::deserialize(from).map(Amount);
        }
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(D::Error::custom)
    }
}
