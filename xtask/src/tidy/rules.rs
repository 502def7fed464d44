//! The rules for single files.

use super::places::{is_listed, is_test, nameless_part};
use super::source::Source;
use super::tables::{DISALLOWED_METHODS, LONG, TOO_LONG, UNSAFE};
use crate::test::find_ignored;

/// What is wrong with a Rust file; `path` is relative to the root, with `/` on every system.
pub(super) fn check_rust(path: &str, text: &str) -> Vec<String> {
    let source = Source::new(text);
    let mut wrong = Vec::new();
    let mut at = |line: usize, what: &str| wrong.push(format!("{path}:{line}: {what}"));
    if let Some(part) = nameless_part(path) {
        at(
            1,
            &format!("`{part}` does not say where a thing lives; name its duty"),
        );
    }
    if path.ends_with("/lib.rs") && !text.starts_with("//!") {
        at(
            1,
            "a crate opens with `//!`: what it is, then what it is not",
        );
    }
    for pattern in ["#[allow(", "#![allow("] {
        for line in source.lines_with(pattern) {
            at(
                line,
                "use `#[expect(lint, reason = \"…\")]` instead of `allow`",
            );
        }
    }
    if path.starts_with("src-tauri/crates/") && !is_test(path) {
        for line in source.lines_with("tauri::") {
            at(line, "only `src-tauri/src` says `tauri::`");
        }
    }
    if !is_test(path) {
        for line in source.lines_with("let _ =") {
            at(
                line,
                "a discarded result is visible and explained: `.ok(); // why`",
            );
        }
        check_sql(path, &source, &mut at);
        check_expectations(path, &source, &mut at);
    }
    for ignored in find_ignored(text)
        .iter()
        .filter(|ignored| ignored.reason.is_none())
    {
        at(
            ignored.line,
            "a test that is left out says why: `#[ignore = \"…\"]`",
        );
    }
    wrong
}

/// SQL text is in the store only. Opponents of the benchmarks have databases of their own.
fn check_sql(path: &str, source: &Source, at: &mut impl FnMut(usize, &str)) {
    let may = [
        "src-tauri/crates/drover-store/",
        "xtask/src/tidy/",
        "xtask/bench/peers/",
    ];
    if may.iter().any(|folder| path.starts_with(folder)) {
        return;
    }
    for (line, _) in source
        .literals
        .iter()
        .filter(|(_, literal)| is_sql(literal))
    {
        at(*line, "SQL text belongs to `drover-store`");
    }
}

/// Whether a text reads as a statement. Upper case only, so that English sentences stay free.
fn is_sql(literal: &str) -> bool {
    let text = literal.trim_start();
    let after = |verb: &str, word: &str| text.starts_with(verb) && text.contains(word);
    after("SELECT ", " FROM ")
        || after("UPDATE ", " SET ")
        || [
            "INSERT INTO ",
            "INSERT OR ",
            "DELETE FROM ",
            "CREATE TABLE ",
            "ALTER TABLE ",
            "PRAGMA ",
        ]
        .iter()
        .any(|start| text.starts_with(start))
}

/// Banned methods and unsafe code are expected in their owners' files only.
fn check_expectations(path: &str, source: &Source, at: &mut impl FnMut(usize, &str)) {
    for (lint, list) in [
        ("clippy::disallowed_methods", DISALLOWED_METHODS),
        ("unsafe_code", UNSAFE),
    ] {
        if is_listed(path, list) {
            continue;
        }
        for line in source.lines_with(lint) {
            at(
                line,
                &format!(
                    "`{lint}` is expected in the files listed in `xtask/src/tidy/tables.rs` only"
                ),
            );
        }
    }
}

/// How a file's length is judged.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Length {
    Fine,
    Long(usize),
    TooLong(usize),
}

pub(super) fn length(text: &str) -> Length {
    match text.lines().count() {
        lines if lines > TOO_LONG => Length::TooLong(lines),
        lines if lines > LONG => Length::Long(lines),
        _ => Length::Fine,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(path: &str, text: &str) -> String {
        check_rust(path, text).join("\n")
    }

    #[test]
    fn fine_code_is_fine() {
        let text = "//! A room.\nfn a() -> &'static str { \"select a profile from the list\" }\n";
        assert_eq!(wrong("src-tauri/crates/drover-x/src/lib.rs", text), "");
    }

    #[test]
    fn each_rule_names_file_and_line() {
        let path = "src-tauri/crates/drover-x/src/run.rs";
        let at = |text: &str| wrong(path, &format!("\n{text}\n"));
        assert!(
            at("fn a() { let _ = b(); }").starts_with(&format!("{path}:2: a discarded result"))
        );
        assert!(at("#[allow(dead_code)]").contains(":2: use `#[expect"));
        assert!(at("use tauri::App;").contains(":2: only `src-tauri/src`"));
        assert!(at("fn a() { sql(\"SELECT id FROM run\") }").contains(":2: SQL text"));
        assert!(
            at("#![expect(clippy::disallowed_methods, reason = \"x\")]").contains(":2: `clippy::")
        );
        assert!(at("#[expect(unsafe_code, reason = \"x\")]").contains(":2: `unsafe_code`"));
        assert!(at("#[ignore]\nfn a() {}").contains(":2: a test that is left out"));
        assert!(wrong("ui/src/lib.rs", "mod a;\n").contains(":1: a crate opens"));
        assert!(wrong("ui/src/helpers.rs", "").contains("`helpers`"));
    }

    #[test]
    fn owners_and_tests_may() {
        let expect = "#![expect(clippy::disallowed_methods, reason = \"x\")]\n";
        assert_eq!(
            wrong(
                "src-tauri/crates/drover-runner/src/process/spawn.rs",
                expect
            ),
            ""
        );
        assert_eq!(wrong("tests/support/display.rs", expect), "");
        assert_eq!(wrong("src-tauri/src/window.rs", "use tauri::App;\n"), "");
        assert_eq!(
            wrong(
                "src-tauri/crates/drover-store/src/a.rs",
                "f(\"DELETE FROM run\");\n"
            ),
            ""
        );
    }

    #[test]
    fn long_files_are_listed_and_longer_ones_refused() {
        assert_eq!(length(&"a\n".repeat(LONG)), Length::Fine);
        assert_eq!(length(&"a\n".repeat(LONG + 1)), Length::Long(401));
        assert_eq!(length(&"a\n".repeat(TOO_LONG + 1)), Length::TooLong(801));
    }
}
