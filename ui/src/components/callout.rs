//! A framed message in the place of the thing it is about.

use drover_model::CommandError;
use yew::prelude::*;

use super::{Button, Icon, Tone, Words};

#[derive(PartialEq, Properties)]
pub struct CalloutProps {
    pub tone: Tone,
    pub title: AttrValue,
    /// Text, links and what else belongs to the message.
    #[prop_or_default]
    pub children: Html,
    #[prop_or_default]
    pub actions: Html,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

#[component]
pub fn Callout(props: &CalloutProps) -> Html {
    let icon = match props.tone {
        Tone::Err => "circle-x",
        Tone::Warn => "triangle-alert",
        Tone::Ok => "circle-check",
        Tone::Attn => "hand",
        Tone::Info | Tone::Mute => "info",
    };
    let role = matches!(props.tone, Tone::Err | Tone::Warn).then_some("alert");
    html! {
        <div class={classes!("callout", format!("callout--{}", props.tone.name()))} {role} data-testid={props.testid.clone()}>
            <Icon name={icon} />
            <div class="callout__body">
                <p class="callout__title"><Words text={props.title.clone()} /></p>
                <div class="callout__text">{ props.children.clone() }</div>
                if props.actions != Html::default() { <div class="callout__actions">{ props.actions.clone() }</div> }
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub struct ErrorCalloutProps {
    /// What was being done, such as "The profiles could not be loaded".
    pub title: AttrValue,
    pub error: CommandError,
    #[prop_or_default]
    pub onretry: Option<Callback<()>>,
}

/// The shared error in words, with its hint and a way to try again.
#[component]
pub fn ErrorCallout(props: &ErrorCalloutProps) -> Html {
    let onclick = use_callback(props.onretry.clone(), |_: MouseEvent, retry| {
        if let Some(retry) = retry {
            retry.emit(());
        }
    });
    let actions = match &props.onretry {
        Some(_) => {
            html! { <Button label="Retry" icon="refresh-cw" small={true} {onclick} testid="retry" /> }
        }
        None => Html::default(),
    };
    html! {
        <Callout tone={Tone::Err} title={props.title.clone()} {actions} testid="error">
            <p class="selectable"><Words text={crate::format::sentence(&props.error.message)} /></p>
            if let Some(hint) = &props.error.hint { <p class="selectable"><Words text={crate::format::sentence(hint)} /></p> }
        </Callout>
    }
}
