//! How a task says which profiles and which proxy it wants, as written in a task file.

use std::fmt;

use serde::{Deserialize, Serialize, de, ser::SerializeMap};

use crate::{FieldErrors, Name};

/// `profiles = { names = […] }`, `{ tag = "eu", pick = 50 }`, `{ set = "morning", pick = 5 }` or `{ all = true }`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfilesFile {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The name of a saved set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pick: Option<u32>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub all: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// Which profiles a task runs in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ProfilePick {
    /// None named: `run --profile` says it, or the task runs without a browser profile.
    #[default]
    Unset,
    /// These.
    Names(Vec<Name>),
    /// All that carry the tag; with `pick` that many of them, in the order of their names.
    Tag { tag: String, pick: Option<u32> },
    /// All of the saved set of that name; with `pick` that many of them.
    Set { set: Name, pick: Option<u32> },
    /// Every profile.
    All,
}

impl ProfilesFile {
    /// The choice, or what is wrong with it.
    pub fn checked(&self) -> Result<ProfilePick, FieldErrors> {
        let ways = [
            !self.names.is_empty(),
            self.tag.is_some(),
            self.set.is_some(),
            self.all,
        ];
        let ways = ways.into_iter().filter(|used| *used).count();
        if ways > 1 {
            return Err(FieldErrors::one(
                "profiles",
                "give one of `names`, `tag`, `set` and `all`, not several",
            ));
        }
        if self.pick.is_some() && self.tag.is_none() && self.set.is_none() {
            return Err(FieldErrors::one(
                "profiles.pick",
                "`pick` needs a `tag` or a `set` to pick from",
            ));
        }
        if self.pick == Some(0) {
            return Err(FieldErrors::one("profiles.pick", "pick at least 1 profile"));
        }
        if let Some(set) = &self.set {
            let set = set.parse::<Name>();
            let set = set.map_err(|error| FieldErrors::one("profiles.set", error.to_string()))?;
            return Ok(ProfilePick::Set {
                set,
                pick: self.pick,
            });
        }
        match &self.tag {
            Some(tag) if tag.trim().is_empty() => {
                Err(FieldErrors::one("profiles.tag", "the tag is empty"))
            }
            Some(tag) => Ok(ProfilePick::Tag {
                tag: tag.trim().to_owned(),
                pick: self.pick,
            }),
            None if self.all => Ok(ProfilePick::All),
            None if self.names.is_empty() => Ok(ProfilePick::Unset),
            None => {
                let mut errors = FieldErrors::default();
                let names = self
                    .names
                    .iter()
                    .filter_map(|name| errors.take("profiles.names", name.parse()))
                    .collect();
                errors.finish()?;
                Ok(ProfilePick::Names(names))
            }
        }
    }
}

impl From<&ProfilePick> for ProfilesFile {
    fn from(pick: &ProfilePick) -> Self {
        match pick {
            ProfilePick::Unset => Self::default(),
            ProfilePick::Names(names) => Self {
                names: names.iter().map(ToString::to_string).collect(),
                ..Self::default()
            },
            ProfilePick::Tag { tag, pick } => Self {
                tag: Some(tag.clone()),
                pick: *pick,
                ..Self::default()
            },
            ProfilePick::Set { set, pick } => Self {
                set: Some(set.to_string()),
                pick: *pick,
                ..Self::default()
            },
            ProfilePick::All => Self {
                all: true,
                ..Self::default()
            },
        }
    }
}

/// `proxy = "profile"`, `"none"`, `{ name = "eu-1" }` or `{ pool = "eu", sticky = true }`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ProxyPolicy {
    /// The profile's own, if it has one.
    #[default]
    Profile,
    /// This machine's own address, even where the profile has a proxy.
    None,
    /// This proxy.
    Named(Name),
    /// A member of this pool, chosen when the run starts.
    Pool {
        pool: Name,
        /// Whether each profile keeps the member that it got first; as the pool says when not said here.
        sticky: Option<bool>,
    },
}

impl Serialize for ProxyPolicy {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Profile => out.serialize_str("profile"),
            Self::None => out.serialize_str("none"),
            Self::Named(name) => {
                let mut map = out.serialize_map(Some(1))?;
                map.serialize_entry("name", name)?;
                map.end()
            }
            Self::Pool { pool, sticky } => {
                let mut map = out.serialize_map(None)?;
                map.serialize_entry("pool", pool)?;
                if let Some(sticky) = sticky {
                    map.serialize_entry("sticky", sticky)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for ProxyPolicy {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(PolicyVisitor)
    }
}

/// Written by hand because a word and a table share one place in the file.
struct PolicyVisitor;

impl<'de> de::Visitor<'de> for PolicyVisitor {
    type Value = ProxyPolicy;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`profile`, `none`, `{ name = \"…\" }` or `{ pool = \"…\" }`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ProxyPolicy, E> {
        match text {
            "profile" => Ok(ProxyPolicy::Profile),
            "none" => Ok(ProxyPolicy::None),
            _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
        }
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<ProxyPolicy, A::Error> {
        let (mut name, mut pool, mut sticky) = (None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "name" => name = Some(map.next_value()?),
                "pool" => pool = Some(map.next_value()?),
                "sticky" => sticky = Some(map.next_value()?),
                _ => return Err(de::Error::unknown_field(&key, &["name", "pool", "sticky"])),
            }
        }
        match (name, pool, sticky) {
            (Some(name), None, None) => Ok(ProxyPolicy::Named(name)),
            (None, Some(pool), sticky) => Ok(ProxyPolicy::Pool { pool, sticky }),
            (Some(_), Some(_), _) => Err(de::Error::custom("give `name` or `pool`, not both")),
            (Some(_), None, Some(_)) => Err(de::Error::custom(
                "`sticky` belongs to a `pool`, not to one proxy",
            )),
            (None, None, _) => Err(de::Error::missing_field("name")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_a_word_or_a_table() {
        for text in [
            r#""profile""#,
            r#""none""#,
            r#"{"name":"eu-1"}"#,
            r#"{"pool":"eu"}"#,
            r#"{"pool":"eu","sticky":true}"#,
        ] {
            let policy: ProxyPolicy = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&policy).unwrap(), text);
        }
        for (text, part) in [
            (r#"{"pool":"eu","name":"eu-1"}"#, "not both"),
            (r#"{"name":"eu-1","sticky":true}"#, "belongs to a `pool`"),
            (r#"{"sticky":true}"#, "missing field `name`"),
            (r#"{"pol":"eu"}"#, "unknown field `pol`"),
        ] {
            let error = serde_json::from_str::<ProxyPolicy>(text).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
        }
    }

    #[test]
    fn one_way_of_choosing_profiles() {
        let both = ProfilesFile {
            all: true,
            tag: Some("eu".into()),
            ..ProfilesFile::default()
        };
        assert!(both.checked().is_err());
        let set = ProfilesFile {
            set: Some(" morning ".into()),
            pick: Some(2),
            ..ProfilesFile::default()
        };
        let pick = set.checked().unwrap();
        assert_eq!(ProfilesFile::from(&pick).set.as_deref(), Some("morning"));
        assert_eq!(ProfilesFile::from(&pick).pick, Some(2));
        let blank = ProfilesFile {
            set: Some(" ".into()),
            ..ProfilesFile::default()
        };
        assert_eq!(blank.checked().unwrap_err().0[0].field, "profiles.set");
        let pick = ProfilesFile {
            pick: Some(3),
            ..ProfilesFile::default()
        };
        assert_eq!(pick.checked().unwrap_err().0[0].field, "profiles.pick");
    }
}
