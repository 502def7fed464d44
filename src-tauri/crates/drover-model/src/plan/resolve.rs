//! From a task and what the engine looked up to the plan of one run.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{OUTPUTS, Plan, PlanError, PlannedPool, PlannedProfile, Surroundings};
use crate::{ProxyPolicy, TaskSpec, Template, Work, task::Placement};

impl Plan {
    /// The plan of one run, or every reason why there is none.
    pub fn resolve(spec: &TaskSpec, around: &Surroundings<'_>) -> Result<Self, Vec<PlanError>> {
        let mut errors = Vec::new();
        let params = params(spec, around, &mut errors);
        if let (ProxyPolicy::Named(name), None) = (&spec.proxy, around.proxy) {
            errors.push(PlanError::UnknownProxy(name.clone()));
        }
        let pool = pool(spec, around, &mut errors);
        errors.extend(
            spec.token_names()
                .filter(|name| !around.tokens.contains(name))
                .cloned()
                .map(PlanError::UnknownToken),
        );
        check_target(spec, around, &mut errors);
        let proxy = around
            .proxy
            .filter(|_| spec.proxy != ProxyPolicy::None && pool.is_none());
        let mut plan = Self {
            run: around.run,
            profile: around.profile.map(PlannedProfile::from),
            browser: around.browser.map(str::to_owned),
            visible: spec.visible.unwrap_or(around.visible),
            program: around.program.map(str::to_owned),
            pool,
            params,
            ..Self::unplanned(spec, around.task_version)
        };
        plan.lead_through(proxy);
        let mut fill = |plan: &Self, template: &Template| match plan.fill(template, |_| None) {
            Ok(text) => text,
            Err(error) => {
                let told = |known: &PlanError| matches!((known, &error), (PlanError::BadParam { name, .. }, PlanError::MissingParam(missing)) if name == missing);
                if !errors.contains(&error) && !errors.iter().any(told) {
                    errors.push(error);
                }
                String::new()
            }
        };
        plan.env = spec
            .env
            .iter()
            .map(|(variable, value)| (variable.clone(), fill(&plan, value)))
            .collect();
        match &spec.work {
            Work::Command(command) => {
                plan.args = command.args.iter().map(|arg| fill(&plan, arg)).collect();
                if command.shell {
                    plan.args = vec!["-c".to_owned(), command.program.clone()];
                }
                plan.cwd = command.cwd.clone().map(Into::into);
                plan.shell = command.shell;
            }
            Work::Playwright(script) => {
                plan.args = spec.args.iter().map(|arg| fill(&plan, arg)).collect();
                plan.cwd = spec.cwd.clone().map(Into::into);
                plan.script = Some(script.clone());
            }
            Work::Steps(steps) => {
                for template in steps.iter().flat_map(|step| step.action.templates()) {
                    // Secrets come later; everything else must be there now.
                    if let Err(error) = plan.fill(template, |_| Some(String::new())) {
                        errors.push(error);
                    }
                }
                plan.steps.clone_from(steps);
            }
        }
        if errors.is_empty() {
            Ok(plan)
        } else {
            Err(errors)
        }
    }
}

fn pool(
    spec: &TaskSpec,
    around: &Surroundings<'_>,
    errors: &mut Vec<PlanError>,
) -> Option<PlannedPool> {
    let ProxyPolicy::Pool { pool: name, sticky } = &spec.proxy else {
        return None;
    };
    let Some(pool) = around.pool else {
        errors.push(PlanError::UnknownPool(name.clone()));
        return None;
    };
    if pool.members.is_empty() {
        errors.push(PlanError::EmptyPool(pool.name.clone()));
    }
    Some(PlannedPool {
        id: pool.id,
        name: pool.name.clone(),
        sticky: sticky.unwrap_or(pool.sticky),
    })
}

fn params(
    spec: &TaskSpec,
    around: &Surroundings<'_>,
    errors: &mut Vec<PlanError>,
) -> BTreeMap<String, Value> {
    let used = spec.outputs_used();
    let is_output = |name: &str| {
        let output = name.strip_prefix(OUTPUTS);
        output.is_some_and(|output| used.contains(output))
    };
    errors.extend(
        around
            .params
            .keys()
            .filter(|name| !spec.parameters.contains_key(*name) && !is_output(name))
            .cloned()
            .map(PlanError::UnknownParam),
    );
    let given = around.params.iter().filter(|(name, _)| is_output(name));
    let mut values: BTreeMap<String, Value> = given
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for (name, parameter) in &spec.parameters {
        match around
            .params
            .get(name)
            .or(parameter.default.as_ref())
            .map(|value| parameter.read(value))
        {
            Some(Ok(value)) => {
                values.insert(name.clone(), value);
            }
            Some(Err(problem)) => errors.push(PlanError::BadParam {
                name: name.clone(),
                problem,
            }),
            None => errors.push(PlanError::MissingParam(name.clone())),
        }
    }
    values
}

fn check_target(spec: &TaskSpec, around: &Surroundings<'_>, errors: &mut Vec<PlanError>) {
    match &spec.work {
        Work::Steps(_) if around.profile.is_none() => errors.push(PlanError::StepsNeedProfile),
        Work::Playwright(_) if around.profile.is_none() && spec.placement != Placement::Own => {
            errors.push(PlanError::ScriptNeedsProfile);
        }
        Work::Command(command) if around.program.is_none() => {
            errors.push(PlanError::ProgramNotFound(command.program.clone()));
        }
        _ => {
            let about_logins = spec.checks_login.is_some() || !spec.needs_login.is_empty();
            if about_logins && around.profile.is_none() {
                errors.push(PlanError::LoginNeedsProfile);
            }
        }
    }
}
