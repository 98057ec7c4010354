//! Answers: lines that begin with a question's reference, read and judged by the question.
//!
//! Several lines to one question are one answer of several lines. A file is answered by its digest, its
//! length and its name; the bytes are in the store of files.

use std::sync::Arc;

use jiff::civil::Date;

use crate::{
    Amount, Named, Records, Ref, Text,
    handover::about,
    id::{QuestionId, StepId},
    question::{self, Answer},
};

/// A question as it stood on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub id: QuestionId,
    pub name: Text,
    pub about: Option<Text>,
    pub answer: Answer,
    pub optional: bool,
    pub measure: Option<Text>,
    pub low: Option<Amount>,
    pub high: Option<Amount>,
    pub choices: Arc<[Text]>,
    pub passing: Arc<[Text]>,
    pub branch_on: Option<Text>,
    pub branch_to: Option<StepId>,
}

/// The questions of a step on a day, in the order in which they are asked.
pub fn questions(records: &Records, step: StepId, on: Date) -> Vec<Asked> {
    let all = records.pointing::<QuestionId>(step);
    let all = all.filter_map(|it| Some((it, records.questions.get(it)?)));
    let mut all: Vec<(u16, Asked)> = all
        .filter(|(_, row)| row.step.0 == step && row.live.is(on))
        .map(|(id, row)| (*row.position.near(on), asked(id, row, on)))
        .collect();
    all.sort_by_key(|it| (it.0, it.1.id));
    all.into_iter().map(|it| it.1).collect()
}

fn asked(id: QuestionId, row: &question::Question, on: Date) -> Asked {
    Asked {
        id,
        name: Text::clone(row.name.near(on)),
        about: row.about.near(on).clone(),
        answer: *row.answer.near(on),
        optional: *row.optional.near(on),
        measure: row.measure.near(on).clone(),
        low: *row.low.near(on),
        high: *row.high.near(on),
        choices: Arc::clone(row.choices.near(on)),
        passing: Arc::clone(row.passing.near(on)),
        branch_on: row.branch_on.near(on).clone(),
        branch_to: *row.branch_to.near(on),
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error("“{0}” begins with no question of this step. Write it like QUES-3: 4.5.")]
    NoQuestion(String),
    #[error("“{question}” is not answered. Give an answer.")]
    Missing { question: Named },
    #[error("“{question}” asks for a number, and “{given}” is none. Write it like 4.5.")]
    NoNumber { question: Named, given: String },
    #[error("“{question}” asks for a day, and “{given}” is none. Write it like 2026-03-01.")]
    NoDay { question: Named, given: String },
    #[error("“{given}” is not among the answers to “{question}”: {}.", .choices.join(", "))]
    NoChoice { question: Named, given: String, choices: Vec<String> },
    #[error(
        "“{question}” asks for a photo or a file: its SHA-256 digest, its length in bytes and its name."
    )]
    NoFile { question: Named },
}

impl Wrong {
    /// The question whose answer it is about.
    pub fn question(&self) -> Option<&Named> {
        match self {
            Wrong::NoQuestion(_) => None,
            Wrong::Missing { question }
            | Wrong::NoNumber { question, .. }
            | Wrong::NoDay { question, .. }
            | Wrong::NoChoice { question, .. }
            | Wrong::NoFile { question } => Some(question),
        }
    }
}

/// A file that was given as an answer: `sha256:… 48213 door-3.jpg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileAnswer {
    /// In hexadecimal.
    pub digest: String,
    pub bytes: u64,
    pub name: String,
}

impl FileAnswer {
    pub fn read(text: &str) -> Option<FileAnswer> {
        let (digest, rest) = text.strip_prefix("sha256:")?.split_once(' ')?;
        let (bytes, name) = rest.split_once(' ')?;
        let hex = digest.len() == 64
            && digest.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it));
        let name = name.trim();
        let plain = !name.is_empty() && !name.contains(['/', '\\']);
        let bytes = bytes.parse().ok()?;
        (hex && plain).then(|| FileAnswer { digest: digest.into(), bytes, name: name.into() })
    }
}

/// What the lines answer to a question.
pub(super) fn of(lines: &[Text], to: Ref) -> Option<String> {
    let mine = lines.iter().filter_map(|it| about(it)).filter(|it| it.0 == to).map(|it| it.1);
    let mine: Vec<&str> = mine.collect();
    (!mine.is_empty()).then(|| mine.join("\n"))
}

/// The answers in the order of the questions, and whether they meet what is asked.
pub(super) fn judge(
    records: &Records,
    asked: &[Asked],
    lines: &[Text],
) -> Result<(Arc<[Text]>, bool), Wrong> {
    let known = |it: Ref| asked.iter().any(|asked| Ref::from(asked.id) == it);
    let odd = lines.iter().find(|it| about(it).is_none_or(|it| !known(it.0) || it.1.is_empty()));
    if let Some(odd) = odd {
        return Err(Wrong::NoQuestion(odd.to_string()));
    }
    let (mut all, mut met) = (Vec::new(), true);
    for it in asked {
        let Some(given) = of(lines, it.id.into()) else {
            if it.optional {
                continue;
            }
            return Err(Wrong::Missing { question: Named::of(records, it.id) });
        };
        met &= meets(records, it, &given)?;
        all.extend(given.lines().map(|line| Text::from(format!("{}: {line}", it.id))));
    }
    Ok((all.into(), met))
}

/// Whether an answer meets what a question asks.
fn meets(records: &Records, it: &Asked, given: &str) -> Result<bool, Wrong> {
    let question = || Named::of(records, it.id);
    let given_text = || given.to_owned();
    match it.answer {
        Answer::Text | Answer::Signature => Ok(true),
        Answer::Choice if it.choices.iter().any(|it| **it == *given) => {
            Ok(it.passing.is_empty() || it.passing.iter().any(|it| **it == *given))
        }
        Answer::Choice => Err(Wrong::NoChoice {
            question: question(),
            given: given_text(),
            choices: it.choices.iter().map(ToString::to_string).collect(),
        }),
        Answer::Number | Answer::Reading => {
            let no_number = |_| Wrong::NoNumber { question: question(), given: given_text() };
            let figure: Amount = given.parse().map_err(no_number)?;
            Ok(it.low.is_none_or(|low| low <= figure) && it.high.is_none_or(|high| figure <= high))
        }
        Answer::Date => {
            let no_day = |_| Wrong::NoDay { question: question(), given: given_text() };
            given.parse::<Date>().map(|_| true).map_err(no_day)
        }
        Answer::File => match given.lines().all(|it| FileAnswer::read(it).is_some()) {
            true => Ok(true),
            false => Err(Wrong::NoFile { question: question() }),
        },
    }
}

impl Asked {
    /// Where an answer leads: nowhere else, to a step, or to the end.
    pub(crate) fn leads(&self, given: &str) -> Option<Option<StepId>> {
        let on = self.branch_on.as_deref()?;
        let same = match self.answer.is_figure() {
            true => on.parse::<Amount>().is_ok() && on.parse::<Amount>() == given.parse::<Amount>(),
            false => on == given,
        };
        same.then_some(self.branch_to)
    }
}
