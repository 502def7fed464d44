//! What the user can set.

use serde::{Deserialize, Serialize};

use crate::schedule::Language;

/// Colours of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    System,
    Dark,
    Light,
}

/// Row heights of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    #[default]
    Compact,
    Comfortable,
}

/// The language in which schedules are told. Everything else is in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LanguageChoice {
    /// The system's, where there are words of it; English otherwise.
    #[default]
    System,
    English,
    German,
}

impl LanguageChoice {
    /// The chosen one, with that of the system at hand.
    #[must_use]
    pub const fn or_system(self, system: Language) -> Language {
        match self {
            Self::System => system,
            Self::English => Language::English,
            Self::German => Language::German,
        }
    }
}

/// How much is written to Drover's own log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

impl LogLevel {
    /// As `tracing` filters write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch on the settings page"
)]
/// Everything that can be set. Unknown keys of an older or newer version are dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub theme: Theme,
    pub language: LanguageChoice,
    pub high_contrast: bool,
    pub density: Density,
    pub reduced_motion: bool,
    /// Closing the window leaves Drover in the tray, where there is one.
    pub close_to_tray: bool,
    /// Keys such as `g r` and `n`.
    pub single_keys: bool,
    /// How many runs may go on at once.
    pub workers: u32,
    pub log_level: LogLevel,
    /// Show the browser's window while a task runs. Off means headless.
    pub show_browser: bool,
    /// Keep a Node with Playwright loaded for the next script, in the app.
    pub keep_node_ready: bool,
    /// The welcome page was left.
    pub welcomed: bool,
    /// Asked through a proxy for the address that it sees; it answers with that alone or in JSON.
    pub echo_url: String,
    /// Ended runs older than so many days are forgotten; pinned ones stay.
    pub keep_runs_days: u32,
    /// Logs and files of ended runs older than so many days are removed.
    pub keep_files_days: u32,
    /// The same for runs that failed, timed out or were lost.
    pub keep_failed_files_days: u32,
    /// Logs and files beyond so many mebibytes are removed, oldest first.
    pub keep_files_mib: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            language: LanguageChoice::default(),
            high_contrast: false,
            density: Density::default(),
            reduced_motion: false,
            close_to_tray: true,
            single_keys: true,
            workers: 2,
            log_level: LogLevel::default(),
            show_browser: false,
            keep_node_ready: true,
            welcomed: false,
            echo_url: Self::ECHO_URL.to_owned(),
            keep_runs_days: 90,
            keep_files_days: 30,
            keep_failed_files_days: 90,
            keep_files_mib: 10_240,
        }
    }
}

impl Settings {
    /// The most runs that may go on at once.
    pub const MAX_WORKERS: u32 = 64;
    /// The longest time that runs and their files can be kept, in days: a hundred years.
    pub const MAX_KEEP_DAYS: u32 = 36_500;
    /// The most that files can take, in mebibytes: 100 TiB.
    pub const MAX_KEEP_MIB: u32 = 104_857_600;
    /// The address echo where none was chosen. It is asked only when a person checks a proxy.
    pub const ECHO_URL: &str = "https://api.ipify.org?format=json";
}
