//! Strategies as drafts: the plan, its objectives from the top down, what measures them with its
//! targets and figures, and the anchors between.
//!
//! Not here: stakeholders and leaders; files name people among them, and duties hang on posts.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use kernel::{Amount, Kind, Value, indicator, measurement};

use crate::{
    draft::{Begin, Draft, DraftId, Identity, Item, Place, Readings, Target, Whole},
    finding::Finding,
    goals,
    import::Reading,
    strategy::{Better, Goal, IndicatorRecord, Measurement, MeasurementKind, Strategy},
    stratml,
};

/// Characters of a description that stand for a name where there is none.
const NAME_CHARACTERS: usize = 160;

pub(crate) fn read_stratml(reading: &mut Reading<'_>) {
    for (file, source) in reading.request.files.iter().enumerate() {
        let mut found = stratml::read(*source);
        reading.findings.extend(found.findings);
        if let Some(name) = reading.option("name") {
            name.clone_into(&mut found.records.name);
        }
        draft(&found.records, file, reading);
    }
}

pub(crate) fn read_goals(reading: &mut Reading<'_>) {
    let files = &reading.request.files;
    let named = |word: &str| files.iter().position(|it| it.name.to_lowercase().contains(word));
    let Some(at) = named("goals").or((files.len() == 1).then_some(0)) else {
        let says = "None of the files is called goals.json.";
        let todo = "Give goals.json, and with it targets.json and codes.json.";
        return reading.say(Finding::fault("file-missing", says).todo(todo));
    };
    let files = goals::Files {
        goals: files[at],
        targets: named("targets").map(|it| files[it]),
        codes: named("codes").map(|it| files[it]),
    };
    if files.targets.is_none() {
        let says = "There is no targets.json: goals came in without figures.";
        let todo = "Give it together with goals.json.";
        reading.say(Finding::question("file-missing", says).todo(todo));
    }
    let found = goals::read(files, reading.option("agency"));
    reading.findings.extend(found.findings);
    for strategy in &found.records {
        draft(strategy, at, reading);
    }
}

struct Drafting<'r, 'a> {
    reading: &'r mut Reading<'a>,
    file: usize,
    /// The day from which what is new holds.
    since: Date,
    plan: DraftId,
    /// Before the codes of indicators that have no identifier of their own.
    prefix: String,
    undated: usize,
}

fn draft(strategy: &Strategy, file: usize, reading: &mut Reading<'_>) {
    if strategy.goals.is_empty() {
        return;
    }
    let since = match (reading.option("from"), strategy.start) {
        (None, Some(start)) => start.min(reading.on),
        _ => reading.on,
    };
    let file_name = reading.drafts.files.get(file).cloned().unwrap_or_default();
    let names = [&strategy.name, &strategy.organisation, &file_name];
    let name = names.into_iter().find(|it| !it.trim().is_empty()).cloned().unwrap_or_default();
    let levels = if strategy.goals.iter().any(|it| it.level > 1) {
        vec!["Goal".into(), "Objective".into()]
    } else {
        vec!["Goal".into()]
    };
    let mut plan = Draft::new(Kind::Plan, Identity::Name, reading.on, Place { file, row: None })
        .is("name", Value::Text(name.as_str().into()))
        .text("about", &about(strategy))
        .is("levels", Value::Texts(levels.into()));
    plan.begin = Begin::IfNew(since);
    let plan = reading.drafts.add(plan);
    let mut drafting = Drafting { reading, file, since, plan, prefix: name, undated: 0 };
    drafting.goals(&strategy.goals);
    drafting.say_undated();
    let on = drafting.reading.on;
    let whole = Whole { kind: Kind::Objective, within: plan, on, file };
    drafting.reading.drafts.whole.push(whole);
}

impl Drafting<'_, '_> {
    fn draft(&self, kind: Kind, identity: Identity) -> Draft {
        let place = Place { file: self.file, row: None };
        let mut draft = Draft::new(kind, identity, self.reading.on, place);
        draft.begin = Begin::IfNew(self.since);
        draft
    }

    fn goals(&mut self, goals: &[Goal]) {
        // A goal's parent stands before it in the list.
        let mut drafted: HashMap<&str, DraftId> = HashMap::new();
        for goal in goals {
            let identity = Identity::Code { code: goal.key.as_str().into(), within: None };
            let draft = self
                .draft(Kind::Objective, identity)
                .is("name", Value::Text(named(goal).into()))
                .text("code", &goal.key)
                .text("about", &goal.description)
                .link("plan", Target::Draft(self.plan));
            let parent = goal.parent.as_deref().and_then(|it| drafted.get(it));
            let draft = match parent {
                Some(parent) => draft.link("parent", Target::Draft(*parent)),
                None => draft.is("parent", Value::Nothing),
            };
            let objective = self.reading.drafts.add(draft);
            drafted.insert(&goal.key, objective);
            for indicator in &goal.indicators {
                self.indicator(indicator, objective);
            }
        }
    }

    fn indicator(&mut self, it: &IndicatorRecord, objective: DraftId) {
        let code = match it.key.strip_prefix("indicator-") {
            Some(_) => format!("{}: {}", self.prefix, it.key),
            None => it.key.clone(),
        };
        let days = |kind: MeasurementKind| {
            let them = it.measurements.iter().filter(move |it| it.kind == kind);
            them.filter_map(|it| it.end.or(it.start))
        };
        let mut measured: Vec<Date> = days(MeasurementKind::Actual).collect();
        measured.sort_unstable();
        let first = it.measurements.iter().filter_map(|it| it.start.or(it.end)).min();
        let name = match it.name.trim() {
            "" => super::beginning(&it.description, NAME_CHARACTERS),
            name => name.to_owned(),
        };
        let name = if name.is_empty() { it.key.clone() } else { name };
        let identity = Identity::Code { code: code.as_str().into(), within: None };
        let mut draft = self
            .draft(Kind::Indicator, identity)
            .is("name", Value::Text(name.into()))
            .text("code", &code)
            .text("about", &described(it))
            .text("measure", &it.unit);
        draft.begin = Begin::IfNew(first.map_or(self.since, |it| it.min(self.since)));
        if let Some(better) = it.better {
            let word = match better {
                Better::Higher => "higher is better",
                Better::Lower => "lower is better",
            };
            draft = draft.is("direction", Value::Choice(word));
        }
        let baseline = it.baseline.as_deref().and_then(|it| it.parse().ok());
        if let Some(baseline) = baseline {
            draft = draft.is("baseline", Value::Amount(baseline));
        }
        if it.maintain {
            draft = draft.is("profile", Value::Choice(indicator::Profile::Maintain.word()));
        }
        if let Some(cadence) = super::cadence_of(&measured) {
            draft = draft.is("cadence", Value::Choice(cadence));
        }
        let indicator = self.reading.drafts.add(draft);
        self.targets(it, indicator);
        self.figures(it, indicator);
        let anchor = self
            .draft(Kind::Anchor, Identity::Links)
            .link("from", Target::Draft(indicator))
            .link("serves", Target::Draft(objective));
        self.reading.drafts.add(anchor);
    }

    /// Each target from the day its period begins; of several on one day the last counts.
    fn targets(&mut self, it: &IndicatorRecord, indicator: DraftId) {
        let targets = it.measurements.iter().filter(|it| it.kind == MeasurementKind::Target);
        let profile: BTreeMap<Date, Amount> = targets
            .filter_map(|it| Some((it.start.or(it.end).unwrap_or(self.since), amount(it)?)))
            .collect();
        for (on, target) in profile {
            let identity = Identity::Is(Target::Draft(indicator));
            let mut draft = self.draft(Kind::Indicator, identity);
            draft.on = on;
            self.reading.drafts.add(draft.is("target", Value::Amount(target)));
        }
    }

    fn figures(&mut self, it: &IndicatorRecord, indicator: DraftId) {
        let place = Place { file: self.file, row: None };
        let actual = it.measurements.iter().filter(|it| it.kind == MeasurementKind::Actual);
        let mut readings = Vec::new();
        for it in actual {
            let Some(value) = amount(it) else { continue };
            let Some(on) = it.end.or(it.start) else {
                self.undated += 1;
                continue;
            };
            let reading = measurement::Reading { on, value, ..measurement::Reading::default() };
            readings.push((reading, place));
        }
        if !readings.is_empty() {
            let indicator = Target::Draft(indicator);
            let item = Item::Readings(Readings { indicator, readings, place });
            self.reading.drafts.items.push(item);
        }
    }

    fn say_undated(&mut self) {
        if self.undated > 0 {
            let says = format!(
                "{} figures have no date and were left out: a measurement is of a period.",
                self.undated
            );
            let finding = Finding::question("figure-undated", says)
                .todo("Give StartDate and EndDate to each result.");
            let place = Place { file: self.file, row: None };
            let finding = self.reading.drafts.placed(finding, place);
            self.reading.say(finding);
        }
    }
}

fn amount(it: &Measurement) -> Option<Amount> {
    it.value.as_deref()?.parse().ok()
}

/// The number people cite goes before the name.
fn named(goal: &Goal) -> String {
    let name = match goal.name.trim() {
        "" => super::beginning(goal.description.trim(), NAME_CHARACTERS),
        name => name.to_owned(),
    };
    let number = goal.sequence.trim();
    match (number, name.as_str()) {
        ("", "") => goal.key.clone(),
        ("", _) => name,
        (_, "") => number.to_owned(),
        _ if name.starts_with(number) => name,
        _ => format!("{number} {name}"),
    }
}

fn about(it: &Strategy) -> String {
    let values: Vec<String> = it
        .values
        .iter()
        .map(|it| match it.description.trim() {
            "" => it.name.clone(),
            description => format!("{}: {description}", it.name),
        })
        .collect();
    let parts = [
        ("", it.description.as_str()),
        ("Vision: ", it.vision.as_str()),
        ("Mission: ", it.mission.as_str()),
        ("Values: ", &values.join("; ")),
    ];
    let told = parts.iter().filter(|it| !it.1.trim().is_empty());
    told.map(|(word, text)| format!("{word}{}", text.trim())).collect::<Vec<_>>().join("\n\n")
}

fn described(it: &IndicatorRecord) -> String {
    // A number has a field of its own.
    let baseline = it.baseline.as_deref().filter(|it| it.parse::<Amount>().is_err());
    let baseline = baseline.map(|it| format!("Where it stood at the beginning: {it}."));
    let parts = [Some(it.description.trim().to_owned()), baseline];
    let told = parts.into_iter().flatten().filter(|it| !it.is_empty());
    told.collect::<Vec<_>>().join("\n\n")
}
