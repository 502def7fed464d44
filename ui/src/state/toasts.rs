//! Short messages at the edge of the window.

use std::rc::Rc;

use yew::{AttrValue, Callback, Reducible};

/// Toasts shown at once; an older one makes room.
const AT_MOST: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToastTone {
    Ok,
    Info,
    /// Stays until it is dismissed.
    Err,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    pub id: u32,
    pub tone: ToastTone,
    /// Up to 60 characters.
    pub text: AttrValue,
    pub hint: Option<AttrValue>,
    /// The words of its one action and what it does: "Undo".
    pub action: Option<(AttrValue, Callback<()>)>,
}

impl Toast {
    /// How long it stays, in milliseconds; an error stays.
    pub fn stays(&self) -> Option<u32> {
        match (self.tone, &self.action) {
            (ToastTone::Err, _) => None,
            (_, Some(_)) => Some(10_000),
            (_, None) => Some(5_000),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Toasts {
    pub shown: Vec<Toast>,
}

pub enum ToastAction {
    Show(Toast),
    Dismiss(u32),
}

impl Reducible for Toasts {
    type Action = ToastAction;

    fn reduce(self: Rc<Self>, action: ToastAction) -> Rc<Self> {
        let mut shown = self.shown.clone();
        match action {
            ToastAction::Show(toast) => {
                shown.retain(|other| other.id != toast.id);
                shown.push(toast);
                let surplus = shown.len().saturating_sub(AT_MOST);
                shown.drain(..surplus);
            }
            ToastAction::Dismiss(id) => {
                if shown.iter().all(|toast| toast.id != id) {
                    return self;
                }
                shown.retain(|toast| toast.id != id);
            }
        }
        Rc::new(Self { shown })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toast(id: u32) -> Toast {
        Toast {
            id,
            tone: ToastTone::Ok,
            text: AttrValue::from("Saved"),
            hint: None,
            action: None,
        }
    }

    #[test]
    fn the_oldest_makes_room() {
        let toasts = (1..=4).fold(Rc::new(Toasts::default()), |all, id| {
            all.reduce(ToastAction::Show(toast(id)))
        });
        let ids: Vec<u32> = toasts.shown.iter().map(|toast| toast.id).collect();
        assert_eq!(ids, [2, 3, 4], "three are shown");
    }

    #[test]
    fn dismissing_what_is_gone_changes_nothing() {
        let toasts = Rc::new(Toasts::default()).reduce(ToastAction::Show(toast(1)));
        let after = toasts.clone().reduce(ToastAction::Dismiss(9));
        assert!(Rc::ptr_eq(&toasts, &after), "nothing is drawn again");
    }
}
