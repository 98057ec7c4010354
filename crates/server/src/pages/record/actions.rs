//! What this visitor may do with a record. Whether they may is the kernel's to say: each action is
//! offered only if the same command would not be refused for want of authority.

use kernel::{Act, By, Command, Kind, Ref, Refusal, Value, duty};
use serde_json::{Value as Json, json};

use crate::{
    drafting,
    pages::{
        Pen, acceptance, differences, doing, establish, establishment, excuse, extend, finding,
        handover, queue, rehearsal, signals, stop_list, terms,
    },
    ui::{Action, Link},
};

pub(super) fn of(pen: &Pen<'_>, of: Ref, key: &dyn Fn() -> String) -> Vec<Action> {
    let mut actions: Vec<Action> = place(pen, of).into_iter().collect();
    actions.extend(queue::look(pen, of));
    actions.extend(handover::look(pen, of));
    // From another time the time bar leads there.
    if differences::ABOUT.contains(&of.kind) && pen.scene.rooms.is_none() && pen.scene.is_now() {
        let changed = differences::looked_at(pen.scene, Some(of), None);
        actions.push(Action::Open(Link::to(changed.href, "What changed")));
    }
    actions.extend(stop_list::action(pen, of));
    if of.kind == Kind::Audit {
        let room = pen.scene.href(&format!("{}/room", pen.path(of)));
        actions.push(Action::Open(Link::to(room, "Enter the room")));
    }
    let Ok(by) = pen.scene.by() else { return actions };
    let it = Offer { pen, of, by };
    actions.extend(it.own(key));
    actions.extend(it.beneath());
    actions.extend(it.always());
    actions
}

/// To its place in the establishment, which anybody may look at.
fn place(pen: &Pen<'_>, of: Ref) -> Option<Action> {
    let href = establishment::place(pen.scene, of).filter(|_| pen.view().stands(of))?;
    Some(Action::Open(Link::to(href, "In the establishment")))
}

/// Whether the kernel would let the visitor do this, whatever else it might say to it.
pub(crate) fn may(pen: &Pen<'_>, by: By, command: &Command) -> bool {
    let act = Act { by, at: pen.scene.now, today: pen.scene.today };
    let decided = pen.scene.published.state.decide(&act, command);
    !matches!(decided, Err(Refusal::Authority(_)))
}

struct Offer<'a, 's> {
    pen: &'a Pen<'s>,
    of: Ref,
    by: By,
}

impl Offer<'_, '_> {
    fn may(&self, kind: Kind, verb: &str, body: Json) -> bool {
        terms::command(kind, verb, body).is_ok_and(|it| may(self.pen, self.by, &it))
    }

    fn may_change(&self) -> bool {
        let body = json!({ "id": self.of.to_string(), "from": self.pen.scene.today, "terms": {} });
        self.may(self.of.kind, "change", body)
    }

    fn open(&self, verb: &str, text: &str) -> Action {
        Action::Open(Link::to(format!("{}/{verb}", self.pen.path(self.of)), text))
    }

    /// A form that establishes something, filled in from here and leading back here.
    fn establish(&self, kind: Kind, text: &str, filled: &[(&str, String)]) -> Option<Action> {
        let mut terms = serde_json::Map::new();
        for (name, value) in filled {
            terms.insert((*name).into(), json!(value));
        }
        if let Some(links) = match kind {
            Kind::Control if self.of.kind == Kind::Risk => Some("holds_down"),
            Kind::Control => Some("meets"),
            Kind::Delegation if self.of.kind == Kind::Authority => Some("authorities"),
            _ => None,
        } {
            terms.insert(links.into(), json!([self.of.to_string()]));
        }
        let body = json!({ "from": self.pen.scene.today, "terms": terms });
        let back = self.pen.path(self.of);
        let open = || Action::Open(Link::to(establish::href(kind, filled, &back), text));
        self.may(kind, "establish", body).then(open)
    }

    /// What is particular to the kind.
    fn own(&self, key: &dyn Fn() -> String) -> Vec<Action> {
        let mut actions = Vec::new();
        let me = self.of.to_string();
        match self.of.kind {
            Kind::Action | Kind::Initiative => {
                let done = self.pen.view().value(self.of, "done") == Value::Flag(true);
                if !done && self.may_change() {
                    actions.push(Action::Do {
                        action: format!("{}/done", self.pen.path(self.of)),
                        text: "Mark as done".into(),
                        hidden: vec![establish::hidden_key(key())],
                    });
                }
            }
            Kind::Indicator if self.may_change() => {
                let link =
                    Link::to(format!("{}#measure-value", self.pen.path(self.of)), "Enter a value");
                actions.push(Action::Open(link));
            }
            Kind::Post => {
                actions.extend(self.establish(
                    Kind::Tenure,
                    "Appoint somebody",
                    &[("post", me.clone())],
                ));
                actions.extend(self.establish(Kind::Duty, "Give it a duty", &[("post", me)]));
                let filled = handover::filled(self.pen, self.of);
                if handover::open(self.pen, self.of).is_none() {
                    actions.extend(self.establish(Kind::Handover, "Open a handover", &filled));
                }
            }
            Kind::Duty if acceptance::mine(self.pen, self.of).is_some() => {
                actions.push(self.open("acceptance", "Answer to it"));
            }
            Kind::Occurrence => {
                actions.extend(doing::action(self.pen, self.of));
                actions.extend(excuse::action(self.pen, self.of));
            }
            Kind::Procedure if doing::may_begin(self.pen, self.by, &me) => {
                actions.extend(self.establish(
                    Kind::Occurrence,
                    "Begin an occurrence",
                    &[("procedure", me)],
                ));
            }
            Kind::Acceptance => actions.extend(acceptance::actions(self.pen, self.of)),
            Kind::Finding => actions.extend(finding::actions(self.pen, self.of)),
            Kind::Signal => actions.extend(signals::actions(self.pen, self.of)),
            Kind::ChangeSet => actions.extend(rehearsal::actions(self.pen, self.of)),
            Kind::Handover => actions.extend(handover::actions(self.pen, self.of, key)),
            Kind::Person => {
                actions.extend(self.establish(
                    Kind::Tenure,
                    "Appoint to a post",
                    &[("person", me)],
                ));
                if administers(self.pen, self.by) {
                    if self.pen.view().stands(self.of) {
                        actions.push(self.open("sign-in-link", "Make a sign-in link"));
                    }
                    actions.push(self.open("erase", "Erase"));
                }
            }
            Kind::Tenure if self.may_change() && extend::ends(self.pen, self.of).is_some() => {
                actions.push(self.open("extend", "Extend"));
            }
            _ => (),
        }
        actions
    }

    /// What can be added beneath it, or joined to it.
    fn beneath(&self) -> Vec<Action> {
        let (me, kind) = (self.of.to_string(), self.of.kind);
        let under = |name: &'static str| vec![(name, me.clone())];
        let mut actions = Vec::new();
        let mut add = |kind, text: &str, filled: Vec<(&str, String)>| {
            actions.extend(self.establish(kind, text, &filled));
        };
        if duty::SUBJECTS.contains(&kind) && super::accountable(self.pen, self.of).is_none() {
            let mut filled = vec![("subject", me.clone()), ("role", "accountable".to_owned())];
            if let Some((_, post)) = self.by.signed() {
                filled.push(("post", post.to_string()));
            }
            add(Kind::Duty, "Give it an accountable post", filled);
        }
        if kernel::finding::RAISED_ON.contains(&kind) {
            add(Kind::Finding, "Raise a finding", under("regards"));
        }
        if kernel::anchor::ANCHORED.contains(&kind) {
            add(Kind::Anchor, "Anchor to an objective", under("from"));
        }
        match kind {
            Kind::Unit => {
                add(Kind::Post, "Add a post", under("unit"));
                add(Kind::Unit, "Add a unit within", under("within"));
            }
            Kind::Post => {
                add(Kind::Delegation, "Delegate until a date", under("post"));
                add(Kind::Authority, "Give it an authority", under("post"));
            }
            Kind::Authority => {
                let mut filled = under("authorities");
                if let Value::Link(post) = self.pen.view().value(self.of, "post") {
                    filled.push(("post", post.to_string()));
                }
                add(Kind::Delegation, "Delegate it until a date", filled);
            }
            Kind::Plan => add(Kind::Objective, "Add an objective", under("plan")),
            Kind::Objective => {
                let mut filled = under("parent");
                if let Value::Link(plan) = self.pen.view().value(self.of, "plan") {
                    filled.push(("plan", plan.to_string()));
                }
                add(Kind::Objective, "Add an objective beneath", filled);
                add(Kind::Anchor, "Let something serve it", under("serves"));
            }
            Kind::Initiative => add(Kind::Action, "Add an action", under("initiative")),
            Kind::Framework => add(Kind::Requirement, "Add a clause", under("framework")),
            Kind::Requirement if self.obligation().is_none() => {
                add(Kind::Obligation, "Bring into scope", under("requirement"));
            }
            Kind::Requirement => add(Kind::Mapping, "Map it to another framework", under("source")),
            Kind::Obligation => add(Kind::Control, "Add a control", under("meets")),
            Kind::Risk => add(Kind::Control, "Add a control", under("holds_down")),
            _ => (),
        }
        actions
    }

    fn obligation(&self) -> Option<kernel::id::ObligationId> {
        let id = kernel::id::RequirementId::try_from(self.of).ok()?;
        self.pen.view().obligation_for(id)
    }

    /// What every record can undergo.
    fn always(&self) -> Vec<Action> {
        if !self.may_change() {
            return Vec::new();
        }
        let mut actions = Vec::new();
        let kind = self.of.kind;
        if Kind::SAID.contains(&kind) {
            // What was said is not corrected, and an answer has a form of its own.
            if kind == Kind::Handover && !handover::is_sealed(self.pen, self.of) {
                actions.extend([self.open("change", "Change"), self.open("end", "End")]);
            }
            let draft = kernel::id::ChangeSetId::try_from(self.of)
                .is_ok_and(|it| drafting::is_draft(&self.pen.scene.published.state, it));
            if draft {
                actions.extend([self.open("correct", "Correct"), self.open("end", "Withdraw")]);
            }
            return actions;
        }
        if kind == Kind::Person || terms::fields(kind).any(|it| !it.fixed) {
            actions.push(self.open("change", "Change"));
        }
        actions.push(self.open("correct", "Correct"));
        // A finding is closed by a check.
        if !matches!(kind, Kind::Organisation | Kind::Finding) && self.pen.view().stands(self.of) {
            actions.push(self.open("end", "End"));
        }
        actions
    }
}

/// Whether the visitor's post administers the register.
pub(crate) fn administers(pen: &Pen<'_>, by: By) -> bool {
    let state = &pen.scene.published.state;
    by != By::Console && kernel::authority::by_administrator(state, &by, pen.scene.today)
}
