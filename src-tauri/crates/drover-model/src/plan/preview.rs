//! What a plan will do, in words that a person reads.

use super::Plan;
use crate::{Script, Step, Template, task::Kind};

/// Of more tests than these the preview says only how many there are.
const MOST_TESTS_SHOWN: usize = 20;

impl Plan {
    /// What will run, a line each, in words a person reads; secrets as `••••` and their name.
    #[must_use]
    pub fn preview(&self) -> Vec<String> {
        let quote = |text: &String| {
            if text.is_empty() || text.contains(char::is_whitespace) {
                format!("\"{text}\"")
            } else {
                text.clone()
            }
        };
        let args = std::iter::once(String::new())
            .chain(self.args.iter().map(quote))
            .collect::<Vec<_>>()
            .join(" ");
        let folder = self.cwd.iter().map(|cwd| format!("in {cwd}"));
        match (self.kind, &self.script) {
            (Kind::Command, _) => {
                let words = self
                    .program
                    .iter()
                    .chain(&self.args)
                    .map(quote)
                    .collect::<Vec<_>>();
                vec![words.join(" ")]
            }
            (Kind::Playwright, Some(script @ Script::File { path })) => {
                let usual = if script.is_python_file() {
                    "python3"
                } else {
                    "node"
                };
                let program = self.interpreter.clone().unwrap_or_else(|| usual.to_owned());
                let path = quote(&path.as_str().to_owned());
                std::iter::once(format!("{} {path}{args}", quote(&program)))
                    .chain(folder)
                    .collect()
            }
            (Kind::Playwright, Some(Script::Inline { text })) => {
                let lines = text.lines().count();
                let line = format!("node script.mjs{args} ({lines} lines, kept in the task)");
                std::iter::once(line).chain(folder).collect()
            }
            (
                Kind::Playwright,
                Some(Script::Project {
                    path,
                    config,
                    grep,
                    tests,
                }),
            ) => {
                let option = |name: &str, value: &Option<String>| {
                    let value = value
                        .as_ref()
                        .map(|value| format!(" {name} {}", quote(value)));
                    value.unwrap_or_default()
                };
                let mut lines = vec![
                    format!(
                        "playwright test{}{}{args}",
                        option("--config", config),
                        option("--grep", grep)
                    ),
                    format!("in {}", path.as_str()),
                ];
                if !tests.is_empty() {
                    lines.push(format!("only {} chosen", tests.len()));
                    let shown = tests.iter().take(MOST_TESTS_SHOWN);
                    lines.extend(shown.map(|test| format!("  {test}")));
                    if tests.len() > MOST_TESTS_SHOWN {
                        lines.push(format!("  and {} more", tests.len() - MOST_TESTS_SHOWN));
                    }
                }
                lines
            }
            (Kind::Playwright, None) => Vec::new(),
            (Kind::Steps, _) => self
                .steps
                .iter()
                .enumerate()
                .map(|(index, step)| format!("{}. {}", index + 1, self.title(step)))
                .collect(),
        }
    }

    /// The title of a step with its holes filled and its secrets masked.
    #[must_use]
    pub fn title(&self, step: &Step) -> String {
        let mut shown = step.clone();
        let fill = |template: &mut Template| {
            let text = self
                .fill(template, |name| Some(format!("•••• {name}")))
                .unwrap_or_else(|_| template.to_string());
            *template = Template::literal(&text);
        };
        shown.action.templates_mut().into_iter().for_each(fill);
        shown.action.title()
    }
}
