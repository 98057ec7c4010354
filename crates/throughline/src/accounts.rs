//! Accounts at the console: for the first administrator who has forgotten their password, for whoever has
//! to be shut out while nobody who could is there, and for whoever says who they are before they act.

use std::{io::Read, path::Path, time::Duration};

use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use kernel::{Kind, Ref, id::PersonId};
use serde_json::json;
use server::{
    SignIn,
    scene::Acting,
    signin::{Accounts, Turned, VaultAccounts},
};

use crate::{
    Found,
    answer::{print, say},
    args::Who,
    folder::Folder,
    serve::outside_of,
    write,
};

/// As long as a link that an administrator makes on screen.
const LINK_LIFE: Duration = Duration::from_secs(3 * 24 * 3600);

/// Does `work` at the door of an organisation that nobody serves.
pub(crate) fn at_the_door<T>(
    data: &Path,
    work: impl AsyncFnOnce(&SignIn, &VaultAccounts, &host::Host) -> Result<T>,
) -> Result<T> {
    let mut open = Folder::at(data).open()?;
    let kept = open.writer.kept()?;
    let (host, _lock) = open.start()?;
    let accounts =
        std::sync::Arc::new(VaultAccounts::new(host.clone(), &kept, write::administrator()));
    let door = SignIn::new(accounts.clone(), outside_of(&host));
    let runtime = tokio::runtime::Runtime::new()?;
    let done = runtime.block_on(work(&door, &accounts, &host));
    host.stop();
    done
}

/// The person that is meant, who must be here and not erased.
fn person(host: &host::Host, text: &str) -> Result<String> {
    let of: Ref = text.parse()?;
    if of.kind != Kind::Person {
        bail!("{of} is no person; give a reference like PERSON-1");
    }
    let published = host.published();
    let known = kernel::id::PersonId::try_from(of).ok().and_then(|it| published.directory.name(it));
    known.with_context(|| format!("there is no {of}"))?;
    Ok(of.to_string())
}

pub(crate) fn list(data: &Path, as_json: bool) -> Result<Found> {
    let all = at_the_door(data, async |_, accounts, _| Ok(accounts.all()?))?;
    let state = |it: &server::signin::Account| match (it.shut, it.password_hash.is_some()) {
        (true, _) => "shut out",
        (false, true) => "can sign in",
        (false, false) => "no password chosen yet",
    };
    if as_json {
        let account = |it: &server::signin::Account| {
            json!({
                "person": it.person,
                "name": it.name,
                "sign_in": it.sign_in,
                "last": it.last.map(|it| it.to_string()),
                "state": state(it),
            })
        };
        print(&json!({ "accounts": all.iter().map(account).collect::<Vec<_>>() }))?;
        return Ok(Found::Fine);
    }
    for it in &all {
        let last = it.last.map_or_else(|| "-".into(), |it| it.to_string());
        say(&format!("{}\t{}\t{}\t{}\t{last}", it.person, it.sign_in, it.name, state(it)))?;
    }
    if all.is_empty() {
        say("Nobody can sign in yet; `throughline serve` prints the link for the first.")?;
    }
    Ok(Found::Fine)
}

pub(crate) fn invite(
    text: &str,
    data: &Path,
    sign_in: Option<&str>,
    as_json: bool,
) -> Result<Found> {
    let (of, token) = at_the_door(data, async |door, accounts, host| {
        let of = person(host, text)?;
        if sign_in.is_none() && accounts.of_person(&of)?.is_none() {
            bail!("{of} has no account yet; say --sign-in NAME to give them one");
        }
        let made = door.invite(of.clone(), sign_in.unwrap_or_default(), LINK_LIFE).await?;
        match made {
            Ok(token) => Ok((of, token)),
            Err(why) => bail!("{of} was not invited: {why}"),
        }
    })?;
    let path = format!("/enter/{}", token.secret());
    if as_json {
        print(&json!({ "person": of, "path": path }))?;
    } else {
        say(&path)?;
        say(&format!("Put this after the server’s own address and give it to {of}."))?;
        say("It lets them choose a password, works once, for three days, and is not shown again.")?;
    }
    Ok(Found::Fine)
}

pub(crate) fn shut(text: &str, data: &Path, shut: bool) -> Result<Found> {
    let of = at_the_door(data, async |door, _, host| {
        let of = person(host, text)?;
        let done = door.shut(of.clone(), shut).await?;
        done.with_context(|| format!("{of} has no account"))?;
        Ok(of)
    })?;
    let says = match shut {
        true => format!("{of} is shut out; every session and link of theirs has ended."),
        false => format!("{of} can sign in again."),
    };
    say(&says)?;
    Ok(Found::Fine)
}

/// Bytes of a password file that are read.
const PASSWORD_BYTES_MAX: u64 = 4096;

/// As whom somebody acts at the command line: their password is asked for as at the door, and what they may
/// then do follows from the posts they hold; and today. None: nobody said who they are, so it is the console.
pub(crate) fn acting(who: &Who, data: &Path) -> Result<Option<(Acting, Date)>> {
    let (Some(sign_in), Some(file)) = (&who.sign_in, &who.password_file) else { return Ok(None) };
    let mut text = String::new();
    let opened = std::fs::File::open(file)
        .with_context(|| format!("cannot read the password in {}", file.display()))?;
    opened.take(PASSWORD_BYTES_MAX).read_to_string(&mut text)?;
    let password = text.lines().next().unwrap_or_default().to_owned();
    let asked: Option<Ref> = who.as_post.as_deref().map(str::parse).transpose()?;
    at_the_door(data, async |door, _, host| {
        let found = match door.known(sign_in, password).await {
            Ok(found) => found,
            Err(Turned::ShutOut) => bail!("{sign_in} was shut out; let them in again first"),
            Err(why) => bail!("{sign_in} could not be asked for: {why:?}"),
        };
        let account = found.with_context(|| {
            format!("`{sign_in}` and the password in {} do not belong together", file.display())
        })?;
        let person = PersonId::try_from(account.person.parse::<Ref>()?)?;
        let state = &host.published().state;
        let today = state.derived().today();
        let all = Acting::all(state, person, today);
        let found = match asked {
            Some(post) => all.iter().find(|it| Ref::from(it.post) == post),
            None => all.first(),
        };
        match (found, asked) {
            (Some(it), _) => Ok(Some((*it, today))),
            (None, Some(post)) => {
                bail!("{person} does not hold {post} today, so they cannot act as it")
            }
            (None, None) => bail!("{person} holds no post today, so there is nothing to act as"),
        }
    })
}
