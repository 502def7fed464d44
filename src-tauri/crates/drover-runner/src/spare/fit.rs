//! The rule by which a run takes a Node that is kept ready, or starts one of its own.

use std::collections::BTreeSet;

use drover_model::{Plan, Script};

/// Read by Node, its libraries or the C library when a process starts, or by Playwright under any name that begins so.
const EARLY: &[&str] = &[
    "NODE",
    "LANG",
    "LC_",
    "LD_",
    "TZ",
    "TMPDIR",
    "TMP",
    "TEMP",
    "HOME",
    "XDG_",
    "UV_",
    "V8_",
    "ICU_",
    "SSL_",
    "OPENSSL_",
    "GLIBC_",
    "MALLOC_",
    "DEBUG",
    "PW",
    "PLAYWRIGHT",
    "NPM_CONFIG_",
];

/// The variables that a task sets, of those that matter for a process that has begun already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fit {
    variables: BTreeSet<String>,
}

impl Fit {
    /// `None` for what always needs a process of its own: the test runner of a project, and a task with a variable
    /// that is read only when a process starts.
    pub(crate) fn of(plan: &Plan) -> Option<Self> {
        if !matches!(
            plan.script,
            Some(Script::File { .. } | Script::Inline { .. })
        ) {
            return None;
        }
        Self::with(plan.env.keys().chain(plan.token_env.keys()))
    }

    fn with<'a>(variables: impl Iterator<Item = &'a String>) -> Option<Self> {
        let variables: BTreeSet<String> = variables.cloned().collect();
        (!variables.iter().any(|name| is_early(name))).then_some(Self { variables })
    }

    /// Whether nothing that the task sets was looked at while Playwright was loaded.
    pub(crate) fn takes(&self, looked: &BTreeSet<String>) -> bool {
        self.variables.is_disjoint(looked)
    }
}

fn is_early(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    EARLY.iter().any(|early| name.starts_with(early))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(names: &[&str]) -> Option<Fit> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        Fit::with(names.iter())
    }

    #[test]
    fn what_is_read_early_needs_a_process_of_its_own() {
        for name in [
            "NODE_OPTIONS",
            "TZ",
            "LANG",
            "debug",
            "PWDEBUG",
            "LC_ALL",
            "TMPDIR",
        ] {
            assert_eq!(fit(&["SITE", name]), None, "{name}");
        }
        assert!(fit(&["SITE", "API_KEY"]).is_some());
    }

    #[test]
    fn what_playwright_has_looked_at_cannot_be_set_any_more() {
        let looked = BTreeSet::from(["FORCE_COLOR".to_owned(), "CI".to_owned()]);
        assert!(fit(&["SITE"]).unwrap().takes(&looked));
        assert!(!fit(&["SITE", "CI"]).unwrap().takes(&looked));
    }
}
