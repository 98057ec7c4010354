use crate::import::Reading;
pub(crate) fn read_stratml(_: &mut Reading<'_>) {}
pub(crate) fn read_goals(_: &mut Reading<'_>) {}
