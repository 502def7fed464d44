//! The places in the window that the tray and the close button lead to.

use drover_model::RunId;

/// A screen of the window, as `ui/src/route.rs` names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// The list of runs that go on or wait.
    Live,
    /// The list of runs that wait for a person.
    Parked,
    /// One run.
    Run(RunId),
    /// The question what to do with the runs that go on.
    Quit,
}

impl Route {
    /// The address after the `#`. It is made of fixed words and of an id's letters and digits,
    /// so it can stand in a script as it is.
    pub(crate) fn hash(self) -> String {
        match self {
            Self::Live => "/runs?state=live".to_owned(),
            Self::Parked => "/runs?state=parked".to_owned(),
            Self::Run(run) => format!("/runs/{run}"),
            Self::Quit => "/quit".to_owned(),
        }
    }

    /// The only script that is ever run in the window.
    pub(crate) fn script(self) -> String {
        format!("location.hash = \"#{}\"", self.hash())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_cannot_end_its_quotes() {
        let run = RunId::from_bits(u128::MAX);
        for route in [Route::Live, Route::Parked, Route::Run(run), Route::Quit] {
            let hash = route.hash();
            let plain = |c: char| c.is_ascii_alphanumeric() || "/?=".contains(c);
            assert!(
                hash.starts_with('/') && hash.chars().all(plain),
                "`{hash}` holds nothing but an address"
            );
        }
    }

    #[test]
    fn a_run_has_its_page() {
        let run = RunId::from_bits(0x0193_4f00_0000_0000_1234_5678_9abc_def0);
        assert_eq!(
            Route::Run(run).script(),
            "location.hash = \"#/runs/01JD7G000000004HKARK6BSQQG\""
                .replace("01JD7G000000004HKARK6BSQQG", &run.to_string())
        );
    }
}
