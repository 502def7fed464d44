//! Screenshots: a grid, and one of them large.

use std::rc::Rc;

use drover_model::RunId;
use drover_model::run::Artifact;
use yew::prelude::*;

use super::picture::{Picture, file_name};
use crate::components::{Dialog, EmptyState, IconButton};
use crate::format;

#[derive(PartialEq, Properties)]
pub(super) struct ShotsProps {
    pub run: RunId,
    pub shots: Rc<[Artifact]>,
    pub live: bool,
}

#[component]
pub(super) fn Shots(props: &ShotsProps) -> Html {
    let open = use_state_eq(|| None::<usize>);
    let onopen = use_callback(open.setter(), |index: usize, open| open.set(Some(index)));
    let onclose = use_callback(open.setter(), |(): (), open| open.set(None));
    if props.shots.is_empty() {
        let text = if props.live {
            "They appear here as they are taken."
        } else {
            "This run took none."
        };
        return html! { <EmptyState icon="image" title="No screenshots" {text} /> };
    }
    html! {
        <>
            <ul class="shots">
                for (index, shot) in props.shots.iter().enumerate() {
                    <li key={shot.path.clone()}>
                        <button type="button" class="shot" data-testid="run-shot" onclick={onopen.reform(move |_: MouseEvent| index)}>
                            <Picture run={props.run} path={shot.path.clone()} class="shot__picture" />
                            <span class="shot__name"><span class="truncate mono">{ file_name(&shot.path).to_owned() }</span><span class="mute">{ format::size(shot.bytes) }</span></span>
                        </button>
                    </li>
                }
            </ul>
            if let Some(index) = *open {
                <Viewer run={props.run} shots={props.shots.clone()} index={index.min(props.shots.len() - 1)} onmove={onopen} {onclose} />
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct ViewerProps {
    run: RunId,
    shots: Rc<[Artifact]>,
    index: usize,
    onmove: Callback<usize>,
    onclose: Callback<()>,
}

/// One picture as large as the window allows; arrow keys lead to the others.
#[component]
fn Viewer(props: &ViewerProps) -> Html {
    let (index, count) = (props.index, props.shots.len());
    let step = use_callback(
        (props.onmove.clone(), index, count),
        |back: bool, (onmove, index, count)| {
            onmove.emit(if back {
                (index + count - 1) % count
            } else {
                (index + 1) % count
            });
        },
    );
    let onkeydown = use_callback(step.clone(), |event: KeyboardEvent, step| {
        match event.key().as_str() {
            "ArrowLeft" => step.emit(true),
            "ArrowRight" => step.emit(false),
            _ => {}
        }
    });
    let shot = &props.shots[index];
    let footer = html! {
        <div class="row grow">
            <span class="mute tabular grow">{ format!("{} of {count} · {}", index + 1, format::size(shot.bytes)) }</span>
            if count > 1 {
                <IconButton icon="chevron-left" label="Previous screenshot" keys="←" onclick={step.reform(|_: MouseEvent| true)} />
                <IconButton icon="chevron-right" label="Next screenshot" keys="→" onclick={step.reform(|_: MouseEvent| false)} />
            }
        </div>
    };
    html! {
        <Dialog title={file_name(&shot.path).to_owned()} onclose={props.onclose.clone()} {footer} wide={true} testid="shot-viewer">
            <div class="viewer" {onkeydown} tabindex="0" autofocus={true}>
                <Picture key={shot.path.clone()} run={props.run} path={shot.path.clone()} class="viewer__picture" />
            </div>
        </Dialog>
    }
}
