//! The environment of task code.

use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};

use drover_model::task::{KeepScreenshot, Kind, Placement};
use drover_model::{Plan, TokenName};
use secrecy::{ExposeSecret as _, SecretString};

use crate::process::Environment;
use crate::protocol::ChildEnds;
use crate::recorded;
use crate::request::Request;
use crate::runtime::Runtime;

/// What a child is told, besides what everybody inherits.
pub(crate) struct Surroundings<'a> {
    pub(crate) request: &'a Request,
    pub(crate) runtime: &'a Runtime,
    pub(crate) artifacts: &'a Path,
    /// The private folder of the attempt.
    pub(crate) scratch: &'a Path,
    pub(crate) cdp: Option<&'a SecretString>,
    /// The profile's way out, which has no login on this side.
    pub(crate) proxy: Option<SocketAddr>,
    /// The value of `DROVER_CONTROL`.
    pub(crate) control: &'a str,
    /// The folder for temporary files of a script.
    pub(crate) temporary: &'a Path,
    /// Whose Node, if it has one, is left alone.
    pub(crate) is_python: bool,
    /// Variable → value, for the tokens that the task wants in the environment.
    pub(crate) tokens: &'a [(String, TokenName, SecretString)],
}

/// The folder for pictures of pages, inside the private folder.
pub(crate) fn looks(scratch: &Path) -> PathBuf {
    scratch.join("looks")
}

/// Temporary files of a script. Playwright makes the folder for downloads there, so the gateway has to know it.
pub(crate) fn temporary(scratch: &Path) -> PathBuf {
    scratch.join("tmp")
}

/// The whole environment. `inherited` gives way to the task's variables, and those to Drover's.
pub(crate) fn environment(
    inherited: Environment,
    around: &Surroundings<'_>,
) -> std::io::Result<Environment> {
    let mut environment = inherited;
    let plan = &around.request.plan;
    let mut set = |name: &str, value: OsString| environment.insert(name.into(), value);
    if plan.kind == Kind::Playwright {
        set("TMPDIR", around.temporary.into());
    }
    for (name, value) in &plan.env {
        set(name, value.into());
    }
    for (variable, _, value) in around.tokens {
        set(variable, value.expose_secret().into());
    }
    set("DROVER_RUN_ID", around.request.run.to_string().into());
    set("DROVER_ATTEMPT", around.request.attempt.to_string().into());
    set("DROVER_TASK", plan.task.to_string().into());
    set("DROVER_PARAMS", serde_json::to_string(&plan.params)?.into());
    set("DROVER_ARTIFACTS", around.artifacts.into());
    if let Some(profile) = &plan.profile {
        set("DROVER_PROFILE", profile.name.to_string().into());
    }
    if let Some(cdp) = around.cdp {
        set("DROVER_CDP", cdp.expose_secret().into());
    }
    if let Some(proxy) = around.proxy {
        set("DROVER_PROXY", format!("http://{proxy}").into());
    }
    set("DROVER_PLACEMENT", placement(plan).key().into());
    set("DROVER_BRIDGE", around.scratch.join("bridge").into());
    set("DROVER_CONTROL", around.control.into());
    if plan.screenshot != KeepScreenshot::Never && around.cdp.is_some() {
        set("DROVER_LOOKS", looks(around.scratch).into());
    }
    if around.cdp.is_some() && plan.kind == Kind::Playwright {
        let folder = recorded::prepare(around.scratch, plan.evidence)?;
        environment.extend(folder.map(|folder| ("DROVER_EVIDENCE".into(), folder.into())));
    }
    let tools = around.request.places.node_tools.as_deref();
    modules(&mut environment, around.runtime, tools)?;
    for_python(&mut environment, around.runtime)?;
    // Playwright for Python is driven by a Node of its own, which is none of the script's.
    if !around.is_python {
        preload(&mut environment, &around.runtime.hook());
    } else if around.proxy.is_some() {
        preload(&mut environment, &around.runtime.driver());
    }
    Ok(environment)
}

/// Where `require` looks at last: what the task set, Drover's helpers, Drover's own Playwright.
pub(crate) fn node_path(
    theirs: Option<&OsString>,
    runtime: &Runtime,
    tools: Option<&Path>,
) -> std::io::Result<OsString> {
    let folders = theirs.into_iter().flat_map(std::env::split_paths);
    let tools = tools.map(|tools| tools.join("node_modules"));
    let folders = folders.chain([runtime.modules()]).chain(tools);
    std::env::join_paths(folders).map_err(std::io::Error::other)
}

/// Where Node finds `drover` and Playwright, for a process that is no run.
pub(crate) fn for_node(
    environment: &mut Environment,
    runtime: &Runtime,
    tools: Option<&Path>,
) -> std::io::Result<()> {
    modules(environment, runtime, tools)?;
    preload(environment, &runtime.hook());
    Ok(())
}

fn modules(
    environment: &mut Environment,
    runtime: &Runtime,
    tools: Option<&Path>,
) -> std::io::Result<()> {
    let path = node_path(environment.get(OsStr::new("NODE_PATH")), runtime, tools)?;
    environment.insert("NODE_PATH".into(), path);
    environment.extend(tools.map(|tools| ("DROVER_NODE_TOOLS".into(), tools.into())));
    Ok(())
}

fn preload(environment: &mut Environment, file: &Path) {
    let options = environment.remove(OsStr::new("NODE_OPTIONS"));
    let options = with_hook(options.unwrap_or_default(), file);
    environment.insert("NODE_OPTIONS".into(), options);
}

/// Drover's own folder stands first, because Python loads one `sitecustomize` only; that one then loads the next.
/// Output comes line by line and in UTF-8, unless the task wants it otherwise.
pub(crate) fn for_python(environment: &mut Environment, runtime: &Runtime) -> std::io::Result<()> {
    let others = environment.get(OsStr::new("PYTHONPATH")).cloned();
    let others = others.iter().flat_map(std::env::split_paths);
    let folders: Vec<PathBuf> = std::iter::once(runtime.python()).chain(others).collect();
    let joined = std::env::join_paths(folders).map_err(std::io::Error::other)?;
    environment.insert("PYTHONPATH".into(), joined);
    for name in ["PYTHONUNBUFFERED", "PYTHONUTF8"] {
        environment.entry(name.into()).or_insert_with(|| "1".into());
    }
    Ok(())
}

/// A command places its pages itself, whatever the task says about scripts.
fn placement(plan: &Plan) -> Placement {
    if plan.kind == Kind::Command {
        Placement::Own
    } else {
        plan.placement
    }
}

/// By their inodes a process knows whether its descriptors 3 and 4 are really these pipes.
pub(crate) fn inodes(control: &ChildEnds) -> std::io::Result<String> {
    let writes = rustix::fs::fstat(control.writes.as_fd())?.st_ino;
    let reads = rustix::fs::fstat(control.reads.as_fd())?.st_ino;
    Ok(format!("{writes} {reads}"))
}

/// What the task set is kept; Node reads quotes and backslashes in this variable as a shell would.
pub(crate) fn with_hook(options: OsString, hook: &Path) -> OsString {
    let mut options = options;
    if !options.is_empty() {
        options.push(" ");
    }
    let quoted = hook
        .to_string_lossy()
        .replace('\\', "\\\\")
        .replace('"', "\\\"");
    options.push(format!("--require \"{quoted}\""));
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_the_task_are_kept_and_odd_paths_are_quoted() {
        let hook = with_hook(
            "--max-old-space-size=99".into(),
            Path::new("/a b/\"c\"/hook.cjs"),
        );
        assert_eq!(
            hook,
            "--max-old-space-size=99 --require \"/a b/\\\"c\\\"/hook.cjs\""
        );
        assert_eq!(
            with_hook(OsString::new(), Path::new("/x")),
            "--require \"/x\""
        );
    }
}
