//! What was just done, said once.

use crate::ui::{Link, Toast};

pub(super) fn one() -> Toast {
    Toast {
        text: "Saved: Post Head of Waste: changed: Title “Head of Waste and Streets”.".into(),
        link: Some(Link::to("/ledger/1042", "Entry 1042")),
    }
}
