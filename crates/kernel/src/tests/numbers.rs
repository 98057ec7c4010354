//! Amounts and references survive being written and read.

use proptest::prelude::*;

use super::*;
use crate::{Amount, Kind};

#[test]
fn amounts_are_exact_decimals() {
    for (text, parts) in [("0.1", 100_000), ("-3", -3_000_000), ("12.000001", 12_000_001)] {
        assert_eq!(text.parse::<Amount>().unwrap(), Amount(parts));
        assert_eq!(Amount(parts).to_string(), text);
    }
    assert_eq!("007.50".parse::<Amount>().unwrap().to_string(), "7.5");
}

#[test]
fn what_is_no_amount_is_refused_with_what_to_write() {
    for text in ["", "-", ".5", "1e3", "1,000", "0.0000001", "９", "+1", "--1", "9300000000000"] {
        let error = text.parse::<Amount>().unwrap_err().to_string();
        let wanted = "is not a number: digits, a point, at most 6 decimal places";
        assert!(error.contains(wanted), "{text}: {error}");
    }
}

#[test]
fn references_are_read_strictly() {
    assert_eq!(" post-104 ".parse::<Ref>().unwrap().to_string(), "POST-104");
    for text in
        ["POST", "POST-", "POST-0", "POST-+4", "POST-04", "POST--4", "POSTS-4", "POST-4294967296"]
    {
        let error = text.parse::<Ref>().unwrap_err().to_string();
        assert_eq!(error, format!("`{text}` is not a reference: write it like POST-104"));
    }
}

#[test]
fn every_kind_has_words_of_its_own() {
    for kind in Kind::ALL {
        assert_eq!(Kind::named(kind.word()), Some(kind));
        assert_eq!(Kind::named(kind.plural()), Some(kind));
        assert_eq!(Kind::try_from(u8::from(kind)), Ok(kind));
        let reference = format!("{}-7", kind.prefix());
        assert_eq!(reference.parse::<Ref>().unwrap().kind, kind);
        assert!(kind.fields().iter().all(|it| it.name != "live"), "live is no field of its own");
    }
    assert!(Kind::try_from(200).is_err());
}

proptest! {
    #[test]
    fn every_amount_is_read_as_it_was_written(parts in any::<i64>()) {
        let amount = Amount(parts);
        prop_assert_eq!(amount.to_string().parse::<Amount>(), Ok(amount));
        let json = serde_json::to_string(&amount).unwrap();
        prop_assert_eq!(serde_json::from_str::<Amount>(&json).unwrap(), amount);
    }

    #[test]
    fn every_reference_is_read_as_it_was_written(kind in 0..17u8, n in 1..=crate::id::NUMBER_MAX) {
        let it = Ref { kind: Kind::try_from(kind).unwrap(), n: n.try_into().unwrap() };
        prop_assert_eq!(it.to_string().parse::<Ref>(), Ok(it));
        let json = serde_json::to_string(&it).unwrap();
        prop_assert_eq!(serde_json::from_str::<Ref>(&json).unwrap(), it);
        let bytes = postcard::to_allocvec(&it).unwrap();
        prop_assert_eq!(postcard::from_bytes::<Ref>(&bytes).unwrap(), it);
    }

    #[test]
    fn no_text_makes_the_readers_panic(text in "\\PC{0,30}|[-+.0-9]{0,30}|[A-Z]{1,6}-[0-9]{0,12}") {
        let _ = text.parse::<Amount>();
        let _ = text.parse::<Ref>();
    }
}
