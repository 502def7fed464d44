//! Task files: TOML or JSON with the same keys, and paths that are relative to the file.

use std::path::{Path, PathBuf};

use drover_model::{CommandError, TaskFile, task::is_absolute};

use crate::{failure::invalid, standard_input::read_text};

/// Reads a task file, or standard input for `-`. Its relative `script`, `project` and `cwd`
/// are taken from the folder of the file, or from the current one.
pub(crate) fn read_task(path: &Path) -> Result<TaskFile, CommandError> {
    let text = read_text(path)?;
    let file = parse(&text, path)?;
    let folder = match path.parent() {
        Some(folder) if path != Path::new("-") => folder.to_owned(),
        _ => PathBuf::new(),
    };
    // An empty path has no absolute form, but the current folder has.
    let folder = std::path::absolute(folder.join(".")).map_err(|error| {
        invalid(
            "file",
            format!("the current folder cannot be found: {error}"),
        )
    })?;
    Ok(resolved(file, &folder))
}

/// The form is said by the ending, and without a known one by the first character.
fn parse(text: &str, path: &Path) -> Result<TaskFile, CommandError> {
    let shown = if path == Path::new("-") {
        "standard input".to_owned()
    } else {
        format!("`{}`", path.display())
    };
    let is_json = match path.extension().and_then(|ending| ending.to_str()) {
        Some(ending) if ending.eq_ignore_ascii_case("json") => true,
        Some(ending) if ending.eq_ignore_ascii_case("toml") => false,
        _ => text.trim_start().starts_with('{'),
    };
    let problem = if is_json {
        match serde_json::from_str(text) {
            Ok(file) => return Ok(file),
            Err(error) => json_problem(&error),
        }
    } else {
        match toml::from_str(text) {
            Ok(file) => return Ok(file),
            Err(error) => toml_problem(&error, text),
        }
    };
    Err(invalid("file", format!("{shown}, {problem}"))
        .hint("correct the file, then try again; nothing was saved"))
}

fn json_problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let what = text.strip_suffix(&place).unwrap_or(&text);
    format!("line {} column {}: {what}", error.line(), error.column())
}

fn toml_problem(error: &toml::de::Error, text: &str) -> String {
    let what = error.message().lines().collect::<Vec<_>>().join(", ");
    let Some(span) = error.span() else {
        return what;
    };
    let before = &text[..text.floor_char_boundary(span.start)];
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    format!("line {line} column {column}: {what}")
}

fn resolved(mut file: TaskFile, folder: &Path) -> TaskFile {
    for path in [&mut file.script, &mut file.project, &mut file.cwd]
        .into_iter()
        .flatten()
    {
        // An empty one is a mistake that the engine names.
        if !path.trim().is_empty() && !is_absolute(path) {
            let joined = folder.join(&*path);
            let absolute = std::path::absolute(&joined).unwrap_or(joined);
            *path = absolute.to_string_lossy().into_owned();
        }
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse(text: &str, name: &str, message: &str) {
        let error = parse(text, Path::new(name)).unwrap_err();
        assert_eq!(error.message, message);
        assert_eq!(error.code.exit_code(), 2);
    }

    #[test]
    fn mistakes_are_found_in_the_file() {
        refuse(
            "name = \"a\"\nkind = \"steps\"\nspeed = 1\n",
            "a.toml",
            "`a.toml`, line 3 column 1: unknown field `speed`, expected one of `name`, `kind`, `script`, `inline`, `project`, `grep`, `config`, `tests`, `program`, `args`, `cwd`, `shell`, `steps`, `placement`, `profiles`, `proxy`, `tokens`, `timeout`, `retries`, `on_lost`, `limits`, `checks_login`, `needs_login`, `artifacts`, `visible`, `env`, `parameters`, `outputs`",
        );
        refuse(
            "name = \"ü\" x\n",
            "a.toml",
            "`a.toml`, line 1 column 12: unexpected key or value, expected newline, `#`",
        );
        refuse(
            "{\n  \"name\": }",
            "-",
            "standard input, line 2 column 11: expected value",
        );
        refuse(
            "name = \"a\"\nkind = \"dance\"",
            "-",
            "standard input, line 2 column 8: unknown variant `dance`, expected one of `command`, `playwright`, `steps`",
        );
    }

    #[test]
    fn both_forms_say_the_same() {
        let toml = parse(
            "name = \"a\"\nkind = \"command\"\nprogram = \"echo\"\nargs = [\"x\"]\n[parameters]\nurl = { default = \"y\" }\n",
            Path::new("a.toml"),
        );
        let json = parse(
            r#"{"name":"a","kind":"command","program":"echo","args":["x"],"parameters":{"url":{"default":"y"}}}"#,
            Path::new("-"),
        );
        assert_eq!(toml.unwrap(), json.unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn paths_start_at_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("check.toml");
        std::fs::write(&path, "name = \"a\"\nkind = \"playwright\"\nscript = \"./scripts/check.mjs\"\nproject = \"e2e\"\ncwd = \"/srv\"\n").unwrap();
        let file = read_task(&path).unwrap();
        let beside = |name: &str| Some(folder.path().join(name).to_str().unwrap().to_owned());
        assert_eq!(file.script, beside("scripts/check.mjs"));
        assert_eq!(file.project, beside("e2e"));
        assert_eq!(file.cwd.as_deref(), Some("/srv"));
    }

    #[test]
    fn the_task_of_the_documentation_is_read() {
        let text = r#"
name = "daily-check"
kind = "playwright"
script = "scripts/check.mjs"
placement = "profile"
profiles = { names = ["anna"] }
proxy = "profile"
tokens = [ { name = "shop-api" }, { name = "gh", env = "GITHUB_TOKEN" } ]
timeout = { run = "5m", start = "30s", idle = "2m" }
limits = { memory = "400MB" }
retries = { max = 2, backoff = "exponential", on = ["failed", "timed_out"] }
on_lost = "fail"
artifacts = { screenshot = "on-failure", trace = "on-failure", video = false }
env = { SITE = "https://example.test" }

[parameters]
url = { type = "string", default = "https://example.test/", help = "page to check" }
"#;
        let file = resolved(parse(text, Path::new("-")).unwrap(), Path::new("/work"));
        let spec = drover_model::TaskSpec::try_from(file).unwrap();
        assert_eq!(spec.name.as_str(), "daily-check");
    }
}
