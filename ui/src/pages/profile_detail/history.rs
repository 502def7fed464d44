//! The runs of one profile.

use std::rc::Rc;

use drover_model::request::ListRuns;
use drover_model::{Fact, Profile};
use yew::prelude::*;

use crate::components::EmptyState;
use crate::hooks::use_query;
use crate::pages::runs::RunsGrid;
use crate::state::render_remote;

#[derive(PartialEq, Properties)]
pub(super) struct HistoryProps {
    pub profile: Rc<Profile>,
}

#[component]
pub(super) fn History(props: &HistoryProps) -> Html {
    let question = ListRuns {
        profile: Some(props.profile.id.to_string()),
        limit: 500,
        ..ListRuns::default()
    };
    let runs = use_query(question, 0, |_, fact: &Fact| {
        matches!(
            fact,
            Fact::RunQueued { .. } | Fact::RunMoved { .. } | Fact::RunChanged { .. }
        )
    });
    render_remote(
        &runs.remote,
        "The runs could not be loaded",
        &runs.onreload,
        |list| {
            html! {
                if list.rows.is_empty() {
                    <EmptyState icon="history" title="Nothing has run here yet" text="The runs of this profile appear here when a task starts in it." />
                } else {
                    <RunsGrid list={list.clone()} />
                }
            }
        },
    )
}
