//! Says things at the edge of the window.

use drover_model::CommandError;
use yew::prelude::*;

use crate::bridge::dom;
use crate::format;
use crate::state::{Toast, ToastAction, ToastTone, Toasts};

/// Cheap to clone into callbacks.
#[derive(Clone, PartialEq)]
pub struct ToastHandle(UseReducerDispatcher<Toasts>);

impl ToastHandle {
    pub fn new(dispatcher: UseReducerDispatcher<Toasts>) -> Self {
        Self(dispatcher)
    }

    /// Something is done: "3 profiles removed".
    pub fn done(&self, text: impl Into<AttrValue>) {
        self.show(ToastTone::Ok, text.into(), None, None);
    }

    pub fn info(&self, text: impl Into<AttrValue>) {
        self.show(ToastTone::Info, text.into(), None, None);
    }

    /// Something is done and can be undone for ten seconds.
    pub fn undoable(&self, text: impl Into<AttrValue>, undo: Callback<()>) {
        self.show(
            ToastTone::Ok,
            text.into(),
            None,
            Some(("Undo".into(), undo)),
        );
    }

    /// Something is done, and one action follows from it: "Run queued", "Open".
    pub fn with_action(
        &self,
        text: impl Into<AttrValue>,
        label: impl Into<AttrValue>,
        action: Callback<()>,
    ) {
        self.show(
            ToastTone::Ok,
            text.into(),
            None,
            Some((label.into(), action)),
        );
    }

    /// It stays until it is dismissed.
    pub fn failed(&self, error: &CommandError) {
        let hint = error
            .hint
            .as_deref()
            .map(|hint| format::sentence(hint).into());
        self.show(
            ToastTone::Err,
            format::sentence(&error.message).into(),
            hint,
            None,
        );
    }

    fn show(
        &self,
        tone: ToastTone,
        text: AttrValue,
        hint: Option<AttrValue>,
        action: Option<(AttrValue, Callback<()>)>,
    ) {
        self.0.dispatch(ToastAction::Show(Toast {
            id: dom::fresh(),
            tone,
            text,
            hint,
            action,
        }));
    }
}

#[hook]
pub fn use_toasts() -> ToastHandle {
    use_context().expect("BUG: the frame provides toasts")
}
