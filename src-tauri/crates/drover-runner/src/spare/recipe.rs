//! What is kept ready: a Node, a copy of Playwright, and what both are started with.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use crate::node::{Node, Playwright};
use crate::process::{Audience, Door, Output, Start};
use crate::protocol::ChildEnds;
use crate::runtime::Runtime;
use crate::surroundings::{node_path, temporary, with_hook};

/// Two runs with equal recipes can use the same process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recipe {
    node: Node,
    playwright: Playwright,
    runtime: Runtime,
    /// The folder with Drover's own `node_modules`.
    tools: Option<PathBuf>,
    /// As in [`crate::Request::marker`].
    marker: String,
    /// Below it lies the private folder of the process.
    pub(super) scratch: PathBuf,
}

impl Recipe {
    /// `None` for a Node that is a script: it may lead to another Node for every run.
    pub(crate) fn new(
        node: Node,
        playwright: Playwright,
        runtime: &Runtime,
        places: &crate::request::Places,
        marker: &str,
    ) -> Option<Self> {
        is_program(&node.path).then(|| Self {
            node,
            playwright,
            runtime: runtime.clone(),
            tools: places.node_tools.clone(),
            marker: marker.to_owned(),
            scratch: places.scratch.clone(),
        })
    }

    /// The marker of one that has no run yet.
    pub(super) fn marker(&self) -> String {
        format!("{}spare", self.marker)
    }

    pub(super) fn start(
        &self,
        door: &Door,
        scratch: &Path,
        ends: ChildEnds,
        wait: OwnedFd,
        marker: String,
    ) -> io::Result<Start> {
        let mut environment = door.environment(Audience::Task);
        let mut set = |name: &str, value: OsString| environment.insert(name.into(), value);
        set("TMPDIR", temporary(scratch).into());
        set("DROVER_SPARE", self.playwright.folder.clone().into());
        if let Some(tools) = &self.tools {
            set("DROVER_NODE_TOOLS", tools.into());
        }
        let tools = self.tools.as_deref();
        set("NODE_PATH", node_path(None, &self.runtime, tools)?);
        // For workers of the script, which load what their process was started with.
        let hook = self.runtime.hook();
        set("NODE_OPTIONS", with_hook(OsString::new(), &hook));
        Ok(Start {
            program: self.node.path.clone(),
            args: vec![self.runtime.spare().into()],
            environment,
            folder: scratch.to_owned(),
            fds: vec![(3, ends.writes), (4, ends.reads), (5, wait)],
            marker,
            output: Output::Pipes,
        })
    }
}

/// Whether the file is a program itself, and not a script.
pub(crate) fn is_program(path: &Path) -> bool {
    let mut begin = [0; 4];
    File::open(path).is_ok_and(|mut file| file.read_exact(&mut begin).is_ok())
        && begin == *b"\x7fELF"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_leads_to_a_node_is_not_one() {
        let place = tempfile::tempdir().unwrap();
        let shim = place.path().join("node");
        std::fs::write(&shim, "#!/bin/sh\nexec /opt/node/bin/node \"$@\"\n").unwrap();
        assert!(!is_program(&shim));
        assert!(!is_program(&place.path().join("gone")));
        assert!(is_program(&std::env::current_exe().unwrap()));
    }
}
