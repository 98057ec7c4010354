//! What a reader has to say about a file: which row, which column, what stood there, what is
//! wrong with it and what to do.
//!
//! Not here: any judgement about the organisation; a finding is about the file alone.
//!
//! Always true: a finding has a code that machines may rely on, a sentence for people, and an
//! answer to "what now?". A shown value is short.

use crate::limits::{FINDINGS_MAX, VALUE_SHOWN_CHARACTERS_MAX};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Something could not be taken from the file.
    Fault,
    /// Something was taken, but a person should say whether it was meant so.
    Question,
    /// Something worth knowing; nothing to do.
    Note,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub grade: Grade,
    /// Stable, for machines: `reports-to-itself`.
    pub code: &'static str,
    pub file: String,
    /// As a spreadsheet shows it: the heading is row 1.
    pub row: Option<u32>,
    pub column: Option<String>,
    /// What stood there, shortened.
    pub value: Option<String>,
    pub says: String,
    pub todo: String,
    /// What can be answered, and how: an option and its values.
    pub ask: Option<Ask>,
}

/// A question that is answered with an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub option: String,
    /// Values, and what each means.
    pub choices: Vec<(String, String)>,
    /// Until it is answered, nothing is recorded.
    pub must: bool,
}

impl Finding {
    fn new(grade: Grade, code: &'static str, says: impl Into<String>) -> Self {
        Self {
            grade,
            code,
            file: String::new(),
            row: None,
            column: None,
            value: None,
            says: says.into(),
            todo: String::new(),
            ask: None,
        }
    }

    pub fn fault(code: &'static str, says: impl Into<String>) -> Self {
        Self::new(Grade::Fault, code, says)
    }

    pub fn question(code: &'static str, says: impl Into<String>) -> Self {
        Self::new(Grade::Question, code, says)
    }

    pub fn note(code: &'static str, says: impl Into<String>) -> Self {
        Self::new(Grade::Note, code, says)
    }

    #[must_use]
    pub fn todo(mut self, todo: impl Into<String>) -> Self {
        self.todo = todo.into();
        self
    }

    /// It is answered with this option.
    #[must_use]
    pub fn ask(mut self, option: impl Into<String>, choices: Vec<(String, String)>) -> Self {
        self.ask = Some(Ask { option: option.into(), choices, must: false });
        self
    }

    /// It has to be answered with this option before anything is recorded.
    #[must_use]
    pub fn must(self, option: impl Into<String>, choices: Vec<(String, String)>) -> Self {
        let ask = Ask { option: option.into(), choices, must: true };
        Self { ask: Some(ask), ..self }
    }

    #[must_use]
    pub fn row(mut self, row: u32) -> Self {
        self.row = Some(row);
        self
    }

    #[must_use]
    pub fn column(mut self, column: &str) -> Self {
        self.column = Some(shown(column));
        self
    }

    #[must_use]
    pub fn value(mut self, value: &str) -> Self {
        self.value = Some(shown(value));
        self
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", {column}")?;
        }
        if let Some(value) = self.value.as_ref().filter(|it| !it.is_empty()) {
            write!(f, " “{value}”")?;
        }
        write!(f, ": {} {}", self.says, self.todo)
    }
}

/// A value short enough to stand in a sentence, on one line.
pub fn shown(value: &str) -> String {
    let mut out = String::new();
    for (n, c) in value.trim().chars().enumerate() {
        if n == VALUE_SHOWN_CHARACTERS_MAX {
            out.push('…');
            break;
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

/// The findings about one file, as they are made.
#[derive(Debug)]
pub struct Findings {
    file: String,
    kept: Vec<Finding>,
    left_off: usize,
}

impl Findings {
    pub fn about(file: &str) -> Self {
        Self { file: file.to_owned(), kept: Vec::new(), left_off: 0 }
    }

    pub fn file(&self) -> &str {
        &self.file
    }

    pub fn push(&mut self, mut finding: Finding) {
        if self.kept.len() >= FINDINGS_MAX {
            self.left_off += 1;
            return;
        }
        finding.file.clone_from(&self.file);
        self.kept.push(finding);
    }

    pub fn done(mut self) -> Vec<Finding> {
        if self.left_off > 0 {
            let says = format!(
                "{} more findings of this file are not shown: the first {FINDINGS_MAX} are.",
                self.left_off
            );
            let mut more = Finding::note("more-findings", says)
                .todo("Mend what is shown first, then import the file again.");
            more.file.clone_from(&self.file);
            self.kept.push(more);
        }
        self.kept
    }
}

/// What a reader hands back: what it read, and what it has to say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading<R> {
    pub records: R,
    pub findings: Vec<Finding>,
}

impl<R> Reading<R> {
    pub fn faults(&self) -> usize {
        self.findings.iter().filter(|finding| finding.grade == Grade::Fault).count()
    }

    pub fn with_code<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().filter(move |finding| finding.code == code)
    }
}
