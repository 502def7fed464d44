//! The scripts and suites that are compared, and which of them a usual run takes.

use super::super::versions::{NEWEST, VERSIONS};

/// What a script is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Popups,
    Downloads,
    StorageState,
    Contexts,
    Tracing,
    Video,
    Har,
    Retries,
    Workers,
    Fixtures,
    Failing,
    /// None of these: pages, sign-ins, modules, languages.
    Other,
}

use Kind::{
    Contexts, Downloads, Failing, Fixtures, Har, Other, Popups, Retries, StorageState, Tracing,
    Video, Workers,
};

/// Those of which every version has one in every run.
const KINDS: [Kind; 12] = [
    Popups,
    Downloads,
    StorageState,
    Contexts,
    Tracing,
    Video,
    Har,
    Retries,
    Workers,
    Fixtures,
    Failing,
    Other,
];

/// A script or suite with the placement that its task asks for.
pub(super) type Pair = (&'static str, &'static str, Kind);

/// The first stand for all, since a usual run takes only some.
const SCRIPTS: &[Pair] = &[
    ("js/sign-in.cjs", "profile", Other),
    ("py/sign_in.py", "profile", Other),
    ("suites/typed", "profile", Fixtures),
    ("pysuites/fixtures", "profile", Fixtures),
    ("js/popup.mjs", "profile", Popups),
    ("py/async_pages.py", "profile", Other),
    ("suites/retries", "profile", Retries),
    ("js/download.mjs", "profile", Downloads),
    ("py/exit_code.py", "profile", Failing),
    ("js/two-contexts.mjs", "isolated", Contexts),
    ("py/har.py", "profile", Har),
    ("js/fails.mjs", "profile", Failing),
    ("js/har.mjs", "profile", Har),
    ("py/download.py", "profile", Downloads),
    ("js/persistent.cjs", "profile", Other),
    ("py/popup.py", "profile", Popups),
    ("suites/workers", "own", Workers),
    ("suites/setup", "profile", Other),
    ("suites/evidence", "profile", Tracing),
    ("js/storage-state.mjs", "isolated", StorageState),
    ("js/video.mjs", "isolated", Video),
    ("js/tracing.cjs", "profile", Tracing),
    ("py/two_contexts.py", "isolated", Contexts),
    ("py/storage_state.py", "isolated", StorageState),
    ("py/tracing.py", "profile", Tracing),
    ("suites/plain", "profile", Other),
    ("suites/workers", "profile", Workers),
    ("suites/esm", "profile", Other),
    ("suites/failing", "profile", Failing),
    ("suites/typed", "isolated", Fixtures),
    ("pysuites/plain", "profile", Other),
    ("pysuites/failing", "profile", Failing),
    ("js/title.mjs", "profile", Other),
    ("js/storage-state.mjs", "profile", StorageState),
    ("js/har.mjs", "isolated", Har),
    ("js/route.mjs", "profile", Other),
    ("js/dialog.mjs", "profile", Other),
    ("js/frames.mjs", "profile", Other),
    ("js/console.mjs", "profile", Other),
    ("js/evaluate.cjs", "profile", Other),
    ("js/upload.mjs", "profile", Other),
    ("js/cookies.mjs", "profile", Other),
    ("js/request.mjs", "profile", Other),
    ("js/video.mjs", "own", Video),
    ("js/exit-code.cjs", "profile", Failing),
    ("js/emulation.mjs", "profile", Other),
    ("js/screenshot.mjs", "profile", Other),
    ("js/no-browser.mjs", "own", Other),
    ("js/popup.mjs", "own", Popups),
    ("ts/typed.ts", "profile", Other),
    ("py/title.py", "profile", Other),
    ("py/async_persistent.py", "profile", Other),
    ("py/route.py", "profile", Other),
    ("py/cookies.py", "profile", Other),
    ("py/fails.py", "profile", Failing),
    ("py/har.py", "isolated", Har),
    ("py/console.py", "profile", Other),
    ("py/title.py", "own", Other),
];

/// Of the newest version in a usual run.
const A_USUAL_RUN: usize = 25;
/// From so many rounds on it is a night, in which every version does all.
const A_NIGHT: u32 = 10;

/// What a version has to do. A usual run of an older one takes one of each kind, and of different versions different
/// ones, in both languages.
pub(super) fn chosen(version: &str, rounds: u32) -> Vec<Pair> {
    if rounds >= A_NIGHT {
        return SCRIPTS.to_vec();
    }
    if version == NEWEST {
        return SCRIPTS[..A_USUAL_RUN].to_vec();
    }
    let turn = VERSIONS.iter().position(|one| *one == version).unwrap();
    let of_kind = |(at, kind): (usize, &Kind)| {
        let all: Vec<_> = SCRIPTS.iter().filter(|pair| pair.2 == *kind).collect();
        *all[(turn + at) % all.len()]
    };
    KINDS.iter().enumerate().map(of_kind).collect()
}

/// Why a version cannot do the same, where that is known.
pub(super) fn known_difference(version: &str, pair: Pair) -> Option<&'static str> {
    let is_old = ["1.50", "1.56"].contains(&version);
    match pair {
        (_, "profile", Har) if is_old => {
            Some("the profile's own context can be recorded from 1.60 on; it is warned about")
        }
        _ => None,
    }
}

#[test]
fn a_usual_run_has_every_kind_for_every_version_and_every_night_has_all() {
    for version in VERSIONS {
        let usual = chosen(version, 3);
        for kind in KINDS {
            assert!(
                usual.iter().any(|pair| pair.2 == kind),
                "{version} without {kind:?}"
            );
        }
        for language in ["py", "js", "suites"] {
            let with = usual.iter().any(|pair| pair.0.starts_with(language));
            assert!(with, "{version} without {language}");
        }
        assert_eq!(chosen(version, 100), SCRIPTS);
    }
}
