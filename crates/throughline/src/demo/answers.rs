//! What the council's holders answer to their duties, what becomes of challenges, and two handovers.

use kernel::{
    By, Command,
    acceptance::{self, Answer, Ruling},
    duty::Role,
    handover,
    id::{HandoverId, Id, PostId, TenureId},
    read::{
        acceptances::{self, Standing, Word},
        handovers, who,
    },
    register::Command as It,
};

use super::{maker::Maker, people::Council, story};

/// Of so many answers one is a reservation.
const RESERVED_EVERY: u32 = 61;
const RESERVATIONS: [&str; 3] = [
    "The money for it ends in March.",
    "Two of the people who do the work are still to be found.",
    "The figures it rests on come from another service, and late.",
];

/// From this month on some who are new take their time.
const LATELY: i32 = 35;

/// A challenge: the post, the month, why; and what the post above made of it, in the month after.
struct Challenge {
    post: &'static str,
    month: i32,
    why: &'static str,
    dismissed: Option<&'static str>,
}

const CHALLENGES: [Challenge; 2] = [
    Challenge {
        post: "Head of Repairs",
        month: 13,
        why: "Most of it is decided where the homes are let, not where they are mended.",
        dismissed: Some("Repairs has the budget and the crews; lettings will be consulted."),
    },
    Challenge {
        post: "Director of Resources",
        month: 35,
        why: "It takes every directorate, and Resources cannot steer the others.",
        dismissed: None,
    },
];

/// A month of answers and signatures.
pub(crate) fn answer(make: &mut Maker, council: &Council, month: i32) {
    let state = make.state();
    let (records, on) = (state.records(), make.on);
    for seat in &council.seats {
        // Whoever acts for a winter has not come to it yet.
        if seat.title == story::ACTING.0 && month >= story::ACTING_SINCE {
            continue;
        }
        let standings = acceptances::of_post(records, seat.post, on);
        for it in standings.iter().filter(|it| it.word.waits_for_holder()) {
            let slow = month >= LATELY && it.holder.tenure.n().get() % 3 == 0;
            let late = slow && it.word == Word::NotYet;
            if !late {
                make.by(hand(it));
                make.say(said(&state, it, make.on));
            }
        }
        for it in &CHALLENGES {
            challenge(make, seat.title, it, &standings, month);
        }
    }
    handed_over(make, council, month);
    make.by(council.administrator());
}

fn hand(it: &Standing) -> By {
    By::Postholder { person: it.holder.person, post: it.post, tenure: it.holder.tenure }
}

fn said(state: &kernel::State, it: &Standing, on: jiff::civil::Date) -> Command {
    let n = it.duty.n().get() + 7 * it.holder.tenure.n().get();
    let (answer, reason) = match n % RESERVED_EVERY {
        0 => {
            let which = it.duty.row() % RESERVATIONS.len();
            (Answer::Reserved, Some(RESERVATIONS[which].into()))
        }
        _ => (Answer::Accepted, None),
    };
    acceptance::say(state.records(), it.duty, it.holder.tenure, answer, reason, on)
}

fn challenge(make: &mut Maker, title: &str, it: &Challenge, standings: &[Standing], month: i32) {
    if title != it.post {
        return;
    }
    let state = make.state();
    let mine = standings.iter().filter(|it| it.role == Role::Accountable);
    if month == it.month
        && let Some(duty) = mine.clone().find(|it| !it.word.waits_for_holder())
    {
        let why = Some(it.why.into());
        let tenure = duty.holder.tenure;
        let command =
            acceptance::say(state.records(), duty.duty, tenure, Answer::Challenged, why, make.on);
        make.by(hand(duty));
        make.say(command);
    }
    let open = standings.iter().find(|it| it.word == Word::Challenged);
    if month == it.month + 1
        && let (Some(why), Some(open)) = (it.dismissed, open)
        && let (Some(id), Some(asked)) = (open.acceptance, open.asked.and_then(|it| it.post))
        && let Some(above) = who::holders(state.records(), asked, make.on).first()
    {
        make.by(By::Postholder { person: above.person, post: asked, tenure: above.tenure });
        let terms = acceptance::Terms {
            ruling: Some(Ruling::Dismissed),
            ruling_reason: Some(Some(why.into())),
            ..acceptance::Terms::default()
        };
        make.say(Command::Acceptance(It::Change { id, from: make.on, terms }));
    }
}

/// The chief executive's post goes from who acted to who came; that of the head of homelessness was
/// left, and is signed for by the director.
fn handed_over(make: &mut Maker, council: &Council, month: i32) {
    let state = make.state();
    let chief = council.post(story::CHIEF.0);
    let head = council.post(story::ACTING.0);
    let holder = |post: PostId| who::holders(state.records(), post, make.on).first().copied();
    match month {
        // Whoever acts signs before the newcomer is known.
        4 => {
            let Some(acting) = holder(chief) else { return };
            make.by(By::Postholder { person: acting.person, post: chief, tenure: acting.tenure });
            let id = open(
                make,
                chief,
                acting.tenure,
                None,
                [
                    "Directors work well alone and seldom together; the budget has a gap of two years.",
                    "The directors’ meeting. The budget. The gap at the top of Schools.",
                ],
            );
            sign(make, id, acting.tenure, true);
        }
        5 => {
            let Some(new) = holder(chief) else { return };
            make.by(By::Postholder { person: new.person, post: chief, tenure: new.tenure });
            sign(make, HandoverId::at_row(0), new.tenure, false);
        }
        story::ACTING_SINCE => {
            let director = council.post("Director of Housing");
            let (Some(above), Some(acting)) = (holder(director), holder(head)) else { return };
            make.by(By::Postholder { person: above.person, post: director, tenure: above.tenure });
            let Some(left) = handovers::owed_of(state.records(), head, make.on) else { return };
            let id = open(
                make,
                head,
                left.tenure,
                Some(acting.tenure),
                [
                    "The teams hold, but temporary accommodation costs more each month than it did the year before.",
                    "The winter count. Flats instead of hotel rooms. Nobody in a doorway when it freezes.",
                ],
            );
            sign(make, id, above.tenure, true);
        }
        _ => (),
    }
}

fn open(
    make: &mut Maker,
    post: PostId,
    outgoing: TenureId,
    incoming: Option<TenureId>,
    words: [&str; 2],
) -> HandoverId {
    let [judgement, priorities] = words.map(|it| Some(Some(it.into())));
    make.handover(handover::Terms {
        post: Some(post),
        outgoing: Some(Some(outgoing)),
        incoming: Some(incoming),
        judgement,
        priorities,
        ..handover::Terms::default()
    })
}

fn sign(make: &mut Maker, id: HandoverId, by: TenureId, gives: bool) {
    let by = Some(Some(by));
    let terms = match gives {
        true => handover::Terms { given_by: by, ..handover::Terms::default() },
        false => handover::Terms { taken_by: by, ..handover::Terms::default() },
    };
    make.say(Command::Handover(It::Change { id, from: make.on, terms }));
}
