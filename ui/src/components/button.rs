//! Buttons: with text, and with an icon alone.

use yew::prelude::*;

use super::{Icon, Kbd};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonTone {
    /// The one action that a screen is for.
    Primary,
    #[default]
    Default,
    /// Beside others, without an edge.
    Quiet,
    /// Takes something away.
    Danger,
}

impl ButtonTone {
    fn class(self) -> Option<&'static str> {
        match self {
            Self::Primary => Some("btn--primary"),
            Self::Default => None,
            Self::Quiet => Some("btn--quiet"),
            Self::Danger => Some("btn--danger"),
        }
    }
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a choice of its own that a caller writes by name"
)]
#[derive(PartialEq, Properties)]
pub struct ButtonProps {
    /// Verb and object, in sentence case.
    pub label: AttrValue,
    #[prop_or_default]
    pub tone: ButtonTone,
    #[prop_or_default]
    pub icon: Option<&'static str>,
    /// The key that does the same, shown beside the label.
    #[prop_or_default]
    pub keys: Option<&'static str>,
    /// The action is under way; further clicks are ignored.
    #[prop_or_default]
    pub busy: bool,
    /// Why it cannot be pressed now. The button stays focusable and says so.
    #[prop_or_default]
    pub blocked: Option<AttrValue>,
    #[prop_or_default]
    pub small: bool,
    /// Sends the form that it stands in.
    #[prop_or_default]
    pub submit: bool,
    /// What a screen reader says where the label alone does not tell which: "Open anna". It begins with the label.
    #[prop_or_default]
    pub aria_label: Option<AttrValue>,
    /// Takes the focus when a dialog opens.
    #[prop_or_default]
    pub autofocus: bool,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    #[prop_or_default]
    pub onclick: Callback<MouseEvent>,
}

#[component]
pub fn Button(props: &ButtonProps) -> Html {
    let idle = !props.busy && props.blocked.is_none();
    let onclick = guarded(idle, &props.onclick);
    let icon = if props.busy {
        Some("loader")
    } else {
        props.icon
    };
    html! {
        <button
            type={if props.submit { "submit" } else { "button" }}
            class={classes!("btn", props.tone.class(), props.small.then_some("btn--small"))}
            aria-busy={props.busy.then_some("true")}
            aria-disabled={props.blocked.is_some().then_some("true")}
            aria-label={props.aria_label.clone()}
            title={props.blocked.clone()}
            autofocus={props.autofocus}
            data-testid={props.testid.clone()}
            {onclick}
        >
            if let Some(name) = icon { <Icon {name} turning={props.busy} /> }
            { &props.label }
            if let Some(keys) = props.keys { <Kbd {keys} /> }
        </button>
    }
}

#[derive(PartialEq, Properties)]
pub struct IconButtonProps {
    pub icon: &'static str,
    /// What a screen reader says and the tooltip shows.
    pub label: AttrValue,
    #[prop_or_default]
    pub keys: Option<&'static str>,
    #[prop_or_default]
    pub small: bool,
    #[prop_or_default]
    pub busy: bool,
    /// There is nothing that it could do now.
    #[prop_or_default]
    pub idle: bool,
    /// For a button that is on or off; `None` for one that just acts.
    #[prop_or_default]
    pub pressed: Option<bool>,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    #[prop_or_default]
    pub onclick: Callback<MouseEvent>,
}

#[component]
pub fn IconButton(props: &IconButtonProps) -> Html {
    let title = match props.keys {
        Some(keys) => format!("{} ({keys})", props.label),
        None => props.label.to_string(),
    };
    html! {
        <button
            type="button"
            class={classes!("btn", "btn--quiet", "btn--icon", props.small.then_some("btn--small"))}
            aria-label={props.label.clone()}
            aria-pressed={props.pressed.map(|on| if on { "true" } else { "false" })}
            aria-busy={props.busy.then_some("true")}
            aria-disabled={props.idle.then_some("true")}
            {title}
            data-testid={props.testid.clone()}
            onclick={guarded(!props.busy && !props.idle, &props.onclick)}
        >
            <Icon name={if props.busy { "loader" } else { props.icon }} turning={props.busy} />
        </button>
    }
}

/// The callback itself, or one that swallows the click so that a blocked submit button does nothing.
fn guarded(idle: bool, onclick: &Callback<MouseEvent>) -> Callback<MouseEvent> {
    if idle {
        onclick.clone()
    } else {
        Callback::from(|event: MouseEvent| event.prevent_default())
    }
}
