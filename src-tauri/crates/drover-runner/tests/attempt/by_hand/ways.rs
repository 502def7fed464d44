//! A script by hand, and the same script as a task.

use std::ffi::OsString;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use drover_browser::Exit;
use drover_model::Stream;
use drover_runner::process::Environment;
use serde_json::json;
use tokio::net::TcpSocket;

use super::folder::Side;
use super::seen::{Seen, of_profile, plain, written};
use crate::bench::{Bench, on_path};
use crate::heard::heard;
use crate::site::{Site, site_on, task};

async fn site_for(number: usize) -> Site {
    // Cookies do not know ports, so each script has an address of its own.
    site_on([127, 0, 7, u8::try_from(number).unwrap() + 1]).await
}

/// A port for a server of the script, which nobody else gets while the socket is held: it does not listen, and Node may
/// reuse its address.
fn own_port() -> (String, TcpSocket) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    (socket.local_addr().unwrap().port().to_string(), socket)
}

pub(super) async fn run_by_hand(side: &Side, script: &str, number: usize) -> (Seen, String) {
    let (site, (port, _held)) = (site_for(number).await, own_port());
    let path = side.folder.join(script);
    let (folder, last): (&Path, OsString) = if path.is_dir() {
        (&path, OsString::new())
    } else {
        (path.parent().unwrap(), path.file_name().unwrap().into())
    };
    let runner = side.folder.join("node_modules/@playwright/test/cli.js");
    let python = side.folder.join(".venv/bin/python");
    let (program, args): (PathBuf, Vec<OsString>) = match script.split('/').next() {
        Some("js") => (on_path("node"), vec![last]),
        Some("ts") => (on_path("node"), vec!["--import=tsx".into(), last]),
        Some("py") => (python, vec![last]),
        Some("suites") => (on_path("node"), vec![runner.into(), "test".into()]),
        _ => (python, vec!["-m".into(), "pytest".into()]),
    };
    let jar = side.folder.join(format!("{number}.jar"));
    let mut more = Environment::from([
        ("SITE".into(), OsString::from(&site.address)),
        ("OWN_PORT".into(), port.into()),
        (
            "PLAYWRIGHT_BROWSERS_PATH".into(),
            side.browsers.clone().into(),
        ),
    ]);
    let observed = side.observed(&jar).into_iter();
    more.extend(observed.map(|(name, value)| (name.into(), value)));
    let marker = format!("by-hand-{}-{number}", std::process::id());
    let (exit, said, errors) = heard(program, args, more, folder, marker).await;
    let code = match exit {
        Exit::Code(code) => Some(code),
        Exit::Signal(_) => None,
    };
    let seen = Seen {
        code,
        stdout: said.lines().map(|line| plain(line, side, &site)).collect(),
        asked: site.asked(),
        cookies: site.cookies(),
        jar: written(&jar, &site),
    };
    (seen, errors)
}

pub(super) async fn run_through_drover(
    bench: &Bench,
    side: &Side,
    script: &str,
    placement: &str,
    number: usize,
) -> (Seen, String) {
    let (site, (port, _held)) = (site_for(number).await, own_port());
    let path = side.folder.join(script);
    let target = if path.is_dir() { "project" } else { "script" };
    let mut work = task(&json!({
        target: path, "placement": placement, "artifacts": { "screenshot": "never" },
        "env": { "SITE": &site.address, "OWN_PORT": port, "PLAYWRIGHT_BROWSERS_PATH": &side.browsers },
    }));
    if placement == "own" {
        work.as_object_mut().unwrap().remove("profiles");
    }
    let jar = side.folder.join(format!("{number}.jar"));
    if placement != "profile" {
        // Contexts of their own are gone with the script, so the script is observed as it is by hand.
        for (name, value) in side.observed(&jar) {
            work["env"][name] = value.to_str().unwrap().into();
        }
    }
    let ran = bench.run(work).await;
    let stdout = ran.log(Stream::Stdout);
    let seen = Seen {
        code: ran.outcome.exit.and_then(|exit| exit.code),
        stdout: stdout.iter().map(|line| plain(line, side, &site)).collect(),
        asked: site.asked(),
        cookies: site.cookies(),
        jar: match placement {
            "profile" => Some(of_profile(bench, &site).await),
            _ => written(&jar, &site),
        },
    };
    (seen, ran.all())
}
