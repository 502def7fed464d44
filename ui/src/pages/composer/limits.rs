//! Time limits, retries, and what happens at the end.

use drover_model::task::{Backoff, Keep, KeepScreenshot, Kind, Limits, OnLost, Placement, RetryOn};
use yew::prelude::*;

use super::bound::{Bound, PartProps, field_id};
use super::section::Fold;
use crate::components::{Checkbox, Choice, Select};
use crate::state::draft::{Draft, DraftAction, LimitKind, Recording};

pub(super) fn limits_part(props: &PartProps) -> Html {
    let PartProps { draft, onaction } = props;
    let wrong = |keys: &[&str]| {
        draft
            .summary()
            .iter()
            .any(|problem| keys.iter().any(|key| problem.field.starts_with(key)))
    };
    html! {
        <>
            <Fold title="Limits" summary={limit_words(draft)} open={wrong(&["timeout", "limits"])} testid="task-limits">
                <div class="triple">
                    { limit(props, LimitKind::Run, "Run", "timeout.run", draft.file.timeout.run.as_ref(), &Limits::default().run.to_string()) }
                    { limit(props, LimitKind::Start, "Start", "timeout.start", draft.file.timeout.start.as_ref(), &Limits::default().start.to_string()) }
                    { limit(props, LimitKind::Idle, "Idle", "timeout.idle", draft.file.timeout.idle.as_ref(), "none") }
                </div>
                if draft.file.kind != Kind::Steps {
                    { limit(props, LimitKind::Memory, "Memory", "limits.memory", draft.file.limits.memory.as_ref(), "none") }
                    <span class="field__hint">{ "Written like 400MB or 2GB: all processes of the task together, without the profile's Chrome." }</span>
                }
                <span class="field__hint">{ "Written like 30s, 5m or 2h. Idle is the time without output, step or progress." }</span>
            </Fold>
            <Fold title="Retries" summary={retry_words(draft)} open={wrong(&["retries"])} testid="task-retries">
                <div class="pair">
                    <Bound draft={draft.clone()} onaction={onaction.clone()} field="retries.max" label="Further attempts" value={draft.retries.clone()}
                        edit={Callback::from(DraftAction::Retries)} testid="task-retries-max" />
                    <Select id={field_id("retries.backoff")} label="Pause between them" value={if draft.file.retries.backoff == Backoff::Fixed { "fixed" } else { "exponential" }}
                        choices={vec![Choice::new("exponential", "30 s, doubling up to 15 min"), Choice::new("fixed", "30 s each time")]}
                        onchange={onaction.reform(|key: String| DraftAction::Backoff(if key == "fixed" { Backoff::Fixed } else { Backoff::Exponential }))} testid="task-backoff" />
                </div>
                <div class="row row--wrap">
                    { retry_box(props, RetryOn::Failed, "after a failure") }
                    { retry_box(props, RetryOn::TimedOut, "after a time limit") }
                </div>
            </Fold>
            <Fold title="At the end" summary={end_words(draft)} testid="task-end">
                <Select id={field_id("artifacts.screenshot")} label="Screenshot of the page" value={screenshot_key(draft.file.artifacts.screenshot)} testid="task-screenshot"
                    choices={vec![Choice::new("on-failure", "When it fails"), Choice::new("always", "Always"), Choice::new("never", "Never")]}
                    hint="A picture cannot be redacted; it may show what the page shows."
                    onchange={onaction.reform(|key: String| DraftAction::Screenshot(match key.as_str() {
                        "always" => KeepScreenshot::Always,
                        "never" => KeepScreenshot::Never,
                        _ => KeepScreenshot::OnFailure,
                    }))} />
                if draft.file.kind == Kind::Playwright && draft.file.placement != Placement::Own {
                    <div class="row row--wrap">
                        { for Recording::ALL.into_iter().map(|what| recording(props, what)) }
                    </div>
                }
                <Select id={field_id("on_lost")} label="When Drover or the computer stops while it runs" value={lost_key(draft.file.on_lost)} testid="task-on-lost"
                    choices={vec![Choice::new("fail", "Leave it as lost"), Choice::new("retry", "Try once more"), Choice::new("ask", "Ask me")]}
                    hint={(draft.file.on_lost == OnLost::Retry).then_some("What it did before may happen twice.")}
                    onchange={onaction.reform(|key: String| DraftAction::OnLost(match key.as_str() {
                        "retry" => OnLost::Retry,
                        "ask" => OnLost::Ask,
                        _ => OnLost::Fail,
                    }))} />
                <Select id={field_id("visible")} label="Window of the browser" value={visible_key(draft.file.visible)} testid="task-visible"
                    choices={vec![Choice::new("setting", "As in the settings"), Choice::new("visible", "Visible"), Choice::new("hidden", "None")]}
                    onchange={onaction.reform(|key: String| DraftAction::Visible(match key.as_str() {
                        "visible" => Some(true),
                        "hidden" => Some(false),
                        _ => None,
                    }))} />
            </Fold>
        </>
    }
}

fn limit(
    props: &PartProps,
    kind: LimitKind,
    label: &'static str,
    field: &'static str,
    text: Option<&String>,
    fallback: &str,
) -> Html {
    html! {
        <Bound draft={props.draft.clone()} onaction={props.onaction.clone()} {field} {label} value={text.cloned().unwrap_or_default()} mono={true}
            placeholder={fallback.to_owned()} edit={Callback::from(move |text| DraftAction::Limit(kind, text))} testid={format!("task-{}", field.replace('.', "-"))} />
    }
}

/// An empty list in the file means both, so both boxes are checked then.
fn retry_box(props: &PartProps, end: RetryOn, label: &'static str) -> Html {
    let on = props.draft.file.retries.on.clone();
    let checked = on.is_empty() || on.contains(&end);
    let other = if end == RetryOn::Failed {
        RetryOn::TimedOut
    } else {
        RetryOn::Failed
    };
    let onchange = props.onaction.reform(move |checked: bool| {
        DraftAction::RetryOn(match (checked, on.is_empty() || on.contains(&other)) {
            (true, true) => Vec::new(),
            (true, false) => vec![end],
            // One of the two has to stay, because none of them would mean both.
            (false, _) => vec![other],
        })
    });
    html! { <Checkbox {label} {checked} {onchange} /> }
}

fn filled(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn limit_words(draft: &Draft) -> String {
    let (limits, timeout) = (Limits::default(), &draft.file.timeout);
    let run = filled(timeout.run.as_ref()).map_or_else(|| limits.run.to_string(), str::to_owned);
    let start =
        filled(timeout.start.as_ref()).map_or_else(|| limits.start.to_string(), str::to_owned);
    let idle = filled(timeout.idle.as_ref())
        .map(|idle| format!(", idle {idle}"))
        .unwrap_or_default();
    let memory = filled(draft.file.limits.memory.as_ref())
        .filter(|_| draft.file.kind != Kind::Steps)
        .map(|memory| format!(", memory {memory}"))
        .unwrap_or_default();
    format!("run {run}, start {start}{idle}{memory}")
}

fn retry_words(draft: &Draft) -> String {
    match draft.retries.trim() {
        "" | "0" => "none".to_owned(),
        count => format!("up to {count}"),
    }
}

fn end_words(draft: &Draft) -> String {
    let shot = match draft.file.artifacts.screenshot {
        KeepScreenshot::OnFailure => "screenshot when it fails",
        KeepScreenshot::Always => "always a screenshot",
        KeepScreenshot::Never => "no screenshot",
    };
    let window = match draft.file.visible {
        Some(true) => ", visible window",
        Some(false) => ", no window",
        None => "",
    };
    format!("{shot}{window}")
}

/// Whether Drover records what the script does not record by itself.
fn recording(props: &PartProps, what: Recording) -> Html {
    let PartProps { draft, onaction } = props;
    let (key, label) = (what.key(), what.label());
    let value = screenshot_key(what.of(&draft.file.artifacts).into());
    let onchange = onaction.reform(move |key: String| {
        let keep = match key.as_str() {
            "always" => Keep::Always,
            "on-failure" => Keep::OnFailure,
            _ => Keep::Never,
        };
        DraftAction::Record(what, keep)
    });
    html! {
        <Select id={field_id(&format!("artifacts.{key}"))} {label} {value} testid={format!("task-{key}")} {onchange}
            choices={vec![Choice::new("never", "Never"), Choice::new("on-failure", "When it fails"), Choice::new("always", "Always")]} />
    }
}

fn screenshot_key(keep: KeepScreenshot) -> &'static str {
    match keep {
        KeepScreenshot::Always => "always",
        KeepScreenshot::OnFailure => "on-failure",
        KeepScreenshot::Never => "never",
    }
}

fn lost_key(policy: OnLost) -> &'static str {
    match policy {
        OnLost::Fail => "fail",
        OnLost::Retry => "retry",
        OnLost::Ask => "ask",
    }
}

fn visible_key(visible: Option<bool>) -> &'static str {
    match visible {
        Some(true) => "visible",
        Some(false) => "hidden",
        None => "setting",
    }
}
