//! A program, its arguments and where it runs.

use yew::prelude::*;

use super::arguments::Arguments;
use super::bound::{Bound, PartProps};
use crate::components::{Callout, Switch, Tone};
use crate::state::draft::DraftAction;

pub(super) fn command_part(props: &PartProps) -> Html {
    let PartProps { draft, onaction } = props;
    let file = &draft.file;
    let (label, placeholder, hint) = if file.shell {
        (
            "Command line",
            "report.sh | tee report.txt",
            "Handed to the shell as it stands. Parameters are not filled in here; the shell finds them in DROVER_PARAMS.",
        )
    } else {
        (
            "Program",
            "python3",
            "A name that is found on the PATH, or a full path.",
        )
    };
    html! {
        <>
            <Bound draft={draft.clone()} onaction={onaction.clone()} field="program" {label} value={file.program.clone().unwrap_or_default()} mono={true}
                edit={Callback::from(DraftAction::Program)} {placeholder} {hint} testid="task-program" />
            <Switch label="Run it in a shell" on={file.shell} onchange={onaction.reform(DraftAction::Shell)} testid="task-shell" />
            if file.shell {
                <Callout tone={Tone::Warn} title="The shell reads the line as a program of its own">
                    { "Quotes, $, |, ; and > have a meaning there. Leave the switch off when you only need a program with arguments." }
                </Callout>
            } else {
                <Arguments ..props.clone() />
            }
            <Bound draft={draft.clone()} onaction={onaction.clone()} field="cwd" label="Folder" value={file.cwd.clone().unwrap_or_default()} mono={true} optional={true}
                edit={Callback::from(DraftAction::Folder)} placeholder="/home/me/reports" hint="Where it runs. Without one it is the run's own folder." testid="task-folder" />
        </>
    }
}
