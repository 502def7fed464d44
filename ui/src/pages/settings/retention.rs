//! How long ended runs and their files are kept, what would go now, and letting it go.

use drover_model::request::PreviewRetention;
use drover_model::{Fact, Settings as Values};
use yew::prelude::*;

use super::number::NumberSetting;
use super::page::SectionState;
use super::remove_now::RemoveNow;
use super::row::{Section, SettingRow};
use crate::components::Button;
use crate::format;
use crate::hooks::use_query;
use crate::state::render_remote;
use crate::state::runs::{goes_words, stays_words};

#[component]
pub(super) fn Retention(props: &SectionState) -> Html {
    let asking = use_state_eq(|| false);
    // Every run folder is measured for it, so only what changes the rules asks again.
    let preview = use_query(PreviewRetention {}, 0, |_, fact: &Fact| {
        matches!(fact, Fact::SettingsChanged)
    });
    let change = |apply: fn(&mut Values, u32)| {
        let (values, save) = (props.values.clone(), props.save.clone());
        Callback::from(move |number: u32| {
            let mut next = (*values).clone();
            apply(&mut next, number);
            save.emit(next);
        })
    };
    let onask = use_callback(asking.setter(), |_: MouseEvent, asking| asking.set(true));
    let onlook = preview.onreload.reform(|_: MouseEvent| ());
    let onclose = use_callback(
        (asking.setter(), preview.onreload.clone()),
        |(): (), (asking, reload)| {
            asking.set(false);
            reload.emit(());
        },
    );
    let values = &props.values;
    let (days, most) = (Values::MAX_KEEP_DAYS, Values::MAX_KEEP_MIB);
    html! {
        <>
            <Section title="Ended runs">
                <NumberSetting id="keep-files-days" label="Keep logs and files for" hint="Days after the end of a run. The run itself stays in the list." min={1} max={days}
                    value={values.keep_files_days} onchange={change(|values, number| values.keep_files_days = number)} />
                <NumberSetting id="keep-failed-files-days" label="Keep those of failed runs for" hint="Days. Also for runs that ran into a time limit or were lost." min={1} max={days}
                    value={values.keep_failed_files_days} onchange={change(|values, number| values.keep_failed_files_days = number)} />
                <NumberSetting id="keep-files-mib" label="Keep at most" hint={format!("MiB of logs and files altogether, which is {}. Beyond that the oldest go first, whatever their age.", format::size(u64::from(values.keep_files_mib) << 20))}
                    min={1} max={most} value={values.keep_files_mib} onchange={change(|values, number| values.keep_files_mib = number)} />
                <NumberSetting id="keep-runs-days" label="Forget runs after" hint="Days. Nothing of them is left then. Pinned runs stay, with their files." min={1} max={days}
                    value={values.keep_runs_days} onchange={change(|values, number| values.keep_runs_days = number)} />
            </Section>
            <Section title="Now">
                { render_remote(&preview.remote, "What would go could not be found out", &preview.onreload, |found| html! {
                    <SettingRow label={goes_words(found)} hint={stays_words(found)}>
                        <span class="row" data-testid="retention-preview">
                            <Button label="Look again" icon="refresh-cw" small={true} onclick={onlook.clone()} testid="retention-look" />
                            if found.runs > 0 || found.files_of > 0 {
                                <Button label="Remove it now…" icon="trash-2" small={true} onclick={onask.clone()} testid="retention-run" />
                            }
                        </span>
                        if *asking { <RemoveNow found={**found} onclose={onclose.clone()} /> }
                    </SettingRow>
                }) }
            </Section>
        </>
    }
}
