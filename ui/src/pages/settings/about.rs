//! Version, licences, keys.

use drover_model::machine::AppInfo;
use yew::prelude::*;

use super::row::{Section, SettingRow};
use crate::components::Kbd;
use crate::hooks::use_area;

#[component]
pub(super) fn About() -> Html {
    let info = use_area::<AppInfo>();
    html! {
        <Section title="About Drover">
            if let Some(info) = info.data() {
                <SettingRow label="Version"><span class="mono selectable">{ &info.version }</span></SettingRow>
            }
            <SettingRow label="Licence" hint="MIT or Apache-2.0, at your choice. Icons: Lucide (ISC). Fonts: Inter and JetBrains Mono (OFL)." >{ Html::default() }</SettingRow>
            <SettingRow label="Keys" hint="All keys on one sheet."><Kbd keys="?" /></SettingRow>
            <SettingRow label="What it does not do" hint="Drover runs stock Chrome. It does not hide automation, solve CAPTCHAs or change fingerprints. Nothing leaves this machine without a click or a step of a task.">{ Html::default() }</SettingRow>
        </Section>
    }
}
