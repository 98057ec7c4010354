//! Commands that write.

use std::{io::Read, path::Path};

use anyhow::{Context, Result, bail};
use exchange::{accountability, wire};
use host::{Ask, Failure, Step};
use jiff::{Timestamp, civil::Date};
use kernel::{
    Act, By, Command, Fact, Ref, Refusal, State, Text, authority,
    id::{Id, PersonId, PostId, UnitId},
    organisation, post,
    read::{
        foresee::{Trial, foresee},
        who,
    },
    register, unit,
};
use ledger::Key;
use serde_json::json;
use server::signin::set_up::Founding;

use crate::{
    Found, accounts,
    answer::{print, say},
    args::Who,
    folder::Folder,
    outside,
};

pub(crate) fn init(data: &Path, name: &str, zone: &str) -> Result<Found> {
    let it = Founding { zone: zone.into(), ..of(name) };
    let folder = create(data, &it)?;
    say(&format!("{name} is set up in {}.", data.display()))?;
    say(&format!("Checkpoints are signed by {}", folder.verifier()?))?;
    say(&format!("Start it with: throughline serve --data {}", data.display()))?;
    Ok(Found::Fine)
}

/// An organisation with nothing but its name, and the post that administers its register.
pub(crate) fn of(name: &str) -> Founding {
    Founding { name: name.into(), post: "Register administrator".into(), ..Founding::default() }
}

/// Makes a folder with what every organisation begins with: itself, a unit, and the post that
/// administers the register.
pub(crate) fn create(data: &Path, it: &Founding) -> Result<Folder> {
    let slug: String = it
        .name
        .to_lowercase()
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() { it } else { '-' })
        .take(60)
        .collect();
    // The rules are asked before anything is written: a name they refuse leaves no folder behind.
    let act = Act { by: By::Console, at: Timestamp::UNIX_EPOCH, today: Date::constant(2000, 1, 1) };
    let mut scratch = State::default();
    for step in founding(it, act.today) {
        let event = scratch.decide(&act, &step.command)?;
        scratch.apply(&Fact { at: act.at, by: act.by, event });
    }
    let folder = Folder::create(data, &format!("throughline/{slug}"), &it.zone)?;
    let mut open = folder.open()?;
    let today = open.clock.date_of(open.clock.now());
    let steps = founding(it, today);
    let answer = open.writer.run(&[Ask::steps(outside::key(), By::Console, steps)]).pop();
    answer.context("the ledger gave no answer")??;
    Ok(folder)
}

/// The first commands of every ledger.
pub(crate) fn founding(it: &Founding, from: Date) -> Vec<Step> {
    let establish = |terms| register::Command::Establish { from, until: None, terms };
    let about = Some(&*it.about).filter(|it| !it.is_empty()).map(Into::into);
    let organisation = organisation::Terms {
        name: Some(it.name.as_str().into()),
        about: about.map(Some),
        ..organisation::Terms::default()
    };
    let unit = |name: &str, within| {
        let terms = unit::Terms { name: Some(name.into()), within, ..unit::Terms::default() };
        Command::Unit(register::Command::Establish { from, until: None, terms }).into()
    };
    let whole = UnitId::at_row(0);
    let mut steps =
        vec![Command::Organisation(establish(organisation)).into(), unit(&it.name, None)];
    let own = match &*it.unit {
        "" => whole,
        name => {
            steps.push(unit(name, Some(Some(whole))));
            UnitId::at_row(1)
        }
    };
    let post = post::Terms {
        name: Some(it.post.as_str().into()),
        about: Some(Some("Keeps the register; its holder may change any record.".into())),
        unit: Some(own),
        administers: Some(true),
        ..post::Terms::default()
    };
    steps.push(
        Command::Post(register::Command::Establish { from, until: None, terms: post }).into(),
    );
    steps
}

/// Erases a person from the vault and its files.
pub(crate) fn erase(person: &str, data: &Path, yes: bool) -> Result<Found> {
    let of: kernel::Ref = person.parse()?;
    let person = kernel::id::PersonId::try_from(of)?;
    let mut open = Folder::at(data).open()?;
    let today = open.clock.date_of(open.clock.now());
    let published = open.writer.published();
    let records = published.state.records();
    if records.facet(of).is_none() {
        bail!("there is no {of}");
    }
    if let Some(post) = who::holds_from(records, person, today) {
        bail!("{of} holds {post}, now or from a later day; end that tenure first");
    }
    if !yes {
        bail!("the name of {of} would be gone for ever; say --yes if you mean it");
    }
    // What others keep may speak of them; first, so that no old copy of it outlives the erasure.
    if let Some(name) = published.directory.name(person) {
        for (keeper, field, value) in open.writer.kept()? {
            if let Some(without) = server::signin::without(&field, &value, name) {
                open.writer.keep(keeper, &field, Some(without))?;
            }
        }
    }
    match open.writer.erase(person, By::Console)? {
        ledger::Erasure::Complete => say(&format!("{of} is erased."))?,
        ledger::Erasure::Pending => bail!(
            "{of} is erased, but another program holds the database open, so old bytes may still be in its files; do this again once it has ended"
        ),
    }
    Ok(Found::Fine)
}

/// The post that [`founding`] gives to the first administrator.
pub(crate) fn administrator() -> PostId {
    PostId::at_row(0)
}

/// Bytes of a command file.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// The commands in a file.
pub(crate) fn read(file: &Path) -> Result<Vec<wire::Told>> {
    let mut text = String::new();
    let source: Box<dyn Read> = if file == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(
            std::fs::File::open(file).with_context(|| format!("cannot read {}", file.display()))?,
        )
    };
    source.take(FILE_BYTES_MAX).read_to_string(&mut text)?;
    let json =
        serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))?;
    wire::commands(json).map_err(anyhow::Error::msg)
}

/// What rules will find of the appointments among commands.
fn warnings(
    told: &[wire::Told],
    by: By,
    published: &host::Published,
) -> Result<Trial, (usize, Refusal)> {
    let today = published.state.derived().today();
    let act = Act { by, at: Timestamp::UNIX_EPOCH, today };
    let commands: Vec<Command> = told.iter().map(|it| it.0.clone()).collect();
    foresee(&published.state, &act, &commands)
}

/// Says what commands would come to.
pub(crate) fn look(told: Vec<wire::Told>, data: &Path, who: &Who, as_json: bool) -> Result<Found> {
    let by = accounts::acting(who, data)?.map_or(By::Console, |it| it.0.into());
    let published = Folder::at(data).open()?.writer.published();
    let trial = match warnings(&told, by, &published) {
        Ok(trial) => trial,
        Err((number, refusal)) => {
            let sentence = match told.len() {
                1 => refusal.to_string(),
                _ => format!("Step {number}: {refusal}"),
            };
            return refused(&sentence, &refusal, by, &published);
        }
    };
    let established: Vec<String> = trial.established.iter().map(ToString::to_string).collect();
    if as_json {
        let warnings = accountability::foreseen(&trial.warnings, &names(&published));
        print(&json!({ "dry_run": true, "established": established, "warnings": warnings }))?;
    } else {
        mind(&trial, &published);
        established.iter().try_for_each(|it| say(it))?;
        say("Nothing was recorded: this was only a look.")?;
    }
    Ok(Found::Fine)
}

fn names(published: &host::Published) -> impl Fn(Ref) -> Option<Text> {
    let today = published.state.derived().today();
    move |of| match PersonId::try_from(of) {
        Ok(person) => published.directory.name(person).cloned(),
        Err(_) => published.state.records().name(of, today),
    }
}

/// Says what rules will find; nothing is refused for it.
fn mind(trial: &Trial, published: &host::Published) {
    let (today, names) = (published.state.derived().today(), names(published));
    let called = |of: Ref| accountability::called(of, &names);
    for it in &trial.warnings {
        eprintln!("Mind the rules. {}", accountability::warning(it, today, &called));
    }
}

pub(crate) fn perform(
    told: Vec<wire::Told>,
    data: &Path,
    key: Option<&str>,
    who: &Who,
    as_json: bool,
) -> Result<Found> {
    let asked = told.clone();
    let steps = told.into_iter().map(|(command, name)| Step { command, name }).collect();
    let key = key.map_or_else(|| Ok(outside::key()), read_key)?;
    let by = match accounts::acting(who, data)? {
        Some((acting, _)) => acting.into(),
        None => By::Console,
    };
    run(data, &Ask::steps(key, by, steps), by, &asked, as_json)
}

/// Accepts every duty of a post that waits for the answer of its holder, who says so.
pub(crate) fn accept(data: &Path, key: Option<&str>, who: &Who, as_json: bool) -> Result<Found> {
    let key = key.map_or_else(|| Ok(outside::key()), read_key)?;
    let (acting, today) = accounts::acting(who, data)?.context("say who you are: --as NAME")?;
    if acting.tenure().is_none() {
        bail!("you act for {} and do not hold it, and nobody accepts for another", acting.post);
    }
    let ask = server::pages::acceptance::ask_for_all(key, acting, today);
    run(data, &ask, acting.into(), &[], as_json)
}

/// Carries out what was asked, and says what came of it.
fn run(data: &Path, ask: &Ask, by: By, told: &[wire::Told], as_json: bool) -> Result<Found> {
    let mut open = Folder::at(data).open()?;
    let before = open.writer.published();
    let trial = warnings(told, by, &before).unwrap_or_default();
    let answer = open.writer.run(std::slice::from_ref(ask)).pop();
    match answer.context("the ledger gave no answer")? {
        Ok(outcome) => {
            let established: Vec<String> =
                outcome.established.iter().map(ToString::to_string).collect();
            let warns = !trial.warnings.is_empty() && !outcome.repeated;
            if as_json {
                let mut told = json!({
                    "first": outcome.first,
                    "last": outcome.last,
                    "established": established,
                    "repeated": outcome.repeated,
                    "recorded": outcome.at.to_string(),
                });
                if warns {
                    let published = open.writer.published();
                    let names = names(&published);
                    told["warnings"] = accountability::foreseen(&trial.warnings, &names);
                }
                print(&told)?;
            } else {
                if warns {
                    mind(&trial, &open.writer.published());
                }
                let again = if outcome.repeated { " (done before)" } else { "" };
                say(&format!("Recorded as entries {} to {}{again}.", outcome.first, outcome.last))?;
                established.iter().try_for_each(|it| say(it))?;
            }
            Ok(Found::Fine)
        }
        Err(Failure::Refused(refusal)) => {
            refused(&refusal.to_string(), &refusal, by, &open.writer.published())
        }
        Err(Failure::Step(it)) => {
            refused(&it.to_string(), &it.refusal, by, &open.writer.published())
        }
        Err(failure) => bail!("{failure}"),
    }
}

fn refused(
    sentence: &str,
    refusal: &Refusal,
    by: By,
    published: &host::Published,
) -> Result<Found> {
    eprintln!("throughline: {}", published.directory.spell_out(sentence));
    if matches!((refusal, by), (Refusal::Authority(authority::Refusal::OnlyTheHolder), By::Console))
    {
        eprintln!(
            "The console holds no post. Say who you are, with `--as NAME --password-file FILE`, or do it signed in."
        );
    }
    Ok(Found::SomethingWrong)
}

fn read_key(text: &str) -> Result<Key> {
    let digits = text.replace('-', "");
    let n = u128::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 32);
    let n = n.with_context(|| format!("`{text}` is no key: give 32 hexadecimal digits"))?;
    Ok(Key(n.to_be_bytes()))
}

pub(crate) fn backup(data: &Path, file: &Path) -> Result<Found> {
    Folder::at(data).backup(file)?;
    say(&format!(
        "Everything is in {}. It holds the signing key and the vault: keep it safe.",
        file.display()
    ))?;
    Ok(Found::Fine)
}

pub(crate) fn restore(file: &Path, data: &Path) -> Result<Found> {
    let damaged = Folder::at(data).restore(file)?;
    for digest in &damaged {
        say(&format!(
            "The backup holds the file {digest} damaged; it was left out. Put it back with `throughline file add` if you have it elsewhere."
        ))?;
    }
    say(&format!(
        "Restored into {}. Check it with: throughline verify --data {}",
        data.display(),
        data.display()
    ))?;
    Ok(if damaged.is_empty() { Found::Fine } else { Found::SomethingWrong })
}
