//! Requests about the cookies of a profile. They need its browser: one that runs is asked, otherwise one is started.

use serde::{Deserialize, Serialize};

use crate::{CookieCount, CookieFormat, CookieReport, CookieRow};

/// The cookies of a profile, without their values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListCookies {
    /// Id or name.
    pub profile: String,
}

/// Cookies, and how many each domain has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CookieList {
    pub domains: Vec<CookieCount>,
    pub cookies: Vec<CookieRow>,
}

/// Sets the cookies of a file. The format is found out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportCookies {
    /// Id or name.
    pub profile: String,
    /// What the file holds.
    pub text: String,
}

impl std::fmt::Debug for ImportCookies {
    /// The text is sessions, so only its size is shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ImportCookies({} bytes)", self.text.len())
    }
}

/// What became of each cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CookieImport {
    pub report: CookieReport,
    /// For [`UndoCookies`], until Drover quits; none when nothing was changed.
    pub undo: Option<u64>,
}

/// Brings back the cookies that an import changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndoCookies {
    pub undo: u64,
}

/// How many cookies are as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CookiesUndone {
    pub restored: u32,
    pub of: u32,
}

/// The cookies of a profile as a file. It holds live sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportCookies {
    /// Id or name.
    pub profile: String,
    pub format: CookieFormat,
}

/// The text of a cookie file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CookieExport {
    pub text: String,
    /// Sentences on what the format could not hold.
    pub notes: Vec<String>,
}

impl std::fmt::Debug for CookieExport {
    /// The text is sessions, so only its size is shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CookieExport({} bytes)", self.text.len())
    }
}
