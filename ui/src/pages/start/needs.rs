//! Whether a task has to ask something before it can start.

use drover_model::task::{Kind, Placement};
use drover_model::{ProfilePick, TaskSpec};

/// Whether values or a profile are missing that only the start can give.
pub(crate) fn asks_at_start(spec: &TaskSpec) -> bool {
    spec.parameters
        .values()
        .any(|parameter| parameter.default.is_none())
        || wants_profile(spec)
}

/// Whether it runs in a profile and names none.
pub(crate) fn wants_profile(spec: &TaskSpec) -> bool {
    let in_browser = match spec.work.kind() {
        Kind::Command => false,
        Kind::Playwright => spec.placement != Placement::Own,
        Kind::Steps => true,
    };
    in_browser && spec.profiles == ProfilePick::Unset
}

#[cfg(test)]
mod tests {
    use drover_model::TaskFile;

    use super::*;

    fn check(json: &str, asks: bool) {
        let spec = TaskSpec::try_from(TaskFile::from_json(json).unwrap()).unwrap();
        assert_eq!(asks_at_start(&spec), asks, "{json}");
    }

    #[test]
    fn only_what_is_missing_is_asked_for() {
        check(r#"{"name":"a","kind":"command","program":"echo"}"#, false);
        check(
            r#"{"name":"a","kind":"command","program":"echo","parameters":{"x":{"type":"string"}}}"#,
            true,
        );
        check(
            r#"{"name":"a","kind":"command","program":"echo","parameters":{"x":{"type":"string","default":"1"}}}"#,
            false,
        );
        check(r#"{"name":"a","kind":"playwright","inline":"1"}"#, true);
        check(
            r#"{"name":"a","kind":"playwright","inline":"1","placement":"own"}"#,
            false,
        );
        check(
            r#"{"name":"a","kind":"playwright","inline":"1","profiles":{"all":true}}"#,
            false,
        );
    }
}
