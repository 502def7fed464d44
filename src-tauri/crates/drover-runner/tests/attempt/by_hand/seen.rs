//! What anybody can see of a run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use drover_model::ProfileId;
use secrecy::ExposeSecret as _;

use super::folder::Side;
use crate::bench::Bench;
use crate::site::Site;

/// What anybody can see of a run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) code: Option<i32>,
    pub(super) stdout: Vec<String>,
    pub(super) asked: BTreeMap<String, u32>,
    pub(super) cookies: BTreeSet<String>,
    /// The cookies of the site at the end, with what they are; `None` of a script that ends without closing anything.
    pub(super) jar: Option<BTreeSet<String>>,
}

/// One cookie in words. A site that says nothing about `SameSite` means `Lax`.
fn cookie(name: &str, value: &str, path: &str, flags: [bool; 3], same_site: &str) -> String {
    let [http_only, secure, lasting] = flags;
    format!(
        "{name}={value} {path} http only {http_only}, secure {secure}, lasting {lasting}, {same_site}"
    )
}

fn host(site: &Site) -> &str {
    let rest = site.address.trim_start_matches("http://");
    rest.split(':').next().unwrap()
}

/// What was written down by the observer, of all contexts together; later ones count.
pub(super) fn written(jar: &Path, site: &Site) -> Option<BTreeSet<String>> {
    let text = std::fs::read_to_string(jar).ok()?;
    let mut all = BTreeMap::new();
    for line in text.lines() {
        let cookies: Vec<serde_json::Value> = serde_json::from_str(line).unwrap();
        for found in cookies.iter().filter(|found| found["domain"] == host(site)) {
            let word = |key: &str| found[key].as_str().unwrap_or_default();
            let is = |key: &str| found[key].as_bool().unwrap();
            let lasting = found["expires"].as_f64().unwrap() >= 0.0;
            let flags = [is("httpOnly"), is("secure"), lasting];
            let words = cookie(
                word("name"),
                word("value"),
                word("path"),
                flags,
                word("sameSite"),
            );
            all.insert((word("name").to_owned(), word("path").to_owned()), words);
        }
    }
    Some(all.into_values().collect())
}

/// What the profile's browser has, which is still there.
pub(super) async fn of_profile(bench: &Bench, site: &Site) -> BTreeSet<String> {
    let profile = ProfileId::from_bits(7).to_string();
    let browser = bench.leases.browser(&profile).unwrap();
    let all = drover_browser::cookies::stored(&browser).await.unwrap();
    let here = all.iter().filter(|found| found.domain == host(site));
    let words = here.map(|found| {
        let flags = [found.http_only, found.secure, found.expires.is_some()];
        let same_site = found
            .same_site
            .map_or("Lax".to_owned(), |kind| format!("{kind:?}"));
        cookie(
            &found.name,
            found.value.expose_secret(),
            &found.path,
            flags,
            &same_site,
        )
    });
    words.collect()
}

/// A line without what has to differ: the port of the site, the folder, and how long things took.
pub(super) fn plain(line: &str, side: &Side, site: &Site) -> String {
    let line = line
        .replace(&site.address, "SITE")
        .replace(side.folder.to_str().unwrap(), "FOLDER");
    let timeless = |word: &str| {
        let number = word.trim_matches(['(', ')']).strip_suffix('s');
        number.is_some_and(|number| number.trim_end_matches('m').parse::<f64>().is_ok())
    };
    let words = line.split(' ');
    words
        .map(|word| if timeless(word) { "TIME" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}
