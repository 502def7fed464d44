//! What a path says about a file.

use super::tables::NAMELESS;

/// Whether a file, or the folder it stands for, is on a list of files and of folders ending in `/`.
pub(super) fn is_listed(path: &str, list: &[&str]) -> bool {
    list.iter()
        .any(|entry| path == *entry || (entry.ends_with('/') && path.starts_with(entry)))
}

/// Whether everything in a file is for tests.
pub(super) fn is_test(path: &str) -> bool {
    let folder =
        path.starts_with("tests/") || path.contains("/tests/") || path.contains("/benches/");
    folder || path.ends_with("/tests.rs") || path.ends_with("_tests.rs")
}

/// The part of a path that does not say where a thing lives.
pub(super) fn nameless_part(path: &str) -> Option<&str> {
    path.split('/')
        .map(|part| part.strip_suffix(".rs").unwrap_or(part))
        .find(|part| NAMELESS.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_hold_files_and_folders() {
        let list = ["a/b.rs", "c/"];
        assert!(is_listed("a/b.rs", &list) && is_listed("c/d/e.rs", &list));
        assert!(!is_listed("a/bc.rs", &list) && !is_listed("cd.rs", &list));
    }

    #[test]
    fn test_files_are_known_by_their_place() {
        assert!(is_test("tests/journeys/first_run.rs"));
        assert!(is_test("src-tauri/crates/drover-store/tests/upgrade.rs"));
        assert!(is_test("src-tauri/crates/drover-store/src/claim/tests.rs"));
        assert!(!is_test("xtask/src/test/verb.rs"));
    }

    #[test]
    fn a_name_without_a_meaning_is_found() {
        assert_eq!(nameless_part("ui/src/utils.rs"), Some("utils"));
        assert_eq!(nameless_part("ui/src/common/a.rs"), Some("common"));
        assert_eq!(nameless_part("ui/src/commands.rs"), None);
    }
}
