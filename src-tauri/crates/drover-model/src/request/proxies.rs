//! Requests about proxies.

use serde::{Deserialize, Serialize};

use crate::{
    Name, PoolId, ProxyId, ProxyScheme, Rotation, Span, proxy::Notation, token::SecretText,
};

/// All proxies, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListProxies {}

/// Makes a proxy, or changes the one with that id. A browser that uses it goes the new way at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveProxy {
    #[serde(default)]
    pub id: Option<ProxyId>,
    pub name: String,
    /// An address, perhaps with a login: `http://user:password@host:port`.
    /// The password goes to the keychain. Without a login, a known one is kept.
    pub url: SecretText,
    /// Forget the known login.
    #[serde(default)]
    pub clear_login: bool,
    /// What goes another way, a rule a line. An empty text removes the rules; without one they stay.
    #[serde(default)]
    pub rules: Option<String>,
    /// The provider's link for another address; it goes to the keychain. An empty text removes it; without one it
    /// stays.
    #[serde(default)]
    pub change_link: Option<SecretText>,
    /// The least time between two calls of the link.
    #[serde(default)]
    pub change_pause: Option<Span>,
    /// End connections that stand, instead of letting them go on the old way.
    #[serde(default)]
    pub cut: bool,
}

/// Removes a proxy. One that living profiles use is refused, naming them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveProxy {
    /// Id or name.
    pub proxy: String,
}

/// Reads proxies from a pasted text and saves those that are new. Where a line has several meanings nothing is saved
/// before somebody said which it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportProxies {
    /// One proxy a line, in any usual notation.
    pub text: SecretText,
    /// The protocol where a line names none.
    pub scheme: ProxyScheme,
    /// The meaning of the lines that have several.
    #[serde(default)]
    pub notation: Option<Notation>,
    /// Leave out the lines that have several meanings still.
    #[serde(default)]
    pub skip_ambiguous: bool,
    /// Begins the names of proxies that bring none: `eu` makes `eu-1`, `eu-2` and so on.
    #[serde(default)]
    pub prefix: Option<String>,
    /// Save nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// What became of a pasted text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProxyImport {
    /// How many proxies were saved.
    pub saved: u32,
    /// One for each line that could hold a proxy.
    pub lines: Vec<ImportedLine>,
    /// The notations that a line could be in, when that has to be said first. Nothing was saved then.
    pub questions: Vec<Notation>,
}

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedLine {
    /// From 1, as an editor counts.
    pub line: usize,
    /// The proxy with its login masked, where the line means exactly one.
    pub proxy: Option<String>,
    #[serde(flatten)]
    pub outcome: LineOutcome,
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum LineOutcome {
    /// It is new, and has or would get that name.
    New { name: Name },
    /// There is such a proxy already.
    Known { name: Name },
    /// The same as an earlier line.
    Repeated { line: usize },
    /// One of these.
    Ambiguous { readings: Vec<LineReading> },
    /// No proxy.
    Bad { message: String },
}

/// One possible meaning of a line. Of the address only the host is told: what may be the port may be a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineReading {
    pub notation: Notation,
    pub host: String,
}

/// Asks the address echo through proxies, at most eight at a time, and keeps what was found. The reply has the proxies
/// in the order in which they were named, or all by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckProxies {
    /// Ids or names; none means all.
    #[serde(default)]
    pub proxies: Vec<String>,
    /// Another address echo than that of the settings.
    #[serde(default)]
    pub echo: Option<String>,
}

/// Asks the provider of a proxy for another address, by the link that was saved for that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeProxyAddress {
    /// Id or name.
    pub proxy: String,
}

/// All pools, by name, with what is known about their members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListPools {}

/// Makes a pool, or changes the one with that id. Runs that have a member go on with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavePool {
    #[serde(default)]
    pub id: Option<PoolId>,
    /// One that tasks name cannot get another name.
    pub name: String,
    /// Ids or names of proxies, in the order of the turns; at least one.
    pub members: Vec<String>,
    #[serde(default)]
    pub rotation: Rotation,
    /// A profile keeps the member that it got first, where the task says nothing else.
    #[serde(default)]
    pub sticky: bool,
    /// How long a member is left out after a failure; five minutes, or as before, when not said.
    #[serde(default)]
    pub cool_down: Option<Span>,
    /// Let every profile choose anew.
    #[serde(default)]
    pub forget_kept: bool,
}

/// Removes a pool. One that a task names, or a queued run waits for, is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemovePool {
    /// Id or name.
    pub pool: String,
}
