//! Parameters: values that a start may change.

use drover_model::task::ParameterType;
use yew::prelude::*;

use super::bound::{Bound, PartProps, field_id};
use crate::bridge::dom;
use crate::components::{Button, Choice, IconButton, Select};
use crate::state::draft::{DraftAction, ParameterEdit};

const TYPES: [(ParameterType, &str, &str); 3] = [
    (ParameterType::String, "string", "Text"),
    (ParameterType::Number, "number", "Number"),
    (ParameterType::Boolean, "boolean", "Yes or no"),
];

#[component]
pub(super) fn ParametersPart(props: &PartProps) -> Html {
    let PartProps { draft, onaction } = props;
    // Set by Add, so that the new row gets the focus as soon as it is drawn.
    let wanted = use_mut_ref(|| false);
    let onadd = use_callback(
        (onaction.clone(), wanted.clone()),
        |_: MouseEvent, (onaction, wanted)| {
            *wanted.borrow_mut() = true;
            onaction.emit(DraftAction::AddParameter);
        },
    );
    use_effect_with(draft.parameters.len(), move |_| {
        if wanted.replace(false) {
            dom::focus_id(&field_id("parameters."));
        }
    });
    let edit = |index: usize, make: fn(String) -> ParameterEdit| {
        Callback::from(move |text| DraftAction::Parameter(index, make(text)))
    };
    html! {
        <div class="field">
            for (index, row) in draft.parameters.iter().enumerate() {
                <div class="param" key={index} role="group" aria-label={format!("Parameter {}", index + 1)}>
                    <div class="param__line">
                        <Bound draft={draft.clone()} onaction={onaction.clone()} field={format!("parameters.{}", row.name)} value={row.name.clone()} mono={true}
                            aria_label="Name" placeholder="name" edit={edit(index, ParameterEdit::Name)} testid={format!("task-param-{index}-name")} />
                        <Select id={format!("param-{index}-type")} aria_label="Type" value={key(row.kind)} testid={format!("task-param-{index}-type")}
                            choices={TYPES.iter().map(|(_, key, label)| Choice::new(*key, *label)).collect::<Vec<_>>()}
                            onchange={onaction.reform(move |key: String| DraftAction::Parameter(index, ParameterEdit::Kind(kind(&key))))} />
                        <IconButton icon="x" label="Remove the parameter" small={true} onclick={onaction.reform(move |_: MouseEvent| DraftAction::RemoveParameter(index))} />
                    </div>
                    <Bound draft={draft.clone()} onaction={onaction.clone()} field={format!("parameters.{}.default", row.name)} value={row.default.clone()} mono={true}
                        aria_label="Default" placeholder="no default: asked at each start" edit={edit(index, ParameterEdit::Default)} testid={format!("task-param-{index}-default")} />
                    <Bound draft={draft.clone()} onaction={onaction.clone()} field={format!("parameters.{}.help", row.name)} value={row.help.clone()}
                        aria_label="Help" placeholder="what it means (optional)" edit={edit(index, ParameterEdit::Help)} testid={format!("task-param-{index}-help")} />
                </div>
            }
            <div class="row row--wrap">
                <Button label="Add parameter" icon="plus" small={true} onclick={onadd} testid="task-param-add" />
                if !draft.parameters.is_empty() { <span class="field__hint">{ "Used as " }<code>{ "{{ params.name }}" }</code>{ ", in scripts from DROVER_PARAMS." }</span> }
            </div>
        </div>
    }
}

fn key(kind: ParameterType) -> &'static str {
    TYPES
        .iter()
        .find(|(known, ..)| *known == kind)
        .map_or("string", |(_, key, _)| key)
}

fn kind(key: &str) -> ParameterType {
    TYPES
        .iter()
        .find(|(_, known, _)| *known == key)
        .map_or(ParameterType::String, |(kind, ..)| *kind)
}
