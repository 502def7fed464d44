//! Test projects and traces through the engine: what is listed, what can be stopped, what is shown.

use std::time::Duration;

use crate::support::Life;
use drover_model::{
    Caller, Code, RunState, TaskFile,
    request::{CancelListing, ListTests, OpenTrace, OpenedTrace, Place, RevealPath},
};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// A task that is being written; it has no name yet.
fn draft(project: &std::path::Path) -> ListTests {
    let file = json!({ "name": "", "kind": "playwright", "project": project, "env": { "SHOP": "{{ params.shop }}", "WHO": "{{ profile.name }}" },
        "parameters": { "shop": { "default": "pears" } } });
    ListTests {
        file: Some(TaskFile::from_json(&file.to_string()).unwrap()),
        ticket: Some("one".to_owned()),
        task: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tests_of_a_draft_are_listed_and_a_listing_can_be_stopped() {
    let life = Life::start().await;
    let project = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(project.path().join(name), text).unwrap();
    write("playwright.config.js", "module.exports = {};");
    write(
        "a.spec.js",
        "require('@playwright/test').test(`sells ${process.env.SHOP} to ${process.env.WHO}`, () => {});",
    );
    let listed = life
        .engine
        .list_tests(Caller::Cli, draft(project.path()))
        .await;
    let tree = listed.unwrap();
    assert_eq!(
        tree.groups[0].tests[0].id.to_string(),
        "a.spec.js › sells pears to undefined"
    );

    let hangs = "require('node:fs').writeFileSync('begun', ''); for (;;);";
    write("playwright.config.js", hangs);
    let engine = life.engine.clone();
    let request = draft(project.path());
    let listing = tokio::spawn(async move { engine.list_tests(Caller::Window, request).await });
    while !project.path().join("begun").exists() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let ticket = "one".to_owned();
    // Another face has tickets of its own.
    let other = CancelListing {
        ticket: ticket.clone(),
    };
    life.engine
        .cancel_listing(Caller::Cli, other)
        .await
        .unwrap();
    assert!(!listing.is_finished());
    let stop = CancelListing { ticket };
    life.engine
        .cancel_listing(Caller::Window, stop)
        .await
        .unwrap();
    let error = listing.await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "the listing was stopped");

    let nothing = ListTests::default();
    let error = life
        .engine
        .list_tests(Caller::Cli, nothing)
        .await
        .unwrap_err();
    assert_eq!(drover_model::CommandError::from(error).code, Code::Invalid);
}

/// The status line of the answer, and where it leads.
async fn get(url: &str) -> (String, Option<String>) {
    let rest = url.strip_prefix("http://").unwrap();
    let (address, path) = rest.split_once('/').unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let ask = format!("GET /{path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let mut lines = answer.lines();
    let status = lines.next().unwrap().to_owned();
    let leads = lines.find_map(|line| line.strip_prefix("Location: "));
    (status, leads.map(str::to_owned))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_is_served_until_the_engine_ends_and_its_address_is_good_once() {
    let life = Life::start().await;
    let script = "import fs from 'node:fs'; import { artifact } from 'drover';
        for (const name of ['one.zip', 'note.html']) fs.writeFileSync(`${process.env.DROVER_ARTIFACTS}/${name}`, 'PK');
        artifact('one.zip', { kind: 'trace' });";
    let task =
        json!({ "name": "traced", "kind": "playwright", "inline": script, "placement": "own" });
    life.task(&task.to_string()).await;
    let run = life.run("traced").await;
    let run = life.ended(run.id).await;
    assert_eq!(run.row.state, RunState::Succeeded, "{run:?}");
    let open = |path: Option<&str>| OpenTrace {
        run: run.row.id,
        path: path.map(str::to_owned),
        show: false,
    };
    let opened = life.engine.open_trace(Caller::Cli, open(None)).await;
    let OpenedTrace { path, url } = opened.unwrap();
    assert!(path.ends_with("/one.zip"), "{path}");
    let url = url.unwrap();
    let (status, page) = get(&url).await;
    assert_eq!(status, "HTTP/1.1 303 See Other");
    let page = page.unwrap();
    assert_eq!(get(&page).await.0, "HTTP/1.1 200 OK");
    assert_eq!(
        get(&url).await.0,
        "HTTP/1.1 404 Not Found",
        "it is good once"
    );
    let again = life
        .engine
        .open_trace(Caller::Cli, open(Some(&path)))
        .await
        .unwrap();
    let (_, same) = get(&again.url.unwrap()).await;
    assert_eq!(same, Some(page), "it is served once");

    let note = run
        .artifacts
        .iter()
        .find(|kept| kept.path.ends_with("note.html"))
        .unwrap();
    let error = life
        .engine
        .open_trace(Caller::Cli, open(Some(&note.path)))
        .await
        .unwrap_err();
    assert!(error.to_string().ends_with("is no trace"), "{error}");
    let place = Place::Artifact {
        run: run.row.id,
        path: note.path.clone(),
    };
    let error = life
        .engine
        .reveal_path(Caller::Cli, RevealPath { place })
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("could bring code with it"),
        "{error}"
    );
}
