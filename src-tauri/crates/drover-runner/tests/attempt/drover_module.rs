//! The `drover` module wherever a script may load it, in Drover and by hand.

use std::ffi::OsString;
use std::path::PathBuf;

use drover_browser::Exit;
use drover_model::Stream;
use drover_runner::Runtime;
use drover_runner::process::Environment;
use serde_json::json;

use crate::bench::{Bench, on_path, python_tools};
use crate::heard::heard;
use crate::site::task;
use crate::versions::modules;

fn quiet(mut work: serde_json::Value) -> serde_json::Value {
    work.as_object_mut().unwrap().remove("profiles");
    work
}

#[tokio::test]
async fn every_kind_of_module_and_thread_reaches_drover() {
    let bench = Bench::new().secret("api", "correct-horse-battery");
    bench.file(
        "kinds/common.cjs",
        "module.exports = async () => (await require('drover').secret('api')).length;",
    );
    bench.file(
        "kinds/thread.mjs",
        "import { parentPort } from 'node:worker_threads';
         import { secret } from 'drover';
         parentPort.postMessage((await secret('api')).length);",
    );
    let text = "
        import { Worker } from 'node:worker_threads';
        import drover, { output, secret } from 'drover';
        import common from './common.cjs';
        const thread = new Worker(new URL('./thread.mjs', import.meta.url));
        output('esm', (await secret('api')).length);
        output('default', (await drover.secret('api')).length);
        output('cjs', await common());
        output('dynamic', (await (await import('drover')).secret('api')).length);
        output('thread', await new Promise((heard, failed) => thread.on('message', heard).on('error', failed)));
    ";
    let file = bench.file("kinds/all.mjs", text);
    let work = quiet(task(
        &json!({ "script": file, "placement": "own", "tokens": [{ "name": "api" }] }),
    ));
    let ran = bench.run(work).await;
    ran.succeeded();
    let names = ["cjs", "default", "dynamic", "esm", "thread"];
    let expected = names.map(|name| (name.to_owned(), json!(21)));
    assert_eq!(ran.outputs(), expected.into(), "{}", ran.all());
}

#[tokio::test]
async fn a_suite_in_typescript_reaches_drover_from_its_workers() {
    let bench = Bench::new().secret("api", "correct-horse-battery");
    let config = bench.file(
        "typed/playwright.config.ts",
        "export default { workers: 2 };",
    );
    bench.file(
        "typed/a.spec.ts",
        "import { expect, test } from '@playwright/test';
         import { output, secret } from 'drover';
         test('asks', async () => {
           const value: string = await secret('api');
           expect(value).toHaveLength(21);
           output('typed', value.length);
         });",
    );
    let project = config.strip_suffix("/playwright.config.ts").unwrap();
    let work = quiet(task(
        &json!({ "project": project, "placement": "own", "tokens": [{ "name": "api" }] }),
    ));
    let ran = bench.run(work).await;
    ran.succeeded();
    assert_eq!(ran.outputs(), [("typed".to_owned(), json!(21))].into());
    ran.nowhere("correct-horse-battery");
}

/// What a program says that somebody starts without Drover, with the helpers on its path.
async fn by_hand(program: PathBuf, args: &[&str], more: &[(&str, &str)]) -> (Exit, String, String) {
    let place = tempfile::tempdir().unwrap();
    let runtime = Runtime::install(place.path()).unwrap();
    let mut hook = OsString::from("--require=");
    hook.push(runtime.hook());
    let mut environment = Environment::from([
        ("NODE_OPTIONS".into(), hook),
        ("NODE_PATH".into(), runtime.modules().into()),
        ("PYTHONPATH".into(), runtime.python().into()),
    ]);
    environment.extend(more.iter().map(|(name, value)| (name.into(), value.into())));
    let args = args.iter().map(Into::into).collect();
    let marker = format!("helpers-{}", std::process::id());
    heard(program, args, environment, place.path(), marker).await
}

#[tokio::test]
async fn by_hand_secrets_are_variables_and_results_are_told() {
    let script = "
        const { artifact, output, pause, progress, secret } = require('drover');
        (async () => {
          console.log(await secret('shop-api'), require('node:path').basename(artifact(process.execPath)));
          output('price', { pears: 12.5 });
          progress(1, 2, 'half');
          await secret('other').catch((error) => console.log(error.message));
          await pause('look').catch((error) => console.log(error.message));
        })();
    ";
    let variables = [("SHOP_API", "from the shell")];
    let (exit, said, errors) = by_hand(on_path("node"), &["-e", script], &variables).await;
    let told = [
        "from the shell node",
        "there is no secret `other`: Drover has not started this program; by hand set the variable OTHER",
        "nobody can press Enter: standard input is closed",
        "",
    ];
    assert_eq!(
        (exit, said.as_str()),
        (Exit::Code(0), told.join("\n").as_str()),
        "{errors}"
    );
    let hints = "drover: price = {\"pears\":12.5}\ndrover: look – press Enter to go on\n";
    assert_eq!(errors, hints);

    let script = "
import asyncio, os, sys, drover, drover.aio
print(drover.secret('shop-api'), os.path.basename(drover.artifact(__file__ if '__file__' in globals() else os.devnull)))
drover.output('price', {'pears': 12.5})
drover.progress(1, 2, 'half')
print(asyncio.run(drover.aio.secret('shop-api')))
for ask in (lambda: drover.secret('other'), lambda: drover.pause('look')):
    try:
        ask()
    except RuntimeError as error:
        print(error)
";
    let python = python_tools().join("bin/python");
    let (exit, said, errors) = by_hand(python, &["-c", script], &variables).await;
    let told = [
        "from the shell null",
        "from the shell",
        told[1],
        told[2],
        "",
    ];
    assert_eq!(
        (exit, said.as_str()),
        (Exit::Code(0), told.join("\n").as_str()),
        "{errors}"
    );
    let hints = "drover: price = {\"pears\": 12.5}\ndrover: look – press Enter to go on\n";
    assert_eq!(errors, hints);
}

#[tokio::test]
async fn a_script_that_goes_through_a_loader_reaches_drover() {
    let bench = Bench::new().secret("api", "correct-horse-battery");
    let text = "import { output, secret } from 'drover';
        enum Kind { Api = 'api' }
        const value: string = await secret(Kind.Api);
        output('typed', value.length);";
    let file = bench.file("tsx/a.mts", text);
    let folder = bench.place.path().join("user/tsx");
    std::os::unix::fs::symlink(modules("1.60"), folder.join("node_modules")).unwrap();
    let work = quiet(task(
        &json!({ "script": file, "placement": "own", "tokens": [{ "name": "api" }] }),
    ));
    let ran = bench.run(work).await;
    ran.succeeded();
    assert_eq!(ran.outputs(), [("typed".to_owned(), json!(21))].into());
    assert!(ran.log(Stream::Stderr).is_empty(), "{}", ran.all());
}
