//! What a task does, where its pages are, and how it gets tokens.

use serde::{Deserialize, Serialize};

use crate::{Step, Template, TestPick, TokenName};

/// The three kinds of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A program with arguments.
    Command,
    /// A Playwright script or test project, run by Node.
    #[default]
    Playwright,
    /// Built-in steps.
    Steps,
}

impl Kind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Playwright, Self::Command, Self::Steps];

    /// The word in files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Playwright => "playwright",
            Self::Steps => "steps",
        }
    }

    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Command => "Command",
            Self::Playwright => "Playwright",
            Self::Steps => "Steps",
        }
    }
}

/// An absolute path, as text, since a plan may be read on another kind of system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AbsolutePath(String);

impl AbsolutePath {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for AbsolutePath {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if is_absolute(&text) && !text.contains('\0') {
            return Ok(Self(text));
        }
        Err(format!("`{text}` is not an absolute path"))
    }
}

impl From<AbsolutePath> for String {
    fn from(path: AbsolutePath) -> Self {
        path.0
    }
}

/// Whether a path is absolute on Unix or on Windows.
#[must_use]
pub fn is_absolute(path: &str) -> bool {
    path.starts_with('/')
        || path.starts_with(r"\\")
        || matches!(path.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
}

/// What a Playwright task runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Script {
    /// A file: `.js`, `.mjs`, `.cjs`, `.ts`, `.mts` or `.cts` for Node, `.py` for Python.
    File { path: AbsolutePath },
    /// An ECMAScript module, kept in the task itself.
    Inline { text: String },
    /// A folder with a test project: run by `playwright test`, or by pytest if it is one of Python.
    Project {
        path: AbsolutePath,
        /// The runner's configuration, when it is not the usual one; below the folder, or absolute.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        config: Option<String>,
        grep: Option<String>,
        /// Only these; all when empty.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tests: Vec<TestPick>,
    },
}

impl Script {
    /// The endings of script files.
    pub const ENDINGS: [&'static str; 7] = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".py"];

    /// Whether it is a file for Python. What a project is for is known only where its folder is.
    #[must_use]
    pub fn is_python_file(&self) -> bool {
        matches!(self, Self::File { path } if path.0.to_ascii_lowercase().ends_with(".py"))
    }

    /// A script file.
    pub fn file(path: &str) -> Result<Self, String> {
        let path = AbsolutePath::try_from(path.trim().to_owned())?;
        let lower = path.0.to_ascii_lowercase();
        if !Self::ENDINGS.iter().any(|ending| lower.ends_with(ending)) {
            return Err(format!(
                "`{}` is not a script: its name must end in one of {}",
                path.0,
                Self::ENDINGS.join(", ")
            ));
        }
        Ok(Self::File { path })
    }

    /// A script written into the task.
    pub fn inline(text: &str) -> Result<Self, String> {
        match text.trim() {
            "" => Err("the script is empty".to_owned()),
            _ if text.len() > 262_144 => {
                Err("the script is longer than 256 KiB; keep it in a file".to_owned())
            }
            _ => Ok(Self::Inline {
                text: text.to_owned(),
            }),
        }
    }

    /// A test project, with all its tests.
    pub fn project(path: &str, grep: Option<&str>) -> Result<Self, String> {
        let grep = grep
            .map(str::trim)
            .filter(|grep| !grep.is_empty())
            .map(str::to_owned);
        Ok(Self::Project {
            path: AbsolutePath::try_from(path.trim().to_owned())?,
            config: None,
            grep,
            tests: Vec::new(),
        })
    }
}

/// A program and its arguments. There is no shell unless `shell` says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// A name on the PATH or an absolute path; with `shell` the whole command line.
    pub program: String,
    pub args: Vec<Template>,
    /// Where it runs; the run's own folder when not said.
    pub cwd: Option<AbsolutePath>,
    /// Hand `program` to the shell of the system as one line.
    pub shell: bool,
}

/// What a task does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    Command(Command),
    Playwright(Script),
    /// At least one step.
    Steps(Vec<Step>),
}

impl Work {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Command(_) => Kind::Command,
            Self::Playwright(_) => Kind::Playwright,
            Self::Steps(_) => Kind::Steps,
        }
    }
}

/// Where a script's pages open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// In the profile's own window, with its cookies.
    #[default]
    Profile,
    /// In a new context of the profile's browser, seeded with its cookies.
    Isolated,
    /// In a browser that the script starts by itself.
    Own,
}

impl Placement {
    /// The word in files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Isolated => "isolated",
            Self::Own => "own",
        }
    }
}

/// How a token reaches the child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandOver {
    /// On request over the control pipe.
    Pipe,
    /// In this variable of the child's environment. Every process of the same user can
    /// read it there, so a task has to ask for it.
    Env(String),
}

/// A token that a task may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenUse {
    pub name: TokenName,
    pub by: HandOver,
}
