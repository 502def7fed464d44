//! The tests that a task has chosen, as the words of a runner's command line.

use std::ffi::OsString;
use std::path::Path;

use drover_model::TestPick;

/// Tags stand between the titles and after them, in the text that Playwright compares. The runner names files below
/// the common folder of all tests, which a task may have written differently.
const TAGS: &str = r"(?: @\S+)*";

/// For `playwright test`. `project` is the folder that it runs in.
pub(crate) fn for_playwright(picks: &[TestPick], project: &Path) -> Vec<OsString> {
    let titles: Vec<String> = picks.iter().filter_map(title).collect();
    let mut words: Vec<OsString> = picks
        .iter()
        .filter_map(|pick| place(pick, project))
        .map(Into::into)
        .collect();
    if !titles.is_empty() {
        // Between slashes, so that upper and lower case are told apart; in one word, as no option of its own.
        words.push(format!("--grep=/^(?:{})$/", titles.join("|")).into());
    }
    words
}

/// A regular expression for the text that Playwright makes of a test: project, file, titles and tags, with a space
/// between two of them. Older versions begin it with a further space.
fn title(pick: &TestPick) -> Option<String> {
    let TestPick::Title { project, path } = pick else {
        return None;
    };
    let begins = match project {
        Some(project) => format!(" ?{} ", escaped(project)),
        None => r"(?:[\s\S]* )?".to_owned(),
    };
    let parts: Vec<String> = path.split(TestPick::SEPARATOR).map(escaped).collect();
    // A title may hold the separator itself.
    let between = format!("(?:{}|{TAGS} )", TestPick::SEPARATOR);
    // The ends of a written title are trimmed.
    Some(format!(r"{begins}{}\s*{TAGS}", parts.join(&between)))
}

/// `^/folder/file$:12`: Playwright takes a regular expression for the absolute path, and a line behind it.
fn place(pick: &TestPick, project: &Path) -> Option<String> {
    let TestPick::Place { file, line } = pick else {
        return None;
    };
    let path = project.join(file);
    let path = std::fs::canonicalize(&path).unwrap_or(path);
    Some(format!("^{}$:{line}", escaped(&path.to_string_lossy())))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if r"\^$.|?*+()[]{}/".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// For pytest: its own names as they are, and of places the files. Which lines of those are meant, the plugin is told.
pub(crate) fn for_pytest(picks: &[TestPick]) -> Vec<OsString> {
    let mut words: Vec<OsString> = Vec::new();
    for pick in picks {
        let word = match pick {
            TestPick::Node(id) => id.into(),
            TestPick::Place { file, .. } => file.into(),
            TestPick::Title { .. } => continue,
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// What the plugin for pytest is told: names and `[file, line]`, as JSON; nothing when names alone do.
pub(crate) fn lines_for_pytest(picks: &[TestPick]) -> Option<(String, OsString)> {
    let has_lines = picks
        .iter()
        .any(|pick| matches!(pick, TestPick::Place { .. }));
    let told: Vec<serde_json::Value> = picks
        .iter()
        .filter_map(|pick| match pick {
            TestPick::Node(id) => Some(id.as_str().into()),
            TestPick::Place { file, line } => Some(serde_json::json!([file, line])),
            TestPick::Title { .. } => None,
        })
        .collect();
    has_lines.then(|| {
        let told = serde_json::Value::Array(told).to_string();
        ("DROVER_TESTS".to_owned(), told.into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picks(texts: &[&str]) -> Vec<TestPick> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn titles_become_one_expression_with_nothing_special_in_them() {
        let words = for_playwright(
            &picks(&["[two [x]] › b.spec.ts › costs $3 (a/b)", "c.ts › x"]),
            Path::new("/e2e"),
        );
        let between = r"(?: › |(?: @\S+)* )";
        let expected = format!(
            r"--grep=/^(?: ?two \[x\] b\.spec\.ts{between}costs \$3 \(a\/b\)\s*(?: @\S+)*|(?:[\s\S]* )?c\.ts{between}x\s*(?: @\S+)*)$/"
        );
        assert_eq!(words, [OsString::from(expected)]);
    }

    #[test]
    fn places_are_whole_paths() {
        let words = for_playwright(&picks(&["a/b.spec.ts:3"]), Path::new("/no such/e+e"));
        assert_eq!(words, [r"^\/no such\/e\+e\/a\/b\.spec\.ts$:3"]);
    }

    #[test]
    fn pytest_gets_names_files_and_lines() {
        let chosen = picks(&["a.py::T::x[1]", "b.py:3", "b.py:9"]);
        assert_eq!(for_pytest(&chosen), ["a.py::T::x[1]", "b.py"]);
        let (name, told) = lines_for_pytest(&chosen).unwrap();
        assert_eq!(name, "DROVER_TESTS");
        assert_eq!(told, r#"["a.py::T::x[1]",["b.py",3],["b.py",9]]"#);
        assert_eq!(lines_for_pytest(&picks(&["a.py::x"])), None);
    }
}
