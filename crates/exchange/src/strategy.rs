//! A strategy as files tell it: goals in a tree, what measures them, and figures where there are
//! any. `stratml` and `goals` both give it.
//!
//! Not here: plans, objectives and indicators as the organisation keeps them.
//!
//! Always true: a goal's parent, where it has one, stands before it in the list; keys are unique
//! in their strategy; a figure is decimal text or nothing, and what was written is kept beside it.

use jiff::civil::Date;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Strategy {
    pub name: String,
    pub description: String,
    pub organisation: String,
    pub acronym: String,
    pub vision: String,
    pub mission: String,
    pub values: Vec<Value>,
    pub start: Option<Date>,
    pub end: Option<Date>,
    pub goals: Vec<Goal>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Value {
    pub name: String,
    pub description: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Goal {
    pub key: String,
    /// The number people cite, such as `1.2`; blank where there is none.
    pub sequence: String,
    pub name: String,
    pub description: String,
    /// 1 at the top.
    pub level: u16,
    pub parent: Option<String>,
    pub stakeholders: Vec<Stakeholder>,
    pub indicators: Vec<IndicatorRecord>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stakeholder {
    pub name: String,
    pub description: String,
    pub roles: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndicatorRecord {
    pub key: String,
    pub name: String,
    pub description: String,
    pub unit: String,
    pub better: Option<Better>,
    /// Where it stood at the beginning, as decimal text.
    pub baseline: Option<String>,
    /// The target is a level to keep, not one to reach.
    pub maintain: bool,
    pub measurements: Vec<Measurement>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    Higher,
    Lower,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measurement {
    pub start: Option<Date>,
    pub end: Option<Date>,
    pub kind: MeasurementKind,
    /// Decimal text; none where there is no data.
    pub value: Option<String>,
    /// What was written.
    pub raw: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeasurementKind {
    Target,
    Actual,
}

impl Strategy {
    pub fn indicators(&self) -> impl Iterator<Item = &IndicatorRecord> {
        self.goals.iter().flat_map(|goal| &goal.indicators)
    }

    pub fn measurements(&self) -> impl Iterator<Item = &Measurement> {
        self.indicators().flat_map(|indicator| &indicator.measurements)
    }
}
