//! Says what was started, and leads there.

use drover_model::RunRow;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::format::plural;
use crate::hooks::ToastHandle;
use crate::route::{Route, RunsQuery};

pub(super) fn started(toasts: &ToastHandle, navigator: &Navigator, rows: &[RunRow]) {
    let Some(first) = rows.first() else {
        return toasts.info("No profile matches, so nothing was started");
    };
    let (navigator, first, alone) = (navigator.clone(), first.clone(), rows.len() == 1);
    let show = Callback::from(move |()| {
        if alone {
            let id = first.id.to_string();
            return navigator.push(&Route::Run { id });
        }
        let query = RunsQuery {
            task: Some(first.task.to_string()),
            ..RunsQuery::default()
        };
        navigator.push_with_query(&Route::Runs, &query).ok(); // a query of plain texts can be written
    });
    toasts.with_action(
        format!("{} queued", plural(rows.len() as u64, "run")),
        "Show",
        show,
    );
}
