//! A start of many runs as it is typed: over what, and within which limits.

use drover_model::FieldError;
use drover_model::request::{StartBatch, StartOptions};
use drover_model::schedule::BatchFile;

/// What a start runs over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Over {
    /// What the task says, or the profiles that were selected before.
    #[default]
    Own,
    Tag,
    Set,
    /// The rows of a table.
    Table,
}

impl Over {
    pub const ALL: [Self; 4] = [Self::Own, Self::Tag, Self::Set, Self::Table];

    pub fn key(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Tag => "tag",
            Self::Set => "set",
            Self::Table => "table",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Own => "As it is",
            Self::Tag => "A tag",
            Self::Set => "A saved set",
            Self::Table => "Rows",
        }
    }
}

/// Everything typed about it. What belongs to another choice is kept, but not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Many {
    pub over: Over,
    pub tag: String,
    pub set: String,
    pub pick: String,
    pub csv: String,
    pub skip_bad_rows: bool,
    pub max_parallel: String,
    pub spread: String,
    pub stop_after: String,
}

impl Many {
    /// Whether it is more than a plain start.
    pub fn is_used(&self) -> bool {
        let limits = [&self.max_parallel, &self.spread, &self.stop_after];
        self.over != Over::Own || limits.iter().any(|text| filled(text).is_some())
    }

    /// What is wrong with it before anybody is asked.
    pub fn problems(&self) -> Vec<FieldError> {
        let mut problems = Vec::new();
        let mut add = |field: &str, message: String| {
            problems.push(FieldError {
                field: field.to_owned(),
                message,
            });
        };
        let whole =
            |text: &str| filled(text).is_none_or(|text| text.parse::<u32>().is_ok_and(|n| n > 0));
        match self.over {
            Over::Tag if filled(&self.tag).is_none() => add("tag", "a tag is needed".to_owned()),
            Over::Set if filled(&self.set).is_none() => add("set", "choose a saved set".to_owned()),
            Over::Table if filled(&self.csv).is_none() => {
                add("csv", "paste a table or choose a file".to_owned());
            }
            _ => {}
        }
        if matches!(self.over, Over::Tag | Over::Set) && !whole(&self.pick) {
            add(
                "pick",
                format!("`{}` is not a number from 1 on", self.pick.trim()),
            );
        }
        if !whole(&self.max_parallel) {
            let message = format!("`{}` is not a number from 1 on", self.max_parallel.trim());
            add("batch.max_parallel", message);
        }
        problems
    }

    /// The order for the engine, with what else the start has.
    pub fn request(&self, task: &str, options: StartOptions, dry: bool) -> StartBatch {
        let pick = filled(&self.pick).and_then(|text| text.parse().ok());
        let options = match self.over {
            Over::Own => options,
            Over::Tag => StartOptions {
                profiles: Vec::new(),
                tag: filled(&self.tag).map(str::to_owned),
                pick,
                ..options
            },
            Over::Set => StartOptions {
                profiles: Vec::new(),
                set: filled(&self.set).map(str::to_owned),
                pick,
                ..options
            },
            // The rows name their profiles and values.
            Over::Table => StartOptions {
                profiles: Vec::new(),
                ..options
            },
        };
        StartBatch {
            task: task.to_owned(),
            options,
            csv: (self.over == Over::Table).then(|| self.csv.clone()),
            skip_bad_rows: self.over == Over::Table && self.skip_bad_rows,
            limits: BatchFile {
                max_parallel: filled(&self.max_parallel).and_then(|text| text.parse().ok()),
                spread: filled(&self.spread).map(str::to_owned),
                stop_after: filled(&self.stop_after).map(str::to_owned),
            },
            dry,
            request_id: None,
        }
    }
}

fn filled(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_chosen_is_sent() {
        let many = Many {
            over: Over::Tag,
            tag: " eu ".to_owned(),
            set: "morning".to_owned(),
            pick: "5".to_owned(),
            csv: "who\nanna\n".to_owned(),
            max_parallel: "2".to_owned(),
            stop_after: "20%".to_owned(),
            ..Many::default()
        };
        let own = StartOptions {
            profiles: vec!["bert".to_owned()],
            ..StartOptions::default()
        };
        let request = many.request("t", own.clone(), true);
        assert_eq!(
            (request.options.tag.as_deref(), request.options.pick),
            (Some("eu"), Some(5))
        );
        assert!(request.options.profiles.is_empty() && request.options.set.is_none());
        assert_eq!((request.csv, request.dry), (None, true));
        assert_eq!(request.limits.max_parallel, Some(2));
        assert_eq!(request.limits.stop_after.as_deref(), Some("20%"));
        let rows = Many {
            over: Over::Table,
            ..many
        };
        let request = rows.request("t", own.clone(), false);
        assert_eq!(request.csv.as_deref(), Some("who\nanna\n"));
        assert_eq!(request.options.pick, None);
        let plain = Many::default();
        assert!(!plain.is_used() && plain.problems().is_empty());
        assert_eq!(plain.request("t", own.clone(), false).options, own);
    }

    #[test]
    fn what_is_missing_is_named_by_its_field() {
        let fields = |many: Many| -> Vec<String> {
            many.problems()
                .into_iter()
                .map(|problem| problem.field)
                .collect()
        };
        let over = |over| Many {
            over,
            pick: "0".to_owned(),
            max_parallel: "many".to_owned(),
            ..Many::default()
        };
        assert_eq!(
            fields(over(Over::Tag)),
            ["tag", "pick", "batch.max_parallel"]
        );
        assert_eq!(
            fields(over(Over::Set)),
            ["set", "pick", "batch.max_parallel"]
        );
        assert_eq!(fields(over(Over::Table)), ["csv", "batch.max_parallel"]);
        assert_eq!(fields(over(Over::Own)), ["batch.max_parallel"]);
    }
}
