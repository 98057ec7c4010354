use crate::import::Reading;
use kernel::Kind;
pub(crate) fn read(_: Kind, _: &mut Reading<'_>) {}
pub fn template(_: &str) -> Option<String> {
    None
}
