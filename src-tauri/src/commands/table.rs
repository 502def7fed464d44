//! The command table.

use tauri::{Builder, Runtime, generate_handler};

use super::{
    batches, browsers, cookies, extensions, keeping, machine, profiles, proxies, queue, runs,
    schedules, shell, tasks, tokens,
};
use crate::{
    Startup,
    closing::Quitting,
    pictures::{self, Looks},
    streams::{self, RunWatches},
};

/// Adds every command to an app, with what they share.
#[expect(clippy::too_many_lines, reason = "a line a command")]
pub fn with_commands<R: Runtime>(builder: Builder<R>, startup: Startup) -> Builder<R> {
    builder
        .manage(startup)
        .manage(RunWatches::default())
        .manage(Looks::default())
        .manage(Quitting::default())
        .invoke_handler(generate_handler![
            profiles::list_profiles,
            profiles::get_profile,
            profiles::save_profile,
            profiles::duplicate_profile,
            profiles::remove_profiles,
            profiles::restore_profiles,
            profiles::forget_login,
            profiles::list_profile_sets,
            profiles::save_profile_set,
            profiles::remove_profile_set,
            profiles::import_profiles,
            profiles::export_profiles,
            browsers::find_browsers,
            browsers::list_browsers,
            browsers::open_profile,
            browsers::close_profile,
            browsers::attach_tool,
            browsers::list_attached,
            browsers::detach_tool,
            browsers::shoot_browser,
            cookies::list_cookies,
            cookies::import_cookies,
            cookies::undo_cookies,
            cookies::export_cookies,
            keeping::list_snapshots,
            keeping::take_snapshot,
            keeping::roll_back_profile,
            keeping::remove_snapshot,
            keeping::clone_profile,
            keeping::get_usage,
            keeping::sweep_profile,
            keeping::export_bundle,
            keeping::import_bundle,
            keeping::list_foreign_profiles,
            keeping::import_foreign,
            extensions::list_extensions,
            extensions::add_extension,
            extensions::remove_extension,
            proxies::list_proxies,
            proxies::save_proxy,
            proxies::remove_proxy,
            proxies::import_proxies,
            proxies::check_proxies,
            proxies::change_proxy_address,
            proxies::list_pools,
            proxies::save_pool,
            proxies::remove_pool,
            tokens::list_tokens,
            tokens::set_token,
            tokens::remove_token,
            tokens::get_keychain,
            tokens::unlock_keychain,
            tokens::keep_tokens_in_memory,
            tasks::list_tasks,
            tasks::get_task,
            tasks::save_task,
            tasks::remove_task,
            tasks::restore_task,
            tasks::plan_task,
            tasks::list_tests,
            tasks::cancel_listing,
            tasks::start_task,
            runs::list_runs,
            runs::get_run,
            runs::rerun_run,
            runs::cancel_run,
            runs::resume_run,
            runs::read_log,
            runs::read_artifact,
            runs::open_trace,
            runs::get_summary,
            runs::pause_queue,
            queue::get_queue,
            queue::why_run,
            queue::set_priority,
            queue::list_limits,
            queue::set_limit,
            queue::cancel_runs,
            queue::rerun_runs,
            queue::set_pause,
            runs::settle_run,
            runs::pin_runs,
            runs::preview_retention,
            runs::apply_retention,
            schedules::preview_schedule,
            schedules::list_schedules,
            schedules::get_schedule,
            schedules::save_schedule,
            schedules::pause_schedule,
            schedules::resume_schedule,
            schedules::remove_schedule,
            schedules::restore_schedule,
            schedules::run_schedule_now,
            schedules::get_calendar,
            schedules::fix_schedules,
            schedules::settle_missed,
            batches::start_batch,
            batches::list_batches,
            batches::get_batch,
            batches::cancel_batch,
            batches::retry_batch,
            machine::get_settings,
            machine::save_settings,
            machine::get_app_info,
            machine::check_machine,
            machine::load_samples,
            machine::install_playwright,
            machine::reveal_path,
            streams::watch_run,
            streams::unwatch_run,
            pictures::watch_browser,
            pictures::saw_browser,
            pictures::unwatch_browser,
            shell::get_startup,
            shell::quit_app,
        ])
}

#[cfg(test)]
mod tests {
    use drover_model::{
        Code, CommandError,
        command::{REQUESTS, STREAMS},
    };
    use serde_json::Value;
    use tauri::{
        WebviewUrl, WebviewWindowBuilder,
        ipc::{CallbackFn, InvokeBody},
        test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder},
        webview::InvokeRequest,
    };

    use super::*;
    use crate::{shell_commands::SHELL, window::LABEL};

    fn commands() -> impl Iterator<Item = &'static str> {
        [REQUESTS, STREAMS, SHELL].into_iter().flatten().copied()
    }

    /// The window of an app whose engine did not start, with the real configuration and grants.
    fn window(builder: Builder<MockRuntime>) -> tauri::WebviewWindow<MockRuntime> {
        let startup = Startup::of(Err(CommandError::new(
            Code::AlreadyRunning,
            "another Drover uses this data folder",
        )));
        #[expect(clippy::exit, reason = "Tauri's own code")]
        let context = tauri::generate_context!(test = true);
        let app = with_commands(builder, startup).build(context).unwrap();
        WebviewWindowBuilder::new(&app, LABEL, WebviewUrl::default())
            .build()
            .unwrap()
    }

    fn invoke(
        window: &tauri::WebviewWindow<MockRuntime>,
        command: &str,
        body: Value,
    ) -> Result<(), Value> {
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: "tauri://localhost".parse().unwrap(),
            body: InvokeBody::Json(body),
            headers: tauri::http::HeaderMap::new(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        get_ipc_response(window, request).map(drop)
    }

    #[test]
    fn the_window_may_call_every_command_and_finds_it() {
        let window = window(mock_builder());
        for command in commands() {
            // A body that no command takes, so that none goes on to do something.
            let answer = invoke(
                &window,
                command,
                serde_json::json!({ "req": 1, "run": 1, "channel": "x", "way": 1 }),
            );
            let refusal = answer
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default();
            let reached = refusal.contains("invalid args")
                || command == "get_startup" && refusal.contains("already_running");
            assert!(
                reached,
                "`{command}` must reach its function, but the answer was: {refusal}"
            );
        }
    }

    #[test]
    fn what_kept_the_engine_from_starting_is_the_answer() {
        let window = window(mock_builder());
        for command in ["get_startup", "list_tokens", "get_summary"] {
            let error = invoke(&window, command, serde_json::json!({ "req": {} })).unwrap_err();
            assert_eq!(error["code"], "already_running", "{command}");
        }
    }

    #[test]
    fn the_grants_are_the_commands() {
        let config: Value = serde_json::from_str(include_str!("../../../tauri.conf.json")).unwrap();
        let granted = &config["app"]["security"]["capabilities"][0]["permissions"];
        let mut expected = vec!["core:event:default".to_owned()];
        expected.extend(commands().map(|name| format!("allow-{}", name.replace('_', "-"))));
        let mut granted: Vec<_> = granted
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap().to_owned())
            .collect();
        granted.sort();
        expected.sort();
        assert_eq!(
            granted, expected,
            "`tauri.conf.json` grants what the model names, and nothing else"
        );
    }
}
