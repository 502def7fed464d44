//! Seeded tasks, one for each kind.

use drover_model::{Task, TaskFile, TaskId, TaskSpec};

use super::world::World;

const TASKS: [&str; 4] = [
    r#"{"name": "Log in and read orders", "kind": "steps", "profiles": {"names": ["anna"]}, "tokens": [{"name": "shop-login"}],
        "parameters": {"url": {"type": "string", "default": "http://127.0.0.1:43117/", "help": "the shop"}},
        "steps": [
          {"do": "open", "url": "{{ params.url }}"},
          {"do": "fill", "at": {"label": "User"}, "value": "anna"},
          {"do": "fill", "at": {"label": "Password"}, "value": "{{ secret.shop-login }}"},
          {"do": "click", "at": {"role": "button", "name": "Sign in"}},
          {"do": "wait", "for": {"text": "Welcome"}, "timeout": "10s"},
          {"do": "extract", "at": {"css": ".orders"}, "as": "orders"},
          {"do": "screenshot", "name": "home"}]}"#,
    r#"{"name": "Nightly report", "kind": "command", "program": "python3", "args": ["report.py", "--month", "{{ params.month }}"],
        "profiles": {"names": ["us-reports"]}, "parameters": {"month": {"type": "string", "default": "2026-11"}}, "timeout": {"run": "15m"}}"#,
    r#"{"name": "Post release notes", "kind": "command", "program": "node", "args": ["post.mjs"],
        "tokens": [{"name": "github-bot", "env": "GITHUB_TOKEN"}], "retries": {"max": 2}}"#,
    r#"{"name": "Price check", "kind": "playwright", "profiles": {"tag": "price"}, "tokens": [{"name": "shop-api"}],
        "inline": "import { secret, output } from 'drover';\nimport { test } from './page.mjs';\n\nexport default async ({ page }) => {\n  await page.goto('http://127.0.0.1:43117/');\n  await page.fill('\#search', 'A-1');\n  await page.press('\#search', 'Enter');\n  output('price', await page.textContent('.price'));\n};\n",
        "timeout": {"run": "5m", "idle": "2m"}, "retries": {"max": 2}, "artifacts": {"screenshot": "always"}}"#,
];

pub(super) fn tasks(world: &mut World) {
    for (text, version) in TASKS.iter().zip([3, 1, 2, 7]) {
        let file =
            TaskFile::from_json(&text.replace("\\#", "#")).expect("BUG: seeded tasks are tasks");
        let task = Task {
            id: TaskId::from_bits(world.fresh()),
            version,
            spec: TaskSpec::try_from(file).expect("BUG: seeded tasks are complete"),
            created_at: world.ago(86_400 * 12),
            updated_at: world.ago(86_400),
            removed_at: None,
        };
        world.tasks.push(task);
    }
}
