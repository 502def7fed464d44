//! From a file to a complete task, with every problem that it has.

use std::collections::BTreeMap;

use super::{ArtifactsFile, TaskFile};
use crate::{
    FieldErrors, HandOver, LoginSite, MemoryLimit, ResourceNeed, Script, Span, TaskSpec, Template,
    TestPick, TokenName, TokenUse, Work,
    task::{AbsolutePath, Command, Evidence, Keep, Kind, Limits, Placement, Retries},
    template::{self, Hole},
    test_pick,
};

impl TaskFile {
    /// Reads the JSON form; the error names line and column.
    pub fn from_json(text: &str) -> Result<Self, FieldErrors> {
        serde_json::from_str(text).map_err(|error| FieldErrors::one("file", error.to_string()))
    }

    /// Notes every problem of the file, not the first alone.
    fn checked(&self) -> Result<TaskSpec, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", self.name.parse());
        let work = self.work(&mut errors);
        let interpreter = self.interpreter(&mut errors);
        let (args, cwd) = self.of_script(&mut errors);
        let profiles = match self.profiles.checked() {
            Ok(pick) => pick,
            Err(found) => {
                errors.0.extend(found.0);
                crate::ProfilePick::Unset
            }
        };
        let tokens = self.tokens(&mut errors);
        let env = self.env(&mut errors);
        let limits = self.limits(&mut errors);
        let resources = self.resources(&mut errors);
        let (checks_login, needs_login) = self.logins(&mut errors);
        self.check_parameters(&mut errors);
        if self.retries.max > 100 {
            errors.add("retries.max", "at most 100 retries are possible");
        }
        if let Some(work) = &work {
            self.check_strangers(work.kind(), &mut errors);
            self.check_holes((work, &args), &tokens, &env, &mut errors);
        }
        errors.finish()?;
        let fine = "BUG: a missing value has left an error";
        Ok(TaskSpec {
            name: name.expect(fine),
            work: work.expect(fine),
            interpreter,
            args,
            cwd,
            placement: self.placement,
            profiles,
            proxy: self.proxy.clone(),
            tokens,
            parameters: self.parameters.clone(),
            outputs: self.outputs.clone(),
            env,
            limits,
            retries: Retries {
                max: self.retries.max,
                backoff: self.retries.backoff,
                on: self.retries.on.clone(),
            },
            on_lost: self.on_lost,
            resources,
            checks_login,
            needs_login,
            screenshot: self.artifacts.screenshot,
            evidence: Evidence {
                trace: self.artifacts.trace,
                video: self.artifacts.video,
                har: self.artifacts.har,
            },
            visible: self.visible,
        })
    }

    fn work(&self, errors: &mut FieldErrors) -> Option<Work> {
        match self.kind {
            Kind::Command => Some(Work::Command(self.command(errors))),
            Kind::Playwright => self.playwright(errors).map(Work::Playwright),
            Kind::Steps => {
                if self.steps.is_empty() {
                    errors.add("steps", "at least one step is needed");
                }
                let mut steps = Vec::new();
                for (index, step) in self.steps.iter().enumerate() {
                    match step.checked(index) {
                        Ok(step) => steps.push(step),
                        Err(found) => errors.0.extend(found.0),
                    }
                }
                Some(Work::Steps(steps))
            }
        }
    }

    fn playwright(&self, errors: &mut FieldErrors) -> Option<Script> {
        match (
            self.script.as_deref(),
            self.inline.as_deref(),
            self.project.as_deref(),
        ) {
            (Some(path), None, None) => errors.take("script", Script::file(path)),
            (None, Some(text), None) => errors.take("inline", Script::inline(text)),
            (None, None, Some(path)) => {
                let tests = self.chosen(errors);
                let config = self.config(errors);
                let mut script =
                    errors.take("project", Script::project(path, self.grep.as_deref()))?;
                if let Script::Project {
                    tests: own_tests,
                    config: own_config,
                    ..
                } = &mut script
                {
                    *own_tests = tests;
                    *own_config = config;
                }
                Some(script)
            }
            (None, None, None) => errors.take(
                "script",
                Err("a target is needed: a script file, an inline script or a test project"),
            ),
            _ => errors.take(
                "script",
                Err("give one of `script`, `inline` and `project`, not several"),
            ),
        }
    }

    fn chosen(&self, errors: &mut FieldErrors) -> Vec<TestPick> {
        if !self.tests.is_empty() && self.grep.is_some() {
            errors.add("tests", "give `grep` or `tests`, not both");
        }
        match test_pick::picks(&self.tests) {
            Ok(picks) => picks,
            Err((index, message)) => {
                errors.add(format!("tests[{index}]"), message);
                Vec::new()
            }
        }
    }

    fn config(&self, errors: &mut FieldErrors) -> Option<String> {
        let config = self.config.as_deref().map(str::trim)?;
        if config.starts_with('-') || config.contains('\0') {
            errors.add("config", format!("`{config}` is not a file"));
        }
        (!config.is_empty()).then(|| config.to_owned())
    }

    fn interpreter(&self, errors: &mut FieldErrors) -> Option<AbsolutePath> {
        match self.program.as_deref().map(str::trim) {
            Some(path) if self.kind == Kind::Playwright && !path.is_empty() => {
                errors.take("program", AbsolutePath::try_from(path.to_owned()))
            }
            _ => None,
        }
    }

    fn command(&self, errors: &mut FieldErrors) -> Command {
        let program = self.program.as_deref().map(str::trim).unwrap_or_default();
        if program.is_empty() {
            errors.add("program", "a program is needed");
        } else if program.starts_with('-') || program.contains('\0') {
            errors.add("program", format!("`{program}` is not a program"));
        }
        if self.shell && !self.args.is_empty() {
            errors.add(
                "args",
                "with `shell` the whole line is `program`; arguments cannot be added",
            );
        }
        let args = self.arguments(errors);
        Command {
            program: program.to_owned(),
            args,
            cwd: self.folder(errors),
            shell: self.shell,
        }
    }

    /// Arguments and folder of a script; a project has its own folder.
    fn of_script(&self, errors: &mut FieldErrors) -> (Vec<Template>, Option<AbsolutePath>) {
        if self.kind != Kind::Playwright {
            return (Vec::new(), None);
        }
        if self.project.is_some() {
            if self.cwd.is_some() {
                errors.add("cwd", "the tests of a project run in its folder");
            }
            let is_workers = |arg: &String| arg.starts_with("--workers") || arg.starts_with("-j");
            if self.placement == Placement::Profile
                && let Some(index) = self.args.iter().position(is_workers)
            {
                errors.add(
                    format!("args[{index}]"),
                    "there is one profile, so there is one worker; placement `isolated` has no such limit",
                );
            }
        }
        (self.arguments(errors), self.folder(errors))
    }

    fn arguments(&self, errors: &mut FieldErrors) -> Vec<Template> {
        let mut args = Vec::new();
        for (index, arg) in self.args.iter().enumerate() {
            let key = format!("args[{index}]");
            if arg.contains('\0') {
                errors.add(&key, "an argument holds no NUL");
            }
            args.extend(errors.take(&key, arg.parse::<Template>()));
        }
        args
    }

    fn folder(&self, errors: &mut FieldErrors) -> Option<AbsolutePath> {
        match self.cwd.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(cwd) => errors.take("cwd", AbsolutePath::try_from(cwd.to_owned())),
        }
    }

    fn tokens(&self, errors: &mut FieldErrors) -> Vec<TokenUse> {
        let mut uses: Vec<TokenUse> = Vec::new();
        for (index, token) in self.tokens.iter().enumerate() {
            let name = errors.take(
                &format!("tokens[{index}].name"),
                token.name.parse::<TokenName>(),
            );
            let by = match token.env.as_deref().map(str::trim) {
                None | Some("") => HandOver::Pipe,
                Some(variable) if is_variable(variable) => HandOver::Env(variable.to_owned()),
                Some(variable) => {
                    errors.add(
                        format!("tokens[{index}].env"),
                        format!("`{variable}` cannot be the name of a variable"),
                    );
                    HandOver::Pipe
                }
            };
            if let Some(name) = name {
                if uses.iter().any(|known| known.name == name) {
                    errors.add(
                        format!("tokens[{index}].name"),
                        format!("`{name}` is named twice"),
                    );
                }
                uses.push(TokenUse { name, by });
            }
        }
        uses
    }

    fn env(&self, errors: &mut FieldErrors) -> BTreeMap<String, Template> {
        let mut env = BTreeMap::new();
        for (variable, value) in &self.env {
            let key = format!("env.{variable}");
            if !is_variable(variable) || variable.starts_with("DROVER_") {
                errors.add(&key, format!("`{variable}` cannot be set: use letters, digits and `_`, and not Drover's own prefix"));
            }
            if let Some(value) = errors.take(&key, value.parse::<Template>()) {
                env.insert(variable.clone(), value);
            }
        }
        env
    }

    fn limits(&self, errors: &mut FieldErrors) -> Limits {
        let fallback = Limits::default();
        let mut span = |key: &str, text: &Option<String>| match text.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(text) => errors.take(key, text.parse::<Span>()),
        };
        let start = span("timeout.start", &self.timeout.start).unwrap_or(fallback.start);
        let run = span("timeout.run", &self.timeout.run).unwrap_or(fallback.run);
        let idle = span("timeout.idle", &self.timeout.idle);
        let park = span("timeout.park", &self.timeout.park).unwrap_or(fallback.park);
        let queue = span("timeout.queue", &self.timeout.queue);
        let total = span("timeout.total", &self.timeout.total);
        let memory = match self.limits.memory.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(text) => errors.take("limits.memory", text.parse::<MemoryLimit>()),
        };
        Limits {
            start,
            run,
            idle,
            park,
            queue,
            total,
            memory,
        }
    }

    fn resources(&self, errors: &mut FieldErrors) -> Vec<ResourceNeed> {
        let mut needs: Vec<ResourceNeed> = Vec::new();
        for (index, text) in self.limits.resources.iter().enumerate() {
            let key = format!("limits.resources[{index}]");
            let Some(need) = errors.take(&key, text.parse::<ResourceNeed>()) else {
                continue;
            };
            let same = |known: &ResourceNeed| {
                known.name.as_str().to_lowercase() == need.name.as_str().to_lowercase()
            };
            if needs.iter().any(same) {
                errors.add(&key, format!("`{}` is named twice", need.name));
            }
            needs.push(need);
        }
        needs
    }

    /// The site that it checks, and those on which it has to be signed in.
    fn logins(&self, errors: &mut FieldErrors) -> (Option<LoginSite>, Vec<LoginSite>) {
        let checks = match self.checks_login.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(site) => errors.take("checks_login", site.parse::<LoginSite>()),
        };
        let mut needs: Vec<LoginSite> = Vec::new();
        for (index, text) in self.needs_login.iter().enumerate() {
            let key = format!("needs_login[{index}]");
            let Some(site) = errors.take(&key, text.parse::<LoginSite>()) else {
                continue;
            };
            if needs.contains(&site) {
                errors.add(&key, format!("`{site}` is named twice"));
            } else if checks.as_ref() == Some(&site) {
                errors.add(&key, format!("a check of `{site}` cannot wait for that sign-in; nothing would find it again"));
            } else {
                needs.push(site);
            }
        }
        (checks, needs)
    }

    fn check_parameters(&self, errors: &mut FieldErrors) {
        for name in self.outputs.keys() {
            if !template::is_param_name(name) {
                errors.add(
                    format!("outputs.{name}"),
                    format!("`{name}` cannot be an output: use letters, digits, `_` and `-`"),
                );
            }
        }
        for (name, parameter) in &self.parameters {
            let key = format!("parameters.{name}");
            if !template::is_param_name(name) {
                errors.add(
                    &key,
                    format!("`{name}` cannot be a parameter: use letters, digits, `_` and `-`"),
                );
            }
            if let Some(default) = &parameter.default {
                errors.take(&format!("{key}.default"), parameter.read(default));
            }
        }
    }

    /// A key of another kind is a mistake of its writer.
    fn check_strangers(&self, kind: Kind, errors: &mut FieldErrors) {
        let set = [
            ("script", Kind::Playwright, self.script.is_some()),
            ("inline", Kind::Playwright, self.inline.is_some()),
            ("project", Kind::Playwright, self.project.is_some()),
            ("grep", Kind::Playwright, self.grep.is_some()),
            ("config", Kind::Playwright, self.config.is_some()),
            ("tests", Kind::Playwright, !self.tests.is_empty()),
            ("shell", Kind::Command, self.shell),
            ("steps", Kind::Steps, !self.steps.is_empty()),
        ];
        for (key, owner, _) in set
            .into_iter()
            .filter(|(_, owner, is_set)| *is_set && *owner != kind)
        {
            errors.add(
                key,
                format!(
                    "`{key}` belongs to kind `{}`, and this task is `{}`",
                    owner.key(),
                    kind.key()
                ),
            );
        }
        if self.program.is_some() && kind == Kind::Steps {
            errors.add(
                "program",
                "`program` belongs to commands and scripts, and this task is `steps`",
            );
        }
        for (key, is_set) in [("args", !self.args.is_empty()), ("cwd", self.cwd.is_some())] {
            if is_set && kind == Kind::Steps {
                errors.add(
                    key,
                    format!("`{key}` belongs to commands and scripts, and this task is `steps`"),
                );
            }
        }
        let ArtifactsFile {
            trace, video, har, ..
        } = &self.artifacts;
        for (key, keep) in [("trace", trace), ("video", video), ("har", har)] {
            if *keep == Keep::Never {
                continue;
            }
            if kind != Kind::Playwright {
                errors.add(
                    format!("artifacts.{key}"),
                    format!(
                        "`{key}` is for scripts and test projects, and this task is `{}`",
                        kind.key()
                    ),
                );
            } else if self.placement == Placement::Own {
                errors.add(
                    format!("artifacts.{key}"),
                    "with placement `own` only the script itself can record its browser",
                );
            }
        }
        if self.limits.memory.is_some() && kind == Kind::Steps {
            errors.add(
                "limits.memory",
                "`limits.memory` is for the processes of commands and scripts, and this task is `steps`",
            );
        }
        let of_projects = [
            ("grep", self.grep.is_some()),
            ("config", self.config.is_some()),
            ("tests", !self.tests.is_empty()),
        ];
        for (key, _) in of_projects.into_iter().filter(|(_, is_set)| *is_set) {
            if self.project.is_none() {
                errors.add(key, format!("`{key}` needs a `project`"));
            }
        }
    }

    /// Every hole must have something to fill it, and secrets only go where nobody else looks.
    fn check_holes(
        &self,
        (work, args): (&Work, &[Template]),
        tokens: &[TokenUse],
        env: &BTreeMap<String, Template>,
        errors: &mut FieldErrors,
    ) {
        let mut check = |key: String, template: &Template, secrets_allowed: bool| {
            for hole in template.holes() {
                match hole {
                    Hole::Param(name) if !self.parameters.contains_key(name) => errors.add(&key, format!("there is no parameter `{name}`")),
                    Hole::Secret(_) if !secrets_allowed => errors.add(&key, "a secret cannot stand here, where other programs could read it; list it under `tokens`"),
                    Hole::Secret(name) if !tokens.iter().any(|token| token.name == *name) => errors.add(&key, format!("token `{name}` is not listed under `tokens`")),
                    _ => {}
                }
            }
        };
        match work {
            Work::Command(command) => {
                for (index, arg) in command.args.iter().enumerate() {
                    check(format!("args[{index}]"), arg, false);
                }
            }
            Work::Steps(steps) => {
                for (index, step) in steps.iter().enumerate() {
                    let fills = step.action.takes_secrets();
                    for template in step.action.templates() {
                        check(format!("steps[{index}]"), template, fills);
                    }
                }
            }
            Work::Playwright(_) => {
                for (index, arg) in args.iter().enumerate() {
                    check(format!("args[{index}]"), arg, false);
                }
            }
        }
        for (variable, value) in env {
            check(format!("env.{variable}"), value, false);
        }
    }
}

/// Whether a text can name a variable of the environment (POSIX, section 8.1).
fn is_variable(text: &str) -> bool {
    let starts = text
        .chars()
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    starts && text.len() <= 128 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

impl TryFrom<TaskFile> for TaskSpec {
    type Error = FieldErrors;

    fn try_from(file: TaskFile) -> Result<Self, FieldErrors> {
        file.checked()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::OutputType;

    fn check(json: &str) -> TaskSpec {
        let spec = TaskSpec::try_from(TaskFile::from_json(json).unwrap())
            .unwrap_or_else(|error| panic!("{json}: {error}"));
        let again = TaskSpec::try_from(TaskFile::from(spec.clone())).unwrap();
        assert_eq!(again, spec, "{json}");
        spec
    }

    fn refuse(json: &str, problem: &str) {
        let error = TaskFile::from_json(json)
            .and_then(TaskSpec::try_from)
            .unwrap_err();
        assert_eq!(error.to_string(), problem);
    }

    #[test]
    fn the_three_kinds_are_read() {
        check(
            r#"{"name":"a","kind":"playwright","script":"/s/check.mjs","profiles":{"names":["anna"]},"tokens":[{"name":"shop"},{"name":"gh","env":"GITHUB_TOKEN"}]}"#,
        );
        let spec = check(
            r#"{"name":"f","kind":"playwright","script":"/s/check.mjs","args":["--sku","{{ params.sku }}"],"cwd":"/s","parameters":{"sku":{"type":"number"}}}"#,
        );
        assert_eq!((spec.args.len(), spec.cwd.unwrap().as_str()), (2, "/s"));
        let spec = check(
            r#"{"name":"h","kind":"playwright","script":"/s/check.mjs","artifacts":{"trace":"on-failure","video":false,"har":true}}"#,
        );
        assert_eq!(
            (spec.evidence.trace, spec.evidence.video, spec.evidence.har),
            (Keep::OnFailure, Keep::Never, Keep::Always)
        );
        check(
            r#"{"name":"g","kind":"playwright","project":"/s","args":["--project=large","--workers=2"],"placement":"isolated"}"#,
        );
        check(
            r#"{"name":"b","kind":"command","program":"python3","args":["r.py","{{ params.url }}"],"parameters":{"url":{"type":"string","default":"https://e.test/"}}}"#,
        );
        let spec = check(
            r#"{"name":"d","kind":"playwright","script":"/s/check.py","program":"/s/.venv/bin/python"}"#,
        );
        assert_eq!(spec.interpreter.unwrap().as_str(), "/s/.venv/bin/python");
        let spec = check(
            r#"{"name":"c","kind":"steps","steps":[{"do":"open","url":"https://e.test/"}],"timeout":{"run":"5m"},"retries":{"max":2,"on":["failed"]}}"#,
        );
        assert_eq!(spec.limits.run.to_string(), "5m");
        let spec = check(
            r#"{"name":"c","kind":"command","program":"x","timeout":{"park":"1h","queue":"2h","total":"6h"},"limits":{"resources":["shop-api:2","printer"]}}"#,
        );
        assert_eq!(spec.limits.park.to_string(), "1h");
        assert_eq!(spec.resources[0].capacity.unwrap().get(), 2);
        let spec = check(
            r#"{"name":"c","kind":"command","program":"x","checks_login":"Shop.Example","needs_login":["mail"]}"#,
        );
        assert_eq!(spec.checks_login.unwrap().as_str(), "shop.example");
        assert_eq!(spec.needs_login[0].as_str(), "mail");
        let spec = check(
            r#"{"name":"f","kind":"command","program":"x","args":["{{ outputs.price }}"],"outputs":{"sum":"number","rows":"json"}}"#,
        );
        assert_eq!(spec.outputs["rows"], OutputType::Json);
        assert_eq!(
            spec.outputs_used().into_iter().collect::<Vec<_>>(),
            ["price"]
        );
        let spec =
            check(r#"{"name":"e","kind":"command","program":"x","limits":{"memory":"400 mb"}}"#);
        assert_eq!(spec.limits.memory.unwrap().bytes(), 400_000_000);
    }

    #[test]
    fn mistakes_name_their_field() {
        refuse(
            r#"{"name":"a","kind":"playwright"}"#,
            "`script`: a target is needed: a script file, an inline script or a test project",
        );
        refuse(
            r#"{"name":"","kind":"command"}"#,
            "`name`: a name is needed; `program`: a program is needed",
        );
        refuse(
            r#"{"name":"a","kind":"steps"}"#,
            "`steps`: at least one step is needed",
        );
        refuse(
            r#"{"name":"a","kind":"command","program":"x","limits":{"resources":["a:1","b:many","A"]}}"#,
            "`limits.resources[1]`: `many` is not a number of runs; 0 to 10000 are; `limits.resources[2]`: `A` is named twice",
        );
        refuse(
            r#"{"name":"a","kind":"command","program":"x","checks_login":"shop","needs_login":["a b","Shop","x","x"]}"#,
            "`needs_login[0]`: `a b` cannot name a site: letters, digits, `.`, `-`, `_` and `:` are allowed, at most 80, such as `shop.example`; `needs_login[1]`: a check of `shop` cannot wait for that sign-in; nothing would find it again; `needs_login[3]`: `x` is named twice",
        );
        refuse(
            r#"{"name":"a","kind":"command","program":"x","script":"/a.js"}"#,
            "`script`: `script` belongs to kind `playwright`, and this task is `command`",
        );
        refuse(
            r#"{"name":"a","kind":"playwright","script":"/a.py","program":"python3"}"#,
            "`program`: `python3` is not an absolute path",
        );
        refuse(
            r#"{"name":"a","kind":"steps","steps":[{"do":"open","url":"https://e.test/"}],"program":"/x"}"#,
            "`program`: `program` belongs to commands and scripts, and this task is `steps`",
        );
        refuse(
            r#"{"name":"a","kind":"command","program":"x","limits":{"memory":"8MB"}}"#,
            "`limits.memory`: `8MB` is not an amount of memory between 16 MB and 1 TB; write it like `400MB` or `2GB`",
        );
        refuse(
            r#"{"name":"a","kind":"steps","steps":[{"do":"open","url":"https://e.test/"}],"limits":{"memory":"1GB"}}"#,
            "`limits.memory`: `limits.memory` is for the processes of commands and scripts, and this task is `steps`",
        );
        refuse(
            r#"{"name":"a","kind":"command","program":"x","args":["{{ params.y }}"]}"#,
            "`args[0]`: there is no parameter `y`",
        );
        refuse(
            r#"{"name":"a","kind":"command","program":"x","env":{"K":"{{ secret.y }}"}}"#,
            "`env.K`: a secret cannot stand here, where other programs could read it; list it under `tokens`",
        );
        refuse(
            r#"{"name":"a","kind":"steps","steps":[{"do":"fill","at":{"css":"a"},"value":"{{ secret.y }}"}]}"#,
            "`steps[0]`: token `y` is not listed under `tokens`",
        );
    }

    #[test]
    fn a_project_can_choose_tests() {
        let spec = check(
            r#"{"name":"a","kind":"playwright","project":"/e2e","config":"ci.config.ts","tests":["[one] › a.spec.ts › adds (two)","b.spec.ts › x"]}"#,
        );
        let Work::Playwright(Script::Project { tests, config, .. }) = spec.work else {
            panic!("it is a project");
        };
        assert_eq!((tests.len(), config.as_deref()), (2, Some("ci.config.ts")));
        refuse(
            r#"{"name":"a","kind":"playwright","project":"/e2e","grep":"x","tests":["a.ts:1","nothing"],"config":"-x"}"#,
            "`tests`: give `grep` or `tests`, not both; `tests[1]`: a test is named by `file:line`, by `file › title`, or by `file.py::name`; `config`: `-x` is not a file",
        );
        refuse(
            r#"{"name":"a","kind":"playwright","script":"/a.mjs","tests":["a.ts:1"]}"#,
            "`tests`: `tests` needs a `project`",
        );
    }

    #[test]
    fn broken_json_has_line_and_column() {
        refuse(
            "{\n  \"name\": }",
            "`file`: expected value at line 2 column 11",
        );
        let error = TaskFile::from_json(r#"{"name":"a","kind":"steps","speed":1}"#)
            .unwrap_err()
            .to_string();
        assert!(error.contains("unknown field `speed`"), "{error}");
    }
}
