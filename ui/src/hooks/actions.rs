//! What the screen that is open offers to keys and to the palette.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use crate::bridge::{Guard, dom};
use crate::keymap::Action;

type Offer = (u32, Action, Callback<()>);

/// The actions on offer; the newest of a kind wins. Clones are the same registry.
#[derive(Clone, Default)]
pub struct Actions(Rc<RefCell<Vec<Offer>>>);

impl PartialEq for Actions {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Actions {
    pub fn offer(&self, action: Action, carry_out: Callback<()>) -> Guard {
        let id = dom::fresh();
        self.0.borrow_mut().push((id, action, carry_out));
        let offers = self.0.clone();
        Guard::new(move || offers.borrow_mut().retain(|(other, _, _)| *other != id))
    }

    pub fn find(&self, action: &Action) -> Option<Callback<()>> {
        let offers = self.0.borrow();
        offers
            .iter()
            .rev()
            .find(|(_, offered, _)| offered == action)
            .map(|(_, _, callback)| callback.clone())
    }
}

/// Offers an action for as long as the component lives. `None` takes it back, for example while nothing is selected.
#[hook]
pub fn use_action(action: Action, carry_out: Option<Callback<()>>) {
    let actions = use_context::<Actions>().expect("BUG: the frame provides the actions");
    use_effect_with(
        (actions, action, carry_out),
        |(actions, action, carry_out)| {
            let guard = carry_out
                .as_ref()
                .map(|callback| actions.offer(action.clone(), callback.clone()));
            move || drop(guard)
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_offer_wins_and_goes_with_its_guard() {
        let actions = Actions::default();
        let said = Rc::new(RefCell::new(Vec::new()));
        let say = |word: &'static str| {
            let said = said.clone();
            Callback::from(move |()| said.borrow_mut().push(word))
        };
        let outer = actions.offer(Action::New, say("outer"));
        let inner = actions.offer(Action::New, say("inner"));
        actions.find(&Action::New).unwrap().emit(());
        drop(inner);
        actions.find(&Action::New).unwrap().emit(());
        drop(outer);
        assert!(
            actions.find(&Action::New).is_none(),
            "nothing is offered any more"
        );
        assert_eq!(*said.borrow(), ["inner", "outer"]);
    }
}
