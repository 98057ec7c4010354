//! Assessment results and plans of action as drafts: what was found, on which clause, and what is done about it.
//!
//! Always true: that a clause is satisfied is never brought in, for a state is worked out and never typed; nor is
//! what a check saw, which whoever checked has signed elsewhere. A note says how much of that there is.

use kernel::finding::Grade;

use crate::{
    draft::{Found, Item, Place},
    finding::Finding,
    import::Reading,
    oscal::assessed::{self, Assessed, Results},
};

pub(crate) fn draft(it: Assessed, file: usize, reading: &mut Reading<'_>) {
    let (place, on) = (Place { file, row: None }, reading.on);
    let (framework, when) = (it.about().framework.as_str().into(), it.about().on);
    let said = reading.option("framework").map(Into::into);
    let (grade, posts, items) = match it {
        Assessed::Results(it) => {
            let met = it.clauses.iter().filter(|it| it.satisfied).count();
            let says = format!(
                "Of {} clauses that were assessed on {when}, {met} are satisfied and bring in nothing: how a clause stands is worked out from evidence.",
                it.clauses.len()
            );
            let todo = "Each clause that is not satisfied comes in as a finding on it.";
            say(reading, place, Finding::note("not-typed", says).todo(todo));
            (Grade::Observation, Vec::new(), unmet(it))
        }
        Assessed::Plan(mut it) => {
            let closed = it.items.iter().filter(|it| it.closed).count();
            if closed > 0 {
                let says = format!(
                    "{closed} of {} findings are closed by the file’s date and were left out: whoever checks that something worked signs it.",
                    it.items.len()
                );
                let todo = "Keep the file: attach it where somebody asks what was closed.";
                say(reading, place, Finding::note("closed", says).todo(todo));
            }
            it.items.retain(|it| !it.closed);
            (Grade::Minor, it.posts, it.items)
        }
    };
    if items.is_empty() {
        let finding = Finding::note("nothing-found", "The file brings in no finding.");
        return say(reading, place, finding.todo("Nothing has to be done."));
    }
    let grade = grade.word();
    let found = Found { said, framework, grade, posts, items, on, place };
    reading.drafts.items.push(Item::Found(found));
}

fn say(reading: &mut Reading<'_>, place: Place, finding: Finding) {
    let finding = reading.drafts.placed(finding, place);
    reading.say(finding);
}

/// Each clause that is not satisfied, as a finding on it.
fn unmet(results: Results) -> Vec<assessed::Item> {
    let raised = results.about.on;
    let unmet = results.clauses.into_iter().filter(|it| !it.satisfied);
    let item = |it: assessed::Standing| assessed::Item {
        reference: it.reference,
        about: Some(it.says).filter(|about| !about.is_empty() && *about != it.title),
        name: it.title,
        raised,
        clause: Some(it.clause),
        ..assessed::Item::default()
    };
    unmet.map(item).collect()
}
