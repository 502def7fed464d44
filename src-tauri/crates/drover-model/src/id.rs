//! Ids: newtypes over a ULID. They sort by the time of their making and cross every
//! border as strings. The model parses and prints them; only the engine makes new ones.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};
use ulid::Ulid;

/// A text that is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an id: 26 letters and digits are expected")]
pub struct NotAnId(pub String);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Ulid);

        impl $name {
            /// An id from its 128 bits: 48 of milliseconds since 1970, 80 of randomness.
            #[must_use]
            pub const fn from_bits(bits: u128) -> Self {
                Self(Ulid(bits))
            }

            /// The last six characters, for places where a person reads it.
            #[must_use]
            pub fn short(self) -> String {
                self.to_string()[20..].to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0.to_string())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Ulid::from_string(text).map(Self).map_err(|_| NotAnId(text.to_owned()))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                String::deserialize(input)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

id! {
    /// Names one profile for ever, also after it was renamed.
    ProfileId
}
id! {
    /// Names one proxy.
    ProxyId
}
id! {
    /// Names one pool of proxies.
    PoolId
}
id! {
    /// Names one token. It is also the reference under which the keychain holds the value.
    TokenId
}
id! {
    /// Names one task over all its versions.
    TaskId
}
id! {
    /// Names one run over all its attempts.
    RunId
}
id! {
    /// Names one schedule over all its versions.
    ScheduleId
}
id! {
    /// Names one fan-out: the runs of one start.
    BatchId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text() {
        let id = RunId::from_bits(0x0193_4f00_0000_0000_1234_5678_9abc_def0);
        assert_eq!(id.to_string().parse::<RunId>(), Ok(id));
        assert_eq!(
            serde_json::from_str::<RunId>(&serde_json::to_string(&id).unwrap()).unwrap(),
            id
        );
    }

    #[test]
    fn ids_sort_by_time_as_text_too() {
        let (older, newer) = (RunId::from_bits(1 << 80), RunId::from_bits(2 << 80));
        assert!(older < newer && older.to_string() < newer.to_string());
    }

    #[test]
    fn a_wrong_id_is_named() {
        assert_eq!(
            "812".parse::<RunId>().unwrap_err().to_string(),
            "`812` is not an id: 26 letters and digits are expected"
        );
    }
}
