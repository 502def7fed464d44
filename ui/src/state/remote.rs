//! Data that comes from the engine: on its way, here, or failed.

use std::rc::Rc;

use drover_model::CommandError;
use yew::prelude::*;

use crate::components::{ErrorCallout, SkeletonRows};

#[derive(Debug)]
pub enum Remote<T> {
    Loading,
    /// The data, and whether newer data is on its way.
    Ready(Rc<T>, bool),
    Failed(CommandError),
}

impl<T> Clone for Remote<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Loading => Self::Loading,
            Self::Ready(data, stale) => Self::Ready(data.clone(), *stale),
            Self::Failed(error) => Self::Failed(error.clone()),
        }
    }
}

impl<T> PartialEq for Remote<T> {
    /// By identity of the data: comparing thousands of rows on each draw would cost more than drawing them.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Loading, Self::Loading) => true,
            (Self::Ready(a, a_stale), Self::Ready(b, b_stale)) => {
                Rc::ptr_eq(a, b) && a_stale == b_stale
            }
            (Self::Failed(a), Self::Failed(b)) => a == b,
            _ => false,
        }
    }
}

impl<T> Remote<T> {
    pub fn ready(data: T) -> Self {
        Self::Ready(Rc::new(data), false)
    }

    pub fn data(&self) -> Option<&Rc<T>> {
        match self {
            Self::Ready(data, _) => Some(data),
            Self::Loading | Self::Failed(_) => None,
        }
    }

    /// Whether the data is here and nothing newer is on its way, so that what it lacks does not exist.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Ready(_, false))
    }
}

/// Draws data that is here with `draw`, skeletons while it is on its way, and an error with a retry.
/// `title` says what failed: "The profiles could not be loaded".
pub fn render_remote<T>(
    remote: &Remote<T>,
    title: &'static str,
    onretry: &Callback<()>,
    draw: impl FnOnce(&Rc<T>) -> Html,
) -> Html {
    match remote {
        Remote::Loading => html! { <SkeletonRows /> },
        Remote::Ready(data, _) => draw(data),
        Remote::Failed(error) => {
            html! { <ErrorCallout {title} error={error.clone()} onretry={onretry.clone()} /> }
        }
    }
}

#[cfg(test)]
mod tests {
    use drover_model::Code;

    use super::*;

    #[test]
    fn only_the_newest_answer_says_what_does_not_exist() {
        assert!(Remote::ready(()).is_settled());
        assert!(!Remote::Ready(Rc::new(()), true).is_settled());
        assert!(!Remote::<()>::Loading.is_settled());
        let error = CommandError::new(Code::Storage, "the database cannot be read");
        assert!(!Remote::<()>::Failed(error).is_settled());
    }
}
