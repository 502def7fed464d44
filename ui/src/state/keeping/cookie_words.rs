//! What is said of cookies: their traits, and what became of each at an import.

use drover_model::request::{CookieImport, CookiesUndone};
use drover_model::{CookieOutcome, CookieRow, SameSite};

use crate::components::Tone;
use crate::format::{self, plural};

/// How the result of one cookie is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub label: &'static str,
    pub tone: Tone,
    pub icon: &'static str,
    /// A sentence, when there is something to say.
    pub reason: Option<String>,
}

/// What became of a cookie.
pub fn verdict(outcome: &CookieOutcome) -> Verdict {
    let (label, tone, icon) = match outcome {
        CookieOutcome::Imported => ("set", Tone::Ok, "check"),
        CookieOutcome::Replaced => ("replaced", Tone::Ok, "refresh-cw"),
        CookieOutcome::Unchanged => ("was there", Tone::Mute, "minus"),
        CookieOutcome::Skipped { .. } => ("skipped", Tone::Warn, "circle-minus"),
    };
    let reason = match outcome {
        CookieOutcome::Skipped { reason } => Some(format::sentence(&reason.to_string())),
        _ => None,
    };
    Verdict {
        label,
        tone,
        icon,
        reason,
    }
}

/// "12 cookies set, 2 skipped". Those that were there already are told when nothing else was done.
pub fn import_line(import: &CookieImport) -> String {
    let report = &import.report;
    let (changed, skipped) = (report.changed(), report.skipped());
    let same = report.results.len().saturating_sub(changed + skipped);
    let set = match changed {
        0 => "No cookie set".to_owned(),
        changed => format!("{} set", plural(changed as u64, "cookie")),
    };
    let there =
        (changed == 0 && same > 0).then(|| format!("{} there already", format::count(same as u64)));
    let out = (skipped > 0).then(|| format!("{} skipped", format::count(skipped as u64)));
    let parts: Vec<String> = [Some(set), there, out].into_iter().flatten().collect();
    parts.join(", ")
}

/// "12 cookies are as they were", or how many are not.
pub fn undone_line(undone: CookiesUndone) -> String {
    let of = plural(u64::from(undone.of), "cookie");
    match undone.of.saturating_sub(undone.restored) {
        0 if undone.of == 1 => "1 cookie is as it was".to_owned(),
        0 => format!("{of} are as they were"),
        left => format!(
            "{} of {of} as before; the browser kept {left} changed",
            format::count(u64::from(undone.restored))
        ),
    }
}

/// What is special about a cookie, a word or two each: "Secure", "HTTP only".
pub fn cookie_traits(cookie: &CookieRow) -> Vec<String> {
    let mut traits = Vec::new();
    if cookie.secure {
        traits.push("Secure".to_owned());
    }
    if cookie.http_only {
        traits.push("HTTP only".to_owned());
    }
    traits.extend(cookie.same_site.map(|site| {
        let word = match site {
            SameSite::Strict => "Strict",
            SameSite::Lax => "Lax",
            SameSite::None => "None",
        };
        format!("SameSite {word}")
    }));
    traits.extend(
        cookie
            .key
            .partition
            .as_ref()
            .map(|site| format!("only below {}", bare(site))),
    );
    traits
}

/// The site without its scheme.
fn bare(site: &str) -> &str {
    site.split_once("://").map_or(site, |(_, host)| host)
}

#[cfg(test)]
mod tests {
    use drover_model::{CookieFormat, CookieReport, CookieResult, CookieSkip};

    use super::*;

    fn import(outcomes: Vec<CookieOutcome>) -> CookieImport {
        let results = outcomes
            .into_iter()
            .enumerate()
            .map(|(at, outcome)| CookieResult {
                at: at + 1,
                key: None,
                outcome,
            })
            .collect();
        CookieImport {
            report: CookieReport {
                format: CookieFormat::Netscape,
                results,
                notes: Vec::new(),
            },
            undo: None,
        }
    }

    fn skipped() -> CookieOutcome {
        CookieOutcome::Skipped {
            reason: CookieSkip::Expired,
        }
    }

    #[test]
    fn the_line_counts_what_was_set_and_what_was_not() {
        use CookieOutcome::{Imported, Replaced, Unchanged};
        let check = |outcomes: Vec<CookieOutcome>, line: &str| {
            assert_eq!(import_line(&import(outcomes)), line);
        };
        check(
            vec![Imported, Replaced, skipped()],
            "2 cookies set, 1 skipped",
        );
        check(vec![Imported, Unchanged], "1 cookie set");
        check(vec![Unchanged, Unchanged], "No cookie set, 2 there already");
        check(vec![skipped()], "No cookie set, 1 skipped");
    }

    #[test]
    fn a_skipped_cookie_says_why_in_a_sentence() {
        let verdict = verdict(&skipped());
        assert_eq!((verdict.label, verdict.tone), ("skipped", Tone::Warn));
        assert_eq!(verdict.reason.as_deref(), Some("Expired."));
        assert_eq!(super::verdict(&CookieOutcome::Imported).reason, None);
    }

    #[test]
    fn an_undo_that_is_not_whole_says_so() {
        let check = |restored: u32, of: u32, line: &str| {
            assert_eq!(undone_line(CookiesUndone { restored, of }), line);
        };
        check(1, 1, "1 cookie is as it was");
        check(12, 12, "12 cookies are as they were");
        check(
            10,
            12,
            "10 of 12 cookies as before; the browser kept 2 changed",
        );
    }

    #[test]
    fn traits_name_the_site_that_a_partition_belongs_to() {
        let cookie = CookieRow {
            key: drover_model::CookieKey {
                domain: ".ads.example".into(),
                path: "/".into(),
                name: "uid".into(),
                partition: Some("https://shop.example".into()),
            },
            expires: None,
            secure: true,
            http_only: false,
            same_site: Some(SameSite::None),
            size: 10,
        };
        assert_eq!(
            cookie_traits(&cookie),
            ["Secure", "SameSite None", "only below shop.example"]
        );
    }
}
