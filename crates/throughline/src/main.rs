//! The one executable. The only place that names a data folder, a wall clock or an address.

mod accounts;
mod ahead;
mod answer;
mod args;
mod audit;
mod bench;
mod changing;
mod demo;
mod differences;
mod directory;
mod doing;
mod file;
mod folder;
mod frameworks;
mod handing;
mod import;
mod may;
mod outside;
mod prove;
mod serve;
mod stopping;
mod undo;
mod warnings;
mod watch;
mod weather;
mod write;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Verb};

/// Many threads free what one has made, because states are shared; see docs/decisions.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a command found: exit code 0 or 1. Misuse is 2, from wherever it is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Fine,
    SomethingWrong,
}

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(err) => {
            // Asking for help is no misuse.
            let code = if err.use_stderr() { 2 } else { 0 };
            let _ = err.print();
            return ExitCode::from(code);
        }
    };
    match run(args.verb) {
        Ok(Found::Fine) => ExitCode::SUCCESS,
        Ok(Found::SomethingWrong) => ExitCode::from(1),
        Err(err) => {
            eprintln!("throughline: {err:#}");
            ExitCode::from(2)
        }
    }
}

fn run(verb: Verb) -> anyhow::Result<Found> {
    match verb {
        Verb::Bench { names, json } => bench::bench(&names, json),
        Verb::Demo { make: Some(data), today, .. } => serve::make_demo(&data, today),
        Verb::Demo { listen, .. } => serve::demo(listen),
        Verb::Serve { data, listen } => serve::serve(&data, listen),
        Verb::Init { data, name, zone } => write::init(&data, &name, &zone),
        Verb::Do { file, data, key, who, dry_run, json } => {
            let told = write::read(&file)?;
            match dry_run {
                true => write::look(told, &data, &who, json),
                false => write::perform(told, &data, key.as_deref(), &who, json),
            }
        }
        Verb::Import(args) => import::import(&args),
        Verb::Undo(args) => undo::undo(&args),
        Verb::Export { kind, oscal: Some(document), when, .. } => {
            frameworks::oscal(&kind, &document, &when)
        }
        Verb::Export { kind, when, all, format, .. } => answer::export(&kind, &when, all, format),
        Verb::Show { reference, when, json } => answer::show(&reference, &when, json),
        Verb::May { act, value, away, when, json } => {
            may::may(&act, value, away.as_deref(), &when, json)
        }
        Verb::Who { reference, when, json } => answer::who(&reference, &when, json),
        Verb::Thread { reference, when, json } => answer::thread(&reference, &when, json),
        Verb::Handover { post, when, json } => handing::pack(&post, &when, json),
        Verb::Certificate { handover, data, json } => handing::certificate(&handover, data, json),
        Verb::Acceptances { post, when, json } => handing::acceptances(&post, &when, json),
        Verb::Accept { post, data, key, sign_in, password_file, json } => {
            let who = args::Who {
                sign_in: Some(sign_in),
                password_file: Some(password_file),
                as_post: Some(post),
            };
            write::accept(&data, key.as_deref(), &who, json)
        }
        Verb::Status { when, json } => answer::status(&when, json),
        Verb::Signals { what: Some(_), from, rule, of, when, json } => {
            warnings::kept(from, rule.as_deref(), of.as_deref(), &when, json)
        }
        Verb::Signals { when, json, .. } => answer::signals(&when, json),
        Verb::Pull { data, source, json } => serve::pull(&data, source.as_deref(), json),
        Verb::Accounts { data, json } => accounts::list(&data, json),
        Verb::Directory(args) => directory::run(&args),
        Verb::Invite { person, data, sign_in, json } => {
            accounts::invite(&person, &data, sign_in.as_deref(), json)
        }
        Verb::ShutOut { person, data } => accounts::shut(&person, &data, true),
        Verb::LetIn { person, data } => accounts::shut(&person, &data, false),
        Verb::Queue(args) => doing::queue(&args),
        Verb::Occurrences(args) => doing::occurrences(&args),
        Verb::Rehearse(args) => changing::rehearse(&args),
        Verb::Approve(args) => changing::approve(&args),
        Verb::Watch { when, json } => watch::watch(&when, json),
        Verb::Gaps(args) => watch::gaps(&args),
        Verb::Differences(args) => differences::differences(&args),
        Verb::StopList { objective, when, json } => {
            stopping::stop_list(objective.as_deref(), &when, json)
        }
        Verb::Edition { framework, with, all, when, json } => {
            frameworks::edition(&framework, with.as_deref(), all, &when, json)
        }
        Verb::Crosswalk { from, to, when } => frameworks::crosswalk(&from, &to, &when),
        Verb::Weather(args) => weather::weather(&args),
        Verb::Scope(args) => import::scope(&args),
        Verb::Rules { verb } => watch::rules(&verb),
        Verb::Forecast { reference, when, json } => ahead::forecast(&reference, &when, json),
        Verb::Variation { reference, when, json } => ahead::variation(&reference, &when, json),
        Verb::Backtest { what, from, every, hindsight, set, when, json } if what == "warnings" => {
            warnings::backtest(&warnings::Looks { from, every, hindsight, set }, &when, json)
        }
        Verb::Backtest { when, json, .. } => ahead::backtest(&when, json),
        Verb::Erase { person, data, yes } => write::erase(&person, &data, yes),
        Verb::Audit { verb } => audit::run(&verb),
        Verb::Verify { file: Some(file), key, json, .. } => {
            audit::check(&file, key.as_deref(), json)
        }
        Verb::Verify { file: None, data, checkpoint, proof, key, json } => match (proof, data) {
            (Some(proof), data) => prove::check(&proof, key.as_deref(), data.as_deref(), json),
            (None, Some(data)) => answer::verify(&data, checkpoint.as_deref(), json),
            (None, None) => anyhow::bail!("say which ledger: --data DIR"),
        },
        Verb::File { verb } => file::run(&verb),
        Verb::Backup { data, file } => write::backup(&data, &file),
        Verb::Restore { file, data } => write::restore(&file, &data),
    }
}
