//! The section itself: snapshots at the left, disk use and copies at the right.

use std::rc::Rc;

use drover_model::request::{GetUsage, ListSnapshots};
use drover_model::{Fact, Profile};
use yew::prelude::*;

use super::copies::Copies;
use super::snapshots::Snapshots;
use super::usage::UsagePanel;
use crate::hooks::use_query;
use crate::state::render_remote;

#[derive(PartialEq, Properties)]
pub(in crate::pages) struct DiskTabProps {
    pub profile: Rc<Profile>,
}

#[component]
pub(in crate::pages) fn DiskTab(props: &DiskTabProps) -> Html {
    let profile = props.profile.id.to_string();
    let snapshots = use_query(
        ListSnapshots {
            profile: profile.clone(),
        },
        0,
        |asked, fact: &Fact| matches!(fact, Fact::ProfileChanged { profile } if profile.to_string() == asked.profile),
    );
    // Measuring walks through all files, so no fact starts it.
    let usage = use_query(GetUsage { profile }, 0, |_, _: &Fact| false);
    let onchanged = use_callback(
        (snapshots.onreload.clone(), usage.onreload.clone()),
        |(): (), (snapshots, usage)| {
            snapshots.emit(());
            usage.emit(());
        },
    );
    html! {
        <div class="two-panels keep">
            { render_remote(&snapshots.remote, "The snapshots could not be loaded", &snapshots.onreload, |list| html! {
                <Snapshots profile={props.profile.clone()} list={list.clone()} onchanged={onchanged.clone()} />
            }) }
            <div class="stack">
                { render_remote(&usage.remote, "The files could not be measured", &usage.onreload, |usage| html! {
                    <UsagePanel profile={props.profile.clone()} usage={**usage} onchanged={onchanged.clone()} />
                }) }
                <Copies profile={props.profile.clone()} />
            </div>
        </div>
    }
}
