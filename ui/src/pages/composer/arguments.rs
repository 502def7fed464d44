//! Arguments, one in each row, so that nothing has to be quoted.

use yew::prelude::*;

use super::bound::{Bound, PartProps, field_id};
use crate::bridge::dom;
use crate::components::{Button, IconButton};
use crate::state::draft::DraftAction;

#[component]
pub(super) fn Arguments(props: &PartProps) -> Html {
    let PartProps { draft, onaction } = props;
    let args = &draft.file.args;
    let count = args.len();
    // Set by Add, so that the new row gets the focus as soon as it is drawn.
    let wanted = use_mut_ref(|| false);
    let add = use_callback(
        (onaction.clone(), wanted.clone()),
        |(): (), (onaction, wanted)| {
            *wanted.borrow_mut() = true;
            onaction.emit(DraftAction::AddArgument);
        },
    );
    use_effect_with(count, move |count| {
        if wanted.replace(false) {
            dom::focus_id(&field_id(&format!("args[{}]", count.saturating_sub(1))));
        }
    });
    // Enter in a row makes the next one.
    let onkeydown = add.reform(|event: KeyboardEvent| event.prevent_default());
    let onenter = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.ctrl_key() && !event.meta_key() && dom::typing() {
            onkeydown.emit(event);
        }
    });
    html! {
        <fieldset class="field">
            <legend class="field__label">{ "Arguments" }<span class="field__optional">{ " (optional)" }</span></legend>
            <div class="rows" onkeydown={onenter}>
                for (index, arg) in args.iter().enumerate() {
                    <div class="rows__row" key={index}>
                        <span class="rows__place">{ index + 1 }</span>
                        <span class="grow">
                            <Bound draft={draft.clone()} onaction={onaction.clone()} field={format!("args[{index}]")} value={arg.clone()} mono={true}
                                aria_label={format!("Argument {}", index + 1)} edit={Callback::from(move |text| DraftAction::Argument(index, text))}
                                testid={format!("task-arg-{index}")} />
                        </span>
                        <IconButton icon="arrow-up" label="Move up" small={true} idle={index == 0} onclick={moved(onaction, index, index.checked_sub(1))} />
                        <IconButton icon="arrow-down" label="Move down" small={true} idle={index + 1 == count} onclick={moved(onaction, index, Some(index + 1).filter(|to| *to < count))} />
                        <IconButton icon="x" label="Remove the argument" small={true} onclick={onaction.reform(move |_: MouseEvent| DraftAction::RemoveArgument(index))} />
                    </div>
                }
            </div>
            <div class="row">
                <Button label="Add argument" icon="plus" small={true} onclick={add.reform(|_: MouseEvent| ())} testid="task-arg-add" />
                <span class="field__hint">{ "One in each row, handed over exactly so. " }<code>{ "{{ params.name }}" }</code>{ " is filled in." }</span>
            </div>
        </fieldset>
    }
}

fn moved(onaction: &Callback<DraftAction>, from: usize, to: Option<usize>) -> Callback<MouseEvent> {
    match to {
        Some(to) => onaction.reform(move |_: MouseEvent| DraftAction::MoveArgument(from, to)),
        None => Callback::noop(),
    }
}
