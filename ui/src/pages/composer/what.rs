//! The first column: name, kind, and what belongs to the kind.

use drover_model::task::Kind;
use yew::prelude::*;

use super::bound::{Bound, PartProps};
use super::command::command_part;
use super::playwright::PlaywrightPart;
use super::steps::steps_part;
use crate::components::{Choice, Segments};
use crate::state::draft::DraftAction;

#[component]
pub(super) fn What(props: &PartProps) -> Html {
    let PartProps { draft, onaction } = props;
    let onkind = use_callback(onaction.clone(), |key: AttrValue, onaction| {
        if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.key() == key) {
            onaction.emit(DraftAction::Kind(kind));
        }
    });
    let kinds: Vec<Choice> = Kind::ALL
        .iter()
        .map(|kind| Choice::new(kind.key(), kind.label()))
        .collect();
    html! {
        <>
            <Bound draft={draft.clone()} onaction={onaction.clone()} field="name" label="Name" value={draft.file.name.clone()}
                edit={Callback::from(DraftAction::Name)} placeholder="Price check" testid="task-name" />
            <div class="field">
                <span class="field__label">{ "Kind" }</span>
                <Segments label="Kind of task" value={draft.file.kind.key()} choices={kinds} onchange={onkind} testid="task-kind" />
            </div>
            { match draft.file.kind {
                Kind::Playwright => html! { <PlaywrightPart ..props.clone() /> },
                Kind::Command => command_part(props),
                Kind::Steps => steps_part(props),
            } }
        </>
    }
}
