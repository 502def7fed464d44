//! One plan, as it is shown in the composer, before a start and on the page of a run.

use std::rc::Rc;

use drover_model::Plan;
use drover_model::task::Kind;
use yew::prelude::*;

use super::plan_text::plan_lines;
use crate::components::Words;

#[derive(PartialEq, Properties)]
pub(crate) struct PlanFactsProps {
    pub plan: Rc<Plan>,
    /// In the place of the profile's name, when there are several.
    #[prop_or_default]
    pub profiles: Option<AttrValue>,
}

#[component]
pub(crate) fn PlanFacts(props: &PlanFactsProps) -> Html {
    let plan = &props.plan;
    let preview = plan.preview();
    html! {
        <div class="plan">
            if plan.kind == Kind::Steps {
                <ol class="plan__steps selectable">
                    for line in preview { <li key={line.clone()}><Words text={line.split_once(". ").map_or(line.clone(), |(_, title)| title.to_owned())} /></li> }
                </ol>
            } else {
                <pre class="code plan__code selectable">{ preview.join("\n") }</pre>
            }
            <dl class="facts plan__facts">
                for (heading, values) in plan_lines(plan) {
                    <dt key={heading}>{ heading }</dt>
                    <dd key={format!("{heading}-value")} class={is_mono(heading).then_some("mono")}>
                        if let (true, Some(profiles)) = (heading == "Profile", &props.profiles) {
                            { profiles }
                        } else {
                            for value in values { <div class="plan__value">{ value }</div> }
                        }
                    </dd>
                }
            </dl>
        </div>
    }
}

fn is_mono(heading: &str) -> bool {
    matches!(
        heading,
        "Tokens" | "Parameters" | "Variables" | "Folder" | "Proxy"
    )
}
