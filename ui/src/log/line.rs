//! One line of a log view.

use drover_model::{LogLine, Stream};

/// Who wrote a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Stdout,
    Stderr,
    /// The name of a step of the task.
    Step,
    /// Drover itself, such as "launching Chrome".
    Drover,
    /// Lines that were not shown live; `text` says how many.
    Gap,
}

impl Source {
    /// The word in the source column.
    pub fn label(self) -> &'static str {
        match self {
            Self::Stdout => "out",
            Self::Stderr => "err",
            Self::Step => "step",
            Self::Drover => "drover",
            Self::Gap => "",
        }
    }

    pub fn class(self) -> &'static str {
        match self {
            Self::Stdout => "log__line--stdout",
            Self::Stderr => "log__line--stderr",
            Self::Step => "log__line--step",
            Self::Drover => "log__line--drover",
            Self::Gap => "log__line--gap",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Place in the log of the run; grows by one with each line.
    pub seq: u64,
    /// Milliseconds since the attempt began.
    pub t_ms: Option<u64>,
    pub source: Source,
    /// As written, terminal colours included, without the line end.
    pub text: String,
}

impl Line {
    /// Stands for lines `from..=to`, which were not sent; the file has them.
    pub fn gap(from: u64, to: u64) -> Self {
        let count = crate::format::count(to.saturating_sub(from) + 1);
        Self {
            seq: to,
            t_ms: None,
            source: Source::Gap,
            text: format!("{count} lines not shown live; they are in the file"),
        }
    }
}

impl From<LogLine> for Line {
    fn from(line: LogLine) -> Self {
        let source = match line.stream {
            Stream::Stdout => Source::Stdout,
            Stream::Stderr => Source::Stderr,
            Stream::Steps => Source::Step,
            Stream::Drover => Source::Drover,
        };
        Self {
            seq: line.seq,
            t_ms: Some(line.t_ms),
            source,
            text: line.text,
        }
    }
}
