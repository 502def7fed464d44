//! From a complete task back to its file.

use super::{ArtifactsFile, LimitsFile, RetriesFile, TaskFile, TimeoutFile, TokenFile};
use crate::{HandOver, Script, Span, TaskSpec, TokenUse, Work, task::Limits};

impl From<TaskSpec> for TaskFile {
    fn from(spec: TaskSpec) -> Self {
        let limits = Limits::default();
        let unless = |span: Span, fallback: Span| (span != fallback).then(|| span.to_string());
        let mut file = Self {
            name: spec.name.to_string(),
            kind: spec.work.kind(),
            program: spec.interpreter.map(Into::into),
            args: spec.args.iter().map(ToString::to_string).collect(),
            cwd: spec.cwd.map(Into::into),
            placement: spec.placement,
            profiles: (&spec.profiles).into(),
            proxy: spec.proxy,
            tokens: spec.tokens.into_iter().map(Into::into).collect(),
            timeout: TimeoutFile {
                run: unless(spec.limits.run, limits.run),
                start: unless(spec.limits.start, limits.start),
                idle: spec.limits.idle.map(|span| span.to_string()),
                park: unless(spec.limits.park, limits.park),
                queue: spec.limits.queue.map(|span| span.to_string()),
                total: spec.limits.total.map(|span| span.to_string()),
            },
            limits: LimitsFile {
                resources: spec.resources.iter().map(ToString::to_string).collect(),
                memory: spec.limits.memory.map(|limit| limit.to_string()),
            },
            retries: RetriesFile {
                max: spec.retries.max,
                backoff: spec.retries.backoff,
                on: spec.retries.on,
            },
            on_lost: spec.on_lost,
            checks_login: spec.checks_login.map(Into::into),
            needs_login: spec.needs_login.into_iter().map(Into::into).collect(),
            artifacts: ArtifactsFile {
                screenshot: spec.screenshot,
                trace: spec.evidence.trace,
                video: spec.evidence.video,
                har: spec.evidence.har,
            },
            visible: spec.visible,
            env: spec
                .env
                .into_iter()
                .map(|(variable, value)| (variable, value.to_string()))
                .collect(),
            parameters: spec.parameters,
            outputs: spec.outputs,
            ..Self::default()
        };
        match spec.work {
            Work::Command(command) => {
                file.program = Some(command.program);
                file.args = command.args.iter().map(ToString::to_string).collect();
                file.cwd = command.cwd.map(Into::into);
                file.shell = command.shell;
            }
            Work::Playwright(Script::File { path }) => file.script = Some(path.into()),
            Work::Playwright(Script::Inline { text }) => file.inline = Some(text),
            Work::Playwright(Script::Project {
                path,
                config,
                grep,
                tests,
            }) => {
                file.project = Some(path.into());
                file.config = config;
                file.grep = grep;
                file.tests = tests.iter().map(ToString::to_string).collect();
            }
            Work::Steps(steps) => file.steps = steps.iter().map(Into::into).collect(),
        }
        file
    }
}

impl From<TokenUse> for TokenFile {
    fn from(token: TokenUse) -> Self {
        let env = match token.by {
            HandOver::Pipe => None,
            HandOver::Env(variable) => Some(variable),
        };
        Self {
            name: token.name.to_string(),
            env,
        }
    }
}
