//! What the last words of a script say about its end, with what to do.

/// What ends a program stands at the end of what it says, before a stack of calls.
const LAST_LINES: usize = 40;

/// The reason in words, from the end of the standard error; `None` when it is the script's own affair.
pub(crate) fn clue(said: &str) -> Option<String> {
    said.lines().rev().take(LAST_LINES).find_map(of_line)
}

fn of_line(line: &str) -> Option<String> {
    let line = line.trim();
    let line = line.strip_prefix("Error: ").unwrap_or(line);
    let after = |start: &str| {
        let at = line.find(start)? + start.len();
        let name = line[at..].split(['\'', '"']).next()?;
        (!name.is_empty()).then_some(name)
    };
    // Node's words for `import` and for `require`.
    let found = after("Cannot find package '").or_else(|| after("Cannot find module '"));
    if let Some(name) = found {
        return Some(if name.starts_with(['.', '/']) {
            format!("there is no file `{name}` to import")
        } else {
            format!("the package `{name}` is missing; run `npm install {name}` in the project")
        });
    }
    if let Some(name) = after("ModuleNotFoundError: No module named '") {
        let package = name.split('.').next().unwrap_or(name);
        return Some(format!(
            "the module `{name}` is missing; install the package that has it, such as `pip install {package}`, for the Python of the task"
        ));
    }
    let is_syntax = ["SyntaxError", "IndentationError", "TabError"]
        .iter()
        .any(|kind| {
            line.strip_prefix(kind)
                .is_some_and(|rest| rest.starts_with(':'))
        });
    is_syntax.then(|| format!("the script cannot be read: {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(said: &str, expected: Option<&str>) {
        assert_eq!(clue(said).as_deref(), expected, "{said}");
    }

    #[test]
    fn missing_packages_files_and_broken_scripts_are_told_apart() {
        check(
            "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'pears' imported from /a.mjs\n    at x\n\nNode.js v20\n",
            Some("the package `pears` is missing; run `npm install pears` in the project"),
        );
        check(
            "Error: Cannot find module './pears'\nRequire stack:\n- /a.cjs\n",
            Some("there is no file `./pears` to import"),
        );
        check(
            "Traceback (most recent call last):\n  File \"a.py\", line 1\nModuleNotFoundError: No module named 'a.b'\n",
            Some(
                "the module `a.b` is missing; install the package that has it, such as `pip install a`, for the Python of the task",
            ),
        );
        check(
            "/a.mjs:1\nconst a = ;\n          ^\n\nSyntaxError: Unexpected token ';'\n    at y\n",
            Some("the script cannot be read: SyntaxError: Unexpected token ';'"),
        );
        check("Error: the shop is closed\n", None);
        check("", None);
    }
}
