//! Commands that read: they open the ledger beside a running server and change nothing.

use std::{io::Write, path::Path, sync::Arc};

use anyhow::{Context, Result, bail};
use exchange::wire::{self, Names};
use host::{Directory, directory::commitments};
use jiff::{Timestamp, civil::Date};
use kernel::{
    Kind, Ref, State, Text,
    id::{Id, PersonId, PostId},
    local::Here,
    read::{
        because, raised, signals,
        thread::{self, Step},
        view::{Status, View},
        who,
    },
};
use ledger::{Commitment, Store, files::Named};
use serde_json::{Value as Json, json};

use crate::{
    Found,
    args::{Format, When},
    folder::Folder,
};

/// Levels of a thread shown downwards.
const LEVELS: usize = 6;

/// Everything an answer is drawn from.
pub(crate) struct Scene {
    pub(crate) state: Arc<State>,
    pub(crate) directory: Directory,
    pub(crate) on: Date,
}

impl Scene {
    pub(crate) fn open(when: &When) -> Result<Scene> {
        let folder = Folder::at(&when.data);
        let archive = folder.archive()?;
        let mut store = folder.store()?;
        let head = store.head()?.size;
        let start = folder.snapshots().newest(&mut store, head).unwrap_or_default();
        let mut state = Arc::new(archive.replay(start, head)?);
        let here = Here::new(folder.zone()?, now());
        let today = here.today();
        if let Some(known) = when.known {
            state = archive.known(&state, known)?;
        }
        let on = when.at.unwrap_or(today);
        Arc::make_mut(&mut state).pass(&here);
        Ok(Scene { state, directory: directory(&mut store)?, on })
    }

    pub(crate) fn view(&self) -> View<'_> {
        View::new(&self.state, self.on)
    }

    pub(crate) fn name(&self, of: Ref) -> Option<Text> {
        match PersonId::try_from(of) {
            Ok(person) => Some(self.directory.called(self.state.records(), person)),
            Err(_) => self.state.records().name(of, self.on),
        }
    }

    pub(crate) fn called(&self, of: Ref) -> String {
        match self.name(of) {
            Some(name) => format!("{name} ({of})"),
            None => of.to_string(),
        }
    }

    /// The record that a user means by `text`: by its reference, or by an external number that it
    /// alone has or had. A sentence if there is none.
    pub(crate) fn find(&self, text: &str) -> Result<Ref> {
        let of = match text.parse::<Ref>() {
            Ok(of) => of,
            Err(wrong) => {
                let records = self.state.records();
                let with: Vec<Ref> = Kind::ALL
                    .into_iter()
                    .flat_map(|it| records.with_code(it, &text.into()))
                    .collect();
                match with[..] {
                    [] => bail!("{wrong}; nor does any record have it as its number"),
                    [one] => return Ok(one),
                    _ => {
                        let them: Vec<String> = with.iter().map(ToString::to_string).collect();
                        bail!("several records have or had the number {text}: {}", them.join(", "))
                    }
                }
            }
        };
        self.state.records().facet(of).with_context(|| format!("there is no {of}")).map(|_| of)
    }
}

#[expect(clippy::disallowed_methods, reason = "the command line asks for the present")]
fn now() -> Timestamp {
    Timestamp::now()
}

fn directory(store: &mut dyn Store) -> Result<Directory> {
    Ok(host::directory::read(store)?)
}

pub(crate) fn say(line: &str) -> Result<()> {
    // A reader that closes the pipe early, like `head`, has had what it wanted.
    match writeln!(std::io::stdout(), "{line}") {
        Err(err) if err.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => Ok(other?),
    }
}

pub(crate) fn print(json: &Json) -> Result<()> {
    say(&serde_json::to_string_pretty(json)?)
}

pub(crate) fn show(reference: &str, when: &When, as_json: bool) -> Result<Found> {
    let scene = Scene::open(when)?;
    let of = scene.find(reference)?;
    let view = scene.view();
    let names: Names<'_> = &|it| scene.name(it);
    if as_json {
        let mut record = wire::record(&view, of, names);
        record["because"] = wire::because(&view, of, names);
        if of.kind == Kind::Indicator {
            record["measurements"] = wire::series(&view, Id::new(of.n));
        }
        print(&record)?;
        return Ok(Found::Fine);
    }
    say(&format!("{} {}", of.kind.word(), scene.called(of)))?;
    say(&format!("  status: {}", status_words(view.status(of))))?;
    for (field, value) in view.values(of) {
        let linked: Vec<String> = value.links().iter().map(|it| scene.called(*it)).collect();
        let text = if linked.is_empty() { wire::cell(&value) } else { linked.join("; ") };
        if !text.is_empty() {
            say(&format!("  {}: {text}", field.label))?;
        }
    }
    for reason in because::because(&view, of) {
        let on = reason.on.map(|it| format!(" [{it}]")).unwrap_or_default();
        say(&format!("  because {}: {}{on}", scene.called(reason.about), reason.says))?;
    }
    Ok(Found::Fine)
}

pub(crate) fn status_words(it: Status) -> String {
    match it {
        Status::Standing(standing) => {
            format!("{}, {} % sure", standing.says(), standing.confidence / 10)
        }
        other => other.word(),
    }
}

pub(crate) fn who(reference: &str, when: &When, as_json: bool) -> Result<Found> {
    let scene = Scene::open(when)?;
    let of = scene.find(reference)?;
    let names: Names<'_> = &|it| scene.name(it);
    let answer = match who::who(scene.state.records(), of, scene.on) {
        Ok(answer) => answer,
        Err(none) => {
            // What ended may have given way to something else.
            let leads = kernel::succession::leads_to(scene.state.records(), of, scene.on);
            if as_json {
                let led: Vec<_> = leads.iter().map(|it| wire::link(*it, names)).collect();
                print(&json!({
                    "subject": wire::link(of, names),
                    "unanswered": none.to_string(),
                    "leads_to": led,
                }))?;
            } else {
                say(&none.to_string())?;
                for it in leads.into_iter().filter(|it| *it != of) {
                    say(&format!("  {} came after it", scene.called(it)))?;
                }
            }
            return Ok(Found::SomethingWrong);
        }
    };
    let found = if answer.uncovered_since.is_some() { Found::SomethingWrong } else { Found::Fine };
    if as_json {
        print(&wire::answer(&answer, names))?;
        return Ok(found);
    }
    say(&format!("{} answers for {}", scene.called(answer.post.into()), scene.called(of)))?;
    if let Some(since) = answer.uncovered_since {
        say(&format!("  uncovered since {since}"))?;
    }
    for it in &answer.holders {
        let post = answer.answering.filter(|it| *it != answer.post);
        let at = post.map(|it| format!(", as {}", scene.called(it.into()))).unwrap_or_default();
        let person = scene.called(it.person.into());
        let until = it.until.map(|it| format!(" until {it}")).unwrap_or_default();
        let by = format!("{} since {}{until}, by {}", it.capacity.word(), it.since, it.tenure);
        say(&format!("  {person}, {by}{at}"))?;
    }
    if answer.holders.is_empty() {
        say("  nobody up the line holds a post")?;
    }
    Ok(found)
}

pub(crate) fn thread(reference: &str, when: &When, as_json: bool) -> Result<Found> {
    let scene = Scene::open(when)?;
    let of = scene.find(reference)?;
    let view = scene.view();
    let (up, down) = (thread::up(&view, of), thread::down(&view, of, LEVELS));
    if as_json {
        let names: Names<'_> = &|it| scene.name(it);
        print(&json!({
            "of": wire::link(of, names),
            "up": wire::steps(&up, &view, names),
            "down": wire::steps(&down, &view, names),
        }))?;
        return Ok(Found::Fine);
    }
    say(&scene.called(of))?;
    say("up to intent:")?;
    tell(&scene, &view, &up, 1)?;
    say("down to facts:")?;
    tell(&scene, &view, &down, 1)?;
    Ok(Found::Fine)
}

fn tell(scene: &Scene, view: &View<'_>, steps: &[Step], depth: usize) -> Result<()> {
    let margin = "  ".repeat(depth);
    if steps.is_empty() && depth == 1 {
        say(&format!("{margin}nothing"))?;
    }
    for it in steps {
        let status = status_words(view.status(it.of));
        say(&format!("{margin}{} {}: {status}", it.by, scene.called(it.of)))?;
        tell(scene, view, &it.beyond, depth + 1)?;
        if it.left_out > 0 {
            say(&format!("{margin}  … and {} more", it.left_out))?;
        }
    }
    Ok(())
}

pub(crate) fn status(when: &When, as_json: bool) -> Result<Found> {
    let scene = Scene::open(when)?;
    let names: Names<'_> = &|it| scene.name(it);
    let answer = wire::summary(&scene.view(), names);
    if as_json {
        print(&answer)?;
    } else {
        say(&format!("{} on {}", answer["organisation"].as_str().unwrap_or_default(), scene.on))?;
        for (kind, words) in answer["counts"].as_object().into_iter().flatten() {
            let words = words.as_object().into_iter().flatten();
            let words: Vec<String> = words.map(|(word, n)| format!("{n} {word}")).collect();
            say(&format!("  {kind}: {}", words.join(", ")))?;
        }
        for key in wire::GAPS {
            say(&format!("  {}: {}", key.replace('_', " "), answer[key]))?;
        }
    }
    let off_track = answer["counts"].as_object().into_iter().flatten();
    let off_track: u64 = off_track.filter_map(|it| it.1["off track"].as_u64()).sum();
    let gaps: u64 = wire::GAPS.iter().filter_map(|it| answer[*it].as_u64()).sum();
    Ok(if off_track + gaps > 0 { Found::SomethingWrong } else { Found::Fine })
}

pub(crate) fn signals(when: &When, as_json: bool) -> Result<Found> {
    let scene = Scene::open(when)?;
    let names: Names<'_> = &|it| scene.name(it);
    let view = scene.view();
    let all = raised::all(&view, &signals::signals(&view));
    let found = if all.is_empty() { Found::Fine } else { Found::SomethingWrong };
    if as_json {
        print(&all.iter().map(|it| wire::raised(it, names)).collect())?;
        return Ok(found);
    }
    say(&format!("{} signals on {}", all.len(), scene.on))?;
    for it in &all {
        let (signal, post) = (&it.signal, |it: PostId| scene.called(it.into()));
        let to = signal.goes_to.map_or("nobody".into(), post);
        let (gravity, sort) = (signal.sort.gravity().word(), signal.sort.word());
        let mut line = format!(
            "  {gravity}: {sort}: {}, since {}, goes to {to}",
            scene.called(signal.subject),
            signal.since
        );
        if let Some((above, on)) = it.escalated.last() {
            line.push_str(&format!(", has come to {} on {on}", post(*above)));
        }
        if let Some(id) = it.id {
            line.push_str(&format!("; {id} {}", it.word.words()));
        }
        say(&line)?;
    }
    Ok(found)
}

pub(crate) fn export(kind: &str, when: &When, all: bool, format: Format) -> Result<Found> {
    let scene = Scene::open(when)?;
    let view = scene.view();
    let names: Names<'_> = &|it| scene.name(it);
    if kind == "measurements" {
        return measurements(&view, format);
    }
    let kind = Kind::named(kind).with_context(|| {
        let kinds: Vec<&str> = Kind::ALL.iter().map(|it| it.plural()).collect();
        format!("there is no kind `{kind}`; there are {} and measurements", kinds.join(", "))
    })?;
    match format {
        Format::Json => {
            print(&view.list(kind, all).map(|it| wire::record(&view, it, names)).collect())?;
        }
        Format::Csv => {
            let (heading, rows) = wire::rows(&view, kind, all, names);
            say(wire::csv(&heading, &rows).trim_end())?;
        }
    }
    Ok(Found::Fine)
}

fn measurements(view: &View<'_>, format: Format) -> Result<Found> {
    let of = |it: Ref| wire::series(view, Id::new(it.n));
    if format == Format::Json {
        let all = view.list(Kind::Indicator, true);
        print(&all.map(|it| json!({ "indicator": it.to_string(), "readings": of(it) })).collect())?;
        return Ok(Found::Fine);
    }
    let heading = ["indicator", "on", "value", "numerator", "denominator"];
    let mut rows = Vec::new();
    for it in view.list(Kind::Indicator, true) {
        for reading in of(it).as_array().into_iter().flatten() {
            let cell = |name: &str| reading[name].as_str().unwrap_or_default().to_owned();
            let mut row = vec![it.to_string()];
            row.extend(heading[1..].iter().map(|name| cell(name)));
            rows.push(row);
        }
    }
    say(wire::csv(&heading.map(ToOwned::to_owned), &rows).trim_end())?;
    Ok(Found::Fine)
}

pub(crate) fn verify(data: &Path, checkpoint: Option<&Path>, as_json: bool) -> Result<Found> {
    let folder = Folder::at(data);
    let mut store = folder.store()?;
    let witnessed = checkpoint
        .map(|it| {
            std::fs::read_to_string(it).with_context(|| format!("cannot read {}", it.display()))
        })
        .transpose()?;
    let verifier = folder.verifier()?;
    let mut named = Named::default();
    let mut look = |body: &str, found: &mut Vec<Commitment>| {
        named.entry(body);
        commitments(body, found);
    };
    let mut report = ledger::verify(&mut store, &verifier, witnessed.as_deref(), &mut look);
    report.with_files(named.check(&folder.files(), &verifier)?);
    let mut findings = report.findings.clone();
    if report.is_sound() {
        findings.extend(derived_findings(&folder, report.entries)?);
    }
    if as_json {
        print(&json!({
            "sound": findings.is_empty(),
            "findings": findings,
            "more_findings": report.findings_more,
            "entries": report.entries,
            "bytes": report.bytes,
            "checkpoints": report.checkpoints,
            "people": report.people,
            "files": report.files.files,
            "files_erased": report.files.erased,
            "files_no_entry_names": report.files.apart,
            "signed_by": verifier.to_string(),
        }))?;
    } else {
        for finding in &findings {
            say(finding)?;
        }
        let files = match report.files.files + report.files.erased {
            0 => String::new(),
            _ => format!(", {} files ({} erased)", report.files.files, report.files.erased),
        };
        let verdict = if findings.is_empty() { "sound" } else { "NOT SOUND" };
        say(&format!(
            "{verdict}: {} entries, {} checkpoints{files}, signed by {verifier}",
            report.entries, report.checkpoints
        ))?;
    }
    Ok(if findings.is_empty() { Found::Fine } else { Found::SomethingWrong })
}

/// A full replay against the rules and against the newest snapshot.
fn derived_findings(folder: &Folder, entries: u64) -> Result<Vec<String>> {
    let archive = folder.archive()?;
    let replayed = archive.replay(State::default(), entries)?;
    let mut findings = replayed.audit();
    if let Some(snapshot) = folder.snapshots().newest(&mut folder.store()?, entries) {
        let seq = snapshot.seq();
        let same = archive.replay(State::default(), seq)?;
        if same.records() != snapshot.records() {
            findings.push(format!(
                "the snapshot at entry {seq} differs from a replay; delete the folder `snapshots`, it will be made anew"
            ));
        }
    }
    Ok(findings)
}
