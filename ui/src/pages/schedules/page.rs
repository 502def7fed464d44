//! The views of what runs by itself.

use drover_model::request::{BatchList, ScheduleList};
use yew::prelude::*;
use yew_router::prelude::*;

use super::batches::Batches;
use super::calendar::CalendarTab;
use super::list::List;
use super::trash::Trash;
use crate::components::{Button, ButtonTone, Page, TabItem, Tabs};
use crate::hooks::{AreaProvider, use_action, use_area};
use crate::keymap::Action;
use crate::route::{Route, TabQuery};

/// The tab of an address that names none.
const FIRST_TAB: &str = "list";

#[component]
pub fn Schedules() -> Html {
    html! {
        <AreaProvider<ScheduleList>><AreaProvider<BatchList>><Known /></AreaProvider<BatchList>></AreaProvider<ScheduleList>>
    }
}

#[component]
fn Known() -> Html {
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let location = use_location().expect("BUG: pages are inside the router");
    let (schedules, batches) = (use_area::<ScheduleList>(), use_area::<BatchList>());
    let tab = location.query::<TabQuery>().unwrap_or_default().tab;
    let tab = AttrValue::from(tab.unwrap_or_else(|| FIRST_TAB.to_owned()));
    let onnew = use_callback(navigator.clone(), |(): (), navigator| {
        navigator.push(&Route::NewSchedule);
    });
    use_action(Action::New, Some(onnew.clone()));
    let onchoose = use_callback(navigator, |id: AttrValue, navigator| {
        let tab = Some(id.to_string()).filter(|id| id != FIRST_TAB);
        navigator
            .replace_with_query(&Route::Schedules, &TabQuery { tab })
            .ok(); // a query of plain words can be written
    });
    let count = schedules.data().map_or(0, |list| list.rows.len() as u64);
    let going = batches.data().map_or(0, |list| list.rows.len() as u64);
    let mut fans = TabItem::new("batches", "Batches").icon("layers");
    if going > 0 {
        fans = fans.count(going);
    }
    let onclick = onnew.reform(|_: MouseEvent| ());
    let actions = html! {
        <Button label="New schedule" icon="plus" tone={ButtonTone::Primary} keys="n" {onclick} testid="schedule-new" />
    };
    html! {
        <Page title="Schedules" count={Some(count)} {actions} fixed={true}>
            <Tabs label="Schedules" chosen={tab.clone()} {onchoose} testid="schedules-tab" tabs={vec![
                TabItem::new(FIRST_TAB, "List").icon("list"),
                TabItem::new("calendar", "Calendar").icon("calendar"),
                fans,
                TabItem::new("trash", "Trash").icon("trash-2"),
            ]} />
            <div class={classes!("tab-panel", (tab == FIRST_TAB).then_some("tab-panel--fixed"))} role="tabpanel" id={format!("panel-{tab}")} aria-labelledby={format!("tab-{tab}")}>
                { match tab.as_str() {
                    "calendar" => html! { <CalendarTab /> },
                    "batches" => html! { <Batches /> },
                    "trash" => html! { <Trash /> },
                    _ => html! { <List {onnew} /> },
                } }
            </div>
        </Page>
    }
}
