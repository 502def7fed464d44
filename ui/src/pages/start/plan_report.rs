//! What would run: problems first, then warnings, then the plan and how often it is carried out.

use std::rc::Rc;

use drover_model::request::PlanReport;
use yew::prelude::*;

use super::PlanFacts;
use crate::components::{Callout, Icon, Tone, Words};
use crate::format;

/// Names that are listed before "and 12 more".
const NAMED: usize = 6;

#[derive(PartialEq, Properties)]
pub(crate) struct PlanReportViewProps {
    pub report: Rc<PlanReport>,
    /// Problems that are shown elsewhere already, by their field.
    #[prop_or_default]
    pub hide_problems: bool,
}

#[component]
pub(crate) fn PlanReportView(props: &PlanReportViewProps) -> Html {
    let report = &props.report;
    let plan = use_memo(report.clone(), |report| {
        report.plans.first().cloned().map(Rc::new)
    });
    let problems = &report.problems;
    html! {
        <>
            if !problems.is_empty() && !props.hide_problems {
                <Callout tone={Tone::Warn} title="It cannot run yet">
                    <ul class="points">
                        for problem in problems { <li key={format!("{}{}", problem.field, problem.message)}><Words text={format::sentence(&problem.message)} /></li> }
                    </ul>
                </Callout>
            }
            if let Some(plan) = (*plan).clone() {
                <p class="plan__runs" data-testid="plan-runs">
                    <Icon name="play" />
                    { format!("{} would start", format::plural(u64::from(report.runs), "run")) }
                </p>
                <PlanFacts {plan} profiles={profiles(report)} />
            } else if problems.is_empty() {
                <p class="second">{ "No profile matches, so nothing would start." }</p>
            }
            if !report.warnings.is_empty() {
                <ul class="warnings">
                    for warning in &report.warnings {
                        <li key={warning.clone()}><Icon name="triangle-alert" /><span><Words text={format::sentence(warning)} /></span></li>
                    }
                </ul>
            }
        </>
    }
}

/// "anna, berta and 3 more", when there are several.
fn profiles(report: &PlanReport) -> Option<String> {
    let names: Vec<&str> = report
        .plans
        .iter()
        .filter_map(|plan| plan.profile.as_ref())
        .map(|profile| profile.name.as_str())
        .collect();
    if names.len() < 2 {
        return None;
    }
    let shown = names
        .iter()
        .take(NAMED)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    let more = usize::try_from(report.runs)
        .unwrap_or(names.len())
        .saturating_sub(NAMED.min(names.len()));
    Some(if more > 0 {
        format!("{shown} and {more} more")
    } else {
        shown
    })
}
