//! What closing the window and quitting mean while runs go on.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use drover_engine::{Engine, QuitWay};
use drover_model::{
    Caller, RunState,
    request::{CancelRun, GetSettings, ListRuns},
};
use tauri::{AppHandle, Manager, Runtime};

use crate::{Startup, route::Route, tray::TrayHost, window};

/// How long a desktop may be without its tray, as when its panel starts again.
const PANEL_RESTART: Duration = Duration::from_secs(5);

/// What a click on the close button does.
#[derive(Debug, PartialEq, Eq)]
enum Close {
    /// Drover goes on in the tray.
    Hide,
    /// A person decides about the runs.
    Ask,
    Quit,
}

/// `in_tray`: a host shows the icon, and the person wants the window to close into it.
fn on_close(live_runs: usize, in_tray: bool) -> Close {
    match (in_tray, live_runs) {
        (true, _) => Close::Hide,
        (false, 0) => Close::Quit,
        (false, _) => Close::Ask,
    }
}

/// The close button was pressed.
pub(crate) fn close_requested<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Some(engine) = app.state::<Startup>().started() else {
            return quit(&app, QuitWay::StopRuns);
        };
        let settings = engine.get_settings(Caller::Window, GetSettings {}).await;
        let in_tray = app.state::<TrayHost>().is_there()
            && settings.is_ok_and(|settings| settings.close_to_tray);
        match on_close(engine.live_runs(), in_tray) {
            Close::Hide => window::hide(&app),
            Close::Ask => window::go(&app, Route::Quit),
            Close::Quit => quit(&app, QuitWay::StopRuns),
        }
    });
}

/// Quit was picked in the tray: at once without live runs, else a person decides about them.
pub(crate) fn quit_requested<R: Runtime>(app: &AppHandle<R>) {
    let live_runs = app
        .state::<Startup>()
        .started()
        .map_or(0, |engine| engine.live_runs());
    match on_close(live_runs, false) {
        Close::Ask => window::go(app, Route::Quit),
        Close::Hide | Close::Quit => quit(app, QuitWay::StopRuns),
    }
}

/// Brings a hidden window back when the tray that would lead to it has gone.
pub(crate) async fn stay_reachable<R: Runtime>(app: AppHandle<R>) {
    let mut host = app.state::<TrayHost>().changes();
    while host.changed().await.is_ok() {
        if *host.borrow_and_update() {
            continue;
        }
        tokio::time::sleep(PANEL_RESTART).await;
        let quitting = app.state::<Quitting>().0.load(Ordering::Acquire);
        if !quitting && !app.state::<TrayHost>().is_there() && window::is_hidden(&app) {
            window::minimise(&app);
        }
    }
}

/// Whether the app is on its way out.
#[derive(Default)]
pub(crate) struct Quitting(AtomicBool);

/// Hides the window, ends the engine, then the app. A second call cannot start that anew, but
/// one that stops runs makes the wait for them short.
pub(crate) fn quit<R: Runtime>(app: &AppHandle<R>, way: QuitWay) {
    window::hide(app);
    let again = app.state::<Quitting>().0.swap(true, Ordering::AcqRel);
    let (app, startup) = (app.clone(), app.state::<Startup>().inner().clone());
    tauri::async_runtime::spawn(async move {
        let code = match startup.engine().await {
            Ok(engine) if again => return stop_live(&engine, way).await,
            Ok(engine) => {
                engine.quit(way).await;
                0
            }
            Err(problem) => i32::from(problem.code.exit_code()),
        };
        app.exit(code);
    });
}

async fn stop_live(engine: &Engine, way: QuitWay) {
    if way == QuitWay::FinishRuns {
        return;
    }
    let states = RunState::ALL
        .into_iter()
        .filter(|state| state.holds())
        .collect();
    let live = engine
        .list_runs(
            Caller::Window,
            ListRuns {
                states,
                limit: 1_000,
                ..ListRuns::default()
            },
        )
        .await;
    match live {
        Ok(live) => {
            for row in live
                .rows
                .into_iter()
                .filter(|row| row.state != RunState::Stopping)
            {
                if let Err(error) = engine
                    .cancel_run(Caller::Window, CancelRun { run: row.id })
                    .await
                {
                    tracing::info!(run = %row.id, %error, "a run could not be stopped while quitting");
                }
            }
        }
        Err(error) => tracing::warn!(%error, "failed to list the runs that are to be stopped"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_never_strands_the_app() {
        assert_eq!(on_close(0, true), Close::Hide);
        assert_eq!(on_close(3, true), Close::Hide);
        assert_eq!(
            on_close(0, false),
            Close::Quit,
            "nothing goes on and nothing would show it"
        );
        assert_eq!(
            on_close(3, false),
            Close::Ask,
            "a hidden window could not be found again"
        );
    }
}
