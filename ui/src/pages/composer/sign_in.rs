//! Sign-ins: the one that a task checks, and those that it needs.

use yew::prelude::*;

use super::bound::{Bound, PartProps};
use super::section::Fold;
use crate::state::draft::{Draft, DraftAction};

pub(super) fn sign_in_part(props: &PartProps) -> Html {
    let PartProps { draft, onaction } = props;
    let wrong = draft
        .summary()
        .iter()
        .any(|problem| problem.field == "checks_login" || problem.field.starts_with("needs_login"));
    let needs = draft.file.needs_login.join(", ");
    html! {
        <Fold title="Sign-in" summary={words(draft)} open={wrong} testid="task-sign-in">
            <Bound draft={draft.clone()} onaction={onaction.clone()} field="checks_login" label="Checks the sign-in on" optional={true} mono={true}
                value={draft.file.checks_login.clone().unwrap_or_default()} placeholder="shop.example"
                hint="Its run tells whether the profile is signed in there: success says yes, failure no. Give it a schedule to look again and again."
                edit={Callback::from(DraftAction::ChecksLogin)} testid="task-checks-login" />
            <Bound draft={draft.clone()} onaction={onaction.clone()} field={needs_field(draft)} label="Needs a sign-in on" optional={true} mono={true}
                value={needs} placeholder="shop.example, mail"
                hint="Names of sites with commas between. Its runs wait while their profile is known to be signed out of one."
                edit={Callback::from(DraftAction::NeedsLogin)} testid="task-needs-login" />
        </Fold>
    }
}

/// The field whose problem stands below the list: its first wrong entry.
fn needs_field(draft: &Draft) -> String {
    let mut entries =
        (0..draft.file.needs_login.len()).map(|index| format!("needs_login[{index}]"));
    entries
        .find(|field| draft.error(field).is_some())
        .unwrap_or_else(|| "needs_login[0]".to_owned())
}

fn words(draft: &Draft) -> String {
    let checks = draft.file.checks_login.as_deref().map(str::trim);
    let checks = checks.filter(|site| !site.is_empty());
    let needs = draft.file.needs_login.join(", ");
    match (checks, needs.as_str()) {
        (None, "") => "none".to_owned(),
        (Some(site), "") => format!("checks {site}"),
        (None, needs) => format!("needs {needs}"),
        (Some(site), needs) => format!("checks {site}, needs {needs}"),
    }
}
