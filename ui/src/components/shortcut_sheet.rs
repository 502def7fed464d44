//! All keys on one sheet.

use yew::prelude::*;

use super::{Dialog, Kbd};
use crate::keymap::{BINDINGS, Group};

#[derive(PartialEq, Properties)]
pub struct ShortcutSheetProps {
    pub onclose: Callback<()>,
}

#[component]
pub fn ShortcutSheet(props: &ShortcutSheetProps) -> Html {
    html! {
        <Dialog title="Keys" wide={true} onclose={props.onclose.clone()} testid="shortcuts">
            for group in Group::ALL {
                <section class="stack stack--tight" key={group.label()}>
                    <h3 class="sheet__group">{ group.label() }</h3>
                    <div class="keys">
                        for binding in BINDINGS.iter().filter(|binding| binding.group == group) {
                            <div class="keys__row" key={binding.keys}>
                                <span>{ binding.title }</span>
                                <Kbd keys={binding.keys} />
                            </div>
                        }
                    </div>
                </section>
            }
        </Dialog>
    }
}
