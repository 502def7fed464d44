//! What goes another way than through the proxy: rules in their order, the first that matches decides.

use std::rc::Rc;

use drover_model::Proxy;
use drover_model::proxy::Way;
use drover_model::request::SaveProxy;
use drover_model::token::SecretText;
use yew::prelude::*;

use crate::api;
use crate::components::{Button, ButtonTone, Callout, Choice, IconButton, Input, Select, Tone};
use crate::hooks::{Form, use_form, use_link, use_toasts};
use crate::state::proxies::{RuleRow, WAYS, way_word};

#[derive(PartialEq, Properties)]
pub(super) struct RulesPanelProps {
    pub proxy: Rc<Proxy>,
}

#[component]
pub(super) fn RulesPanel(props: &RulesPanelProps) -> Html {
    let (link, toasts, form) = (use_link(), use_toasts(), use_form());
    let proxy = &props.proxy;
    let rows = use_state_eq(|| RuleRow::rows(&proxy.rules));
    use_effect_with((proxy.rules.clone(), rows.setter()), |(rules, rows)| {
        rows.set(RuleRow::rows(rules));
    });
    let change = {
        let rows = rows.clone();
        Callback::from(move |edit: Edit| rows.set(edit.made((*rows).clone())))
    };
    let changed = *rows != RuleRow::rows(&proxy.rules);
    let onsave = {
        let (rows, form, proxy) = (rows.clone(), form.clone(), proxy.clone());
        Callback::from(move |_: MouseEvent| {
            let rules = match RuleRow::text(&rows) {
                Ok(rules) => rules,
                Err(found) => return form.refuse(found),
            };
            let request = SaveProxy {
                id: Some(proxy.id),
                name: proxy.name.to_string(),
                url: SecretText::new(proxy.address.to_string()), // without a login the known one is kept
                clear_login: false,
                rules: Some(rules),
                change_link: None,
                change_pause: None,
                cut: false,
            };
            let (link, toasts) = (link.clone(), toasts.clone());
            form.send(
                async move { api::save_proxy(&link, request).await },
                move |proxy| toasts.done(format!("Rules of `{}` saved", proxy.name)),
            );
        })
    };
    let onback = {
        let (rows, proxy) = (rows.setter(), proxy.clone());
        Callback::from(move |_: MouseEvent| rows.set(RuleRow::rows(&proxy.rules)))
    };
    let leaks = rows
        .iter()
        .any(|row| row.way == Way::Direct && !row.pattern.trim().is_empty());
    html! {
        <section class="panel" aria-label="Rules">
            <div class="panel__head">
                <h2 class="panel__title">{ "Rules" }</h2>
                if changed {
                    <Button label="Discard" tone={ButtonTone::Quiet} small={true} onclick={onback} />
                    <Button label="Save rules" tone={ButtonTone::Primary} small={true} busy={form.is_busy()} onclick={onsave} testid="rules-save" />
                }
            </div>
            <div class="panel__body stack">
                <p class="second">{ "The first rule that matches a host decides. What no rule matches goes through the proxy." }</p>
                if leaks {
                    <Callout tone={Tone::Warn} title="Some hosts see this machine's own address">
                        { "Traffic past the proxy leaves from here. Runs that use this proxy say so in their plan." }
                    </Callout>
                }
                if let Some(error) = form.error("rules") { <p class="field__error">{ error }</p> }
                <div class="rows">
                    for (index, row) in rows.iter().enumerate() { { rule(index, rows.len(), row, &form, &change) } }
                </div>
                <div class="row row--wrap">
                    <Button label="Add a rule" icon="plus" small={true} onclick={change.reform(|_: MouseEvent| Edit::Add)} testid="rule-add" />
                    <span class="field__hint">{ "A host: " }<code>{ "example.com" }</code>{ ", " }<code>{ "*.example.com" }</code>{ ", " }<code>{ "10.0.0.0/8" }</code>{ ", " }<code>{ "localhost" }</code>{ ", with " }<code>{ ":443" }</code>{ " for one port." }</span>
                </div>
            </div>
        </section>
    }
}

/// A change of the rows.
enum Edit {
    Add,
    Way(usize, Way),
    Pattern(usize, String),
    Move(usize, usize),
    Remove(usize),
}

impl Edit {
    fn made(self, mut rows: Vec<RuleRow>) -> Vec<RuleRow> {
        match self {
            Self::Add => rows.push(RuleRow {
                way: Way::Direct,
                pattern: String::new(),
            }),
            Self::Way(index, way) => rows[index].way = way,
            Self::Pattern(index, pattern) => rows[index].pattern = pattern,
            Self::Move(from, to) => rows.swap(from, to),
            Self::Remove(index) => {
                rows.remove(index);
            }
        }
        rows
    }
}

fn rule(index: usize, count: usize, row: &RuleRow, form: &Form, change: &Callback<Edit>) -> Html {
    let place = index + 1;
    let choices: Vec<Choice> = WAYS
        .into_iter()
        .map(|way| Choice::new(way.as_str(), way_word(way)))
        .collect();
    let onway = change.reform(move |word: String| {
        let way = WAYS.into_iter().find(|way| way.as_str() == word);
        Edit::Way(index, way.unwrap_or(Way::Proxy))
    });
    let step = |icon: &'static str, label: &'static str, to: Option<usize>| match to {
        Some(to) => {
            html! { <IconButton {icon} {label} small={true} onclick={change.reform(move |_: MouseEvent| Edit::Move(index, to))} /> }
        }
        None => html! { <span class="rows__gap" /> },
    };
    let error = form.error(&format!("rules[{index}]"));
    html! {
        <div class="rows__row" key={index}>
            <span class="rows__place">{ place }</span>
            <Select id={format!("rule-way-{index}")} aria_label={format!("Way of rule {place}")} value={row.way.as_str()} {choices} onchange={onway} testid={format!("rule-way-{index}")} />
            <span class="grow">
                <Input id={format!("rule-{index}")} aria_label={format!("Host of rule {place}")} mono={true} value={row.pattern.clone()} error={error.clone()}
                    oninput={change.reform(move |text: String| Edit::Pattern(index, text))} placeholder="*.example.com" testid={format!("rule-{index}")} />
                if let Some(error) = error { <span class="field__error" id={format!("rule-{index}-error")}>{ error }</span> }
            </span>
            { step("arrow-up", "Move up", index.checked_sub(1)) }
            { step("arrow-down", "Move down", Some(index + 1).filter(|to| *to < count)) }
            <IconButton icon="x" label="Remove the rule" small={true} onclick={change.reform(move |_: MouseEvent| Edit::Remove(index))} />
        </div>
    }
}
