//! What a Playwright task runs: an inline script, a script file or a test project.

use drover_model::task::Placement;
use yew::prelude::*;

use super::arguments::Arguments;
use super::bound::{Bound, PartProps, field_id, problem};
use super::chosen_tests::TestsPart;
use super::script_area::ScriptArea;
use super::section::Fold;
use crate::components::{Choice, Segments, Select};
use crate::state::draft::{DraftAction, Target};

#[component]
pub(super) fn PlaywrightPart(props: &PartProps) -> Html {
    let PartProps { draft, onaction } = props;
    let file = &draft.file;
    let ontarget = use_callback(onaction.clone(), |key: AttrValue, onaction| {
        if let Some(target) = Target::ALL.into_iter().find(|target| target.key() == key) {
            onaction.emit(DraftAction::Target(target));
        }
    });
    let onplacement = use_callback(onaction.clone(), |key: String, onaction| {
        let all = [Placement::Profile, Placement::Isolated, Placement::Own];
        if let Some(placement) = all.into_iter().find(|placement| placement.key() == key) {
            onaction.emit(DraftAction::Placement(placement));
        }
    });
    let targets: Vec<Choice> = Target::ALL
        .iter()
        .map(|target| Choice::new(target.key(), target.label()))
        .collect();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    html! {
        <>
            <div class="field">
                <span class="field__label">{ "Script" }</span>
                <Segments label="What is run" value={draft.target.key()} choices={targets} onchange={ontarget} testid="task-target" />
            </div>
            { match draft.target {
                Target::Inline => html! {
                    <div class="field field--fill">
                        <ScriptArea id={field_id("inline")} label="Inline script" value={text(&file.inline)} oninput={onaction.reform(DraftAction::Inline)}
                            invalid={draft.error("inline").is_some()} testid="task-inline" />
                        { problem(draft, "inline") }
                        <span class="field__hint">{ "An ECMAScript module. " }<code>{ "import { secret, output, progress } from 'drover'" }</code>{ " reads tokens, keeps results and draws the bar." }</span>
                    </div>
                },
                Target::File => html! {
                    <Bound draft={draft.clone()} onaction={onaction.clone()} field="script" label="Script file" value={text(&file.script)} mono={true}
                        edit={Callback::from(DraftAction::Script)} placeholder="/home/me/shop/check.mjs" hint="Its full path. JavaScript, TypeScript or Python; it runs as it is." testid="task-script" />
                },
                Target::Project => html! {
                    <>
                        <Bound draft={draft.clone()} onaction={onaction.clone()} field="project" label="Folder of the test project" value={text(&file.project)} mono={true}
                            edit={Callback::from(DraftAction::Project)} placeholder="/home/me/shop-tests" hint="The folder with playwright.config, or with tests for pytest." testid="task-project" />
                        <Bound draft={draft.clone()} onaction={onaction.clone()} field="config" label="Configuration" value={text(&file.config)} mono={true} optional={true}
                            edit={Callback::from(DraftAction::Config)} placeholder="playwright.config.ts" hint="When it is not the usual one. Reporters, workers and retries are taken from it." testid="task-config" />
                        <TestsPart ..props.clone() />
                        <Bound draft={draft.clone()} onaction={onaction.clone()} field="grep" label="Only tests whose title matches" value={text(&file.grep)} mono={true} optional={true}
                            edit={Callback::from(DraftAction::Grep)} placeholder="checkout" testid="task-grep" />
                    </>
                },
            } }
            { arguments(props) }
            { interpreter(props) }
            <Select id={field_id("placement")} label="Where its pages open" value={file.placement.key()} onchange={onplacement} testid="task-placement"
                hint={placement_hint(file.placement)}
                choices={vec![
                    Choice::new("profile", "In the profile"),
                    Choice::new("isolated", "In a context of its own, with the profile's cookies"),
                    Choice::new("own", "In a browser that the script starts"),
                ]} />
        </>
    }
}

/// What a script or a runner is told besides. Seldom needed, so it is folded.
fn arguments(props: &PartProps) -> Html {
    let PartProps { draft, onaction } = props;
    let file = &draft.file;
    let summary = match file.args.len() {
        0 => "none".to_owned(),
        _ => file.args.join(" "),
    };
    let open = draft.error("args").is_some() || draft.error("cwd").is_some();
    html! {
        <Fold title="Arguments" {summary} {open} testid="task-arguments-fold">
            <Arguments ..props.clone() />
            if draft.target == Target::Project {
                <span class="field__hint">{ "They go to the runner, such as --project=chromium, --retries=2 or --shard=1/3." }</span>
            } else {
                <Bound draft={draft.clone()} onaction={onaction.clone()} field="cwd" label="Folder" value={file.cwd.clone().unwrap_or_default()} mono={true} optional={true}
                    edit={Callback::from(DraftAction::Folder)} placeholder="/home/me/shop" hint="Where it runs. Without one it is the folder of the script." testid="task-folder" />
            }
        </Fold>
    }
}

/// Which Node or Python runs it. Seldom needed, so it is folded.
fn interpreter(props: &PartProps) -> Html {
    let PartProps { draft, onaction } = props;
    let typed = draft.interpreter.trim();
    let (title, placeholder, hint) = if draft.is_python() {
        (
            "Python",
            "/home/me/shop/.venv/bin/python",
            "A full path. Without one: the virtual environment beside the script or above it, then python3 on the PATH.",
        )
    } else if draft.target == Target::Project {
        (
            "Node or Python",
            "/usr/bin/node",
            "A full path. Without one: node on the PATH, and for Python the project's virtual environment, then python3.",
        )
    } else {
        (
            "Node",
            "/usr/bin/node",
            "A full path. Without one: node on the PATH.",
        )
    };
    let summary = if typed.is_empty() {
        "found by itself"
    } else {
        typed
    };
    html! {
        <Fold {title} summary={summary.to_owned()} open={draft.error("program").is_some()} testid="task-interpreter-fold">
            <Bound draft={draft.clone()} onaction={onaction.clone()} field="program" label="Program" value={draft.interpreter.clone()} mono={true} optional={true}
                edit={Callback::from(DraftAction::Interpreter)} {placeholder} {hint} testid="task-interpreter" />
        </Fold>
    }
}

fn placement_hint(placement: Placement) -> &'static str {
    match placement {
        Placement::Profile => "With the cookies, extensions and settings of the profile.",
        Placement::Isolated => {
            "It begins with the profile's cookies; what it changes is not kept. It goes out by the profile's proxy."
        }
        Placement::Own => {
            "Drover starts no browser. Neither the profile nor its proxy apply: pages go out from this machine's own address."
        }
    }
}
