//! Task files and scripts that journeys run.

use std::path::Path;

use serde_json::{Value, json};

use super::{desktop::Desktop, patience::until};

/// A script that signs in to the sample shop with a token, tells what it does, and prints the
/// price. The ticks go on long enough to be seen while it runs.
pub(crate) fn sign_in(url: &str, token: &str) -> String {
    format!(
        "import {{ chromium }} from 'playwright-core';
import {{ output, secret }} from 'drover';
const browser = await chromium.launch();
const page = await browser.newPage();
await page.goto('{url}');
await page.getByLabel('User').fill('anna');
await page.getByLabel('Password').fill(await secret('{token}'));
await page.getByRole('button', {{ name: 'Sign in' }}).click();
await page.getByText('Welcome').waitFor();
for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) {{ console.log('tick ' + n); await page.waitForTimeout(500); }}
output('price', await page.getByTestId('price').innerText());
console.log('the token is ' + await secret('{token}'));
await browser.close();
"
    )
}

/// The same as a task file that keeps a picture of the last page.
pub(crate) fn sign_in_task(name: &str, profile: &str, url: &str, token: &str) -> Value {
    json!({
        "name": name, "kind": "playwright", "inline": sign_in(url, token), "profiles": { "names": [profile] },
        "tokens": [{ "name": token }], "artifacts": { "screenshot": "always" }
    })
}

/// A command that goes on until `file` is there, and then succeeds.
pub(crate) fn until_file_task(name: &str, file: &Path) -> Value {
    let script = format!("until [ -e '{}' ]; do sleep 0.1; done", file.display());
    json!({ "name": name, "kind": "command", "shell": true, "program": script })
}

impl Desktop {
    /// Starts a task in the app that has the data folder, and answers the run's id when it goes on.
    pub(crate) fn start_run(&self, task: &str) -> String {
        let started = self.cli(&["run", task]).json();
        let id = started["runs"][0]["id"].as_str().unwrap().to_owned();
        self.run_becomes(&id, "running");
        id
    }

    /// Waits until a run is in a state.
    pub(crate) fn run_becomes(&self, id: &str, state: &str) {
        until(&format!("`{state}` of run {id}"), || {
            (self.cli(&["show", id]).json()["state"] == state).then_some(())
        });
    }

    /// The address of the sample shop, as the sample tasks have it.
    pub(crate) fn shop(&self) -> String {
        let task = self.cli(&["task", "show", "Sample: read a price"]).json();
        let url = task
            .pointer("/spec/parameters/url/default")
            .unwrap_or_else(|| panic!("no address in {task}"));
        url.as_str().unwrap().to_owned()
    }

    /// Saves a task from a file on standard input.
    pub(crate) fn add_task(&self, file: &Value) {
        self.cli_with_input(&["task", "add", "-f", "-"], Some(&file.to_string()))
            .ok();
    }
}
