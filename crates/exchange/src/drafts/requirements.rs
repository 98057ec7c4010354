use crate::import::Reading;
pub(crate) fn read_oscal(_: &mut Reading<'_>) {}
pub(crate) fn read_framework(_: &mut Reading<'_>) {}
