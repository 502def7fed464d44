//! Which tokens the task may use, and how each is handed over.

use std::rc::Rc;

use drover_model::TokenRef;
use drover_model::task::Kind;
use drover_model::task_file::TokenFile;
use yew::prelude::*;
use yew_router::prelude::*;

use super::bound::{Bound, PartProps, problem};
use crate::components::{Checkbox, Choice, ErrorCallout, Select, Words};
use crate::hooks::use_area;
use crate::route::Route;
use crate::state::Remote;
use crate::state::draft::{Draft, DraftAction};

#[component]
pub(super) fn TokensPart(props: &PartProps) -> Html {
    let PartProps { draft, onaction } = props;
    let stored = use_area::<Vec<TokenRef>>();
    // A list that is still loading says nothing of what is not in it.
    let settled = stored.remote().is_settled();
    let mut names: Vec<(String, bool)> = stored
        .data()
        .iter()
        .flat_map(|list| list.iter())
        .map(|token| (token.name.to_string(), true))
        .collect();
    for token in &draft.file.tokens {
        if names.iter().all(|(name, _)| *name != token.name) {
            names.push((token.name.clone(), !settled));
        }
    }
    html! {
        <div class="field">
            if let Remote::Failed(error) = stored.remote() {
                <ErrorCallout title="The tokens could not be loaded" error={error.clone()} onretry={stored.on_reload()} />
            }
            if names.is_empty() && settled {
                <span class="field__hint">
                    { "None are stored yet. " }<Link<Route> to={Route::Vault} classes="link">{ "Add one in the vault" }</Link<Route>>{ "; this draft is kept meanwhile." }
                </span>
            }
            for (name, known) in &names {
                <TokenRow key={name.clone()} draft={draft.clone()} onaction={onaction.clone()} name={name.clone()} known={*known} />
            }
            if !draft.file.tokens.is_empty() { <span class="field__hint"><Words text={usage(draft)} /></span> }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct TokenRowProps {
    draft: Rc<Draft>,
    onaction: Callback<DraftAction>,
    name: String,
    known: bool,
}

#[component]
fn TokenRow(props: &TokenRowProps) -> Html {
    let TokenRowProps {
        draft,
        onaction,
        name,
        known,
    } = props;
    let used: Option<(usize, &TokenFile)> = draft
        .file
        .tokens
        .iter()
        .enumerate()
        .find(|(_, token)| token.name == *name);
    let onswitch = {
        let name = name.clone();
        onaction.reform(move |on| DraftAction::Token(name.clone(), on))
    };
    let onway = {
        let name = name.clone();
        onaction.reform(move |way: String| {
            DraftAction::TokenVariable(name.clone(), (way == "env").then(|| variable(&name)))
        })
    };
    let edit = {
        let name = name.clone();
        Callback::from(move |text| DraftAction::TokenVariable(name.clone(), Some(text)))
    };
    html! {
        <div class="token-row">
            <Checkbox label={name.clone()} checked={used.is_some()} onchange={onswitch} hint={(!known).then_some("not in the vault")} testid={format!("task-token-{name}")} />
            if let (Some((index, token)), true) = (used, draft.file.kind != Kind::Steps) {
                <div class="token-row__way">
                    <Select id={format!("task-token-way-{name}")} aria_label={format!("How {name} is handed over")} value={if token.env.is_some() { "env" } else { "pipe" }} onchange={onway}
                        choices={vec![Choice::new("pipe", "on request, over a pipe"), Choice::new("env", "in a variable")]} testid={format!("task-token-way-{name}")} />
                    if let Some(env) = &token.env {
                        <Bound draft={draft.clone()} onaction={onaction.clone()} field={format!("tokens[{index}].env")} value={env.clone()} mono={true}
                            aria_label={format!("Variable for {name}")} placeholder={variable(name)} {edit} testid={format!("task-token-env-{name}")} />
                    }
                </div>
                if token.env.is_some() {
                    <span class="field__hint tone-warn">{ "Every process of this user can read a variable. The pipe is closed to them." }</span>
                }
                { problem(draft, &format!("tokens[{index}].name")) }
            }
        </div>
    }
}

/// A name for the variable of a token: `shop-api` is `SHOP_API`.
fn variable(token: &str) -> String {
    let text: String = token
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{text}")
    } else {
        text
    }
}

fn usage(draft: &Draft) -> String {
    let first = draft
        .file
        .tokens
        .first()
        .map_or("name", |token| token.name.as_str());
    match draft.file.kind {
        Kind::Steps => format!("A step fills it in with `{{{{ secret.{first} }}}}`."),
        Kind::Playwright => format!("The script asks for it with `await secret('{first}')`."),
        Kind::Command => format!(
            "The program asks over the pipe, in JavaScript and Python with `secret('{first}')`, or finds a variable."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::variable;

    #[test]
    fn a_variable_has_only_what_shells_allow() {
        assert_eq!(variable("shop-api.v2"), "SHOP_API_V2");
        assert_eq!(variable("2fa"), "_2FA");
    }
}
