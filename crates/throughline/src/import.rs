//! Files from outside, brought in as one step or looked at only.

use std::{
    cell::Cell,
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use clap::{Args as ClapArgs, ValueEnum};
use exchange::{
    Finding, Grade, Source,
    guess::Guess,
    import::{self, Format, Imported, Options, Request, report},
    limits::FILE_BYTES_MAX,
    plan::{self, Plan},
    scoping,
};
use host::{Ask, Directory, Step};
use jiff::civil::Date;
use kernel::{Act, By, Kind, State, id::PostId, obligation::Scope};
use serde_json::json;

use crate::{
    Found,
    answer::{Scene, print, say},
    args::When,
    folder::Folder,
    outside,
};

/// Answers that a question shows; the page and `--json` have all of them.
const CHOICES_SHOWN_MAX: usize = 8;

#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct Args {
    /// `organogram`, `stratml`, `goals`, `oscal`, `framework`, `measurements`, `bpmn`, or what the rows of a
    /// table are: `posts`, `people`, `indicators`, `objectives`, `duties` … Left out, it is guessed.
    kind: String,
    files: Vec<PathBuf>,
    #[arg(long, value_name = "DIR", required_unless_present = "template")]
    data: Option<PathBuf>,
    /// Say what would come in, and bring in nothing.
    #[arg(long)]
    dry_run: bool,
    #[arg(long)]
    json: bool,
    /// The day for which the files speak.
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// What the rows of a table are, where it was guessed wrongly.
    #[arg(long = "as", value_name = "KIND")]
    rows: Option<String>,
    /// What a column becomes; `-` leaves it out. May be given several times.
    #[arg(long = "map", value_name = "HEADING=FIELD")]
    map: Vec<String>,
    /// An option of the kind, see docs/imports.md; may be given several times.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    options: Vec<String>,
    /// Print which posts of a renumbered establishment are which, as CSV to be corrected and imported along with
    /// the files; bring in nothing.
    #[arg(long, conflicts_with = "json")]
    successors: bool,
    /// Print an empty file of this kind to fill in.
    #[arg(long)]
    template: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ScopeArgs {
    /// A clause by reference, with all beneath it; or a framework, for all of its clauses.
    clause: String,
    scope: ScopeWord,
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The post that is accountable where none is, by reference.
    #[arg(long, value_name = "POST")]
    post: Option<String>,
    /// Why it is tailored or does not apply.
    #[arg(long)]
    reason: Option<String>,
    /// The day from which it is so; today when absent.
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Say what it would come to, and record nothing.
    #[arg(long)]
    dry_run: bool,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ScopeWord {
    In,
    Tailored,
    Out,
}

/// Says what applies, as an import of one row.
pub(crate) fn scope(args: &ScopeArgs) -> Result<Found> {
    let when = When { data: args.data.clone(), at: None, known: None };
    let scene = Scene::open(&when)?;
    let of = scene.find(&args.clause)?;
    if !matches!(of.kind, Kind::Requirement | Kind::Framework) {
        bail!("{of} is neither a clause nor a framework");
    }
    let post = match &args.post {
        Some(text) => {
            let post = scene.find(text)?;
            PostId::try_from(post).context("`--post` takes a post")?;
            Some(post)
        }
        None => None,
    };
    let scope = match args.scope {
        ScopeWord::In => Scope::InScope,
        ScopeWord::Tailored => Scope::Tailored,
        ScopeWord::Out => Scope::NotApplicable,
    };
    let reason = args.reason.as_deref().unwrap_or_default().trim();
    if scope != Scope::InScope && reason.is_empty() {
        bail!("say with --reason why it is tailored or does not apply");
    }
    let from = args.from.unwrap_or(scene.state.derived().today());
    let file = scoping::file(of, scope, post, reason, from);
    let files = vec![(format!("scope-{of}.csv"), file.into_bytes())];
    let import = Args {
        kind: "scope".into(),
        files: Vec::new(),
        data: Some(args.data.clone()),
        dry_run: args.dry_run,
        json: args.json,
        from: None,
        rows: None,
        map: Vec::new(),
        options: Vec::new(),
        successors: false,
        template: false,
    };
    drop(scene);
    match args.dry_run {
        true => look(&import, &args.data, &files, &Options::new()),
        false => bring_in(&import, &args.data, &files, &Options::new()),
    }
}

pub(crate) fn import(args: &Args) -> Result<Found> {
    let guessed = guessed(args);
    let args = guessed.as_ref().unwrap_or(args);
    if Format::named(&args.kind).is_none() {
        let all: Vec<&str> = import::kinds().collect();
        bail!("there is no kind `{}`; there are {}", args.kind, all.join(", "));
    }
    if args.template {
        let template = import::template(&args.kind)
            .with_context(|| format!("files of kind `{}` are made by others", args.kind))?;
        say(template.trim_end())?;
        return Ok(Found::Fine);
    }
    let data = args.data.as_deref().context("name the data folder with --data")?;
    if args.files.is_empty() {
        bail!("name at least one file");
    }
    let options = options(args)?;
    let files = args.files.iter().map(|it| read(it)).collect::<Result<Vec<_>>>()?;
    if args.dry_run || args.successors {
        look(args, data, &files, &options)
    } else {
        bring_in(args, data, &files, &options)
    }
}

/// What was asked where the first word is a file and no kind: it is guessed what the files are.
fn guessed(args: &Args) -> Option<Args> {
    let is_file = Format::named(&args.kind).is_none() && Path::new(&args.kind).is_file();
    let mut files = vec![PathBuf::from(&args.kind)];
    files.extend(args.files.iter().cloned());
    is_file.then(|| Args { kind: "any".into(), files, ..args.clone() })
}

fn options(args: &Args) -> Result<Options> {
    let mut options = Options::new();
    for pair in &args.options {
        let (name, value) = pair
            .split_once('=')
            .with_context(|| format!("`{pair}` is no option: write it as NAME=VALUE"))?;
        options.insert(name.trim().to_owned(), value.trim().to_owned());
    }
    for pair in &args.map {
        // A heading may hold the mark itself; a field's name does not.
        let (heading, field) = pair
            .rsplit_once('=')
            .with_context(|| format!("`{pair}` maps nothing: write it as HEADING=FIELD"))?;
        options.insert(format!("map.{}", heading.trim()), field.trim().to_owned());
    }
    if let Some(kind) = &args.rows {
        if args.kind != "any" {
            bail!("--as says what `any` is; leave `{}` out", args.kind);
        }
        if Format::named(kind).is_none() {
            bail!("there is no kind `{kind}` for --as");
        }
        options.insert("kind".into(), kind.clone());
    }
    if let Some(from) = args.from {
        options.insert("from".into(), from.to_string());
    }
    Ok(options)
}

/// A file's name as findings give it, and its bytes.
type Read = (String, Vec<u8>);

fn read(path: &Path) -> Result<Read> {
    let about = || format!("cannot read {}", path.display());
    let size = std::fs::metadata(path).with_context(about)?.len();
    if size > FILE_BYTES_MAX as u64 {
        let max = FILE_BYTES_MAX >> 20;
        bail!("{} is larger than {max} MB; split it and import the pieces", path.display());
    }
    let name = path.file_name().map_or_else(String::new, |it| it.to_string_lossy().into_owned());
    Ok((name, std::fs::read(path).with_context(about)?))
}

fn drafts(args: &Args, files: &[Read], options: &Options, today: Date) -> Imported {
    let files = files.iter().map(|(name, bytes)| Source::new(name, bytes)).collect();
    import::read(&Request { kind: &args.kind, files, options, today })
}

fn look(args: &Args, data: &Path, files: &[Read], options: &Options) -> Result<Found> {
    let when = When { data: data.to_owned(), at: None, known: None };
    let scene = Scene::open(&when)?;
    let today = scene.state.derived().today();
    let imported = drafts(args, files, options, today);
    let plan = made(&scene.state, &scene.directory, imported.findings, &imported.drafts);
    if args.successors {
        say(report::successors(&plan).trim_end())?;
        return Ok(if plan.unanswered() > 0 { Found::SomethingWrong } else { Found::Fine });
    }
    tell(args, &plan, &imported.guesses, None)
}

fn bring_in(args: &Args, data: &Path, files: &[Read], options: &Options) -> Result<Found> {
    let mut open = Folder::at(data).open()?;
    let published = open.writer.published();
    let imported = drafts(args, files, options, published.state.derived().today());
    let plan = made(&published.state, &published.directory, imported.findings, &imported.drafts);
    let guesses = imported.guesses;
    if plan.steps.is_empty() || plan.unanswered() > 0 {
        return tell(args, &plan, &guesses, None);
    }
    let about: Vec<u8> = files.iter().flat_map(|it| it.1.iter().copied()).collect();
    let (drafts, seq) = (imported.drafts, published.state.seq());
    let steps = steps(&plan);
    let again = move |state: &State, directory: &Directory| {
        if state.seq() == seq {
            return Ok(steps.clone());
        }
        Ok(self::steps(&made(state, directory, Vec::new(), &drafts)))
    };
    let ask = Ask::plan(outside::key(), By::Console, &about, Arc::new(again));
    let answer = open.writer.run(&[ask]).pop().context("the ledger gave no answer")?;
    let outcome = answer.map_err(|it| anyhow::anyhow!("{it}"))?;
    tell(args, &plan, &guesses, Some((outcome.first, outcome.last)))
}

fn steps(plan: &Plan) -> Vec<Step> {
    let step = |it: &exchange::wire::Told| Step { command: it.0.clone(), name: it.1.clone() };
    plan.steps.iter().map(step).collect()
}

/// The plan on a state, with what was said of the files before it.
fn made(
    state: &State,
    directory: &Directory,
    said: Vec<Finding>,
    drafts: &exchange::draft::Drafts,
) -> Plan {
    let act =
        Act { by: By::Console, at: jiff::Timestamp::UNIX_EPOCH, today: state.derived().today() };
    let names = |it| directory.name(it).cloned();
    let terminal = std::io::stderr().is_terminal();
    let shown = Cell::new(false);
    let progress = |done: usize, of: usize| {
        if terminal && of > PROGRESS_FROM {
            shown.set(true);
            let _ = write!(std::io::stderr(), "\r{done} of {of} planned ");
        }
    };
    let mut plan = plan::plan(state, &act, &names, drafts, &progress);
    if shown.get() {
        let _ = writeln!(std::io::stderr());
    }
    plan.findings.splice(0..0, said);
    plan.findings.sort_by_key(|it| it.grade);
    plan
}

/// Drafts from which on progress is worth showing.
const PROGRESS_FROM: usize = 5_000;

fn tell(
    args: &Args,
    plan: &Plan,
    guesses: &[Guess],
    recorded: Option<(u64, u64)>,
) -> Result<Found> {
    let (faults, questions) = (plan.graded(Grade::Fault), plan.graded(Grade::Question));
    if args.json {
        let mut json = report::json(plan);
        json["kind"] = json!(args.kind);
        json["tables"] = report::guesses(guesses);
        json["dry_run"] = json!(args.dry_run);
        json["recorded"] =
            recorded.map_or(json!(null), |it| json!({ "first": it.0, "last": it.1 }));
        print(&json)?;
    } else {
        for it in guesses.iter().filter(|_| args.dry_run || args.kind == "any") {
            for line in report::lines(it) {
                say(&line)?;
            }
        }
        for it in &plan.findings {
            say(&format!("{}: {}", it.grade.word(), it.to_string().trim_end()))?;
            let Some(ask) = &it.ask else { continue };
            for (value, text) in ask.choices.iter().take(CHOICES_SHOWN_MAX) {
                say(&format!("    --set \"{}={value}\"  {text}", ask.option))?;
            }
            if ask.choices.len() > CHOICES_SHOWN_MAX {
                let more = ask.choices.len() - CHOICES_SHOWN_MAX;
                say(&format!(
                    "    or --set \"{}=REFERENCE\" with one of {more} others",
                    ask.option
                ))?;
            }
        }
        for (what, count) in &plan.counts {
            say(&format!("{}: {}", what.word(), report::words(*count)))?;
        }
        let total = report::words(plan.total());
        say(&format!("In all {total}; {questions} questions, {faults} faults."))?;
        match recorded {
            Some((first, last)) => say(&format!("Recorded as entries {first} to {last}."))?,
            None if args.dry_run => say("Nothing was recorded: this was only a look.")?,
            None if plan.unanswered() > 0 => {
                say("Nothing was recorded: a question has to be answered first, see above.")?;
            }
            None => say("Nothing had to be recorded.")?,
        }
    }
    Ok(if faults + questions > 0 { Found::SomethingWrong } else { Found::Fine })
}
