//! A second profile like this one, and a file with all of it.

use std::rc::Rc;

use drover_model::Profile;
use yew::prelude::*;

use super::bundle::ExportBundleDialog;
use super::clone::CloneDialog;
use crate::components::Button;

/// What lies over the panel.
#[derive(Clone, Copy, PartialEq)]
enum Layer {
    None,
    Clone,
    Bundle,
}

#[derive(PartialEq, Properties)]
pub(super) struct CopiesProps {
    pub profile: Rc<Profile>,
}

#[component]
pub(super) fn Copies(props: &CopiesProps) -> Html {
    let layer = use_state_eq(|| Layer::None);
    let open = |which: Layer| {
        let layer = layer.setter();
        Callback::from(move |_: MouseEvent| layer.set(which))
    };
    let onclose = use_callback(layer.setter(), |(): (), layer| layer.set(Layer::None));
    let line = |label: &'static str, hint: &'static str, button: Html| {
        html! {
            <div class="setting">
                <div class="setting__words"><span class="setting__label">{ label }</span><span class="setting__hint">{ hint }</span></div>
                { button }
            </div>
        }
    };
    html! {
        <section class="panel" aria-labelledby="copies-title">
            <div class="panel__head"><h2 class="panel__title" id="copies-title">{ "Copies" }</h2></div>
            { line("Clone", "A second profile that begins as this one is, sign-ins included.",
                html! { <Button label="Clone…" icon="copy" onclick={open(Layer::Clone)} testid="clone" /> }) }
            { line("Bundle", "One file with the profile and its browser data, for a backup or another machine.",
                html! { <Button label="Export bundle…" icon="package" onclick={open(Layer::Bundle)} testid="bundle-export" /> }) }
            { match *layer {
                Layer::None => Html::default(),
                Layer::Clone => html! { <CloneDialog profile={props.profile.clone()} {onclose} /> },
                Layer::Bundle => html! { <ExportBundleDialog profile={props.profile.clone()} {onclose} /> },
            } }
        </section>
    }
}
