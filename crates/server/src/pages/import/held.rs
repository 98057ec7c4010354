//! Imports that somebody is looking at: their files, what they would come to, how far they are.
//!
//! Held in memory only, for an hour, so many and so large; whoever loses one uploads it again.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use axum::body::Bytes;
use exchange::{
    Source,
    draft::Drafts,
    guess::Guess,
    import::{self, Headings, Imported, Options, Request},
    plan::{self, Plan},
};
use host::{Directory, Published, Step};
use jiff::{SignedDuration, Timestamp, civil::Date};
use kernel::{Act, By, State};

use super::recalled::Recalled;

/// How long an import waits for whoever uploaded it.
pub(crate) const HELD_FOR: SignedDuration = SignedDuration::from_hours(1);
/// Imports held at a time.
const HELD_MAX: usize = 16;
/// Bytes of all files held.
const HELD_BYTES_MAX: usize = 256 << 20;

#[derive(Debug, Clone, Default)]
pub struct Imports(Arc<Mutex<BTreeMap<String, Arc<Held>>>>);

#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) id: String,
    person: String,
    pub(crate) kind: String,
    names: Vec<String>,
    bytes: usize,
    since: Timestamp,
    inside: Mutex<Inside>,
    done: AtomicUsize,
    of: AtomicUsize,
    /// Somebody is working out what it comes to.
    working: AtomicBool,
    /// Nobody is shown it once it has ended.
    forgotten: AtomicBool,
}

#[derive(Debug)]
struct Inside {
    files: Vec<(String, Bytes)>,
    options: Options,
    /// What whoever uploaded it chose for earlier files.
    recalled: Recalled,
    look: Option<Arc<Look>>,
    stage: Stage,
}

#[derive(Debug, Clone)]
pub(crate) enum Stage {
    Looking,
    Running,
    Done {
        first: u64,
        last: u64,
    },
    /// A sentence, and whether it is worth trying again.
    Failed(String),
}

/// What the files come to on a state.
#[derive(Debug)]
pub(crate) struct Look {
    seq: u64,
    today: Date,
    pub(crate) plan: Plan,
    pub(crate) tables: Vec<Headings>,
    /// Plain tables, with what they were taken for.
    pub(crate) guesses: Vec<Guess>,
    /// What the files were taken for.
    pub(crate) kind: String,
    /// Something was read as it was chosen for an earlier file.
    pub(crate) recalled: bool,
    drafts: Arc<Drafts>,
}

/// Uploaded files by name.
pub(crate) type Files = Vec<(String, Bytes)>;

impl Imports {
    /// Holds an upload. Nothing when too much is held already.
    pub(crate) fn hold(
        &self,
        id: String,
        person: &str,
        kind: &str,
        (files, options, recalled): (Files, Options, Recalled),
        now: Timestamp,
    ) -> Option<()> {
        let mut all = self.all();
        all.retain(|_, it| it.is_kept(now));
        let bytes: usize = files.iter().map(|it| it.1.len()).sum();
        // Whoever uploads again has done with what they uploaded before that.
        while all.len() >= HELD_MAX
            || all.values().map(|it| it.bytes).sum::<usize>() + bytes > HELD_BYTES_MAX
        {
            let theirs = all.values().filter(|it| it.person == person && !it.is_running());
            let oldest = theirs.min_by_key(|it| it.since)?.id.clone();
            all.remove(&oldest);
        }
        let names = files.iter().map(|it| it.0.clone()).collect();
        let inside = Inside { files, options, recalled, look: None, stage: Stage::Looking };
        let held = Held {
            id: id.clone(),
            person: person.to_owned(),
            kind: kind.to_owned(),
            names,
            bytes,
            since: now,
            inside: Mutex::new(inside),
            done: AtomicUsize::new(0),
            of: AtomicUsize::new(0),
            working: AtomicBool::new(false),
            forgotten: AtomicBool::new(false),
        };
        all.insert(id, Arc::new(held));
        Some(())
    }

    /// Every import of this person's that is held, the newest first.
    pub(crate) fn of(&self, person: &str, now: Timestamp) -> Vec<Arc<Held>> {
        let all = self.all();
        let theirs = all.values().filter(|it| it.person == person);
        let mut theirs: Vec<Arc<Held>> = theirs.filter(|it| it.is_kept(now)).cloned().collect();
        theirs.sort_by_key(|it| std::cmp::Reverse(it.since));
        theirs
    }

    /// An import of this person's that is still held.
    pub(crate) fn find(&self, id: &str, person: &str, now: Timestamp) -> Option<Arc<Held>> {
        let held = self.all().get(id).filter(|it| it.person == person).cloned()?;
        held.is_kept(now).then_some(held)
    }

    /// Drops every upload, its files and what they come to; one that is being brought in goes on, and
    /// is dropped when it ends.
    pub(crate) fn forget(&self) {
        self.all().retain(|_, it| {
            it.forgotten.store(true, Ordering::Release);
            it.is_running()
        });
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Held>>> {
        // Whoever panicked left the map as it was: entries go in and out whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_kept(&self, now: Timestamp) -> bool {
        let fresh = now.duration_since(self.since).abs() < HELD_FOR;
        self.is_running() || (fresh && !self.forgotten.load(Ordering::Acquire))
    }

    pub(crate) fn stage(&self) -> Stage {
        self.inside().stage.clone()
    }

    pub(crate) fn is_running(&self) -> bool {
        matches!(self.stage(), Stage::Running)
    }

    /// The subject under which pages that show it are told that it moved.
    pub(crate) fn subject(&self) -> String {
        format!("IMPORT-{}", self.id)
    }

    /// What it is an import of, as far as that is known.
    pub(crate) fn called(&self) -> String {
        let kind = self.taken().map_or_else(|| self.kind.clone(), |it| it.kind.clone());
        if kind == "any" { "files".into() } else { kind }
    }

    pub(crate) fn options(&self) -> Options {
        self.inside().options.clone()
    }

    pub(crate) fn choose(&self, options: Options) {
        let mut inside = self.inside();
        if matches!(inside.stage, Stage::Looking | Stage::Failed(_)) {
            (inside.options, inside.look, inside.stage) = (options, None, Stage::Looking);
        }
    }

    /// Begins to bring it in. Whether this call is the one that does.
    pub(crate) fn begin(&self) -> bool {
        let mut inside = self.inside();
        let settled = inside.look.as_ref().is_some_and(|it| it.plan.unanswered() == 0);
        let ready = matches!(inside.stage, Stage::Looking) && settled;
        if ready {
            inside.stage = Stage::Running;
        }
        ready
    }

    pub(crate) fn end(&self, stage: Stage) {
        let mut inside = self.inside();
        let forgotten = self.forgotten.load(Ordering::Acquire);
        if forgotten || matches!(stage, Stage::Done { .. }) {
            inside.files = Vec::new();
        }
        if forgotten {
            inside.look = None;
        }
        inside.stage = stage;
    }

    /// Drafts planned, and of how many.
    pub(crate) fn progress(&self) -> (usize, usize) {
        (self.done.load(Ordering::Relaxed), self.of.load(Ordering::Relaxed))
    }

    pub(crate) fn at(&self, done: usize, of: usize) {
        self.done.store(done, Ordering::Relaxed);
        self.of.store(of, Ordering::Relaxed);
    }

    /// The look that was taken, whatever has changed since.
    pub(crate) fn taken(&self) -> Option<Arc<Look>> {
        self.inside().look.clone()
    }

    /// The names of its files, and when it was uploaded.
    pub(crate) fn file_names(&self) -> Vec<String> {
        self.names.clone()
    }

    pub(crate) fn since(&self) -> Timestamp {
        self.since
    }

    pub(crate) fn is_working(&self) -> bool {
        self.working.load(Ordering::Acquire)
    }

    /// Takes the work of looking on. Whether nobody else has.
    pub(crate) fn take_on(&self) -> bool {
        !self.working.swap(true, Ordering::AcqRel)
    }

    /// What it comes to on this state, if that has been worked out.
    pub(crate) fn fresh(&self, published: &Published) -> Option<Arc<Look>> {
        let state = &published.state;
        let inside = self.inside();
        let same = |it: &&Arc<Look>| it.seq == state.seq() && it.today == state.derived().today();
        let settled = !matches!(inside.stage, Stage::Looking);
        inside.look.as_ref().filter(|it| settled || same(it)).cloned()
    }

    /// Works out what it comes to now; whoever calls has taken it on.
    pub(crate) fn look(&self, published: &Published, by: By, progress: plan::Progress<'_>) {
        // However this ends, somebody else may try.
        let _free = Free(&self.working);
        if self.fresh(published).is_some() {
            return;
        }
        let state = &published.state;
        let (files, options, recalled) = {
            let inside = self.inside();
            (inside.files.clone(), inside.options.clone(), inside.recalled.clone())
        };
        self.at(0, 0);
        let today = state.derived().today();
        let read = |options: &Options| -> Imported {
            let files = files.iter().map(|(name, bytes)| Source::new(name, bytes)).collect();
            import::read(&Request { kind: &self.kind, files, options, today })
        };
        let mut imported = read(&options);
        let as_before = as_before(&imported, &options, &recalled, files.len());
        let again = as_before.is_some();
        let read_with = as_before.unwrap_or_else(|| options.clone());
        if again {
            imported = read(&read_with);
        }
        let progress = |done: usize, of: usize| {
            self.at(done, of);
            progress(done, of);
        };
        let mut plan = planned(state, &published.directory, by, &imported.drafts, &progress);
        plan.findings.splice(0..0, imported.findings);
        plan.findings.sort_by_key(|it| it.grade);
        let look = Arc::new(Look {
            seq: state.seq(),
            today,
            plan,
            tables: imported.tables,
            guesses: imported.guesses,
            kind: imported.kind,
            recalled: again,
            drafts: Arc::new(imported.drafts),
        });
        let mut inside = self.inside();
        // Options that were chosen meanwhile ask for another look.
        if inside.options == options {
            inside.options = read_with;
            inside.look = Some(look);
        }
    }
}

/// The options with what was chosen for an earlier file of the same headings; nothing if there is
/// none, or if something was chosen for this one already.
fn as_before(
    imported: &Imported,
    options: &Options,
    recalled: &Recalled,
    files: usize,
) -> Option<Options> {
    if options.keys().any(|it| it == "kind" || it.starts_with("map.")) {
        return None;
    }
    let mut all = options.clone();
    for kept in imported.guesses.iter().filter_map(|it| recalled.find(it)) {
        for (name, value) in kept {
            // Of several files, each is of a kind of its own.
            if name != "kind" || files == 1 {
                all.entry(name).or_insert(value);
            }
        }
    }
    (all != *options).then_some(all)
}

struct Free<'a>(&'a AtomicBool);

impl Drop for Free<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Look {
    /// The steps on the state that they meet: those looked at, or others if it is another by now.
    pub(crate) fn steps(
        &self,
        state: &State,
        directory: &Directory,
        by: By,
        progress: plan::Progress<'_>,
    ) -> Vec<Step> {
        if state.seq() == self.seq && state.derived().today() == self.today {
            return steps(&self.plan);
        }
        steps(&planned(state, directory, by, &self.drafts, progress))
    }
}

/// What a plan has the host do.
pub(crate) fn steps(plan: &Plan) -> Vec<Step> {
    let step = |it: &exchange::wire::Told| Step { command: it.0.clone(), name: it.1.clone() };
    plan.steps.iter().map(step).collect()
}

pub(crate) fn planned(
    state: &State,
    directory: &Directory,
    by: By,
    drafts: &Drafts,
    progress: plan::Progress<'_>,
) -> Plan {
    // When it is recorded is the writer's to say; the rules ask only for the day.
    let act = Act { by, at: Timestamp::UNIX_EPOCH, today: state.derived().today() };
    let names = |it| directory.name(it).cloned();
    plan::plan(state, &act, &names, drafts, progress)
}
