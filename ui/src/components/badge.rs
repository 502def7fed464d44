//! Small marks beside text: state badges, dots, tags and keys.

use drover_model::RunState;
use yew::prelude::*;

use super::{Icon, TagRemove};

/// The colour family of a state. Never the only sign of it: an icon and a word stand beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Mute,
    Ok,
    Warn,
    Err,
    Info,
    /// Waits for a person.
    Attn,
}

impl Tone {
    /// The tone that a state names, see `RunState::tone`.
    pub fn of(name: &str) -> Self {
        match name {
            "ok" => Self::Ok,
            "warn" => Self::Warn,
            "err" => Self::Err,
            "info" => Self::Info,
            "attn" => Self::Attn,
            _ => Self::Mute,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Mute => "mute",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Err => "err",
            Self::Info => "info",
            Self::Attn => "attn",
        }
    }
}

#[derive(PartialEq, Properties)]
pub struct BadgeProps {
    pub label: AttrValue,
    #[prop_or_default]
    pub tone: Tone,
    #[prop_or_default]
    pub icon: Option<&'static str>,
    #[prop_or_default]
    pub turning: bool,
    /// Coloured text without a tinted background, for table cells.
    #[prop_or_default]
    pub plain: bool,
    #[prop_or_default]
    pub title: Option<AttrValue>,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

#[component]
pub fn Badge(props: &BadgeProps) -> Html {
    let plain = props.plain.then_some("badge--plain");
    html! {
        <span
            class={classes!("badge", format!("badge--{}", props.tone.name()), plain)}
            title={props.title.clone()}
            data-testid={props.testid.clone()}
        >
            if let Some(name) = props.icon { <Icon {name} turning={props.turning} /> }
            { &props.label }
        </span>
    }
}

#[derive(PartialEq, Properties)]
pub struct StateBadgeProps {
    pub state: RunState,
    #[prop_or_default]
    pub plain: bool,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// The state of a run: icon, word and colour.
#[component]
pub fn StateBadge(props: &StateBadgeProps) -> Html {
    let state = props.state;
    html! {
        <Badge label={state.label()} tone={Tone::of(state.tone())} icon={Some(state.icon())}
            turning={state == RunState::Running} plain={props.plain} testid={props.testid.clone()} />
    }
}

#[derive(PartialEq, Properties)]
pub struct StatusDotProps {
    #[prop_or_default]
    pub tone: Tone,
    /// An empty ring, for "not known".
    #[prop_or_default]
    pub hollow: bool,
}

#[component]
pub fn StatusDot(props: &StatusDotProps) -> Html {
    let hollow = props.hollow.then_some("dot--hollow");
    html! { <span class={classes!("dot", format!("dot--{}", props.tone.name()), hollow)} aria-hidden="true" /> }
}

#[derive(PartialEq, Properties)]
pub struct TagProps {
    pub label: AttrValue,
    /// Shows a cross that takes the tag off.
    #[prop_or_default]
    pub onremove: Option<Callback<AttrValue>>,
}

#[component]
pub fn Tag(props: &TagProps) -> Html {
    html! {
        <span class="tag">
            { &props.label }
            if let Some(onremove) = &props.onremove {
                <TagRemove label={props.label.clone()} onremove={onremove.clone()} />
            }
        </span>
    }
}

#[derive(PartialEq, Properties)]
pub struct KbdProps {
    /// Keys with spaces between them, such as "Ctrl K" or "g p".
    pub keys: &'static str,
}

#[component]
pub fn Kbd(props: &KbdProps) -> Html {
    html! { <kbd class="kbd">{ props.keys }</kbd> }
}
