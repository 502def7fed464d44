//! The frame of the page: name, actions, tabs.

use std::rc::Rc;

use drover_model::request::{GetProfile, OpenBrowser, TaskSummary};
use drover_model::{Code, Fact, Profile};
use yew::prelude::*;
use yew_router::prelude::*;

use super::history::History;
use super::overview::Overview;
use super::settings::ProfileSettings;
use crate::components::{
    Badge, Button, ButtonTone, EmptyState, Icon, Menu, MenuItem, Page, TabItem, Tabs, Tone,
};
use crate::hooks::{BrowserDesk, use_action, use_area, use_browser_desk, use_query};
use crate::keymap::Action;
use crate::pages::attach::AttachTool;
use crate::pages::browsers::{BrowserButton, BrowserLine};
use crate::pages::keeping::{CookiesTab, DiskTab, ExtensionsTab};
use crate::pages::profiles::{ExportDialog, ProfileDialog, ProfileEditor, use_profile_actions};
use crate::pages::start::StartDialog;
use crate::route::{Route, TabQuery};
use crate::state::profiles::ProfileForm;
use crate::state::{Remote, browsers, render_remote};

/// The tab of an address that names none.
const FIRST_TAB: &str = "overview";
const TABS: [&str; 6] = [
    FIRST_TAB,
    "settings",
    "cookies",
    "extensions",
    "disk",
    "history",
];

#[derive(PartialEq, Properties)]
pub struct ProfileDetailProps {
    pub id: String,
}

#[component]
pub fn ProfileDetail(props: &ProfileDetailProps) -> Html {
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let tasks = use_area::<Vec<TaskSummary>>();
    let (running, desk) = (use_area::<Vec<OpenBrowser>>(), use_browser_desk());
    let tab = use_tab();
    let dialog = use_state_eq(|| None::<ProfileDialog>);
    let actions = use_profile_actions();
    let query = use_query(
        GetProfile {
            profile: props.id.clone(),
        },
        0,
        |_, fact: &Fact| matches!(fact, Fact::ProfileChanged { .. } | Fact::RunMoved { .. }),
    );
    let profile = query.data().cloned();
    let living = profile
        .clone()
        .filter(|profile| profile.removed_at.is_none());

    let open = |make: fn(&Profile) -> ProfileDialog| {
        living.clone().map(|profile| {
            let dialog = dialog.setter();
            Callback::from(move |()| dialog.set(Some(make(&profile))))
        })
    };
    let run = open(|profile| ProfileDialog::Run(vec![profile.name.to_string()]));
    let edit = open(|profile| ProfileDialog::Edit(Box::new(ProfileForm::from_profile(profile))));
    let export = open(|profile| ProfileDialog::Export(vec![profile.id]));
    let duplicate = living
        .clone()
        .map(|profile| actions.duplicate.reform(move |()| (*profile).clone()));
    let remove = living.clone().map(|profile| {
        let (remove, navigator) = (actions.remove.clone(), navigator.clone());
        Callback::from(move |()| {
            remove.emit(vec![profile.id]);
            navigator.push(&Route::Profiles);
        })
    });
    use_action(Action::Run, run.clone());
    use_action(Action::Edit, edit.clone());
    use_action(Action::Duplicate, duplicate.clone());
    use_action(Action::Remove, remove.clone());
    let (onopen, onclosebrowser) = {
        let (for_open, for_close) = (desk.clone(), desk.clone());
        let closable = |profile: &Rc<Profile>| {
            let browser = running
                .data()
                .and_then(|list| browsers::of(list, profile.id));
            browser.is_some_and(|browser| browsers::can_close(browser.state))
        };
        (
            living.clone().map(move |profile| {
                Callback::from(move |()| for_open.open(profile.id, &profile.name))
            }),
            living.clone().filter(closable).map(move |profile| {
                Callback::from(move |()| for_close.close(profile.id, &profile.name, false))
            }),
        )
    };
    use_action(Action::OpenBrowser, onopen);
    use_action(Action::CloseBrowser, onclosebrowser);
    let onchoose = {
        let (navigator, route) = (
            navigator.clone(),
            Route::Profile {
                id: props.id.clone(),
            },
        );
        Callback::from(move |id: AttrValue| {
            if id == FIRST_TAB {
                return navigator.replace(&route);
            }
            let tab = Some(id.to_string());
            navigator.replace_with_query(&route, &TabQuery { tab }).ok(); // a query of plain words can be written
        })
    };
    let onback = use_callback(navigator, |(): (), navigator| {
        navigator.push(&Route::Profiles);
    });
    use_action(Action::Back, Some(onback));

    let onclose = use_callback(dialog.setter(), |(): (), dialog| dialog.set(None));
    let title = profile
        .as_ref()
        .map_or_else(|| "Profile".to_owned(), |profile| profile.name.to_string());
    let head = html! {
        <div class="crumbs">
            <Link<Route> to={Route::Profiles} classes="back"><Icon name="chevron-left" />{ "Profiles" }</Link<Route>>
            <span class="crumbs__name" data-testid="profile-title">{ &title }</span>
            if profile.as_ref().is_some_and(|profile| profile.removed_at.is_some()) {
                <Badge label="In the trash" icon={Some("trash-2")} tone={Tone::Warn} />
            }
        </div>
    };
    let page_actions = match (run, edit, duplicate, export, remove, &profile) {
        (Some(run), Some(edit), Some(duplicate), Some(export), Some(remove), Some(profile)) => {
            html! {
                <>
                    <Menu label="More actions" items={vec![
                        MenuItem::new("Duplicate", "copy", duplicate).keys("d"),
                        MenuItem::new("Export", "upload", export),
                        MenuItem::new("Remove", "trash-2", remove).danger().keys("Delete"),
                    ]} />
                    <AttachTool target={target(&desk, running.data(), profile)} what={profile.name.to_string()} keyed={true} />
                    <Button label="Edit" icon="pencil" keys="e" onclick={edit.reform(|_: MouseEvent| ())} testid="profile-edit" />
                    <BrowserButton profile={profile.id} name={profile.name.clone()} keys={true} />
                    <Button label="Run task…" icon="play" keys="r" tone={ButtonTone::Primary} onclick={run.reform(|_: MouseEvent| ())} testid="profile-run" />
                </>
            }
        }
        (.., Some(profile)) => {
            let id = profile.id;
            html! { <Button label="Restore" icon="undo-2" onclick={actions.restore.reform(move |_: MouseEvent| vec![id])} testid="profile-restore" /> }
        }
        _ => Html::default(),
    };
    let runs = |profile: &&Rc<Profile>| {
        running
            .data()
            .is_some_and(|list| browsers::of(list, profile.id).is_some())
    };
    let bar = living
        .as_ref()
        .filter(runs)
        .map(|profile| html! { <BrowserLine profile={profile.id} name={profile.name.clone()} /> });
    let missing =
        matches!(&query.remote, Remote::Failed(error) if error.code == Code::ProfileNotFound);
    html! {
        <Page {title} head={Some(head)} actions={page_actions} {bar} fixed={true}>
            if missing {
                <EmptyState icon="users" title="This profile does not exist" text="It may have been removed for good, or the address is old.">
                    <Link<Route> to={Route::Profiles} classes="btn">{ "All profiles" }</Link<Route>>
                </EmptyState>
            } else {
                { render_remote(&query.remote, "The profile could not be loaded", &query.onreload, |profile: &Rc<Profile>| html! {
                    <>
                        <Tabs label="Profile" chosen={tab.clone()} {onchoose} testid="profile-tab" tabs={vec![
                            TabItem::new("overview", "Overview").icon("info"),
                            TabItem::new("settings", "Settings").icon("settings"),
                            TabItem::new("cookies", "Cookies").icon("cookie"),
                            TabItem::new("extensions", "Extensions").icon("package"),
                            TabItem::new("disk", "Snapshots and disk").icon("hard-drive"),
                            TabItem::new("history", "History").icon("history"),
                        ]} />
                        <div class="tab-panel" role="tabpanel" id={format!("panel-{tab}")} aria-labelledby={format!("tab-{tab}")}>
                            { match tab.as_str() {
                                "settings" => html! { <ProfileSettings key={profile.updated_at.to_string()} profile={profile.clone()} /> },
                                "cookies" | "extensions" | "disk" if profile.removed_at.is_some() => html! {
                                    <EmptyState icon="trash-2" title="This profile is in the trash" text="Restore it first; its browser data is still there." />
                                },
                                "cookies" => html! { <CookiesTab key={profile.id.to_string()} profile={profile.clone()} /> },
                                "extensions" => html! { <ExtensionsTab key={profile.id.to_string()} profile={profile.clone()} /> },
                                "disk" => html! { <DiskTab key={profile.id.to_string()} profile={profile.clone()} /> },
                                "history" => html! { <History profile={profile.clone()} /> },
                                _ => html! { <Overview profile={profile.clone()} /> },
                            } }
                        </div>
                    </>
                }) }
            }
            { match &*dialog {
                Some(ProfileDialog::Edit(form)) => html! { <ProfileEditor form={(**form).clone()} {onclose} /> },
                Some(ProfileDialog::Run(profiles)) => {
                    let tasks: Rc<[_]> = tasks.data().iter().flat_map(|tasks| tasks.iter()).map(|summary| summary.task.clone()).collect();
                    html! { <StartDialog {tasks} profiles={profiles.clone()} {onclose} /> }
                }
                Some(ProfileDialog::Export(profiles)) => html! { <ExportDialog profiles={profiles.clone()} {onclose} /> },
                Some(ProfileDialog::Import | ProfileDialog::Bring(_) | ProfileDialog::SaveSet(_)) | None => Html::default(),
            } }
        </Page>
    }
}

/// What a tool is attached to from here.
fn target(desk: &BrowserDesk, running: Option<&Rc<Vec<OpenBrowser>>>, profile: &Profile) -> String {
    let browser = running.and_then(|list| browsers::of(list, profile.id));
    desk.desk().target(profile.id, browser)
}

/// The tab that the address names.
#[hook]
fn use_tab() -> AttrValue {
    let location = use_location().expect("BUG: pages are inside the router");
    let query = location.query::<TabQuery>().unwrap_or_default();
    let known = query.tab.filter(|tab| TABS.contains(&tab.as_str()));
    AttrValue::from(known.unwrap_or_else(|| FIRST_TAB.to_owned()))
}
