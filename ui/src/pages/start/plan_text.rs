//! What will run, as text: for the panel and for the clipboard. Secrets appear as `••••` and their name.

use drover_model::Plan;
use drover_model::plan::text_of;
use drover_model::request::PlanReport;
use drover_model::task::{Evidence, Keep, KeepScreenshot, OnLost, Placement};

use super::overrides_text::overrides_line;
use crate::format;

/// The facts of a plan, each with its heading.
pub(crate) fn plan_lines(plan: &Plan) -> Vec<Line> {
    let mut lines = place(plan);
    lines.extend(given(plan));
    lines.extend(rules(plan));
    lines
}

/// A heading and what stands below it.
type Line = (&'static str, Vec<String>);

/// Whose browser it uses, and how.
fn place(plan: &Plan) -> Vec<Line> {
    let mut lines = vec![(
        "Profile",
        vec![
            plan.profile
                .as_ref()
                .map_or_else(|| "none".to_owned(), |profile| profile.name.to_string()),
        ],
    )];
    if plan.is_apart() {
        lines.push((
            "Pages",
            vec![
                "in a browser that the script starts, without the profile and its proxy".to_owned(),
            ],
        ));
    } else if plan.profile.is_some() {
        let window = if plan.visible {
            "visible window"
        } else {
            "no window"
        };
        let browser = plan
            .browser
            .clone()
            .unwrap_or_else(|| "first browser found".to_owned());
        lines.push(("Browser", vec![format!("{browser}, {window}")]));
        lines.push(("Proxy", vec![proxy(plan)]));
    }
    let overrides = plan.profile.as_ref().map(|profile| &profile.overrides);
    if let Some(overrides) = overrides.filter(|overrides| !overrides.is_empty() && !plan.is_apart())
    {
        lines.push(("Pages see", vec![overrides_line(overrides)]));
    }
    match plan.placement {
        Placement::Profile | Placement::Own => {}
        Placement::Isolated => lines.push((
            "Pages",
            vec!["in a context of its own, which begins with the profile's cookies".to_owned()],
        )),
    }
    lines
}

/// What it is given.
fn given(plan: &Plan) -> Vec<Line> {
    let mut lines = Vec::new();
    if !plan.tokens.is_empty() {
        lines.push(("Tokens", tokens(plan)));
    }
    if !plan.params.is_empty() {
        lines.push((
            "Parameters",
            plan.params
                .iter()
                .map(|(name, value)| format!("{name} = {}", text_of(value)))
                .collect(),
        ));
    }
    if !plan.env.is_empty() {
        lines.push((
            "Variables",
            plan.env
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect(),
        ));
    }
    if let Some(cwd) = &plan.cwd {
        lines.push(("Folder", vec![cwd.clone()]));
    }
    lines
}

/// Its limits, and what happens at its end.
fn rules(plan: &Plan) -> Vec<Line> {
    let mut lines = Vec::new();
    let idle = plan
        .limits
        .idle
        .map(|idle| format!(", idle {idle}"))
        .unwrap_or_default();
    let memory = plan
        .limits
        .memory
        .map(|memory| format!(", memory {memory}"))
        .unwrap_or_default();
    lines.push((
        "Limits",
        vec![format!(
            "start {}, run {}{idle}{memory}",
            plan.limits.start, plan.limits.run
        )],
    ));
    if plan.retries.max > 0 {
        lines.push((
            "Retries",
            vec![format!(
                "up to {}, first after {}",
                plan.retries.max,
                plan.retries.pause_after(1)
            )],
        ));
    }
    match plan.on_lost {
        OnLost::Fail => {}
        OnLost::Retry => lines.push(("When lost", vec!["one more attempt".to_owned()])),
        OnLost::Ask => lines.push(("When lost", vec!["asks you".to_owned()])),
    }
    let screenshot = match plan.screenshot {
        KeepScreenshot::Always => "always",
        KeepScreenshot::OnFailure => "when it fails",
        KeepScreenshot::Never => "never",
    };
    if plan.profile.is_some() {
        lines.push(("Screenshot", vec![screenshot.to_owned()]));
    }
    let recorded = recorded(plan.evidence);
    if !recorded.is_empty() {
        lines.push(("Records", recorded));
    }
    lines
}

fn recorded(evidence: Evidence) -> Vec<String> {
    let all = [
        ("trace", evidence.trace),
        ("video", evidence.video),
        ("requests", evidence.har),
    ];
    let words = |keep: Keep| match keep {
        Keep::Never => None,
        Keep::OnFailure => Some("when it fails"),
        Keep::Always => Some("always"),
    };
    all.into_iter()
        .filter_map(|(what, keep)| Some(format!("{what}, {}", words(keep)?)))
        .collect()
}

fn proxy(plan: &Plan) -> String {
    if plan.pool.is_some() {
        return plan.way_out().unwrap_or_default();
    }
    match (&plan.proxy, &plan.proxy_name) {
        (Some(address), Some(name)) => format!("{name}: {address}"),
        (Some(address), None) => address.clone(),
        _ => "none, this machine's own address".to_owned(),
    }
}

fn tokens(plan: &Plan) -> Vec<String> {
    let variable = |token| {
        plan.token_env
            .iter()
            .find(|(_, name)| *name == token)
            .map(|(variable, _)| variable)
    };
    let line = |token| match variable(token) {
        Some(variable) => format!("{variable} = •••• {token}"),
        None => format!("•••• {token}, on request over the pipe"),
    };
    plan.tokens.iter().map(line).collect()
}

/// One plan as text.
pub(crate) fn plan_text(plan: &Plan) -> String {
    let facts = plan_lines(plan)
        .into_iter()
        .map(|(heading, values)| format!("{heading}: {}\n", values.join("; ")));
    format!(
        "{}\n\n{}",
        plan.preview().join("\n"),
        facts.collect::<Vec<_>>().concat()
    )
}

/// A whole report as text: the first plan, how many more there are, problems and warnings.
pub(crate) fn report_text(report: &PlanReport) -> String {
    let mut parts: Vec<String> = report.plans.first().map(plan_text).into_iter().collect();
    if report.runs > 1 {
        let names: Vec<&str> = report
            .plans
            .iter()
            .filter_map(|plan| plan.profile.as_ref())
            .map(|profile| profile.name.as_str())
            .collect();
        parts.push(format!("Runs: {} ({})\n", report.runs, names.join(", ")));
    }
    parts.extend(
        report
            .problems
            .iter()
            .map(|problem| format!("Problem: {}\n", format::sentence(&problem.message))),
    );
    parts.extend(
        report
            .warnings
            .iter()
            .map(|warning| format!("Warning: {}\n", format::sentence(warning))),
    );
    parts.concat()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use drover_model::{Surroundings, TaskFile, TaskSpec, TokenName};

    use super::*;

    #[test]
    fn tokens_are_masked_and_say_how_they_go() {
        let json = r#"{"name":"a","kind":"command","program":"gh","args":["release"],"tokens":[{"name":"gh","env":"GITHUB_TOKEN"},{"name":"shop"}],
            "retries":{"max":2}}"#;
        let spec = TaskSpec::try_from(TaskFile::from_json(json).unwrap()).unwrap();
        let tokens: [TokenName; 2] = ["gh".parse().unwrap(), "shop".parse().unwrap()];
        let (params, program) = (BTreeMap::new(), Some("/usr/bin/gh"));
        let around = Surroundings {
            task_version: 1,
            run: None,
            profile: None,
            proxy: None,
            pool: None,
            tokens: &tokens,
            params: &params,
            program,
            browser: None,
            visible: false,
        };
        let text = plan_text(&Plan::resolve(&spec, &around).unwrap());
        assert!(text.starts_with("/usr/bin/gh release\n"), "{text}");
        assert!(
            text.contains("GITHUB_TOKEN = •••• gh; •••• shop, on request over the pipe"),
            "{text}"
        );
        assert!(text.contains("Retries: up to 2, first after 30s"), "{text}");
    }
}
