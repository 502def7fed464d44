//! The address of an open endpoint, and lines that connect well-known tools to it.

use std::rc::Rc;

use drover_model::request::AttachedTool;
use yew::prelude::*;

use crate::bridge::dom;
use crate::components::{Button, Callout, Tone};
use crate::hooks::use_toasts;

#[derive(PartialEq, Properties)]
pub(super) struct EndpointLinesProps {
    pub tool: Rc<AttachedTool>,
}

#[component]
pub(super) fn EndpointLines(props: &EndpointLinesProps) -> Html {
    let tool = &props.tool;
    let until = if tool.run.is_some() {
        "It closes with the run. The run goes on beside the tool."
    } else {
        "While it is open, runs of this profile may have to wait."
    };
    html! {
        <>
            <Callout tone={Tone::Warn} title="Whoever has this address drives the profile until you close it">
                { until }{ " Drover stores the address nowhere." }
            </Callout>
            <Line label="Address" text={tool.endpoint.clone()} testid="attach-endpoint" />
            for (index, (label, text)) in tool.lines().into_iter().enumerate() {
                <Line key={label} {label} {text} testid={format!("attach-line-{index}")} />
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct LineProps {
    label: AttrValue,
    text: String,
    testid: AttrValue,
}

#[component]
fn Line(props: &LineProps) -> Html {
    let toasts = use_toasts();
    let oncopy = use_callback(
        (props.label.clone(), props.text.clone(), toasts),
        |_: MouseEvent, (label, text, toasts)| {
            dom::copy(text);
            toasts.done(format!("{label} copied"));
        },
    );
    html! {
        <div class="field">
            <span class="field__label">{ &props.label }</span>
            <div class="row row--top">
                <code class="code grow selectable" data-testid={props.testid.clone()}>{ &props.text }</code>
                <Button label="Copy" icon="copy" small={true} aria_label={format!("Copy: {}", props.label)} onclick={oncopy} testid={format!("{}-copy", props.testid)} />
            </div>
        </div>
    }
}
