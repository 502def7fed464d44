//! The tests that a task has chosen out of a test project.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};

/// Why a text names no test.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPick {
    #[error("a test is named by `file:line`, by `file › title`, or by `file.py::name`")]
    Form,
    #[error("the test has {0} bytes; at most {max} are allowed", max = TestPick::MAX)]
    TooLong(usize),
    #[error("`{0}` is no line of a file; lines count from 1")]
    Line(String),
    #[error("a test cannot be named with control characters")]
    Control,
}

/// One test, or all that stand in one place: `tests/shop.spec.ts:12`, `[chromium] › shop.spec.ts › cart › adds two`,
/// `tests/test_shop.py::test_cart[two]`. A discovered test has such a text as its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TestPick {
    /// What begins in this line: a test, a group of them, or one test per round of a loop.
    Place {
        /// Below the project's folder, or absolute.
        file: String,
        /// From 1.
        line: u32,
    },
    /// A test for Playwright's runner.
    Title {
        /// Of the configuration; in every one when not said.
        project: Option<String>,
        /// The file as the runner names it, the titles of the groups, and the test's own, with ` › ` between them.
        path: String,
    },
    /// A test, class or file as pytest names it.
    Node(String),
}

impl TestPick {
    /// The most bytes of one text.
    pub const MAX: usize = 2_000;
    /// The most tests that a task can choose. All of them are words of one command line.
    pub const MOST: usize = 500;
    /// The most bytes of all tests of a task.
    pub const MOST_BYTES: usize = 65_536;
    /// Stands between file, groups and title.
    pub const SEPARATOR: &'static str = " › ";
}

impl FromStr for TestPick {
    type Err = BadPick;

    fn from_str(text: &str) -> Result<Self, BadPick> {
        let text = text.trim();
        if text.len() > Self::MAX {
            return Err(BadPick::TooLong(text.len()));
        }
        if text.chars().any(char::is_control) {
            return Err(BadPick::Control);
        }
        if let Some(title) = title(text) {
            return Ok(title);
        }
        if let Some((file, name)) = text.split_once("::")
            && is_file(file)
            && !name.is_empty()
        {
            return Ok(Self::Node(text.to_owned()));
        }
        let (file, line) = text.rsplit_once(':').ok_or(BadPick::Form)?;
        if !is_file(file) {
            return Err(BadPick::Form);
        }
        match line.parse() {
            Ok(line @ 1..) => Ok(Self::Place {
                file: file.to_owned(),
                line,
            }),
            _ => Err(BadPick::Line(text.to_owned())),
        }
    }
}

fn title(text: &str) -> Option<TestPick> {
    let (project, path) = match text.strip_prefix('[') {
        // The name of a project may hold brackets itself.
        Some(rest) => match rest.split_once(&format!("]{}", TestPick::SEPARATOR)) {
            Some((project, path)) => (Some(project), path),
            None => (None, text),
        },
        None => (None, text),
    };
    let (file, title) = path.split_once(TestPick::SEPARATOR)?;
    let whole = is_file(file) && !title.trim().is_empty() && project != Some("");
    whole.then(|| TestPick::Title {
        project: project.map(str::to_owned),
        path: path.to_owned(),
    })
}

/// What could be taken for an option of the runner is none.
fn is_file(text: &str) -> bool {
    !text.trim().is_empty() && !text.starts_with('-')
}

impl fmt::Display for TestPick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place { file, line } => write!(f, "{file}:{line}"),
            Self::Title {
                project: Some(project),
                path,
            } => write!(f, "[{project}]{}{path}", Self::SEPARATOR),
            Self::Title {
                project: None,
                path,
            } => f.write_str(path),
            Self::Node(id) => f.write_str(id),
        }
    }
}

impl Serialize for TestPick {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TestPick {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// The tests of a task, checked together: they are of one form, since a runner takes one at a time.
pub fn picks(texts: &[String]) -> Result<Vec<TestPick>, (usize, String)> {
    let mut picks: Vec<TestPick> = Vec::with_capacity(texts.len());
    let mut bytes = 0;
    for (index, text) in texts.iter().enumerate() {
        let pick: TestPick = text
            .parse()
            .map_err(|error: BadPick| (index, error.to_string()))?;
        bytes += text.len();
        if index >= TestPick::MOST || bytes > TestPick::MOST_BYTES {
            let message = format!(
                "at most {} tests and {} bytes can be chosen; choose a group, a file, or use `grep`",
                TestPick::MOST,
                TestPick::MOST_BYTES
            );
            return Err((index, message));
        }
        if let Some(first) = picks.first()
            && !goes_with(first, &pick)
        {
            let message = "name all tests by place, or all by title: a runner takes one of both";
            return Err((index, message.to_owned()));
        }
        if !picks.contains(&pick) {
            picks.push(pick);
        }
    }
    Ok(picks)
}

/// pytest takes places and nodes in one call; Playwright's runner joins places and titles by "and".
fn goes_with(one: &TestPick, other: &TestPick) -> bool {
    matches!(one, TestPick::Title { .. }) == matches!(other, TestPick::Title { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &TestPick) {
        let read: TestPick = text.parse().unwrap();
        assert_eq!(&read, expected);
        assert_eq!(read.to_string(), text);
        let json = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<TestPick>(&json).unwrap(), read);
    }

    fn title(project: Option<&str>, path: &str) -> TestPick {
        TestPick::Title {
            project: project.map(str::to_owned),
            path: path.to_owned(),
        }
    }

    #[test]
    fn the_forms_are_told_apart() {
        let place = |file: &str, line| TestPick::Place {
            file: file.into(),
            line,
        };
        check("tests/shop.spec.ts:12", &place("tests/shop.spec.ts", 12));
        check(r"C:\e2e\a.spec.ts:1", &place(r"C:\e2e\a.spec.ts", 1));
        check("test_shop.py:7", &place("test_shop.py", 7));
        check(
            "shop.spec.ts › cart › costs 3:50",
            &title(None, "shop.spec.ts › cart › costs 3:50"),
        );
        check(
            "[two [x]] › a.spec.ts › adds [a::b]",
            &title(Some("two [x]"), "a.spec.ts › adds [a::b]"),
        );
        check(
            "t/test_a.py::TestX::test_b[1:2]",
            &TestPick::Node("t/test_a.py::TestX::test_b[1:2]".into()),
        );
    }

    #[test]
    fn what_names_no_test_is_refused() {
        let refuse = |text: &str, expected: BadPick| {
            assert_eq!(text.parse::<TestPick>(), Err(expected), "{text}");
        };
        refuse("", BadPick::Form);
        refuse("shop.spec.ts", BadPick::Form);
        refuse("--config=/tmp/x:1", BadPick::Form);
        refuse("-p evil::x", BadPick::Form);
        refuse("a.spec.ts:0", BadPick::Line("a.spec.ts:0".into()));
        refuse("a.spec.ts:x", BadPick::Line("a.spec.ts:x".into()));
        refuse("a\nb:1", BadPick::Control);
        refuse(&format!("{}:1", "a".repeat(3_000)), BadPick::TooLong(3_002));
    }

    #[test]
    fn tests_of_a_task_are_of_one_form_and_not_too_many() {
        let all =
            |texts: &[&str]| picks(&texts.iter().map(|&text| text.into()).collect::<Vec<_>>());
        assert_eq!(all(&["a:1", "a:2", "a:1"]).unwrap().len(), 2);
        assert_eq!(all(&["a.py::x", "a.py:2"]).unwrap().len(), 2);
        assert_eq!(all(&["a:1", "a › b"]).unwrap_err().0, 1);
        assert_eq!(all(&["a:1", "nothing"]).unwrap_err().0, 1);
        let many: Vec<String> = (1..=501).map(|line| format!("a:{line}")).collect();
        assert_eq!(picks(&many).unwrap_err().0, 500);
    }
}
