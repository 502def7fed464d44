//! Pauses a schedule, for a while or until somebody resumes it, with a reason.

use drover_model::Schedule;
use yew::prelude::*;

use crate::api;
use crate::bridge::clock;
use crate::components::{Button, ButtonTone, Dialog, Input};
use crate::hooks::{use_form, use_link, use_toasts};
use crate::state::schedules::SchedulePause;

#[derive(PartialEq, Properties)]
pub(super) struct PauseDialogProps {
    pub schedule: Schedule,
    /// Takes the pause back.
    pub onresume: Callback<()>,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn PauseDialog(props: &PauseDialogProps) -> Html {
    let (link, toasts, form) = (use_link(), use_toasts(), use_form());
    let draft = use_state_eq(SchedulePause::default);
    let edit = |change: fn(&mut SchedulePause, String)| {
        let draft = draft.clone();
        Callback::from(move |text: String| {
            let mut next = (*draft).clone();
            change(&mut next, text);
            draft.set(next);
        })
    };
    let onsubmit = {
        let (draft, form) = (draft.clone(), form.clone());
        let (schedule, close) = (props.schedule.clone(), props.onclose.clone());
        let onresume = props.onresume.clone();
        Callback::from(move |()| {
            let request = match draft.request(schedule.id, clock::now(), clock::instant) {
                Ok(request) => request,
                Err(found) => return form.refuse(found),
            };
            let (link, toasts, close) = (link.clone(), toasts.clone(), close.clone());
            let (onresume, name) = (onresume.clone(), schedule.spec.name.clone());
            form.send(
                async move { api::pause_schedule(&link, request).await },
                move |paused| {
                    let until = paused.pause.and_then(|pause| pause.until);
                    let until = until.map(|at| format!(" until {}", clock::local(at)));
                    let text = format!("`{name}` paused{}", until.unwrap_or_default());
                    toasts.undoable(text, onresume);
                    close.emit(());
                },
            );
        })
    };
    let oncancel = props.onclose.reform(|_: MouseEvent| ());
    let footer = html! {
        <>
            <Button label="Cancel" onclick={oncancel} />
            <Button label="Pause" tone={ButtonTone::Primary} submit={true} busy={form.is_busy()} testid="schedule-pause-save" />
        </>
    };
    html! {
        <Dialog title={format!("Pause {}", props.schedule.spec.name)} onclose={props.onclose.clone()} {onsubmit} {footer} testid="schedule-pause-dialog">
            <p class="second">{ "It starts nothing meanwhile; runs that wait or go on are not touched." }</p>
            <Input id="schedule-pause-until" label="Until" optional={true} mono={true} value={draft.until.clone()} oninput={edit(|draft, text| draft.until = text)}
                error={form.error("until")} placeholder="2h" hint="A length of time such as 2h, or a moment such as 2026-12-01 09:00 on this computer's clock. Empty: until somebody resumes it."
                testid="schedule-pause-until" />
            <Input id="schedule-pause-note" label="Why" optional={true} value={draft.note.clone()} oninput={edit(|draft, text| draft.note = text)}
                error={form.error("note")} hint="Shown to everybody who meets the pause." testid="schedule-pause-note" />
        </Dialog>
    }
}
