//! Process models as drafts: each procedure, its steps in their order, what they ask, and where they
//! lead.
//!
//! Always true: a procedure begins by hand until somebody says otherwise; who does it is asked where
//! no post is called as the file says; where a procedure is left out, so are its steps.

use std::collections::HashSet;

use kernel::{Kind, Text, Value};

use crate::{
    bpmn::{self, Next, Procedure, Question, Step},
    draft::{Draft, DraftId, Given, Identity, Place, Target, Whole},
    import::Reading,
};

pub(crate) fn read(reading: &mut Reading<'_>) {
    let mut taken = HashSet::new();
    for (file, source) in reading.request.files.iter().enumerate() {
        let found = bpmn::procedures(*source);
        reading.findings.extend(found.findings);
        for procedure in &found.records.procedures {
            draft(procedure, file, &mut taken, reading);
        }
    }
}

/// A name that nothing else here has: names are how a procedure or step is found again.
fn own(name: &str, taken: &mut HashSet<String>) -> String {
    let mut own = name.to_owned();
    let mut n = 1;
    while !taken.insert(own.clone()) {
        n += 1;
        own = format!("{name} ({n})");
    }
    own
}

fn text(it: &str) -> Value {
    Value::Text(it.into())
}

fn draft(it: &Procedure, file: usize, taken: &mut HashSet<String>, reading: &mut Reading<'_>) {
    let place = |line: u32| Place { file, row: Some(line) };
    let on = reading.on;
    let name = own(&it.name, taken);
    let who = it.post.clone().or_else(|| reading.option("post").map(str::to_owned));
    let mut procedure = Draft::new(Kind::Procedure, Identity::Name, on, place(it.line))
        .is("name", text(&name))
        .text("about", &it.about)
        .text("schedule", it.schedule.as_deref().unwrap_or_default());
    // Where the file says nothing of it, the procedure stands for whoever does it.
    let who = Given::Asked(who.unwrap_or(name).as_str().into());
    procedure.terms.push(("post", who));
    let procedure = reading.drafts.add(procedure);
    let mut names = HashSet::new();
    let steps: Vec<DraftId> = it
        .steps
        .iter()
        .enumerate()
        .map(|(n, step)| {
            let name = own(&step.name, &mut names);
            let mut draft = Draft::new(Kind::Step, Identity::Name, on, place(step.line))
                .is("name", text(&name))
                .link("procedure", Target::Draft(procedure))
                .text("about", &step.about)
                .is("position", whole(n));
            if let Some(post) = &step.post {
                draft.terms.push(("post", Given::Asked(post.as_str().into())));
            }
            if !matches!(step.next, Next::Step(_)) {
                draft = draft.is("next", Value::Nothing);
            }
            draft.beside = true;
            reading.drafts.add(draft)
        })
        .collect();
    for (step, of) in it.steps.iter().zip(&steps) {
        leads_on(step, *of, &steps, place(step.line), reading);
        let mut names = HashSet::new();
        for (n, question) in step.questions.iter().enumerate() {
            let name = own(&question.name, &mut names);
            let draft = asks(question, &name, n, *of, &steps);
            let draft = Draft { on, place: place(step.line), ..draft };
            reading.drafts.add(draft);
        }
    }
    reading.drafts.whole.push(Whole { kind: Kind::Step, within: procedure, on, file });
}

/// Where a step goes on, once all steps are there to lead to.
fn leads_on(step: &Step, of: DraftId, steps: &[DraftId], place: Place, reading: &mut Reading<'_>) {
    let Next::Step(to) = step.next else { return };
    let identity = Identity::Is(Target::Draft(of));
    let mut draft =
        Draft::new(Kind::Step, identity, reading.on, place).link("next", Target::Draft(steps[to]));
    draft.beside = true;
    reading.drafts.add(draft);
}

fn asks(it: &Question, name: &str, n: usize, of: DraftId, steps: &[DraftId]) -> Draft {
    let choices: Vec<Text> = it.choices.iter().map(|it| it.as_str().into()).collect();
    let place = Place { file: 0, row: None };
    let mut draft = Draft::new(Kind::Question, Identity::Name, jiff::civil::Date::MIN, place)
        .is("name", text(name))
        .text("about", &it.about)
        .link("step", Target::Draft(of))
        .is("position", whole(n))
        .is("answer", Value::Choice("choice"))
        .is("optional", Value::Flag(it.optional))
        .is("choices", Value::Texts(choices.into()))
        .is("branch_on", text(&it.branch_on));
    draft = match it.branch_to {
        Next::Step(to) => draft.link("branch_to", Target::Draft(steps[to])),
        Next::Following | Next::Done => draft.is("branch_to", Value::Nothing),
    };
    draft.beside = true;
    draft
}

/// Positions ten apart, so that a step can be put between two.
fn whole(n: usize) -> Value {
    Value::Whole(((n + 1) * 10).min(usize::from(u16::MAX)) as _)
}
