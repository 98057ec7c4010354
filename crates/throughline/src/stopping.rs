//! Stop lists on the command line.

use anyhow::{Context, Result};
use exchange::{accountability, stopping, wire::Names};
use kernel::{
    Ref,
    id::ObjectiveId,
    read::stop_list::{self, Fate, StopList},
};

use crate::{
    Found,
    answer::{Scene, print, say},
    args::When,
};

/// Says what is left on objectives that have ended. Exit code 1 if anything is.
pub(crate) fn stop_list(objective: Option<&str>, when: &When, json: bool) -> Result<Found> {
    let scene = Scene::open(when)?;
    let view = scene.view();
    let names: Names<'_> = &|it| scene.name(it);
    let left = match objective {
        Some(text) => {
            let of = scene.find(text)?;
            let id = ObjectiveId::try_from(of).with_context(|| format!("{of} is no objective"))?;
            let list = stop_list::stop_list(&view, id)
                .with_context(|| format!("{of} has not ended, and no end of it is recorded"))?;
            match json {
                true => print(&stopping::one(&view, &list, names))?,
                false => tell(&list, names)?,
            }
            list.left()
        }
        None => {
            let lists = stop_list::stop_lists(&view);
            let (settled, of) = stop_list::progress(&lists);
            match json {
                true => print(&stopping::all(&view, &lists, names))?,
                false => {
                    lists.iter().try_for_each(|it| tell(it, names))?;
                    say(&format!("In all {settled} of {of} settled."))?;
                }
            }
            of - settled
        }
    };
    Ok(if left > 0 { Found::SomethingWrong } else { Found::Fine })
}

fn tell(list: &StopList, names: Names<'_>) -> Result<()> {
    let called = |of: Ref| accountability::called(of, names);
    let (settled, of) = (list.settled(), list.entries.len());
    say(&format!("{}, ends {}: {settled} of {of} settled", called(list.of.into()), list.ends))?;
    for it in &list.entries {
        let fate = match &it.fate {
            Fate::Left { since } => format!("left on {} since {since}", called(it.on)),
            Fate::Elsewhere { to } => {
                let to = to.iter().map(|it| format!("{} since {}", called(it.0), it.1));
                format!("serves {}", to.collect::<Vec<_>>().join(", "))
            }
            Fate::Stopped { on, .. } => format!("{} on {on}", it.fate.word()),
        };
        let who = it.goes_to.map_or("nobody".to_owned(), |it| called(it.into()));
        say(&format!("  {}: {fate}; {who}", called(it.of)))?;
    }
    Ok(())
}
