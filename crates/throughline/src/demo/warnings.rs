//! What the council made of its signals: most are read, some are answered with an action, some accepted for a while.

use anyhow::{Context, Result};
use jiff::{ToSpan, civil::Date};
use kernel::{
    By, Command, action,
    id::{ActionId, PostId, SignalId},
    read::{
        raised::{self, Raised, Word},
        signals::{self, Gravity, Sort},
        view::View,
        who,
    },
    register::Command as It,
    signal,
};

use super::maker::Maker;

/// Of ten signals so many are read in the month in which they are shown.
const READ: u32 = 7;
/// Of so many signals that are open three are accepted for a while, and one is answered with an action.
const ANSWERED_EVERY: u32 = 9;
/// Signals that are answered in one month.
const ANSWERED_MAX: usize = 8;
const REASONS: [&str; 3] = [
    "The money for it comes with the next budget.",
    "It is known, and the new contract puts it right.",
    "The two people who know about it are away until then.",
];

/// Actions that answer signals and are not done yet.
#[derive(Default)]
pub(crate) struct Warnings {
    begun: Vec<(ActionId, By, Date)>,
}

impl Warnings {
    /// A month of signals: what warns is shown, some of it read and answered.
    pub(crate) fn answer(&mut self, make: &mut Maker) -> Result<()> {
        self.finish(make);
        make.record().context("what answered signals is done")?;
        make.warns();
        let state = make.state();
        let view = View::new(&state, make.on);
        let all = raised::all(&view, &signals::signals(&view));
        let mut answered = 0;
        for it in &all {
            let (Some(id), Some(by)) = (it.id, hand(&view, it)) else { continue };
            make.by(by);
            let n = id.0.get();
            if it.read.is_none() && n % 10 < READ {
                change(make, id, signal::Terms { read: Some(true), ..signal::Terms::default() });
            }
            let waits = it.word == Word::Open && it.shown.is_some_and(|it| it < make.on);
            if !waits || answered >= ANSWERED_MAX {
                continue;
            }
            match n % ANSWERED_EVERY {
                0 | 3 | 6 => accept(make, id, n),
                4 if it.signal.sort.gravity() != Gravity::Watch => self.begin(make, id, by),
                _ => continue,
            }
            answered += 1;
        }
        make.record().context("what was made of signals")
    }

    /// On the last day something is accepted that comes back in a month.
    pub(crate) fn at_last(&mut self, make: &mut Maker) -> Result<()> {
        self.finish(make);
        make.record().context("what answered signals is done")?;
        make.warns();
        let state = make.state();
        let view = View::new(&state, make.on);
        let all = raised::all(&view, &signals::signals(&view));
        let one = |it: &Raised| {
            (it.word == Word::Open && it.signal.sort == Sort::Orphan)
                .then(|| it.id.zip(hand(&view, it)))?
        };
        if let Some((id, by)) = all.iter().find_map(one) {
            make.by(by);
            accept(make, id, 0);
        }
        make.record().context("what is accepted on the last day")
    }

    fn begin(&mut self, make: &mut Maker, id: SignalId, by: By) {
        let state = make.state();
        let due = make.on + 40.days();
        let about = state.records().latest_name(id.into()).unwrap_or_default();
        let action = make.action(action::Terms {
            name: Some(format!("See to it: {about}").into()),
            regards: Some(Some(id.into())),
            due: Some(Some(due)),
            ..action::Terms::default()
        });
        if let Some((_, post)) = by.signed() {
            make.accountable(post, action);
        }
        change(
            make,
            id,
            signal::Terms { response: Some(Some(action.into())), ..signal::Terms::default() },
        );
        self.begun.push((action, by, due - 10.days()));
    }

    /// What was begun is done in time, by whoever is in the post by then.
    fn finish(&mut self, make: &mut Maker) {
        let on = make.on;
        let due: Vec<_> = self.begun.extract_if(.., |it| it.2 <= on).collect();
        for (action, by, _) in due {
            let state = make.state();
            let Some(by) = by.signed().and_then(|it| holder(&View::new(&state, on), it.1)) else {
                continue;
            };
            make.by(by);
            let terms = action::Terms { done: Some(true), ..action::Terms::default() };
            make.say(Command::from(It::Change { id: action, from: on, terms }));
        }
    }
}

/// Days for which it is accepted.
fn days(n: u32) -> i64 {
    30 + i64::from(n / 3 % 5) * 60
}

fn accept(make: &mut Maker, id: SignalId, n: u32) {
    let reason = REASONS[usize::try_from(n).unwrap_or(0) % REASONS.len()];
    let terms = signal::Terms {
        accepted_until: Some(Some(make.on + days(n).days())),
        reason: Some(Some(reason.into())),
        ..signal::Terms::default()
    };
    change(make, id, terms);
}

fn change(make: &mut Maker, id: SignalId, terms: signal::Terms) {
    let from = make.on;
    make.say(Command::from(It::Change { id, from, terms }));
}

/// Whoever holds the post that a signal goes to.
fn hand(view: &View<'_>, it: &Raised) -> Option<By> {
    holder(view, it.signal.goes_to?)
}

fn holder(view: &View<'_>, post: PostId) -> Option<By> {
    let it = *who::holders(view.records(), post, view.on()).first()?;
    Some(By::Postholder { person: it.person, post, tenure: it.tenure })
}
