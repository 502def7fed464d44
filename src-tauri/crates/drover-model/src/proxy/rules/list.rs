use std::net::IpAddr;
use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};

use super::HostPattern;

/// Where the traffic to a destination goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Through the proxy.
    Proxy,
    /// From this machine's own address, past the proxy.
    Direct,
    /// Nowhere.
    Block,
}

impl Way {
    /// As written in a rule.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proxy => "PROXY",
            Self::Direct => "DIRECT",
            Self::Block => "BLOCK",
        }
    }
}

/// One line: `DIRECT *.example.com:443`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rule {
    pub way: Way,
    pub pattern: HostPattern,
}

/// Why a line is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRule {
    #[error("a rule is a way and a host, as in `DIRECT intranet.example`")]
    Shape,
    #[error("`{0}` is not a way; use `PROXY`, `DIRECT` or `BLOCK`")]
    Way(String),
    #[error(
        "`{0}` is not a host; use `example.com`, `*.example.com`, `.example.com`, an address, `10.0.0.0/8` or `localhost`"
    )]
    Host(String),
    #[error("`{0}` is not a port; use a number from 1 to 65535")]
    Port(String),
    #[error("line {line}: {problem}")]
    Line { line: usize, problem: Box<BadRule> },
}

impl Rule {
    /// Whether the rule is about the destination. The host is a name or an address, an IPv6 one without brackets.
    #[must_use]
    pub fn matches(&self, host: &str, port: u16) -> bool {
        self.pattern.matches(host, port)
    }
}

impl FromStr for Rule {
    type Err = BadRule;

    fn from_str(text: &str) -> Result<Self, BadRule> {
        let mut words = text.split_whitespace();
        let (Some(way), Some(pattern), None) = (words.next(), words.next(), words.next()) else {
            return Err(BadRule::Shape);
        };
        let way = match way.to_ascii_uppercase().as_str() {
            "PROXY" => Way::Proxy,
            "DIRECT" => Way::Direct,
            "BLOCK" => Way::Block,
            _ => return Err(BadRule::Way(way.chars().take(32).collect())),
        };
        Ok(Self {
            way,
            pattern: pattern.parse()?,
        })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.way.as_str(), self.pattern)
    }
}

/// Rules in their order: the first that matches decides, and without one the traffic goes through the proxy.
/// As text a rule a line; `#` starts a comment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules(pub Vec<Rule>);

impl Rules {
    /// The first rule about the destination.
    #[must_use]
    pub fn first(&self, host: &str, port: u16) -> Option<&Rule> {
        self.0.iter().find(|rule| rule.matches(host, port))
    }

    /// Where traffic to the destination goes.
    #[must_use]
    pub fn way(&self, host: &str, port: u16) -> Way {
        self.first(host, port).map_or(Way::Proxy, |rule| rule.way)
    }

    /// The rule that forbids an address to which a name was resolved, for destinations that go past the proxy.
    #[must_use]
    pub fn blocked(&self, ip: IpAddr, port: u16) -> Option<&Rule> {
        self.first(&ip.to_string(), port)
            .filter(|rule| rule.way == Way::Block)
    }

    /// Whether anything can go past the proxy, which has to be shown wherever the profile is.
    #[must_use]
    pub fn any_direct(&self) -> bool {
        self.0.iter().any(|rule| rule.way == Way::Direct)
    }
}

impl FromStr for Rules {
    type Err = BadRule;

    fn from_str(text: &str) -> Result<Self, BadRule> {
        let mut rules = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let rule = line.parse().map_err(|problem| BadRule::Line {
                line: index + 1,
                problem: Box::new(problem),
            })?;
            rules.push(rule);
        }
        Ok(Self(rules))
    }
}

impl fmt::Display for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, rule) in self.0.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{rule}")?;
        }
        Ok(())
    }
}

impl Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?
            .parse()
            .map_err(de::Error::custom)
    }
}

/// A list of lines.
impl Serialize for Rules {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(out)
    }
}

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Vec::deserialize(input).map(Self)
    }
}
