//! What is wrong with what was typed at the door, field by field.

use super::password;

pub(super) const SIGN_IN_CHARS: std::ops::RangeInclusive<usize> = 3..=64;
const NAME_CHARS_MAX: usize = 100;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) name: Option<String>,
    pub(super) sign_in: Option<String>,
    pub(super) current: Option<String>,
    pub(super) password: Option<String>,
    pub(super) again: Option<String>,
}

impl Wrong {
    pub(super) fn of(password: &str, again: &str, sign_in: &str) -> Wrong {
        let again = (again != password).then(|| "it is not the same".into());
        Wrong { password: password::refuse(password, sign_in), again, ..Wrong::default() }
    }

    pub(super) fn of_newcomer(name: &str, sign_in: &str, password: &str, again: &str) -> Wrong {
        let named = (1..=NAME_CHARS_MAX).contains(&name.chars().count());
        Wrong {
            name: (!named).then(|| format!("write it in 1 to {NAME_CHARS_MAX} characters")),
            sign_in: refuse_sign_in(sign_in),
            ..Wrong::of(password, again, sign_in)
        }
    }

    pub(super) fn any(&self) -> bool {
        *self != Wrong::default()
    }
}

pub(super) fn refuse_sign_in(name: &str) -> Option<String> {
    let (least, most) = (SIGN_IN_CHARS.start(), SIGN_IN_CHARS.end());
    if !SIGN_IN_CHARS.contains(&name.chars().count()) {
        return Some(format!("write it in {least} to {most} characters"));
    }
    let strange = name.chars().find(|it| !it.is_alphanumeric() && !"._-+@'".contains(*it));
    strange.map(|it| format!("it may not contain \u{201c}{it}\u{201d}"))
}
