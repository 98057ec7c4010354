use crate::import::Reading;
pub(crate) fn read(_: &mut Reading<'_>) {}
pub(crate) fn are_definitions(_: &Reading<'_>) -> bool {
    false
}
pub(crate) fn read_definitions(_: &mut Reading<'_>) {}
