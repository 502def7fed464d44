//! Rows of extra headers: a name and a value each.

use yew::prelude::*;

use crate::components::{Button, Icon, IconButton, Input, Words};
use crate::state::profiles::{FormAction, HeaderRow, OverrideEdit, ProfileForm};

pub(super) fn header_rows(form: &ProfileForm, onaction: &Callback<FormAction>) -> Html {
    let act = |edit: OverrideEdit| {
        onaction.reform(move |_: MouseEvent| FormAction::Overrides(edit.clone()))
    };
    let edit = |index: usize, row: &HeaderRow, change: fn(&mut HeaderRow, String)| {
        let row = row.clone();
        onaction.reform(move |text: String| {
            let mut next = row.clone();
            change(&mut next, text);
            FormAction::Overrides(OverrideEdit::Header(index, next))
        })
    };
    html! {
        <fieldset class="field">
            <legend class="field__label">{ "Extra headers" }<span class="field__optional">{ " (optional)" }</span></legend>
            <div class="rows">
            for (index, row) in form.overrides.headers.iter().enumerate() {
                <div class="param__line param__line--env" key={index}>
                    <Input id={if index == 0 { "profile-overrides-headers".to_owned() } else { format!("profile-header-{index}") }} aria_label={format!("Name of header {}", index + 1)}
                        mono={true} placeholder="X-Team" value={row.name.clone()} oninput={edit(index, row, |row, text| row.name = text)} testid={format!("profile-header-{index}-name")} />
                    <Input id={format!("profile-header-{index}-value")} aria_label={format!("Value of header {}", index + 1)}
                        mono={true} placeholder="value" value={row.value.clone()} oninput={edit(index, row, |row, text| row.value = text)} testid={format!("profile-header-{index}-value")} />
                    <IconButton icon="x" label={format!("Remove header {}", index + 1)} small={true} onclick={act(OverrideEdit::RemoveHeader(index))} />
                </div>
            }
            </div>
            <div class="row row--wrap">
                <Button label="Add header" icon="plus" small={true} onclick={act(OverrideEdit::AddHeader)} testid="profile-header-add" />
                if let Some(error) = form.error("overrides.headers") {
                    <span class="field__error" role="alert"><Icon name="circle-alert" /><span><Words text={error} /></span></span>
                } else {
                    <span class="field__hint">{ "Sent with every request, and kept in plain text: no place for secrets." }</span>
                }
            </div>
        </fieldset>
    }
}
