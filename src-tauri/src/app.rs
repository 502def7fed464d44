//! The app from its first line to its last.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    process::ExitCode,
    time::Duration,
};

use drover_engine::{Engine, Paths, QuitWay};
use drover_model::CommandError;
use tauri::{AppHandle, Context, Manager, RunEvent, WindowEvent, Wry};
use tauri_plugin_single_instance as single_instance;

use crate::{
    Startup,
    arguments::{self, Asked, HELP, Opening},
    closing, commands, startup, streams, system,
    tray::{self, TrayHost},
    window,
};

/// How long the window waits for the engine before it is shown without its data.
const PATIENCE: Duration = Duration::from_secs(3);

/// The exit code for arguments that Drover does not know.
const WRONG_USAGE: u8 = 2;

/// Reads the arguments and runs the app to its end.
#[must_use]
#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "these are a program's answers to its arguments"
)]
pub fn main() -> ExitCode {
    match arguments::parse(std::env::args_os().skip(1)) {
        Ok(Asked::Help) => print!("{HELP}"),
        Ok(Asked::Version) => println!("drover {}", env!("CARGO_PKG_VERSION")),
        Ok(Asked::Open(opening)) => return run(opening),
        Err(error) => {
            eprintln!("drover: {error}\nhint: `drover --help` shows what it takes");
            return ExitCode::from(WRONG_USAGE);
        }
    }
    ExitCode::SUCCESS
}

#[expect(
    clippy::print_stderr,
    reason = "without a window there is nowhere else to say it"
)]
fn run(opening: Opening) -> ExitCode {
    system::no_core_dumps();
    let paths = Paths::from_environment(opening.data_dir).map_err(CommandError::from);
    let bus_name = bus_name(paths.as_ref().ok());
    let (told, startup) = Startup::pending();
    let ready = startup.clone();
    let setup = move |app: &mut tauri::App| {
        app.manage(TrayHost::follow());
        let app = app.handle().clone();
        window::open(&app)?;
        tauri::async_runtime::spawn(show_when_ready(app.clone(), ready, opening.minimised));
        tauri::async_runtime::spawn(quit_when_asked(app.clone()));
        tauri::async_runtime::spawn(closing::stay_reachable(app.clone()));
        tauri::async_runtime::spawn(async move {
            let outcome = startup::start(paths).await;
            told.send_replace(Some(outcome.clone()));
            match outcome {
                Ok(engine) => live(app, engine).await,
                Err(problem) => say(&problem),
            }
        });
        Ok(())
    };
    // First of all plugins: a second Drover must find the first before it does anything.
    let single = single_instance::Builder::new()
        .dbus_id(bus_name)
        .callback(|app, _, _| window::show(app));
    let builder = tauri::Builder::<Wry>::new().plugin(single.build());
    match commands::with_commands(builder, startup)
        .setup(setup)
        .build(context())
    {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(on_event)).unwrap_or(1)),
        Err(error) => {
            eprintln!("drover: failed to open the app: {error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::exit, reason = "Tauri's own code")]
fn context() -> Context<Wry> {
    tauri::generate_context!()
}

/// One Drover a data folder: the name under which a second one finds the first.
fn bus_name(paths: Option<&Paths>) -> String {
    let mut hasher = DefaultHasher::new();
    paths.map(|paths| &paths.data).hash(&mut hasher);
    format!("dev.drover.desktop.f{:016x}", hasher.finish())
}

/// What goes on for as long as the engine runs.
async fn live(app: AppHandle, engine: Engine) {
    let socket = engine.paths().socket();
    let served = drover_api::serve(engine.clone(), &socket);
    if let Err(error) = &served {
        tracing::warn!(
            error = error as &dyn std::error::Error,
            "`drover-cli` cannot reach this Drover"
        );
    }
    tauri::async_runtime::spawn(tray::show(app.clone(), engine.clone()));
    streams::forward_facts(app, engine.events()).await;
}

#[expect(
    clippy::print_stderr,
    reason = "whoever started Drover from a terminal looks there"
)]
fn say(problem: &CommandError) {
    eprintln!("drover: {problem}");
    if let Some(hint) = &problem.hint {
        eprintln!("hint: {hint}");
    }
}

/// Shows the window when it has something to show: the engine's data, or what went wrong.
async fn show_when_ready(app: AppHandle, startup: Startup, minimised: bool) {
    let outcome = tokio::time::timeout(PATIENCE, startup.engine()).await;
    let well = !matches!(outcome, Ok(Err(_)));
    if !(minimised && well) {
        window::show(&app);
    } else if !app.state::<TrayHost>().is_there() {
        window::minimise(&app);
    }
}

async fn quit_when_asked(app: AppHandle) {
    loop {
        system::asked_to_end().await;
        tracing::info!("the system asks Drover to end");
        closing::quit(&app, QuitWay::StopRuns);
    }
}

fn on_event(app: &AppHandle, event: RunEvent) {
    match event {
        RunEvent::WindowEvent {
            event: WindowEvent::CloseRequested { api, .. },
            ..
        } => {
            api.prevent_close();
            closing::close_requested(app);
        }
        // Without a window but with an engine: it must be ended first.
        RunEvent::ExitRequested {
            code: None, api, ..
        } => {
            api.prevent_exit();
            closing::quit(app, QuitWay::StopRuns);
        }
        _ => {}
    }
}
