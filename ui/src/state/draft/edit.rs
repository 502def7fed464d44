//! How each change is made in a draft.

use drover_model::step::{LocatorFile, StepFile};
use drover_model::task_file::TokenFile;

use super::Draft;
use super::action::{DraftAction, LimitKind, ParameterEdit, StepEdit};
use super::locator::{locator, shown_locator, with_action};
use super::rows::{EnvRow, ParameterRow};

impl Draft {
    pub(super) fn edit(&mut self, action: DraftAction) {
        let file = &mut self.file;
        match action {
            DraftAction::Name(text) => file.name = text,
            DraftAction::Kind(kind) => file.kind = kind,
            DraftAction::Target(target) => self.target = target,
            DraftAction::Script(text) => file.script = Some(text),
            DraftAction::Inline(text) => file.inline = Some(text),
            DraftAction::Project(text) => file.project = Some(text),
            DraftAction::Grep(text) => file.grep = Some(text),
            DraftAction::Placement(placement) => file.placement = placement,
            DraftAction::Program(text) => file.program = Some(text),
            DraftAction::Interpreter(text) => self.interpreter = text,
            DraftAction::Config(text) => file.config = Some(text),
            DraftAction::Tests(tests) => file.tests = tests,
            DraftAction::Shell(on) => file.shell = on,
            DraftAction::Folder(text) => file.cwd = Some(text),
            DraftAction::AddArgument => file.args.push(String::new()),
            DraftAction::Argument(index, text) => set(&mut file.args, index, text),
            DraftAction::RemoveArgument(index) => remove(&mut file.args, index),
            DraftAction::MoveArgument(from, to) => shift(&mut file.args, from, to),
            DraftAction::AddStep(action) => {
                file.steps.push(with_action(&StepFile::default(), &action));
            }
            DraftAction::Step(index, edit) => {
                if let Some(step) = file.steps.get_mut(index) {
                    edit_step(step, edit);
                }
            }
            DraftAction::RemoveStep(index) => remove(&mut file.steps, index),
            DraftAction::MoveStep(from, to) => shift(&mut file.steps, from, to),
            DraftAction::Pick(pick) => self.pick = pick,
            DraftAction::Profile(name, on) => switch(&mut file.profiles.names, name, on),
            DraftAction::Tag(text) => file.profiles.tag = Some(text),
            DraftAction::ProfileSet(text) => file.profiles.set = Some(text),
            DraftAction::PickCount(text) => self.pick_count = text,
            DraftAction::Proxy(policy) => file.proxy = policy,
            DraftAction::Token(name, on) => {
                file.tokens.retain(|token| token.name != name);
                if on {
                    file.tokens.push(TokenFile { name, env: None });
                }
            }
            DraftAction::TokenVariable(name, env) => {
                if let Some(token) = file.tokens.iter_mut().find(|token| token.name == name) {
                    token.env = env;
                }
            }
            DraftAction::AddParameter => self.parameters.push(ParameterRow::default()),
            DraftAction::Parameter(index, edit) => {
                if let Some(row) = self.parameters.get_mut(index) {
                    edit_parameter(row, edit);
                }
            }
            DraftAction::RemoveParameter(index) => remove(&mut self.parameters, index),
            DraftAction::AddEnv => self.env.push(EnvRow::default()),
            DraftAction::Env(index, row) => set(&mut self.env, index, row),
            DraftAction::RemoveEnv(index) => remove(&mut self.env, index),
            DraftAction::Limit(LimitKind::Run, text) => file.timeout.run = Some(text),
            DraftAction::Limit(LimitKind::Start, text) => file.timeout.start = Some(text),
            DraftAction::Limit(LimitKind::Idle, text) => file.timeout.idle = Some(text),
            DraftAction::Limit(LimitKind::Memory, text) => file.limits.memory = Some(text),
            DraftAction::Retries(text) => self.retries = text,
            DraftAction::Backoff(backoff) => file.retries.backoff = backoff,
            DraftAction::RetryOn(ends) => file.retries.on = ends,
            DraftAction::OnLost(policy) => file.on_lost = policy,
            DraftAction::ChecksLogin(text) => file.checks_login = Some(text),
            DraftAction::NeedsLogin(text) => file.needs_login = sites(&text),
            DraftAction::Screenshot(keep) => file.artifacts.screenshot = keep,
            DraftAction::Record(what, keep) => *what.in_file(&mut file.artifacts) = keep,
            DraftAction::Visible(visible) => file.visible = visible,
            DraftAction::Left(_)
            | DraftAction::Submit
            | DraftAction::Refused(_)
            | DraftAction::Stored(_)
            | DraftAction::Replace(_) => {}
        }
    }
}

fn edit_step(step: &mut StepFile, edit: StepEdit) {
    let current = step
        .at
        .as_ref()
        .or(step.until.as_ref())
        .cloned()
        .unwrap_or_default();
    let (way, text, name) = shown_locator(&current);
    let found = match edit {
        StepEdit::Action(action) => {
            *step = with_action(step, &action);
            return;
        }
        StepEdit::Url(text) => return step.url = Some(text),
        StepEdit::Value(text) => return step.value = Some(text),
        StepEdit::Into(text) => return step.into = Some(text),
        StepEdit::Name(text) => return step.name = Some(text),
        StepEdit::Timeout(text) => {
            return step.timeout = Some(text).filter(|text| !text.is_empty());
        }
        StepEdit::Line(key, text) => {
            // What a key cannot hold, such as a word for a number, is not taken.
            step.set_line(key, &text);
            return;
        }
        StepEdit::Way(way) => locator(&way, text, name),
        StepEdit::Text(text) => locator(way, &text, name),
        StepEdit::RoleName(name) => locator(way, text, &name),
    };
    // Which of several, and the frame, stay as they are written.
    let found = LocatorFile {
        nth: current.nth,
        frame: current.frame.clone(),
        ..found
    };
    if step.action == "wait" {
        step.until = Some(found);
    } else {
        step.at = Some(found);
    }
}

fn edit_parameter(row: &mut ParameterRow, edit: ParameterEdit) {
    match edit {
        ParameterEdit::Name(text) => row.name = text,
        ParameterEdit::Kind(kind) => row.kind = kind,
        ParameterEdit::Default(text) => row.default = text,
        ParameterEdit::Help(text) => row.help = text,
    }
}

/// What is typed, a comma at a time: the last one may still be empty.
fn sites(text: &str) -> Vec<String> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    text.split(',')
        .map(|site| site.trim_start().to_owned())
        .collect()
}

fn set<T>(list: &mut [T], index: usize, value: T) {
    if let Some(place) = list.get_mut(index) {
        *place = value;
    }
}

fn remove<T>(list: &mut Vec<T>, index: usize) {
    if index < list.len() {
        list.remove(index);
    }
}

fn shift<T>(list: &mut Vec<T>, from: usize, to: usize) {
    if from < list.len() && to < list.len() {
        let item = list.remove(from);
        list.insert(to, item);
    }
}

fn switch(list: &mut Vec<String>, name: String, on: bool) {
    list.retain(|other| *other != name);
    if on {
        list.push(name);
    }
}
