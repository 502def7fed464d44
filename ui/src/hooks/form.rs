//! A form that is sent to the engine: which fields are wrong, and whether it is on its way.

use std::cell::Cell;
use std::rc::Rc;

use drover_model::{CommandError, FieldError, FieldErrors};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{ToastHandle, use_focus_first_error, use_toasts};
use crate::format::sentence;

/// Cheap to clone into callbacks.
#[derive(Clone, PartialEq)]
pub struct Form {
    errors: UseStateHandle<FieldErrors>,
    busy: UseStateHandle<bool>,
    /// The same in all clones, so that a second Enter finds the first one.
    sent: Rc<Cell<bool>>,
    toasts: ToastHandle,
}

impl Form {
    pub fn is_busy(&self) -> bool {
        *self.busy
    }

    /// What stands below a field.
    pub fn error(&self, field: &str) -> Option<AttrValue> {
        self.errors
            .of(field)
            .map(|message| sentence(message).into())
    }

    /// Everything that was refused, by field.
    pub fn all(&self) -> Vec<FieldError> {
        self.errors.0.clone()
    }

    /// Shows what is wrong before anything is sent.
    pub fn refuse(&self, errors: FieldErrors) {
        self.errors.set(errors);
    }

    /// Waits for `order` and hands its answer to `done`. A refusal goes to the fields that it names, else to the edge of
    /// the window. Nothing happens while another order is under way.
    pub fn send<T: 'static>(
        &self,
        order: impl Future<Output = Result<T, CommandError>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.sent.replace(true) {
            return;
        }
        let form = self.clone();
        form.errors.set(FieldErrors::default());
        form.busy.set(true);
        spawn_local(async move {
            let answer = order.await;
            form.sent.set(false);
            form.busy.set(false);
            match answer {
                Ok(answer) => done(answer),
                Err(error) => form.refused(&error),
            }
        });
    }

    fn refused(&self, error: &CommandError) {
        match field_errors(error) {
            Some(found) => self.errors.set(found),
            None => self.toasts.failed(error),
        }
    }
}

/// A form whose first wrong field gets the focus.
#[hook]
pub fn use_form() -> Form {
    let toasts = use_toasts();
    let errors = use_state_eq(FieldErrors::default);
    let busy = use_state_eq(|| false);
    let sent = use_memo((), |()| Cell::new(false));
    use_focus_first_error(&errors);
    Form {
        errors,
        busy,
        sent,
        toasts,
    }
}

/// The field problems of an error; none when it belongs to no field.
fn field_errors(error: &CommandError) -> Option<FieldErrors> {
    if !error.fields.is_empty() {
        return Some(FieldErrors(error.fields.clone()));
    }
    error
        .field
        .as_ref()
        .map(|field| FieldErrors::one(field.clone(), error.message.clone()))
}

#[cfg(test)]
mod tests {
    use drover_model::Code;

    use super::*;

    #[test]
    fn an_error_of_one_field_is_a_field_error() {
        let taken = CommandError::new(Code::NameTaken, "the name is taken").field("name");
        assert_eq!(
            field_errors(&taken).unwrap().of("name"),
            Some("the name is taken")
        );
        assert!(field_errors(&CommandError::new(Code::Storage, "the disk failed")).is_none());
    }
}
