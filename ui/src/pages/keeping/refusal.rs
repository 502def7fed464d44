//! Work that is under way, and work that was refused.

use drover_model::{Code, CommandError};
use yew::prelude::*;

use crate::components::{Button, Callout, ErrorCallout, Icon, Tone, Words};
use crate::format;
use crate::hooks::Job;

/// Says what is being done, with what may take long about it.
pub(super) fn working(text: &'static str) -> Html {
    html! { <p class="row second" role="status" data-testid="working"><Icon name="loader" turning={true} />{ text }</p> }
}

/// The error in words, under `title`, which says what was not done. A profile that is in use is no failure: it only
/// has to be closed first.
pub(super) fn refusal(title: &'static str, error: &CommandError, onretry: &Callback<()>) -> Html {
    if error.code != Code::InUse {
        return html! { <ErrorCallout {title} error={error.clone()} onretry={Some(onretry.clone())} /> };
    }
    let onclick = onretry.reform(|_: MouseEvent| ());
    let actions = html! { <Button label="Try again" icon="refresh-cw" small={true} {onclick} testid="retry" /> };
    html! {
        <Callout tone={Tone::Warn} {title} {actions} testid="in-use">
            <p class="selectable"><Words text={format::sentence(&error.message)} /></p>
            if let Some(hint) = &error.hint { <p class="selectable"><Words text={format::sentence(hint)} /></p> }
        </Callout>
    }
}

/// The refusal as the problem of one field, when it is about that field.
pub(super) fn field_problem(job: &Job, field: &str) -> Option<AttrValue> {
    let error = job
        .refusal()
        .filter(|error| error.field.as_deref() == Some(field))?;
    let hint = error.hint.as_deref().map(format::sentence);
    let words = [Some(format::sentence(&error.message)), hint];
    Some(
        words
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
            .into(),
    )
}
