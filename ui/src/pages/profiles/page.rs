//! The list of profiles.

use std::rc::Rc;

use drover_model::request::{ListProfiles, OpenBrowser, ProfileList, TaskSummary};
use drover_model::{Fact, Profile, ProfileId, Task};
use yew::prelude::*;
use yew_router::prelude::*;

use super::actions::{closing, opening};
use super::cells::{COLUMNS, row};
use super::empty::NoProfiles;
use super::save_set::SaveSetDialog;
use super::{ExportDialog, Finder, ProfileDialog, ProfileEditor, use_profile_actions};
use crate::components::{
    BulkBar, Button, ButtonTone, Choice, DataGrid, Menu, MenuItem, Page, Row, Segments,
};
use crate::hooks::{use_action, use_area, use_browser_desk, use_now, use_query, use_toasts};
use crate::keymap::Action;
use crate::pages::ImportDialog;
use crate::pages::keeping::{Bring, bring_dialog};
use crate::pages::start::{StartDialog, focused_row, use_landing};
use crate::route::Route;
use crate::state::profiles::{ProfileForm, Select, Selection};
use crate::state::{Load, browsers, render_remote};

/// Rows that the window holds; more than this need the filter.
const AT_MOST: u32 = 20_000;
/// Milliseconds after the last key before the filter is asked for.
const PAUSE: u32 = 80;
/// Tags offered beside the filter.
const OFFERED_TAGS: usize = 8;

#[component]
pub fn Profiles() -> Html {
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let tasks = use_area::<Vec<TaskSummary>>();
    let (running, desk) = (use_area::<Vec<OpenBrowser>>(), use_browser_desk());
    let toasts = use_toasts();
    let filter = use_state_eq(String::new);
    let trash = use_state_eq(|| false);
    let dialog = use_state_eq(|| None::<ProfileDialog>);
    let selection = use_reducer_eq(Selection::<ProfileId>::default);
    let actions = use_profile_actions();
    let now = use_now(30_000);
    let question = ListProfiles {
        filter: filter.trim().to_owned(),
        removed: *trash,
        offset: 0,
        limit: AT_MOST,
    };
    let query = use_query(question, PAUSE, |_, fact: &Fact| {
        ProfileList::stale_by(fact)
    });

    let list = query.data().cloned();
    use_landing("profiles", list.is_some());
    let ids: Rc<Rc<[ProfileId]>> = use_memo(list.clone(), |list| {
        list.iter()
            .flat_map(|list| &list.rows)
            .map(|profile| profile.id)
            .collect()
    });
    use_effect_with(
        ((*ids).clone(), selection.dispatcher()),
        |(ids, selection)| selection.dispatch(Select::Keep(ids.clone())),
    );

    // What a key or the bulk bar acts on: the selected rows, else the one with the focus.
    let picked = {
        let (list, selection) = (list.clone(), selection.clone());
        move || -> Vec<Profile> {
            let focused = focused_row("profiles");
            let wanted = |profile: &&Profile| {
                if selection.ids.is_empty() {
                    focused.as_deref() == Some(&profile.id.to_string())
                } else {
                    selection.ids.contains(&profile.id)
                }
            };
            list.iter()
                .flat_map(|list| &list.rows)
                .filter(wanted)
                .cloned()
                .collect()
        }
    };
    let with_picked = |act: Callback<Vec<Profile>>| {
        let picked = picked.clone();
        Callback::from(move |()| {
            let profiles = picked();
            if !profiles.is_empty() {
                act.emit(profiles);
            }
        })
    };
    let open = |make: fn(Vec<Profile>) -> Option<ProfileDialog>| {
        let dialog = dialog.setter();
        with_picked(Callback::from(move |profiles| dialog.set(make(profiles))))
    };
    let onnew = use_callback(dialog.setter(), |(): (), dialog| {
        dialog.set(Some(ProfileDialog::Edit(Box::default())));
    });
    let onrun = open(|profiles| {
        Some(ProfileDialog::Run(
            profiles
                .iter()
                .map(|profile| profile.name.to_string())
                .collect(),
        ))
    });
    let onset = open(|profiles| {
        let names = profiles.iter().map(|profile| profile.name.to_string());
        Some(ProfileDialog::SaveSet(names.collect()))
    });
    let onexport = open(|profiles| {
        Some(ProfileDialog::Export(
            profiles.iter().map(|profile| profile.id).collect(),
        ))
    });
    let onopenpicked = with_picked(opening(&desk, &toasts));
    let onclosepicked = with_picked(closing(&desk, running.data().cloned()));
    let onremove = with_picked(
        actions
            .remove
            .reform(|profiles: Vec<Profile>| profiles.iter().map(|profile| profile.id).collect()),
    );
    let onrestore = with_picked(
        actions
            .restore
            .reform(|profiles: Vec<Profile>| profiles.iter().map(|profile| profile.id).collect()),
    );
    let onduplicate = {
        let duplicate = actions.duplicate.clone();
        with_picked(Callback::from(move |profiles: Vec<Profile>| {
            for profile in profiles {
                duplicate.emit(profile);
            }
        }))
    };
    let onall = use_callback(
        ((*ids).clone(), selection.dispatcher()),
        |(): (), (ids, selection)| selection.dispatch(Select::All(ids.clone())),
    );
    let onclear = use_callback(selection.dispatcher(), |(): (), selection| {
        selection.dispatch(Select::Clear);
    });
    let living = !*trash;
    use_action(Action::New, Some(onnew.clone()));
    use_action(
        Action::Edit,
        living.then(|| {
            open(|profiles| {
                profiles.first().map(|profile| {
                    ProfileDialog::Edit(Box::new(ProfileForm::from_profile(profile)))
                })
            })
        }),
    );
    use_action(Action::Duplicate, living.then_some(onduplicate));
    use_action(Action::Run, living.then(|| onrun.clone()));
    use_action(Action::Remove, living.then(|| onremove.clone()));
    use_action(Action::OpenBrowser, living.then(|| onopenpicked.clone()));
    use_action(Action::CloseBrowser, living.then(|| onclosepicked.clone()));
    use_action(Action::SelectAll, Some(onall));
    use_action(
        Action::Back,
        (!selection.ids.is_empty()).then(|| onclear.clone()),
    );

    let onopen = use_callback(
        (list.clone(), navigator),
        |index: usize, (list, navigator)| {
            if let Some(profile) = list.as_ref().and_then(|list| list.rows.get(index)) {
                navigator.push(&Route::Profile {
                    id: profile.id.to_string(),
                });
            }
        },
    );
    let onselect = use_callback(
        ((*ids).clone(), selection.dispatcher()),
        |(index, extend): (usize, bool), (rows, selection)| {
            selection.dispatch(Select::Row {
                index,
                extend,
                rows: rows.clone(),
            });
        },
    );
    let onselectall = use_callback(
        ((*ids).clone(), selection.dispatcher()),
        |on: bool, (rows, selection)| {
            selection.dispatch(if on {
                Select::All(rows.clone())
            } else {
                Select::Clear
            });
        },
    );
    let row_deps = (
        list.clone(),
        (*selection).clone(),
        now,
        actions.clone(),
        dialog.setter(),
        running.data().cloned(),
    );
    let row = use_callback(
        row_deps,
        |index: usize, (list, selection, now, actions, dialog, running)| {
            let Some(profile) = list.as_ref().and_then(|list| list.rows.get(index)) else {
                return Row::default();
            };
            let items = menu(
                profile,
                actions,
                &Callback::from({
                    let dialog = dialog.clone();
                    move |next| dialog.set(Some(next))
                }),
            );
            let browser = running
                .as_ref()
                .and_then(|running| browsers::of(running, profile.id));
            let selected = selection.ids.contains(&profile.id);
            row(profile, browser, *now, selected, items)
        },
    );

    let onfilter = use_callback(filter.setter(), |text: String, filter| filter.set(text));
    let onunfilter = use_callback(filter.setter(), |_: MouseEvent, filter| {
        filter.set(String::new());
    });
    let onview = use_callback(
        (trash.setter(), selection.dispatcher()),
        |view: AttrValue, (trash, selection)| {
            selection.dispatch(Select::Clear);
            trash.set(view == "trash");
        },
    );
    let onimport = use_callback(dialog.setter(), |_: MouseEvent, dialog| {
        dialog.set(Some(ProfileDialog::Import));
    });
    let bring = |from: Bring| {
        let dialog = dialog.setter();
        Callback::from(move |()| dialog.set(Some(ProfileDialog::Bring(from))))
    };
    let more = vec![
        MenuItem::new("Import bundle…", "package", bring(Bring::Bundle)).testid("import-bundle"),
        MenuItem::new("Import from a browser…", "globe", bring(Bring::Browser))
            .testid("import-browser"),
    ];
    let onexportall = use_callback(dialog.setter(), |_: MouseEvent, dialog| {
        dialog.set(Some(ProfileDialog::Export(Vec::new())));
    });
    let onclose = use_callback(dialog.setter(), |(): (), dialog| dialog.set(None));
    let click = |callback: &Callback<()>| callback.reform(|_: MouseEvent| ());

    let page_actions = html! {
        <>
            if list.as_ref().is_some_and(|list| list.total > 0) {
                <Button label="Export all" icon="upload" tone={ButtonTone::Quiet} onclick={onexportall} testid="profile-export" />
            }
            <Button label="Import" icon="import" onclick={onimport.clone()} testid="profile-import" />
            <Menu label="More ways to import" items={more} testid="import-more" />
            <Button label="New profile" icon="plus" tone={ButtonTone::Primary} keys="n" onclick={click(&onnew)} testid="profile-new" />
        </>
    };
    let bar = html! {
        <>
            <Finder id="profile-filter" label="Filter profiles" placeholder="Name, tag:eu, -tag:test, proxy:eu-1" value={(*filter).clone()}
                oninput={onfilter.clone()} testid="profile-filter" />
            { tag_row(list.as_ref(), &filter, &onfilter) }
            <span class="grow" />
            <Segments label="Which profiles" value={if *trash { "trash" } else { "living" }} onchange={onview} testid="profile-view"
                choices={vec![Choice::new("living", "Profiles"), Choice::new("trash", "Trash")]} />
        </>
    };
    html! {
        <Page title="Profiles" count={list.as_ref().map(|list| u64::from(list.total))} actions={page_actions} bar={Some(bar)} fixed={true}>
            { render_remote(&query.remote, "The profiles could not be loaded", &query.onreload, |list| if list.rows.is_empty() {
                html! { <NoProfiles filter={(*filter).clone()} trash={*trash} onnew={click(&onnew)} onimport={onimport.clone()} onclear={onunfilter.clone()} /> }
            } else {
                html! {
                    <DataGrid label="Profiles" columns={COLUMNS} count={list.rows.len()} {row} {onopen} onselect={Some(onselect)} {onselectall}
                        selected={selection.ids.len()} scope={format!("{} {}", *filter, *trash)} testid="profiles" />
                }
            }) }
            <BulkBar count={selection.ids.len()} {onclear}>
                if *trash {
                    <Button label="Restore" icon="undo-2" small={true} onclick={click(&onrestore)} testid="profiles-restore" />
                } else {
                    <Button label="Run task…" icon="play" small={true} keys="r" onclick={click(&onrun)} testid="profiles-run" />
                    <Button label="Open" icon="monitor" small={true} keys="o" onclick={click(&onopenpicked)} testid="profiles-open" />
                    <Button label="Close" icon="x" small={true} keys="Shift O" onclick={click(&onclosepicked)} testid="profiles-close" />
                    <Button label="Save as set…" icon="layers" small={true} onclick={click(&onset)} testid="profiles-save-set" />
                    <Button label="Export" icon="upload" small={true} onclick={click(&onexport)} testid="profiles-export" />
                    <Button label="Remove" icon="trash-2" small={true} onclick={click(&onremove)} testid="profiles-remove" />
                }
            </BulkBar>
            { match &*dialog {
                Some(ProfileDialog::Edit(form)) => html! { <ProfileEditor form={(**form).clone()} {onclose} /> },
                Some(ProfileDialog::Run(profiles)) => html! { <StartDialog tasks={all_tasks(tasks.data())} profiles={profiles.clone()} {onclose} /> },
                Some(ProfileDialog::Import) => html! { <ImportDialog onclose={onclose.clone()} ondone={onclose} /> },
                Some(ProfileDialog::Bring(from)) => bring_dialog(*from, onclose),
                Some(ProfileDialog::Export(profiles)) => html! { <ExportDialog profiles={profiles.clone()} {onclose} /> },
                Some(ProfileDialog::SaveSet(profiles)) => html! { <SaveSetDialog profiles={profiles.clone()} {onclose} /> },
                None => Html::default(),
            } }
        </Page>
    }
}

fn all_tasks(tasks: Option<&Rc<Vec<TaskSummary>>>) -> Rc<[Task]> {
    tasks
        .iter()
        .flat_map(|tasks| tasks.iter())
        .map(|summary| summary.task.clone())
        .collect()
}

/// Buttons that put a tag into the filter and take it out again.
fn tag_row(list: Option<&Rc<ProfileList>>, filter: &str, onfilter: &Callback<String>) -> Html {
    let words: Vec<&str> = filter.split_whitespace().collect();
    html! {
        <div class="chips" role="group" aria-label="Tags">
            for tag in list.iter().flat_map(|list| &list.tags).take(OFFERED_TAGS) {
                { chip(tag, &words, onfilter) }
            }
        </div>
    }
}

fn chip(tag: &str, words: &[&str], onfilter: &Callback<String>) -> Html {
    let word = format!("tag:{tag}");
    let on = words.contains(&word.as_str());
    let mut next: Vec<String> = words
        .iter()
        .filter(|other| **other != word)
        .map(|other| (*other).to_owned())
        .collect();
    if !on {
        next.push(word);
    }
    let onclick = onfilter.reform(move |_: MouseEvent| next.join(" "));
    html! { <button type="button" key={tag.to_owned()} class="chip" aria-pressed={if on { "true" } else { "false" }} {onclick}>{ tag }</button> }
}

fn menu(
    profile: &Profile,
    actions: &super::actions::ProfileActions,
    ondialog: &Callback<ProfileDialog>,
) -> Vec<MenuItem> {
    let id = profile.id;
    if profile.removed_at.is_some() {
        return vec![MenuItem::new(
            "Restore",
            "undo-2",
            actions.restore.reform(move |()| vec![id]),
        )];
    }
    let run = ProfileDialog::Run(vec![profile.name.to_string()]);
    let edit = ProfileDialog::Edit(Box::new(ProfileForm::from_profile(profile)));
    let copied = profile.clone();
    vec![
        MenuItem::new("Run task…", "play", ondialog.reform(move |()| run.clone())).keys("r"),
        MenuItem::new("Edit", "pencil", ondialog.reform(move |()| edit.clone())).keys("e"),
        MenuItem::new(
            "Duplicate",
            "copy",
            actions.duplicate.reform(move |()| copied.clone()),
        )
        .keys("d"),
        MenuItem::new(
            "Export",
            "upload",
            ondialog.reform(move |()| ProfileDialog::Export(vec![id])),
        ),
        MenuItem::new(
            "Remove",
            "trash-2",
            actions.remove.reform(move |()| vec![id]),
        )
        .danger()
        .keys("Delete"),
    ]
}
