//! Cookies as they are shown and reported. Their values are never here.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The shape of a cookie file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CookieFormat {
    /// JSON of the extension `EditThisCookie`.
    EditThisCookie,
    /// JSON of the extension Cookie-Editor.
    CookieEditor,
    /// Playwright's storage state; its local storage is left aside.
    StorageState,
    /// `cookies.txt`, with `#HttpOnly_` lines.
    Netscape,
}

impl CookieFormat {
    /// All formats, in the order in which they are offered.
    pub const ALL: [Self; 4] = [
        Self::CookieEditor,
        Self::EditThisCookie,
        Self::StorageState,
        Self::Netscape,
    ];

    /// The name in files and on the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::EditThisCookie => "edit-this-cookie",
            Self::CookieEditor => "cookie-editor",
            Self::StorageState => "storage-state",
            Self::Netscape => "netscape",
        }
    }

    /// The name on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::EditThisCookie => "EditThisCookie JSON",
            Self::CookieEditor => "Cookie-Editor JSON",
            Self::StorageState => "Playwright storage state",
            Self::Netscape => "Netscape cookies.txt",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.key() == key)
    }

    /// What this format cannot say of a cookie, when there is something.
    #[must_use]
    pub const fn loses(self) -> Option<&'static str> {
        match self {
            Self::Netscape => Some("SameSite, priority and partition of cookies"),
            _ => None,
        }
    }
}

/// When a cookie goes along with requests that another site caused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SameSite {
    Strict,
    Lax,
    None,
}

/// What tells a cookie from all others of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CookieKey {
    /// With a leading dot when the cookie is for subdomains as well.
    pub domain: String,
    pub path: String,
    pub name: String,
    /// The site at the top, for a cookie that exists only below that site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<String>,
}

/// A cookie of a profile, without its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CookieRow {
    pub key: CookieKey,
    /// None for a cookie that ends with the browser.
    pub expires: Option<Timestamp>,
    pub secure: bool,
    pub http_only: bool,
    pub same_site: Option<SameSite>,
    /// Bytes of name and value.
    pub size: u64,
}

/// How many cookies a domain has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CookieCount {
    /// Without a leading dot.
    pub domain: String,
    pub cookies: u64,
    /// Those of them that end with the browser.
    pub session: u64,
    /// Those of them that exist only below one site.
    pub partitioned: u64,
}

/// Why a cookie was not imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CookieSkip {
    /// The line or entry is not a cookie.
    Unreadable {
        /// What is wrong with it; no part of its text.
        problem: String,
    },
    Expired,
    InvalidDomain,
    InvalidName,
    InvalidValue,
    InvalidPath,
    /// Name and value have more than 4,096 bytes together.
    TooLong,
    /// The name begins with `__Secure-`, and the cookie is not secure.
    SecurePrefix,
    /// The name begins with `__Host-`, and the cookie is not secure, has a domain, or another path than `/`.
    HostPrefix,
    /// `SameSite=None` without `Secure`.
    SameSiteNone,
    /// A partitioned cookie without `Secure`.
    PartitionNotSecure,
    /// A later one in the same file has the same name, domain, path and partition.
    Duplicate {
        /// Where the later one stands.
        at: usize,
    },
    /// The browser did not keep it.
    Refused,
}

impl fmt::Display for CookieSkip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable { problem } => return write!(f, "not a cookie: {problem}"),
            Self::Duplicate { at } => return write!(f, "replaced by the same cookie at {at}"),
            Self::Expired => "expired",
            Self::InvalidDomain => "the domain is not valid",
            Self::InvalidName => "the name is empty or has characters that cookies cannot have",
            Self::InvalidValue => "the value has characters that cookies cannot have",
            Self::InvalidPath => "the path does not begin with `/`",
            Self::TooLong => "name and value are longer than 4,096 bytes",
            Self::SecurePrefix => "`__Secure-` cookies must be secure",
            Self::HostPrefix => {
                "`__Host-` cookies must be secure, for one host, and have the path `/`"
            }
            Self::SameSiteNone => "`SameSite=None` cookies must be secure",
            Self::PartitionNotSecure => "partitioned cookies must be secure",
            Self::Refused => "the browser did not keep it",
        })
    }
}

/// What became of one cookie of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CookieOutcome {
    /// It is new.
    Imported,
    /// It took the place of another value.
    Replaced,
    /// It was there already.
    Unchanged,
    /// It was left out.
    Skipped { reason: CookieSkip },
}

/// One cookie of a file and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CookieResult {
    /// The line of a `cookies.txt`, otherwise the place in the list; from 1.
    pub at: usize,
    /// Absent when the entry could not be read.
    pub key: Option<CookieKey>,
    pub outcome: CookieOutcome,
}

/// What became of a cookie file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CookieReport {
    pub format: CookieFormat,
    pub results: Vec<CookieResult>,
    /// Sentences on what the file had beside cookies, or could not say.
    pub notes: Vec<String>,
}

impl CookieReport {
    /// How many are new or took the place of another.
    #[must_use]
    pub fn changed(&self) -> usize {
        self.count(|outcome| matches!(outcome, CookieOutcome::Imported | CookieOutcome::Replaced))
    }

    /// How many were left out.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.count(|outcome| matches!(outcome, CookieOutcome::Skipped { .. }))
    }

    fn count(&self, of: impl Fn(&CookieOutcome) -> bool) -> usize {
        self.results
            .iter()
            .filter(|result| of(&result.outcome))
            .count()
    }
}
