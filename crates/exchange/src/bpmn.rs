//! BPMN 2.0: process models drawn with any tool, as a neutral model and as draft procedures.
//!
//! Not here: the drawing (where boxes stand), what an engine executes (services, forms, mappings of
//! data), and the organisation: which post a lane is, is settled by the planner.
//!
//! Always true: every element of a process is carried into a procedure or listed with the reason
//! and what to do, never neither; the same file gives the same procedures in the same order; a
//! DOCTYPE is refused, and depth, size and number of elements are bounded.

mod fate;
mod flow;
mod index;
mod model;
mod parallel;
mod procedure;
mod read;
mod ways;
mod words;

pub use self::{
    model::{
        Flow, Gateway, Item, Lane, MessageFlow, Model, Node, NodeKind, Pool, Process, Trigger,
    },
    procedure::{Drawn, FILE_NODES_MAX, FLOWS_MAX, NODES_MAX, Next, Procedure, Question, Step},
};

use crate::{
    Source,
    finding::{Findings, Reading},
    xml,
};

/// Reads the model as it stands in the file.
pub fn read(source: Source<'_>) -> Reading<Model> {
    let mut findings = Findings::about(source.name);
    let model = xml::read(source, &mut findings)
        .map_or_else(Model::default, |root| read::model(&root, &mut findings));
    Reading { records: model, findings: findings.done() }
}

/// Reads the model and makes procedures of its processes.
pub fn procedures(source: Source<'_>) -> Reading<Drawn> {
    let Reading { records: model, findings } = read(source);
    let mut said = Findings::about(source.name);
    findings.into_iter().for_each(|it| said.push(it));
    let drawn = procedure::draw(model, source.name, &mut said);
    Reading { records: drawn, findings: said.done() }
}
