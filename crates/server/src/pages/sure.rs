//! An appointment that a rule will find something about: said on its form before it is recorded, to be
//! confirmed. It is never refused for that, because what is so, is so.

use exchange::accountability;
use host::Work;
use kernel::{Act, Command, Kind, Ref, read::foresee::foresee};

use super::{Pen, Sent, Wrong, sent::Asked};
use crate::ui::{self, Field};

/// The answer, and what it was given to: what is foreseen anew is asked anew.
const SURE: &str = "sure";
const ASKED: &str = "asked";

/// What was read from a form, unless there is something to be confirmed first.
pub(super) fn asked(pen: &Pen<'_>, sent: &Sent, it: Asked) -> Result<Asked, Wrong> {
    if it.kind != Kind::Tenure {
        return Ok(it);
    }
    let published = &pen.scene.published;
    let planned = match &it.ask.work {
        Work::Steps(steps) => Ok(steps.clone()),
        Work::Plan(plan) => plan(&published.state, &published.directory),
    };
    // What is refused is said where it is done.
    let Ok(steps) = planned else { return Ok(it) };
    let act = Act { by: it.ask.by, at: pen.scene.now, today: pen.scene.today };
    let commands: Vec<Command> = steps.iter().map(|it| it.command.clone()).collect();
    let Ok(trial) = foresee(&published.state, &act, &commands) else { return Ok(it) };
    // Somebody who is not in the register yet has no name there.
    let newcomer = steps.iter().find_map(|it| it.name.clone());
    let called = |of: Ref| match (pen.view().exists(of), &newcomer) {
        (false, Some(name)) if of.kind == Kind::Person => name.clone(),
        _ => pen.title(of),
    };
    let says = |it| accountability::warning(it, pen.scene.today, &called);
    let says: Vec<String> = trial.warnings.iter().map(says).collect();
    let says = says.join(" ");
    if says.is_empty() || (sent.get(SURE) == "true" && sent.get(ASKED) == says) {
        return Ok(it);
    }
    let mut wrong = Wrong::default();
    wrong.ask(SURE, says);
    Err(wrong)
}

/// What is to be confirmed, and what it is carried along with.
pub(super) fn field(wrong: &Wrong) -> Option<(Field, (String, String))> {
    let says = wrong.asks(SURE)?;
    let question = format!("Mind the rules. {says}");
    let field = Field::new(SURE, "Record it all the same", ui::Kind::Flag).question(question);
    Some((field, (ASKED.into(), says.clone())))
}
