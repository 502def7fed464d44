//! Draws the tray and does what is picked in it.

use std::time::Duration;

use drover_engine::Engine;
use drover_model::{
    Caller,
    request::{GetSummary, PauseQueue, Summary},
};
use tauri::{
    AppHandle, Manager, Runtime,
    menu::{IsMenuItem, Menu, MenuItem, PredefinedMenuItem},
    tray::TrayIconBuilder,
};
use tokio::sync::broadcast::error::RecvError;

use super::{
    TrayHost,
    icon::{TrayIcon, icon},
    menu::{MenuLine, menu},
    pick::Pick,
};
use crate::{closing, route::Route, window};

/// The name of the one tray icon.
const ID: &str = "main";

/// The least time between two changes of the tray: on Linux each new icon is a file written.
const BREATH: Duration = Duration::from_secs(1);

/// What the tray shows.
#[derive(Debug, PartialEq, Eq)]
struct Drawn {
    lines: Vec<MenuLine>,
    icon: TrayIcon,
}

impl Drawn {
    fn of(summary: &Summary) -> Self {
        Self {
            lines: menu(summary),
            icon: icon(summary),
        }
    }
}

/// Shows the tray where there can be one, and keeps it up to date for the life of the engine.
pub(crate) async fn show<R: Runtime>(app: AppHandle<R>, engine: Engine) {
    if !app.state::<TrayHost>().can_draw() {
        tracing::info!("there is no tray: the appindicator library is not installed");
        return;
    }
    // First subscribe, then look: nothing that happens in between is missed.
    let mut facts = engine.events();
    let mut drawn: Option<Drawn> = None;
    loop {
        match engine.get_summary(Caller::Tray, GetSummary {}).await {
            Ok(summary) => {
                let next = Drawn::of(&summary);
                if drawn.as_ref() != Some(&next) {
                    if let Err(error) = draw(&app, &engine, drawn.as_ref(), &next) {
                        tracing::warn!(%error, "failed to draw the tray");
                        app.state::<TrayHost>().give_up();
                        return;
                    }
                    drawn = Some(next);
                }
            }
            Err(error) => tracing::warn!(%error, "failed to count what goes on, for the tray"),
        }
        tokio::time::sleep(BREATH).await;
        match facts.recv().await {
            Err(RecvError::Closed) => return,
            Ok(_) | Err(RecvError::Lagged(_)) => while facts.try_recv().is_ok() {},
        }
    }
}

fn draw<R: Runtime>(
    app: &AppHandle<R>,
    engine: &Engine,
    old: Option<&Drawn>,
    new: &Drawn,
) -> tauri::Result<()> {
    let menu = build(app, &new.lines)?;
    let Some(tray) = app.tray_by_id(ID) else {
        let engine = engine.clone();
        let tray = TrayIconBuilder::with_id(ID)
            .icon(new.icon.image())
            .temp_dir_path(engine.paths().runtime_files().join("tray"))
            .menu(&menu)
            .on_menu_event(move |app, event| {
                if let Ok(pick) = event.id.as_ref().parse() {
                    picked(app, &engine, pick);
                } else {
                    tracing::warn!("an unknown line of the tray's menu was picked");
                }
            });
        return tray.build(app).map(drop);
    };
    tray.set_menu(Some(menu))?;
    if old.is_none_or(|old| old.icon != new.icon) {
        tray.set_icon(Some(new.icon.image()))?;
    }
    Ok(())
}

fn build<R: Runtime>(app: &AppHandle<R>, lines: &[MenuLine]) -> tauri::Result<Menu<R>> {
    let menu = Menu::new(app)?;
    for line in lines {
        let item: Box<dyn IsMenuItem<R>> = match line {
            MenuLine::Rule => Box::new(PredefinedMenuItem::separator(app)?),
            // A single `&` would mark a letter as its key.
            MenuLine::Entry { pick, label } => Box::new(MenuItem::with_id(
                app,
                pick.to_string(),
                label.replace('&', "&&"),
                true,
                None::<&str>,
            )?),
        };
        menu.append(&*item)?;
    }
    Ok(menu)
}

fn picked<R: Runtime>(app: &AppHandle<R>, engine: &Engine, pick: Pick) {
    match pick {
        Pick::Runs => window::go(app, Route::Live),
        Pick::NeedsYou => window::go(app, Route::Parked),
        Pick::Run(run) => window::go(app, Route::Run(run)),
        Pick::Open => window::show(app),
        Pick::Quit => closing::quit_requested(app),
        Pick::Pause => pause(engine, true),
        Pick::Resume => pause(engine, false),
    }
}

fn pause(engine: &Engine, paused: bool) {
    let engine = engine.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = engine
            .pause_queue(Caller::Tray, PauseQueue { paused })
            .await
        {
            tracing::warn!(%error, paused, "failed to pause or resume the queue from the tray");
        }
    });
}
