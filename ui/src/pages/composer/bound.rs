//! Inputs that are bound to a field of the draft by the key of task files.

use std::rc::Rc;

use yew::prelude::*;

use crate::components::Input;
use crate::state::draft::{Draft, DraftAction};

/// What every part of the composer gets.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct PartProps {
    pub draft: Rc<Draft>,
    pub onaction: Callback<DraftAction>,
}

/// The id of the control of a field, where the first problem leads to.
pub(super) fn field_id(field: &str) -> String {
    format!("f-{field}")
}

#[derive(PartialEq, Properties)]
pub(super) struct BoundProps {
    pub draft: Rc<Draft>,
    pub onaction: Callback<DraftAction>,
    /// As in task files: `steps[2].url`.
    pub field: AttrValue,
    pub value: AttrValue,
    /// Makes the action of a new text.
    pub edit: Callback<String, DraftAction>,
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or_default]
    pub aria_label: Option<AttrValue>,
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub optional: bool,
    #[prop_or_default]
    pub mono: bool,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// A line of text. Without a label its problem stands below it all the same.
#[component]
pub(super) fn Bound(props: &BoundProps) -> Html {
    let error = props.draft.error(&props.field).map(AttrValue::from);
    let oninput = use_callback(
        (props.onaction.clone(), props.edit.clone()),
        |text: String, (onaction, edit)| onaction.emit(edit.emit(text)),
    );
    // An empty field is told of when saving is tried: a message that appears while the pointer goes down on the next
    // control would move that control away.
    let empty = props.value.is_empty();
    let onleave = use_callback(
        (props.onaction.clone(), props.field.clone(), empty),
        |(): (), (onaction, field, empty)| {
            if !empty {
                onaction.emit(DraftAction::Left(field.to_string()));
            }
        },
    );
    let bare = props.label.is_none();
    html! {
        <>
            <Input id={field_id(&props.field)} label={props.label.clone()} aria_label={props.aria_label.clone()} value={props.value.clone()}
                placeholder={props.placeholder.clone()} hint={props.hint.clone()} optional={props.optional} mono={props.mono}
                error={error.clone()} {oninput} {onleave} testid={props.testid.clone()} />
            if let (true, Some(error)) = (bare, error) { <FieldProblem field={props.field.clone()} {error} /> }
        </>
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct FieldProblemProps {
    pub field: AttrValue,
    pub error: AttrValue,
}

/// A problem below a control that has no label of its own.
#[component]
pub(super) fn FieldProblem(props: &FieldProblemProps) -> Html {
    html! {
        <span class="field__error" id={format!("{}-error", field_id(&props.field))}>
            <crate::components::Icon name="circle-alert" /><span><crate::components::Words text={props.error.clone()} /></span>
        </span>
    }
}

/// The same for a field that has no text input, such as a list of boxes.
pub(super) fn problem(draft: &Draft, field: &str) -> Html {
    match draft.error(field) {
        Some(error) => html! { <FieldProblem field={field.to_owned()} {error} /> },
        None => Html::default(),
    }
}
