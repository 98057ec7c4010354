//! What can be asked for at the command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use exchange::oscal::out::Sort;
use jiff::{Timestamp, civil::Date};

/// Keeps an organisation's execution connected to its intent.
#[derive(Debug, Parser)]
#[command(version, about, after_help = "Exit codes: 0 fine, 1 found something wrong, 2 misuse.")]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make a demonstration organisation afresh and open it. It is gone when the program ends.
    Demo {
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// Make it in this folder instead, and end: for the other commands.
        #[arg(long, value_name = "DIR", conflicts_with = "listen")]
        make: Option<PathBuf>,
        /// With `--make`: as if it were that day, which must not lie ahead.
        #[arg(long, value_name = "DATE", requires = "make")]
        today: Option<Date>,
    },
    /// Open an organisation to its people; in an empty folder, set one up first.
    Serve {
        #[arg(long, value_name = "DIR", default_value = "data")]
        data: PathBuf,
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
    },
    /// Measure this program beside a limit, in the same run.
    Bench {
        /// Which; all when none is named.
        names: Vec<String>,
        #[arg(long)]
        json: bool,
    },
    /// Make a data folder for a new organisation.
    Init {
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// What the organisation is called.
        #[arg(long)]
        name: String,
        /// Where its days begin.
        #[arg(long, default_value = "Europe/London")]
        zone: String,
    },
    /// Carry out a command, or a list of commands together, from a JSON file (`-` reads standard input).
    Do {
        file: PathBuf,
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Idempotency key, 32 hexadecimal digits: the same again has one effect.
        #[arg(long)]
        key: Option<String>,
        #[command(flatten)]
        who: Who,
        /// Say what it would come to, with what rules will find of appointments, and record nothing.
        #[arg(long)]
        dry_run: bool,
        #[arg(long)]
        json: bool,
    },
    /// Bring in files: organograms, plans, frameworks, figures, or plain CSV of any kind of record.
    Import(crate::import::Args),
    /// Undo what was recorded together: an import, by its entries.
    Undo(crate::undo::Args),
    /// Write all records of a kind.
    Export {
        /// `posts`, `objectives`, `duties` … or `measurements`; with `--oscal`, a framework like FWK-1.
        kind: String,
        /// A framework as an OSCAL document.
        #[arg(long, value_name = "DOCUMENT", value_parser = Sort::ALL.map(Sort::word))]
        oscal: Option<String>,
        #[command(flatten)]
        when: When,
        /// Those that have ended or not begun, too.
        #[arg(long)]
        all: bool,
        #[arg(long, value_enum, default_value = "csv")]
        format: Format,
    },
    /// Show a record.
    Show {
        reference: String,
        #[command(flatten)]
        when: When,
        #[arg(long)]
        json: bool,
    },
    /// Say who answers for a record.
    Who {
        reference: String,
        #[command(flatten)]
        when: When,
        #[arg(long)]
        json: bool,
    },
    /// Say who may do an act of the scheme of delegation, and by what authority. Exit code 1 if nobody may.
    May {
        /// As the scheme names it: `approve spending`.
        act: String,
        /// What is held against limits: 250000.
        value: Option<kernel::Amount>,
        /// A post or a person that is away, by reference.
        #[arg(long, value_name = "REF")]
        away: Option<String>,
        #[command(flatten)]
        when: When,
        #[arg(long)]
        json: bool,
    },
    /// Show the thread of a record, up to intent and down to facts.
    Thread {
        reference: String,
        #[command(flatten)]
        when: When,
        #[arg(long)]
        json: bool,
    },
    /// Say what is to be handed over with a post, drawn from the state.
    Handover {
        /// The post, by reference.
        post: String,
        #[command(flatten)]
        when: When,
        #[arg(long)]
        json: bool,
    },
    /// Draw the certificate of a complete handover from the ledger. Exit code 1 if it is not complete.
    Certificate {
        /// The handover, by reference.
        handover: String,
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        #[arg(long)]
        json: bool,
    },
    /// Say how the duties of a post stand with its holders. Exit code 1 if one waits for an answer too long.
    Acceptances {
        /// The post, by reference.
        post: String,
        #[command(flatten)]
        when: When,
        #[arg(long)]
        json: bool,
    },
    /// Accept every duty of a post that waits for your answer, as its holder.
    Accept {
        /// The post, by reference.
        post: String,
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Idempotency key, 32 hexadecimal digits: the same again has one effect.
        #[arg(long)]
        key: Option<String>,
        /// Your own sign-in name.
        #[arg(long = "as", value_name = "NAME")]
        sign_in: String,
        /// A file whose first line is your password; `/dev/stdin` reads it from there.
        #[arg(long, value_name = "FILE")]
        password_file: PathBuf,
        #[arg(long)]
        json: bool,
    },
    /// Say how the organisation stands. Exit code 1 if anything is off track, uncovered or orphaned.
    Status {
        #[command(flatten)]
        when: When,
        #[arg(long)]
        json: bool,
    },
    /// List the early warnings; with `warnings`, what went wrong and when it was known. Exit code 1 if there is any, or if
    /// something went wrong without a warning.
    Signals {
        #[arg(value_parser = ["warnings"])]
        what: Option<String>,
        /// Of what went wrong: the first day that is looked at; else a quarter before the last, or a year of one record.
        #[arg(long, value_name = "DATE", requires = "what")]
        from: Option<Date>,
        /// Of what went wrong: as if only this rule had warned.
        #[arg(long, value_name = "RULE", requires = "what")]
        rule: Option<String>,
        /// Of what went wrong: only of this record.
        #[arg(long, value_name = "REF", requires = "what")]
        of: Option<String>,
        #[command(flatten)]
        when: When,
        #[arg(long)]
        json: bool,
    },
    /// Ask the sources listed in sources.json for figures, once, now. No server may be running. Exit code 1 if one failed.
    Pull {
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Only the source of this name.
        #[arg(long, value_name = "NAME")]
        source: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Say what waits to be done or approved, the most pressing first. Exit code 1 if something is overdue.
    Queue(crate::doing::QueueArgs),
    /// Say what was expected of a procedure, with its figure. Exit code 1 if something was missed.
    Occurrences(crate::doing::OccurrencesArgs),
    /// Say what a change set would leave open on its day. Exit code 1 if anything is, or is in conflict.
    Rehearse(crate::changing::RehearseArgs),
    /// Approve a change set: all that it proposes is recorded at once, dated for its day, or nothing is.
    Approve(crate::changing::ApproveArgs),
    /// Say what rules find: required posts that are empty, posts that exclude one another, limits of capacities.
    Watch {
        #[command(flatten)]
        when: When,
        #[arg(long)]
        json: bool,
    },
    /// Count the days on which duties had nobody, over a period.
    Gaps(crate::watch::GapsArgs),
    /// Say what changed between two moments, in structure, duties and strategy.
    Differences(crate::differences::Args),
    /// List what served an objective that has ended or is to, and what has become of each; without one, of all that
    /// have ended. Exit code 1 if anything is left.
    StopList {
        /// The objective, by reference.
        objective: Option<String>,
        #[command(flatten)]
        when: When,
        #[arg(long)]
        json: bool,
    },
    /// Say what a new edition of a framework changes, clause by clause, and what each change touches.
    Edition {
        /// The framework, by reference.
        framework: String,
        /// The framework compared with; else the edition that it follows.
        #[arg(long, value_name = "REF")]
        with: Option<String>,
        /// Clauses that did not change, too.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        when: When,
        #[arg(long)]
        json: bool,
    },
    /// Print the mappings between the clauses of two frameworks as CSV, as `import crosswalk` takes them.
    Crosswalk {
        from: String,
        to: String,
        #[command(flatten)]
        when: When,
    },
    /// Say how the clauses of frameworks stand, by evidence. Exit code 1 if any is lapsed, failing or a gap.
    Weather(crate::weather::Args),
    /// Bring a clause and all beneath it into scope, tailor it or declare it not applicable, as one step.
    Scope(crate::import::ScopeArgs),
    /// Packs of rules: list them, lay one beside what is recorded, bring one in.
    Rules {
        #[command(subcommand)]
        verb: crate::watch::Rules,
    },
    /// Say what an indicator is expected to do, as ranges, and when it crosses its target.
    Forecast {
        reference: String,
        #[command(flatten)]
        when: When,
        #[arg(long)]
        json: bool,
    },
    /// Say whether an indicator has changed and can be relied on: its XmR chart, with rebases and
    /// what is excluded.
    Variation {
        reference: String,
        #[command(flatten)]
        when: When,
        #[arg(long)]
        json: bool,
    },
    /// Say how the forecasts of every indicator would have done, had they been made all along; or the rules of early
    /// warnings.
    Backtest {
        #[arg(default_value = "forecasts", value_parser = ["forecasts", "warnings"])]
        what: String,
        /// Of warnings: the first day that is looked at; a year before the last when absent.
        #[arg(long, value_name = "DATE")]
        from: Option<Date>,
        /// Of warnings: look at each so many days.
        #[arg(long, value_name = "DAYS", default_value_t = 1)]
        every: i64,
        /// Of warnings: look at each day as it is known now, and not as it was known then.
        #[arg(long)]
        hindsight: bool,
        /// Of warnings: try a rule with another number for the whole organisation, or off; several are given one by one.
        #[arg(long, value_name = "RULE=NUMBER")]
        set: Vec<String>,
        #[command(flatten)]
        when: When,
        #[arg(long)]
        json: bool,
    },
    /// Audit files: what an auditor takes away, and can check anywhere.
    Audit {
        #[command(subcommand)]
        verb: crate::audit::Audit,
    },
    /// Check the whole ledger: every byte, the tree, the signatures, the vault, files, the snapshots; or an audit file.
    Verify {
        /// An audit file: checks it alone, offline, without the ledger.
        #[arg(group = "alone", conflicts_with_all = ["data", "checkpoint"])]
        file: Option<PathBuf>,
        #[arg(long, value_name = "DIR", required_unless_present = "alone")]
        data: Option<PathBuf>,
        /// A checkpoint that somebody outside has kept: finds a rewritten or rolled-back ledger.
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
        /// The proof of one entry: checks it alone, offline, without the ledger.
        #[arg(long, value_name = "FILE", conflicts_with = "checkpoint", group = "alone")]
        proof: Option<PathBuf>,
        /// The ledger's public key, as its checkpoint page shows it: name+hash+key.
        #[arg(long, value_name = "KEY", requires = "alone", conflicts_with = "data")]
        key: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// List who can sign in.
    Accounts {
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        #[arg(long)]
        json: bool,
    },
    /// What the organisation’s directory says of people, where somebody has to choose.
    Directory(crate::directory::Directory),
    /// Make a link by which a person chooses a password: to be let in, or after forgetting it. No server may be running.
    Invite {
        /// The person, by reference.
        person: String,
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// What they sign in as; needed for who has no account yet.
        #[arg(long, value_name = "NAME")]
        sign_in: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Shut a person out: every session and link of theirs ends. No server may be running.
    ShutOut {
        /// The person, by reference.
        person: String,
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// Let a person who was shut out in again. No server may be running.
    LetIn {
        /// The person, by reference.
        person: String,
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// Erase a person who holds no post: the name goes for ever, what they did stays. No server may be running.
    Erase {
        /// The person, by reference.
        person: String,
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Say that you mean it: this cannot be undone.
        #[arg(long)]
        yes: bool,
    },
    /// Attachments: keep one, read one back, erase one.
    File {
        #[command(subcommand)]
        verb: crate::file::Files,
    },
    /// Copy the whole organisation, signing key included, into one file; a server may be running.
    Backup {
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        file: PathBuf,
    },
    /// Put a backup into an empty folder.
    Restore {
        file: PathBuf,
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
}

/// Who acts: the console, or a person who shows that they are who they say.
#[derive(Debug, ClapArgs)]
pub(crate) struct Who {
    /// Act as yourself, by your own sign-in name, and not as the console.
    #[arg(long = "as", value_name = "NAME", requires = "password_file")]
    pub(crate) sign_in: Option<String>,
    /// A file whose first line is your password; `/dev/stdin` reads it from there.
    #[arg(long, value_name = "FILE", requires = "sign_in")]
    pub(crate) password_file: Option<PathBuf>,
    /// The post that you act as, by reference; the first that you hold when absent.
    #[arg(long, value_name = "POST", requires = "sign_in")]
    pub(crate) as_post: Option<String>,
}

/// Whose data, on which date, as known when.
#[derive(Debug, ClapArgs)]
pub(crate) struct When {
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Effective date; today when absent.
    #[arg(long, value_name = "DATE")]
    pub(crate) at: Option<Date>,
    /// As it was known at this moment, like 2026-03-14T12:00:00Z; now when absent.
    #[arg(long, value_name = "INSTANT")]
    pub(crate) known: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Csv,
    Json,
}
