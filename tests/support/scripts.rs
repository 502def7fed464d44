//! Task files and scripts that journeys run.

use serde_json::{Value, json};

use super::desktop::Desktop;

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

impl Desktop {
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
