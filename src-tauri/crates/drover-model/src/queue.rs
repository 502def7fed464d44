//! The queue as people see it: priorities, limits, and why a run waits.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Name, RunId};

/// How soon a waiting run has its turn: 0 is last, 9 is first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Priority(u8);

impl Priority {
    /// The turn of a run of which nothing was said.
    pub const NORMAL: Self = Self(5);
    /// Before all others.
    pub const FIRST: Self = Self(9);

    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for Priority {
    fn default() -> Self {
        Self::NORMAL
    }
}

impl TryFrom<u8> for Priority {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        if number <= Self::FIRST.0 {
            Ok(Self(number))
        } else {
            Err(format!("`{number}` is not a priority; 0 to 9 are"))
        }
    }
}

impl From<Priority> for u8 {
    fn from(priority: Priority) -> Self {
        priority.0
    }
}

impl FromStr for Priority {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number: u8 = text
            .trim()
            .parse()
            .map_err(|_| format!("`{text}` is not a priority; 0 to 9 are"))?;
        Self::try_from(number)
    }
}

/// What can be limited. A profile always has the limit 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    /// Runs of one task.
    Task,
    /// Runs that go through one proxy.
    Proxy,
    /// Runs that may ask for one token.
    Token,
    /// Runs in profiles that carry one tag.
    Tag,
    /// Runs of tasks that name the same thing, such as `printer`.
    Resource,
}

impl LimitKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Task,
        Self::Proxy,
        Self::Token,
        Self::Tag,
        Self::Resource,
    ];

    /// The name on the command line, in JSON and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Proxy => "proxy",
            Self::Token => "token",
            Self::Tag => "tag",
            Self::Resource => "resource",
        }
    }
}

/// One thing that is limited, written `proxy:eu-1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LimitKey {
    pub kind: LimitKind,
    /// Its name, as people know it; without regard to case.
    pub name: Name,
}

impl fmt::Display for LimitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.name(), self.name)
    }
}

impl FromStr for LimitKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let kinds = || LimitKind::ALL.map(LimitKind::name).join(", ");
        let Some((kind, name)) = text.split_once(':') else {
            return Err(format!(
                "`{text}` names nothing that can be limited; write it like `proxy:eu-1`, with one of {}",
                kinds()
            ));
        };
        let kind = LimitKind::ALL
            .into_iter()
            .find(|known| known.name() == kind.trim())
            .ok_or_else(|| format!("`{kind}` cannot be limited; {} can", kinds()))?;
        let name = name.parse().map_err(|error| format!("`{text}`: {error}"))?;
        Ok(Self { kind, name })
    }
}

impl TryFrom<String> for LimitKey {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<LimitKey> for String {
    fn from(key: LimitKey) -> Self {
        key.to_string()
    }
}

/// So many starts in so long a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// At least 1.
    pub starts: u32,
    /// Milliseconds, at least 1.
    pub per_ms: u64,
}

impl Rate {
    /// Such as `10/1m`: a number, and a [`Span`](crate::Span).
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a rate; write it like `10/1m`");
        let (starts, span) = text.split_once('/').ok_or_else(wrong)?;
        let starts: u32 = starts.trim().parse().map_err(|_| wrong())?;
        let span: crate::Span = span.trim().parse().map_err(|_| wrong())?;
        let per_ms = u64::try_from(span.duration().as_millis()).map_err(|_| wrong())?;
        if starts == 0 {
            return Err(wrong());
        }
        Ok(Self { starts, per_ms })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.per_ms {
            ms if ms.is_multiple_of(3_600_000) => write!(f, "{}/{}h", self.starts, ms / 3_600_000),
            ms if ms.is_multiple_of(60_000) => write!(f, "{}/{}m", self.starts, ms / 60_000),
            ms if ms.is_multiple_of(1_000) => write!(f, "{}/{}s", self.starts, ms / 1_000),
            ms => write!(f, "{}/{ms}ms", self.starts),
        }
    }
}

/// A limit, and how far it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    pub key: LimitKey,
    /// Live runs at the same time.
    pub capacity: Option<u32>,
    /// Starts over time.
    pub rate: Option<Rate>,
    /// Live runs that hold a place, oldest first.
    pub held_by: Vec<RunId>,
    /// Queued runs that need a place.
    pub waiting: u32,
}

/// Why a run waits. A program reads the code, a person the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitCode {
    /// It starts at a time that has not come.
    NotBefore,
    /// A further attempt, after a pause.
    RetryBackoff,
    /// The keychain is locked.
    VaultLocked,
    /// Others of its line go first.
    LaneOrder,
    ProfileBusy,
    /// A limit is used up.
    ResourceFull,
    /// A limit over time is used up.
    RateLimited,
    /// No proxy of its pool can be used now.
    PoolBusy,
    WorkersFull,
    /// There is not enough free memory for a browser.
    MemoryLow,
    Paused,
}

/// One reason, computed from the rows that the claim itself asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitReason {
    pub code: WaitCode,
    pub text: String,
    /// The runs that have what it needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocked_by: Vec<RunId>,
    /// When it ends by itself, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clears_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        let key: LimitKey = "proxy:EU 1: fast".parse().unwrap();
        assert_eq!(
            (key.kind, key.name.as_str()),
            (LimitKind::Proxy, "EU 1: fast")
        );
        assert_eq!(key.to_string().parse(), Ok(key));
        let refused = |text: &str| text.parse::<LimitKey>().unwrap_err();
        assert!(refused("eu-1").contains("like `proxy:eu-1`"));
        assert!(refused("profile:anna").contains("`profile` cannot be limited; task, proxy"));
        assert!(refused("tag:").contains("a name is needed"));
    }

    #[test]
    fn priorities_and_rates_have_bounds() {
        assert_eq!("9".parse(), Ok(Priority::FIRST));
        assert!("10".parse::<Priority>().unwrap_err().contains("0 to 9"));
        assert_eq!(
            Rate::parse("10/1m"),
            Ok(Rate {
                starts: 10,
                per_ms: 60_000
            })
        );
        assert_eq!(Rate::parse("3/90s").unwrap().to_string(), "3/90s");
        for wrong in ["10", "0/1m", "1/0s", "x/1m", "1/90d"] {
            assert!(Rate::parse(wrong).is_err(), "{wrong}");
        }
    }
}
