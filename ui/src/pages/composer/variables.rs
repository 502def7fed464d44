//! Plain variables of the child's environment.

use yew::prelude::*;

use super::bound::{Bound, PartProps};
use super::section::Fold;
use crate::components::{Button, IconButton};
use crate::format;
use crate::state::draft::{DraftAction, EnvRow};

pub(super) fn variables_part(props: &PartProps) -> Html {
    let PartProps { draft, onaction } = props;
    let summary = match draft.env.len() {
        0 => "none".to_owned(),
        count => format::plural(count as u64, "variable"),
    };
    let wrong = draft
        .summary()
        .iter()
        .any(|problem| problem.field.starts_with("env."));
    html! {
        <Fold title="Environment" {summary} open={wrong} testid="task-env">
            for (index, row) in draft.env.iter().enumerate() {
                <div class="param__line param__line--env" key={index}>
                    <Bound draft={draft.clone()} onaction={onaction.clone()} field={format!("env.{}", row.variable)} value={row.variable.clone()} mono={true} aria_label="Variable"
                        placeholder="LANG" edit={edit(index, row, |row, text| row.variable = text)} testid={format!("task-env-{index}-name")} />
                    <Bound draft={draft.clone()} onaction={onaction.clone()} field={format!("env.{}.value", row.variable)} value={row.value.clone()} mono={true} aria_label="Value"
                        placeholder="value" edit={edit(index, row, |row, text| row.value = text)} testid={format!("task-env-{index}-value")} />
                    <IconButton icon="x" label="Remove the variable" small={true} onclick={onaction.reform(move |_: MouseEvent| DraftAction::RemoveEnv(index))} />
                </div>
            }
            <div class="row row--wrap">
                <Button label="Add variable" icon="plus" small={true} onclick={onaction.reform(|_: MouseEvent| DraftAction::AddEnv)} testid="task-env-add" />
                <span class="field__hint">{ "Plain values only. Secrets belong under Tokens." }</span>
            </div>
        </Fold>
    }
}

fn edit(
    index: usize,
    row: &EnvRow,
    change: fn(&mut EnvRow, String),
) -> Callback<String, DraftAction> {
    let row = row.clone();
    Callback::from(move |text| {
        let mut next = row.clone();
        change(&mut next, text);
        DraftAction::Env(index, next)
    })
}
