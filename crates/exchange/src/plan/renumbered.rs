//! Posts whose numbers are new: a file and what is recorded have few numbers in common, and the posts are the same.
//!
//! Not here: how posts are told to be the same (`renumbering`), and the file of an answered map (`drafts/successors`).
//!
//! Always true: no post takes another number before somebody has said so; whoever says so keeps the posts, with all
//! that hangs on them; a post that keeps its number is in no map.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use kernel::{
    Kind, Ref, Text, Value,
    id::{Id, PostId},
};

use super::{Planner, called};
use crate::{
    draft::{Draft, End, Given, Holders, Identity, Item, Place, Successor, Target, Whole},
    finding::{Finding, shown},
    renumbering::{self, Line, Pair, Post, Sign},
    wire,
};

/// The option with which the question is answered.
pub const OPTION: &str = "renumbered";
/// The option that strikes pairs out.
pub const STRUCK: &str = "not-same";
/// Sure pairs from which an organisation is taken for a renumbered one.
const PAIRS_MIN: usize = 3;
/// Of the fewer of its posts, recorded or in the file, at most one in so many keeps its number.
const KEPT_ONE_IN: usize = 4;

/// Which recorded posts of an organisation are which of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct SuccessorMap {
    pub organisation: Ref,
    pub name: Text,
    /// The day from which the numbers are new.
    pub on: Date,
    /// Posts that stand, those of the file, and those that have the same number in both.
    pub recorded: usize,
    pub in_file: usize,
    pub in_common: usize,
    pub pairs: Vec<Known>,
    /// Posts of the file that are new, or recorded and not surely told.
    pub open: Vec<Open>,
    /// Whether the pairs are the same posts, once somebody said so.
    pub same: Option<bool>,
}

/// A recorded post and the number that it has in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    pub post: Ref,
    pub old_number: Text,
    pub old_title: Text,
    pub new_number: Text,
    pub new_title: Text,
    pub row: Option<u32>,
    pub signs: Vec<Sign>,
    /// Somebody says that it is not the same post.
    pub struck: bool,
    draft: usize,
}

/// A post of the file without a sure pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    pub number: Text,
    pub title: Text,
    pub row: Option<u32>,
    /// The likeliest first.
    pub likely: Vec<Known>,
}

impl Known {
    /// As it is written to strike it out.
    pub fn written(&self) -> String {
        format!("{}={}", self.old_number, self.new_number)
    }

    /// What speaks for it, and what speaks against it.
    pub fn evidence(&self) -> (Vec<&'static str>, Vec<&'static str>) {
        let (with, against): (Vec<Sign>, Vec<Sign>) =
            self.signs.iter().copied().partition(|it| it.speaks_for());
        let words = |them: Vec<Sign>| them.into_iter().map(Sign::word).collect();
        (words(with), words(against))
    }
}

/// The posts of one organisation: their places in the list of drafts, or their records.
struct Lists {
    drafts: Vec<usize>,
    records: Vec<Ref>,
    /// Where each stands among them.
    draft_places: HashMap<usize, usize>,
    record_places: HashMap<Ref, usize>,
    in_common: usize,
    in_file: usize,
    recorded: usize,
}

impl Planner<'_> {
    pub(super) fn look_for_renumbered(&mut self) {
        let drafts = self.drafts;
        let mut listed: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut holders: HashMap<usize, &Holders> = HashMap::new();
        for (at, item) in drafts.items.iter().enumerate() {
            match item {
                Item::Record(Draft {
                    kind: Kind::Post,
                    identity: Identity::Code { within: Some(Target::Draft(within)), .. },
                    end,
                    ..
                }) if *end != End::Gone => listed.entry(within.0).or_default().push(at),
                Item::Holders(it) => {
                    holders.insert(it.post.0, it);
                }
                _ => (),
            }
        }
        let mut met = HashSet::new();
        for whole in drafts.whole.iter().filter(|it| it.kind == Kind::Post) {
            let Some(within) = self.placed.get(whole.within.0).copied().flatten() else { continue };
            let Some(list) = listed.get(&whole.within.0).filter(|_| met.insert(within)) else {
                continue;
            };
            let numbers = list.iter().map(|at| (within, number(drafts.items.get(*at))));
            self.in_file.extend(numbers.collect::<Vec<_>>());
            match &drafts.renumbered.pairs {
                Some(pairs) => self.as_said(whole, within, list, pairs),
                None => self.as_found(whole, within, list, &holders),
            }
        }
        self.say_unused();
    }

    fn lists(&self, whole: &Whole, within: Ref, list: &[usize]) -> Lists {
        let taken: HashSet<Ref> = self.renumbered.values().copied().collect();
        let stands = |it: &Ref| {
            self.state.records().stands(*it, whole.on)
                && self.value(*it, "code", whole.on) != Value::Nothing
                && self.value(*it, "group", whole.on) != Value::Flag(true)
                && !taken.contains(it)
        };
        let mut records = self.posts_within(within, whole.on);
        records.retain(stands);
        let recorded = records.len();
        let mut kept: HashSet<Ref> = HashSet::new();
        let mut drafts = list.to_vec();
        drafts.retain(|at| {
            let has = self.numbered(&number(self.drafts.items.get(*at)), within, whole.on);
            kept.extend(&has);
            has.is_empty()
        });
        let in_common = list.len() - drafts.len();
        records.retain(|it| !kept.contains(it));
        let draft_places = drafts.iter().enumerate().map(|(n, it)| (*it, n)).collect();
        let record_places = records.iter().enumerate().map(|(n, it)| (*it, n)).collect();
        let in_file = list.len();
        Lists { drafts, records, draft_places, record_places, in_common, in_file, recorded }
    }

    /// The posts of an organisation that have or had a number.
    fn numbered(&self, number: &Text, within: Ref, on: Date) -> Vec<Ref> {
        let them = self.state.records().with_code(Kind::Post, number);
        them.filter(|it| self.is_within(*it, within, on)).collect()
    }

    fn as_found(
        &mut self,
        whole: &Whole,
        within: Ref,
        list: &[usize],
        holders: &HashMap<usize, &Holders>,
    ) {
        let lists = self.lists(whole, within, list);
        if lists.in_common * KEPT_ONE_IN > lists.recorded.min(lists.in_file) {
            return;
        }
        let old: Vec<Post> =
            lists.records.iter().map(|it| self.as_recorded(*it, whole.on, &lists)).collect();
        let new: Vec<Post> =
            lists.drafts.iter().map(|it| self.in_file(*it, holders, &lists)).collect();
        let found = renumbering::recognise(&old, &new);
        if found.sure.len() < PAIRS_MIN {
            return;
        }
        let known = |it: Pair| {
            self.known_as(lists.records[it.old], lists.drafts[it.new], whole.on, it.signs)
        };
        let pairs = found.sure.into_iter().map(known).collect();
        let open = found.open.into_iter().map(|(new, likely)| {
            let at = lists.drafts[new];
            let (number, title, row) = self.as_written(at);
            Open { number, title, row, likely: likely.into_iter().map(known).collect() }
        });
        let map = SuccessorMap {
            organisation: within,
            name: self.state.records().latest_name(within).unwrap_or_else(|| "".into()),
            on: whole.on,
            recorded: lists.recorded,
            in_file: lists.in_file,
            in_common: lists.in_common,
            pairs,
            open: open.collect(),
            same: self.drafts.renumbered.same,
        };
        self.settle(map, Place { file: whole.file, row: None });
    }

    /// Takes the pairs that are not struck out, if that was said; else asks.
    fn settle(&mut self, mut map: SuccessorMap, place: Place) {
        let struck = &self.drafts.renumbered.struck;
        for it in &mut map.pairs {
            it.struck = struck.contains(&it.written());
        }
        let taken = map.pairs.iter().filter(|it| !it.struck);
        let (sure, open) = (taken.clone().count(), map.open.len());
        let name = called(&self.state, map.organisation);
        let finding = match map.same {
            None => {
                let says = format!(
                    "{} of the {} posts of {name} in the file have new numbers, and {} of the {} recorded keep theirs: they were renumbered. {sure} of the new ones are surely posts that are recorded, {open} are new or not surely told. Are the {sure} the same posts?",
                    map.in_file - map.in_common,
                    map.in_file,
                    map.in_common,
                    map.recorded
                );
                let yes = format!(
                    "Yes: they keep what hangs on them and have the new number from {}",
                    map.on
                );
                let choices = vec![
                    ("yes".to_owned(), yes),
                    ("no".to_owned(), "No: all of them are new posts".to_owned()),
                ];
                let todo = "Look through the successor map: strike out what is not the same post, or send the map, corrected, along with the files.";
                Finding::question("renumbered", says).must(OPTION, choices).todo(todo)
            }
            Some(true) => {
                let says = format!(
                    "{sure} posts of {name} have a new number from {}; their old ones still find them.",
                    map.on
                );
                let todo = "Posts of the file that are not in the map are new.";
                self.renumbered.extend(taken.map(|it| (it.draft, it.post)));
                Finding::note("renumbered", says).todo(todo)
            }
            Some(false) => {
                let says = format!(
                    "{sure} posts of {name} look like posts that are recorded with other numbers; as was said, all are new."
                );
                Finding::note("renumbered", says).todo("End the recorded ones that are gone.")
            }
        };
        self.say(place, finding);
        self.plan.successors.push(map);
    }

    /// The pairs that a file names, whatever they look like.
    fn as_said(&mut self, whole: &Whole, within: Ref, list: &[usize], pairs: &[Successor]) {
        let name = self.state.records().latest_name(within).unwrap_or_else(|| "".into());
        let drafts: HashMap<Text, usize> =
            list.iter().map(|at| (number(self.drafts.items.get(*at)), *at)).collect();
        let mut taken: HashSet<Ref> = self.renumbered.values().copied().collect();
        let mut known = Vec::new();
        for pair in pairs.iter().filter(|it| it.organisation.is_empty() || it.organisation == name)
        {
            let Some(draft) = drafts.get(&pair.new).copied() else { continue };
            let mut them = self.numbered(&pair.old, within, whole.on);
            them.retain(|it| self.state.records().stands(*it, whole.on));
            let by_new = self.numbered(&pair.new, within, whole.on);
            let trouble = match them[..] {
                // It has both numbers by now: nothing is left to say.
                [one] if by_new.contains(&one) => continue,
                [_] if !by_new.is_empty() => {
                    Some("The new number is recorded already, as that of another post.")
                }
                [one] if !taken.insert(one) => {
                    Some("The old number stands in two pairs; the first was kept.")
                }
                [one] if self.renumbered.insert(draft, one).is_some() => {
                    Some("The new number stands in two pairs; the last was kept.")
                }
                [one] => {
                    known.push(self.known_as(one, draft, whole.on, Vec::new()));
                    None
                }
                [] => Some("No recorded post has the old number on that day."),
                _ => Some("Several recorded posts have had the old number."),
            };
            if let Some(says) = trouble {
                let finding = Finding::fault("successor-unclear", says);
                let todo = "Correct the pair in the successor map, or delete its row.";
                self.say(
                    pair.place,
                    finding.value(&format!("{} = {}", pair.old, pair.new)).todo(todo),
                );
            }
        }
        if known.is_empty() {
            return;
        }
        let says = format!(
            "{} posts of {} have a new number from {}, as the successor map says; their old ones still find them.",
            known.len(),
            called(&self.state, within),
            whole.on
        );
        let finding = Finding::note("renumbered", says)
            .todo("Posts of the file that are not in the map are new, or known by their numbers.");
        self.say(Place { file: whole.file, row: None }, finding);
    }

    /// What somebody said that means nothing here.
    fn say_unused(&mut self) {
        let said = &self.drafts.renumbered;
        let place = Place { file: 0, row: None };
        let maps = &self.plan.successors;
        let known =
            |it: &&String| maps.iter().flat_map(|it| &it.pairs).any(|pair| pair.written() == **it);
        // Once they are recorded so, the same answers mean nothing any more.
        let unused: Vec<String> =
            said.struck.iter().filter(|it| !maps.is_empty() && !known(it)).cloned().collect();
        for it in unused {
            let says = "No pair of the successor map is written so; nothing was struck out.";
            let finding = Finding::question("option-wrong", says).column(STRUCK).value(&it);
            self.say(
                place,
                finding.todo("Write the old number, = and the new one, as the map has them."),
            );
        }
        let in_file: HashSet<Text> = self.drafts.items.iter().map(|it| number(Some(it))).collect();
        for pair in said.pairs.iter().flatten() {
            if !in_file.contains(&pair.new) {
                let says = "No post of the file has the new number.";
                let finding = Finding::fault("successor-unclear", says);
                let todo = "Correct the pair in the successor map, or delete its row.";
                self.say(
                    pair.place,
                    finding.value(&format!("{} = {}", pair.old, pair.new)).todo(todo),
                );
            }
        }
    }

    fn known_as(&self, post: Ref, draft: usize, on: Date, signs: Vec<Sign>) -> Known {
        let text = |field| match self.value(post, field, on) {
            Value::Text(it) => it,
            _ => "".into(),
        };
        let (new_number, new_title, row) = self.as_written(draft);
        let (old_number, old_title) = (text("code"), text("name"));
        Known {
            post,
            old_number,
            old_title,
            new_number,
            new_title,
            row,
            signs,
            struck: false,
            draft,
        }
    }

    fn as_written(&self, draft: usize) -> (Text, Text, Option<u32>) {
        let item = self.drafts.items.get(draft);
        let Some(Item::Record(draft)) = item else { return ("".into(), "".into(), None) };
        let title = match given(draft, "name") {
            Some(Given::Is(Value::Text(it))) => shown(it),
            _ => String::new(),
        };
        (number(item), title.as_str().into(), draft.place.row)
    }

    fn as_recorded(&self, of: Ref, on: Date, lists: &Lists) -> Post {
        let text = |field| wire::cell(&self.value(of, field, on));
        let line = match self.value(of, "reports_to", on) {
            Value::Link(to) => under(lists.record_places.get(&to)),
            _ => Line::Top,
        };
        let unit = match self.value(of, "unit", on) {
            Value::Link(unit) => wire::cell(&self.value(unit, "name", on)),
            _ => String::new(),
        };
        let had = self.had(PostId::new(of.n), on);
        Post {
            number: text("code"),
            title: text("name"),
            about: text("about"),
            grade: text("grade"),
            fte: text("fte"),
            holders: had.into_iter().filter(|it| it.now).filter_map(|it| it.name).collect(),
            unit,
            line,
        }
    }

    fn in_file(&self, at: usize, holders: &HashMap<usize, &Holders>, lists: &Lists) -> Post {
        let item = self.drafts.items.get(at);
        let Some(Item::Record(draft)) = item else { return Post::default() };
        let text = |field| match given(draft, field) {
            Some(Given::Is(value)) => wire::cell(value),
            _ => String::new(),
        };
        let unit = match given(draft, "unit") {
            Some(Given::Link(Target::Draft(it))) => self.placed.get(it.0).copied().flatten(),
            _ => None,
        };
        let line = match given(draft, "reports_to") {
            Some(Given::Link(Target::Draft(it))) => under(lists.draft_places.get(&it.0)),
            Some(Given::Is(Value::Nothing)) => Line::Top,
            _ => Line::Unknown,
        };
        let held = holders.get(&at).into_iter().flat_map(|it| &it.holders);
        Post {
            number: number(item).to_string(),
            title: text("name"),
            about: text("about"),
            grade: text("grade"),
            fte: text("fte"),
            holders: held.filter_map(|it| it.name.clone()).collect(),
            unit: unit.map_or_else(String::new, |it| wire::cell(&self.value(it, "name", draft.on))),
            line,
        }
    }
}

fn under(place: Option<&usize>) -> Line {
    place.map_or(Line::Unknown, |it| Line::Under(*it))
}

fn given<'a>(draft: &'a Draft, field: &str) -> Option<&'a Given> {
    draft.terms.iter().find(|it| it.0 == field).map(|it| &it.1)
}

/// The number that a draft of a post gives it; blank for anything else.
fn number(item: Option<&Item>) -> Text {
    match item {
        Some(Item::Record(Draft {
            kind: Kind::Post,
            identity: Identity::Code { code, .. },
            ..
        })) => Text::clone(code),
        _ => "".into(),
    }
}
