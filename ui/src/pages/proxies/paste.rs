//! Takes a pasted list of proxies: what it means is shown first, and asked where a line has several meanings.

use std::rc::Rc;

use drover_model::proxy::Notation;
use drover_model::request::{ImportedLine, LineOutcome, ProxyImport};
use drover_model::{Proxy, ProxyId, ProxyScheme};
use yew::prelude::*;

use crate::api;
use crate::components::{
    Button, ButtonTone, Callout, Checkbox, Choice, Dialog, Icon, Input, Select, Textarea, Tone,
    Words,
};
use crate::format::plural;
use crate::hooks::{use_area, use_form, use_link, use_toasts};
use crate::state::proxies::{PasteDraft, line_look, summary};

/// More lines are counted, not drawn.
const DRAWN: usize = 300;
const UNANSWERED: &str = "none";

#[derive(PartialEq, Properties)]
pub(super) struct PasteDialogProps {
    pub onclose: Callback<()>,
    pub oncheck: Callback<Vec<ProxyId>>,
}

/// What the engine said of the list as it is typed.
#[derive(Clone, PartialEq)]
enum Told {
    Nothing,
    Tried(Rc<ProxyImport>),
    Saved(Rc<ProxyImport>),
}

#[component]
pub(super) fn PasteDialog(props: &PasteDialogProps) -> Html {
    let (link, form, toasts) = (use_link(), use_form(), use_toasts());
    let known = use_area::<Vec<Proxy>>();
    let draft = use_state_eq(PasteDraft::default);
    let told = use_state_eq(|| Told::Nothing);

    let order = {
        let (form, told, toasts) = (form.clone(), told.setter(), toasts.clone());
        Callback::from(move |(draft, dry_run): (PasteDraft, bool)| {
            let (link, told, toasts) = (link.clone(), told.clone(), toasts.clone());
            let request = draft.request(dry_run);
            form.send(
                async move { api::import_proxies(&link, request).await },
                move |import| {
                    let import = Rc::new(import);
                    told.set(if dry_run || !import.questions.is_empty() {
                        Told::Tried(import)
                    } else {
                        toasts.done(format!("{} saved", plural(import.saved.into(), "proxy")));
                        Told::Saved(import)
                    });
                },
            );
        })
    };
    // What was told of the old text says nothing about the new one.
    let edit = |change: fn(&mut PasteDraft, String)| {
        let (draft, told) = (draft.clone(), told.setter());
        Callback::from(move |text: String| {
            let mut next = (*draft).clone();
            change(&mut next, text);
            next.notation = None;
            next.skip_ambiguous = false;
            draft.set(next);
            told.set(Told::Nothing);
        })
    };
    let answer = |change: fn(&mut PasteDraft, Option<Notation>, bool)| {
        let (draft, order) = (draft.clone(), order.clone());
        Callback::from(move |(notation, skip): (Option<Notation>, bool)| {
            let mut next = (*draft).clone();
            change(&mut next, notation, skip);
            draft.set(next.clone());
            order.emit((next, true));
        })
    };
    let onanswer = answer(|draft, notation, skip| {
        draft.notation = notation;
        draft.skip_ambiguous = skip;
    });
    let new = match &*told {
        Told::Tried(import) => count_new(import),
        Told::Nothing | Told::Saved(_) => 0,
    };
    let open = matches!(&*told, Told::Tried(import) if !import.questions.is_empty());
    let onsubmit = {
        let (draft, told, order, close) =
            (draft.clone(), (*told).clone(), order, props.onclose.clone());
        Callback::from(move |()| match &told {
            Told::Nothing => order.emit(((*draft).clone(), true)),
            Told::Tried(_) => order.emit(((*draft).clone(), false)),
            Told::Saved(_) => close.emit(()),
        })
    };
    let oncancel = props.onclose.reform(|_: MouseEvent| ());
    let oncheck = {
        let (known, told) = (known.data().cloned(), (*told).clone());
        let (check, close) = (props.oncheck.clone(), props.onclose.clone());
        Callback::from(move |_: MouseEvent| {
            if let (Told::Saved(import), Some(known)) = (&told, &known) {
                check.emit(saved_ids(import, known));
            }
            close.emit(());
        })
    };
    let blocked = match &*told {
        Told::Nothing if draft.text.trim().is_empty() => Some("Paste at least one line first."),
        Told::Tried(_) if open => Some("Say first what the unclear lines mean."),
        Told::Tried(_) if new == 0 => Some("There is no new proxy in the list."),
        _ => None,
    };
    let footer = match &*told {
        Told::Saved(_) => html! {
            <>
                <Button label="Close" onclick={oncancel} testid="paste-close" />
                <Button label="Check the new ones" icon="circle-check" tone={ButtonTone::Primary} onclick={oncheck} testid="paste-check" />
            </>
        },
        told => html! {
            <>
                <Button label="Cancel" onclick={oncancel} />
                <Button label={if *told == Told::Nothing { "Read the list".to_owned() } else { format!("Save {}", plural(new, "proxy")) }}
                    tone={ButtonTone::Primary} submit={true} busy={form.is_busy()} blocked={blocked.map(AttrValue::from)} testid="paste-run" />
            </>
        },
    };
    let schemes: Vec<Choice> = ProxyScheme::ALL
        .into_iter()
        .map(|scheme| Choice::new(scheme.as_str(), scheme.as_str()))
        .collect();
    html! {
        <Dialog title="Paste proxies" wide={true} onclose={props.onclose.clone()} {onsubmit} {footer} testid="paste-dialog">
            if !matches!(&*told, Told::Saved(_)) {
                <Textarea id="paste-text" label="Proxies, one a line" mono={true} rows={6} value={draft.text.clone()} oninput={edit(|draft, text| draft.text = text)}
                    error={form.error("text")} placeholder={"eu-1.proxy.example:8080:user:password\nsocks5://user:password@10.0.0.7:1080"}
                    hint="Any usual notation: addresses, host:port:user:password, user:password@host:port, tables with a header. Passwords go to the system keychain." testid="paste-text" />
                <div class="pair">
                    <Select id="paste-scheme" label="Protocol where a line names none" value={draft.scheme.as_str()} choices={schemes} testid="paste-scheme"
                        onchange={edit(|draft, text| draft.scheme = ProxyScheme::ALL.into_iter().find(|scheme| scheme.as_str() == text).unwrap_or(ProxyScheme::Http))} />
                    <Input id="paste-prefix" label="Names begin with" optional={true} value={draft.prefix.clone()} oninput={edit(|draft, text| draft.prefix = text)}
                        error={form.error("prefix")} placeholder="proxy" hint="eu makes eu-1, eu-2 and so on." testid="paste-prefix" />
                </div>
            }
            { match &*told {
                Told::Nothing => Html::default(),
                Told::Tried(import) => html! {
                    <>
                        { question(import, &draft, &onanswer) }
                        { report(import, false) }
                    </>
                },
                Told::Saved(import) => report(import, true),
            } }
        </Dialog>
    }
}

/// Asked as long as a line has several meanings; the answer can be changed until the list is saved.
fn question(
    import: &ProxyImport,
    draft: &PasteDraft,
    onanswer: &Callback<(Option<Notation>, bool)>,
) -> Html {
    let asked = !import.questions.is_empty();
    if !asked && draft.notation.is_none() && !draft.skip_ambiguous {
        return Html::default();
    }
    let mut all = import.questions.clone();
    all.extend(draft.notation.filter(|notation| !all.contains(notation)));
    let mut choices: Vec<Choice> = all
        .iter()
        .map(|notation| Choice::new(notation.example(), notation.example()))
        .collect();
    if draft.notation.is_none() {
        choices.insert(0, Choice::new(UNANSWERED, "Choose what they mean"));
    }
    let value = draft.notation.map_or(UNANSWERED, Notation::example);
    let skip = draft.skip_ambiguous;
    let onchange = onanswer.reform(move |text: String| {
        let chosen = all.iter().find(|notation| notation.example() == text);
        (chosen.copied(), skip)
    });
    let notation = draft.notation;
    let onskip = onanswer.reform(move |skip: bool| (notation, skip));
    html! {
        <Callout tone={if asked { Tone::Warn } else { Tone::Info }} title="Some lines can be read in several ways" testid="paste-question">
            <div class="stack stack--tight">
                <Select id="paste-notation" label="They are written as" {value} {choices} {onchange} testid="paste-notation" />
                <Checkbox label="Leave out what stays unclear" checked={skip} onchange={onskip} testid="paste-skip" />
            </div>
        </Callout>
    }
}

fn report(import: &ProxyImport, saved: bool) -> Html {
    let more = import.lines.len().saturating_sub(DRAWN);
    html! {
        <div class="stack stack--tight" data-testid="paste-report">
            <p class="strong" role="status">{ summary(import) }</p>
            <div class="table-wrap paste-lines">
                <table class="table">
                    <thead><tr><th class="num shrink">{ "Line" }</th><th>{ "Proxy" }</th><th>{ if saved { "What became of it" } else { "What becomes of it" } }</th></tr></thead>
                    <tbody>for line in import.lines.iter().take(DRAWN) { { line_row(line, saved) } }</tbody>
                </table>
            </div>
            if more > 0 { <p class="mute small">{ format!("And {} more lines.", crate::format::count(more as u64)) }</p> }
        </div>
    }
}

fn line_row(line: &ImportedLine, saved: bool) -> Html {
    let look = line_look(line, saved);
    html! {
        <tr key={line.line}>
            <td class="num mute">{ line.line }</td>
            <td class="mono">{ line.proxy.clone().unwrap_or_else(|| "–".to_owned()) }</td>
            <td class="wrap"><span class="row"><span class={format!("tone-{}", look.tone.name())}><Icon name={look.icon} /></span><span><Words text={look.words} /></span></span></td>
        </tr>
    }
}

fn count_new(import: &ProxyImport) -> u64 {
    let is_new = |line: &&ImportedLine| matches!(line.outcome, LineOutcome::New { .. });
    import.lines.iter().filter(is_new).count() as u64
}

/// The ids that the saved lines got.
fn saved_ids(import: &ProxyImport, known: &[Proxy]) -> Vec<ProxyId> {
    let names = import.lines.iter().filter_map(|line| match &line.outcome {
        LineOutcome::New { name } => Some(name),
        _ => None,
    });
    names
        .filter_map(|name| known.iter().find(|proxy| proxy.name == *name))
        .map(|proxy| proxy.id)
        .collect()
}
