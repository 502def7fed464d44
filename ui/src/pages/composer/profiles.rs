//! In which profiles it runs: by name, by tag, or in all.

use drover_model::request::{ListProfileSets, ProfileList};
use drover_model::task::{Kind, Placement};
use drover_model::{Fact, Profile, ProfileSet};
use yew::prelude::*;

use super::bound::{Bound, PartProps, field_id, problem};
use crate::components::{Checkbox, Choice, ErrorCallout, Input, Segments, Select};
use crate::format;
use crate::hooks::{AreaHandle, use_area, use_query};
use crate::state::Remote;
use crate::state::draft::{Draft, DraftAction, Pick};

/// Names that are listed at once; the filter leads to the others.
const LISTED: usize = 40;
/// From this many on there is a filter.
const WORTH_A_FILTER: usize = 9;

#[component]
pub(super) fn ProfilesPart(props: &PartProps) -> Html {
    let PartProps { draft, onaction } = props;
    let list = use_area::<ProfileList>();
    let sets = use_query(ListProfileSets {}, 0, |_, fact| {
        matches!(fact, Fact::ProfileSetsChanged | Fact::ProfileChanged { .. })
    });
    let filter = use_state_eq(String::new);
    let onfilter = use_callback(filter.setter(), |text: String, filter| filter.set(text));
    let onpick = use_callback(onaction.clone(), |key: AttrValue, onaction| {
        if let Some(pick) = Pick::ALL.into_iter().find(|pick| pick.key() == key) {
            onaction.emit(DraftAction::Pick(pick));
        }
    });
    let rows: &[Profile] = list.data().map_or(&[], |list| &list.rows);
    let choices: Vec<Choice> = Pick::ALL
        .iter()
        .map(|pick| Choice::new(pick.key(), pick.label()))
        .collect();
    html! {
        <div class="field" data-testid="task-profiles" id={field_id("profiles")} tabindex="-1">
            <Segments label="How profiles are chosen" value={draft.pick.key()} {choices} onchange={onpick} testid="task-pick" />
            { match draft.pick {
                Pick::Names => by_name(props, &list, &filter, &onfilter),
                Pick::Tag => by_tag(props, list.data().map_or(&[], |list| &list.tags), rows),
                Pick::Set => by_set(props, sets.data().map_or(&[], |sets| &***sets)),
                Pick::All => html! { <span class="field__hint">{ format!("{} at the moment; those made later count too.", format::plural(rows.len() as u64, "profile")) }</span> },
            } }
            { problem(draft, "profiles") }
        </div>
    }
}

fn by_name(
    props: &PartProps,
    list: &AreaHandle<ProfileList>,
    filter: &str,
    onfilter: &Callback<String>,
) -> Html {
    // A list that is still loading says nothing of what is not in it.
    let settled = list.remote().is_settled();
    let rows: &[Profile] = list.data().map_or(&[], |list| &list.rows);
    let PartProps { draft, onaction } = props;
    let picked = &draft.file.profiles.names;
    let needle = filter.trim().to_lowercase();
    let fits = |name: &str| needle.is_empty() || name.to_lowercase().contains(&needle);
    // What is picked stands first and is always seen, also a profile that is gone.
    let mut names: Vec<(&str, bool)> = picked
        .iter()
        .map(|name| {
            (
                name.as_str(),
                !settled || rows.iter().any(|profile| profile.name.as_str() == name),
            )
        })
        .collect();
    names.extend(
        rows.iter()
            .map(|profile| profile.name.as_str())
            .filter(|name| fits(name) && !picked.iter().any(|other| other == name))
            .map(|name| (name, true)),
    );
    let hidden = names.len().saturating_sub(LISTED.max(picked.len()));
    names.truncate(LISTED.max(picked.len()));
    names.sort_by_key(|(name, _)| name.to_lowercase());
    html! {
        <>
            if rows.len() >= WORTH_A_FILTER {
                <Input id="task-profile-filter" aria_label="Filter profiles" placeholder="Filter by name" kind="search" value={filter.to_owned()} oninput={onfilter.clone()} testid="task-profile-filter" />
            }
            if let Remote::Failed(error) = list.remote() {
                <ErrorCallout title="The profiles could not be loaded" error={error.clone()} onretry={list.on_reload()} />
            } else if names.is_empty() {
                if settled { <span class="field__hint">{ "There are no profiles yet." }</span> }
            } else {
                <div class="boxes boxes--framed" id={field_id("profiles.names")} tabindex="-1" role="group" aria-label="Profiles">
                    for (name, known) in names {
                        { name_box(name, known, picked.iter().any(|other| other == name), onaction) }
                    }
                </div>
            }
            if hidden > 0 { <span class="field__hint">{ format!("{} more; the filter finds them.", format::count(hidden as u64)) }</span> }
            <span class="field__hint">{ picked_words(draft) }</span>
            { problem(draft, "profiles.names") }
        </>
    }
}

fn name_box(name: &str, known: bool, checked: bool, onaction: &Callback<DraftAction>) -> Html {
    let owned = name.to_owned();
    html! {
        <Checkbox key={name.to_owned()} label={name.to_owned()} {checked} hint={(!known).then_some("not found")} testid={format!("task-profile-{name}")}
            onchange={onaction.reform(move |on| DraftAction::Profile(owned.clone(), on))} />
    }
}

/// What follows from the names that are picked.
fn picked_words(draft: &Draft) -> String {
    let needless = match draft.file.kind {
        Kind::Command => true,
        Kind::Playwright => draft.file.placement == Placement::Own,
        Kind::Steps => false,
    };
    match (draft.file.profiles.names.len(), needless) {
        (0, true) => "None: it runs once, without a browser profile.".to_owned(),
        (0, false) => "None: each start asks for one.".to_owned(),
        (1, _) => "One run at each start.".to_owned(),
        (count, _) => format!(
            "{} at each start, one a profile.",
            format::plural(count as u64, "run")
        ),
    }
}

fn by_set(props: &PartProps, sets: &[ProfileSet]) -> Html {
    let PartProps { draft, onaction } = props;
    let chosen = draft.file.profiles.set.clone().unwrap_or_default();
    let meant = sets.iter().find(|set| set.name.as_str() == chosen);
    let mut choices = vec![Choice::new("", "Choose a set")];
    choices.extend(
        sets.iter()
            .map(|set| Choice::new(set.name.to_string(), set.name.to_string())),
    );
    if choices.iter().all(|choice| choice.value != chosen) {
        choices.push(Choice::new(chosen.clone(), format!("{chosen} (not found)")));
    }
    html! {
        <>
            <div class="pair">
                <Select id={field_id("profiles.set")} label="Saved set" value={chosen} {choices} onchange={onaction.reform(DraftAction::ProfileSet)}
                    error={draft.error("profiles.set")} testid="task-set" />
                <Bound draft={draft.clone()} onaction={onaction.clone()} field="profiles.pick" label="At most" optional={true} value={draft.pick_count.clone()}
                    placeholder="all" edit={Callback::from(DraftAction::PickCount)} testid="task-set-count" />
            </div>
            if let Some(set) = meant {
                <span class="field__hint">{ format!("{} at the moment.", format::plural(set.profiles.len() as u64, "profile")) }</span>
            } else if sets.is_empty() {
                <span class="field__hint">{ "None is saved. Select profiles on their page and save them as a set." }</span>
            }
        </>
    }
}

fn by_tag(props: &PartProps, tags: &[String], rows: &[Profile]) -> Html {
    let PartProps { draft, onaction } = props;
    let chosen = draft.file.profiles.tag.clone().unwrap_or_default();
    let carriers = rows
        .iter()
        .filter(|profile| profile.tags.contains(&chosen))
        .count();
    let mut choices = vec![Choice::new("", "Choose a tag")];
    choices.extend(tags.iter().map(|tag| Choice::new(tag.clone(), tag.clone())));
    if choices.iter().all(|choice| choice.value != chosen) {
        choices.push(Choice::new(
            chosen.clone(),
            format!("{chosen} (no profile has it)"),
        ));
    }
    html! {
        <>
            <div class="pair">
                <Select id={field_id("profiles.tag")} label="Tag" value={chosen.clone()} {choices} onchange={onaction.reform(DraftAction::Tag)}
                    error={draft.error("profiles.tag")} testid="task-tag" />
                <Bound draft={draft.clone()} onaction={onaction.clone()} field="profiles.pick" label="At most" optional={true} value={draft.pick_count.clone()}
                    placeholder="all" edit={Callback::from(DraftAction::PickCount)} testid="task-pick-count" />
            </div>
            if !chosen.is_empty() {
                <span class="field__hint">{ format!("{} at the moment, in the order of their names.", format::plural(carriers as u64, "profile")) }</span>
            }
        </>
    }
}
