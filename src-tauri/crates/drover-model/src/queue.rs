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
    /// Before all others. A waiting run that is given it goes before those that have it already.
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

/// How many live runs may use a thing at once: 0 lets none start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Capacity(u32);

impl Capacity {
    /// The largest; each place is a row.
    pub const MAX: u32 = 10_000;

    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Capacity {
    type Error = String;

    fn try_from(places: u32) -> Result<Self, String> {
        if places <= Self::MAX {
            Ok(Self(places))
        } else {
            Err(format!(
                "`{places}` runs at once are too many for a limit; at most {} are possible",
                Self::MAX
            ))
        }
    }
}

impl From<Capacity> for u32 {
    fn from(capacity: Capacity) -> Self {
        capacity.0
    }
}

impl FromStr for Capacity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |_| format!("`{text}` is not a number of runs; 0 to {} are", Self::MAX);
        Self::try_from(text.trim().parse::<u32>().map_err(wrong)?)
    }
}

impl fmt::Display for Capacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// So many starts in so long a time: 1 to 10,000 in 1 ms to 30 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RateParts", into = "RateParts")]
pub struct Rate {
    starts: u32,
    per_ms: u64,
}

/// A rate as it is sent.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RateParts {
    starts: u32,
    per_ms: u64,
}

impl Rate {
    /// The most starts that a rate can name.
    pub const MAX_STARTS: u32 = 10_000;

    /// So many starts in so many milliseconds.
    pub fn new(starts: u32, per_ms: u64) -> Result<Self, String> {
        if !(1..=Self::MAX_STARTS).contains(&starts) {
            return Err(format!(
                "`{starts}` starts are not a rate; 1 to {} are",
                Self::MAX_STARTS
            ));
        }
        if !(1..=crate::Span::MAX_MS).contains(&per_ms) {
            return Err(format!(
                "`{per_ms}` ms are not the time of a rate; 1 ms to 30 days are"
            ));
        }
        Ok(Self { starts, per_ms })
    }

    /// How many.
    #[must_use]
    pub const fn starts(self) -> u32 {
        self.starts
    }

    /// In how many milliseconds.
    #[must_use]
    pub const fn per_ms(self) -> u64 {
        self.per_ms
    }

    /// Such as `10/1m`: a number, and a [`Span`](crate::Span).
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a rate; write it like `10/1m`");
        let (starts, span) = text.split_once('/').ok_or_else(wrong)?;
        let starts: u32 = starts.trim().parse().map_err(|_| wrong())?;
        let span: crate::Span = span.trim().parse().map_err(|_| wrong())?;
        if starts == 0 {
            return Err(wrong());
        }
        Self::new(starts, span.as_milliseconds())
    }
}

impl TryFrom<RateParts> for Rate {
    type Error = String;

    fn try_from(parts: RateParts) -> Result<Self, String> {
        Self::new(parts.starts, parts.per_ms)
    }
}

impl From<Rate> for RateParts {
    fn from(Rate { starts, per_ms }: Rate) -> Self {
        Self { starts, per_ms }
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

/// A named thing that a task needs while it runs, written `printer` or, with the limit that it has unless somebody set
/// another, `printer:2`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResourceNeed {
    pub name: Name,
    /// The limit that its first run sets, if there is none.
    pub capacity: Option<Capacity>,
}

impl FromStr for ResourceNeed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, capacity) = match text.rsplit_once(':') {
            Some((name, capacity)) => (name, Some(capacity.parse()?)),
            None => (text, None),
        };
        let name = name.parse().map_err(|error| format!("`{text}`: {error}"))?;
        Ok(Self { name, capacity })
    }
}

impl fmt::Display for ResourceNeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.capacity {
            None => self.name.fmt(f),
            Some(capacity) => write!(f, "{}:{capacity}", self.name),
        }
    }
}

impl TryFrom<String> for ResourceNeed {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<ResourceNeed> for String {
    fn from(need: ResourceNeed) -> Self {
        need.to_string()
    }
}

/// A limit, and how far it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    pub key: LimitKey,
    /// Live runs at the same time.
    pub capacity: Option<Capacity>,
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
    /// It waits for the end of another run, or for the rest of its batch.
    Dependency,
    /// Its latest start has passed; it ends without one.
    TooLate,
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
    /// Its profile is known to be signed out of a site on which it needs a sign-in.
    SignedOut,
    /// There is not enough free memory for a browser.
    MemoryLow,
    /// The queue, or its task, profile or proxy, is paused.
    Paused,
    /// Drover is quitting.
    Draining,
    /// There is too little free space on the disk.
    DiskLow,
    /// The database cannot be written.
    StorageError,
}

/// What can be paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseScope {
    /// Nothing new starts at all.
    All,
    /// Runs of one task.
    Task,
    /// Runs in one profile.
    Profile,
    /// Runs that go through one proxy.
    Proxy,
}

impl PauseScope {
    /// The name on the command line, in JSON and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Task => "task",
            Self::Profile => "profile",
            Self::Proxy => "proxy",
        }
    }
}

/// One thing that can be paused, written `all` or `task:daily-check`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PauseKey {
    All,
    Task(Name),
    Profile(Name),
    Proxy(Name),
}

impl PauseKey {
    #[must_use]
    pub const fn scope(&self) -> PauseScope {
        match self {
            Self::All => PauseScope::All,
            Self::Task(_) => PauseScope::Task,
            Self::Profile(_) => PauseScope::Profile,
            Self::Proxy(_) => PauseScope::Proxy,
        }
    }

    /// The name of the thing; none for everything.
    #[must_use]
    pub const fn name(&self) -> Option<&Name> {
        match self {
            Self::All => None,
            Self::Task(name) | Self::Profile(name) | Self::Proxy(name) => Some(name),
        }
    }
}

impl fmt::Display for PauseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            None => f.write_str(self.scope().name()),
            Some(name) => write!(f, "{}:{name}", self.scope().name()),
        }
    }
}

impl FromStr for PauseKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim() == "all" {
            return Ok(Self::All);
        }
        let wrong = || {
            format!(
                "`{text}` names nothing that can be paused; write `all`, or like `task:check`, `profile:anna` or `proxy:eu-1`"
            )
        };
        let (scope, name) = text.split_once(':').ok_or_else(wrong)?;
        let name = || name.parse().map_err(|error| format!("`{text}`: {error}"));
        match scope.trim() {
            "task" => Ok(Self::Task(name()?)),
            "profile" => Ok(Self::Profile(name()?)),
            "proxy" => Ok(Self::Proxy(name()?)),
            _ => Err(wrong()),
        }
    }
}

impl TryFrom<String> for PauseKey {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<PauseKey> for String {
    fn from(key: PauseKey) -> Self {
        key.to_string()
    }
}

/// A pause that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub what: PauseKey,
    pub since: Timestamp,
    /// When it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Who paused it.
    pub by: crate::Caller,
    /// Why, in their own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
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
    fn what_is_paused_is_read_as_it_is_written() {
        for text in ["all", "task:daily check", "profile:anna", "proxy:eu:1"] {
            let key: PauseKey = text.parse().unwrap();
            assert_eq!(key.to_string(), text);
        }
        for wrong in ["", "anna", "tag:eu", "task:"] {
            assert!(wrong.parse::<PauseKey>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn priorities_and_rates_have_bounds() {
        assert_eq!("9".parse(), Ok(Priority::FIRST));
        assert!("10".parse::<Priority>().unwrap_err().contains("0 to 9"));
        assert_eq!(Rate::parse("10/1m"), Rate::new(10, 60_000));
        assert_eq!(Rate::parse("3/90s").unwrap().to_string(), "3/90s");
        for wrong in ["10", "0/1m", "1/0s", "x/1m", "1/90d", "10001/1m"] {
            assert!(Rate::parse(wrong).is_err(), "{wrong}");
        }
        for wrong in [
            r#"{"starts":0,"per_ms":1}"#,
            r#"{"starts":10001,"per_ms":1}"#,
            r#"{"starts":1,"per_ms":0}"#,
            r#"{"starts":1,"per_ms":2592000001}"#,
        ] {
            assert!(serde_json::from_str::<Rate>(wrong).is_err(), "{wrong}");
        }
        let rate = Rate::new(2, 5_000).unwrap();
        let json = serde_json::to_string(&rate).unwrap();
        assert_eq!(json, r#"{"starts":2,"per_ms":5000}"#);
        assert_eq!(serde_json::from_str::<Rate>(&json).unwrap(), rate);
        assert_eq!("10000".parse::<Capacity>().unwrap().get(), 10_000);
        assert!("10001".parse::<Capacity>().is_err());
        assert!(serde_json::from_str::<Capacity>("10001").is_err());
    }
}
