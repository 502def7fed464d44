//! Loads the task, or begins with a kept draft or an empty one.

use drover_model::Code;
use drover_model::request::GetTask;
use drover_model::task::Kind;
use yew::prelude::*;
use yew_router::prelude::*;

use super::editor::Editor;
use super::shelf;
use crate::components::{EmptyState, Page};
use crate::hooks::use_query;
use crate::route::Route;
use crate::state::draft::Draft;
use crate::state::{Remote, render_remote};

#[derive(PartialEq, Properties)]
pub struct ComposerProps {
    /// A stored task, or nothing for a new one.
    pub id: Option<String>,
}

#[component]
pub fn Composer(props: &ComposerProps) -> Html {
    match &props.id {
        Some(id) => html! { <Stored id={id.clone()} /> },
        None => html! { <Fresh /> },
    }
}

#[component]
fn Fresh() -> Html {
    let begun = use_memo((), |()| shelf::take(shelf::NEW));
    let kept = begun.as_ref().as_ref().is_some_and(|begun| begun.left);
    let draft = (*begun)
        .clone()
        .map_or_else(|| Draft::new(Kind::Playwright), |begun| begun.draft);
    html! { <Editor {draft} {kept} fallback={Draft::new(Kind::Playwright)} /> }
}

#[derive(PartialEq, Properties)]
struct StoredProps {
    id: String,
}

#[component]
fn Stored(props: &StoredProps) -> Html {
    let kept = use_memo(props.id.clone(), |id| shelf::take(id));
    let query = use_query(
        GetTask {
            task: props.id.clone(),
            version: None,
        },
        0,
        |_, _| false,
    );
    if matches!(&query.remote, Remote::Failed(error) if error.code == Code::TaskNotFound) {
        return html! {
            <Page title="Task">
                <EmptyState icon="list-checks" title="This task does not exist" text="It may have been removed for good, or the address is old.">
                    <Link<Route> to={Route::Tasks} classes="btn">{ "All tasks" }</Link<Route>>
                </EmptyState>
            </Page>
        };
    }
    match &query.remote {
        Remote::Ready(task, _) => {
            let stored = Draft::from_task(task);
            html! { <Editor draft={(*kept).clone().map_or_else(|| stored.clone(), |kept| kept.draft)} kept={kept.is_some()} fallback={stored} /> }
        }
        remote => html! {
            <Page title="Task">{ render_remote(remote, "The task could not be loaded", &query.onreload, |_| Html::default()) }</Page>
        },
    }
}
