//! `browser`: which browsers are installed, which run, and what one of them shows.

use std::path::PathBuf;

use clap::Subcommand;
use drover_model::request::{BrowserState, FindBrowsers, ListBrowsers, OpenBrowser, ShootBrowser};

use crate::{
    failure::Outcome,
    new_file::write_new,
    session::Session,
    table::{table, toned},
    words::{Tone, or_dash},
};

/// What can be asked about browsers.
#[derive(Debug, Subcommand)]
pub(crate) enum BrowserVerb {
    /// List installed browsers, in the order in which `auto` tries them
    #[command(after_help = "Example:\n  drover-cli browser list")]
    List,
    /// List the browsers that run, with who has them
    #[command(after_help = "Example:\n  drover-cli browser running")]
    Running,
    /// Write a picture of what the browser of a profile shows at this moment, as PNG
    #[command(
        after_help = "The browser must run: for a person, a run or a tool. Nothing comes to the front for it.\nThe file must be new, and only its owner can read it.\n\nExample:\n  drover-cli browser shot anna anna.png"
    )]
    Shot {
        /// Id or name
        profile: String,
        /// The file to be made
        file: PathBuf,
    },
}

/// Does it.
pub(crate) async fn browser(verb: BrowserVerb, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    match verb {
        BrowserVerb::List => {
            let found = backend.call(FindBrowsers {}).await?;
            out.answer(&found, |found| {
                let rows = found.iter().map(|found| {
                    [
                        found.brand.clone(),
                        found.version.clone(),
                        found.path.clone(),
                    ]
                    .map(Into::into)
                });
                table(["BROWSER", "VERSION", "PATH"], rows, out.colour)
            })?;
        }
        BrowserVerb::Running => {
            let open = backend.call(ListBrowsers {}).await?;
            out.answer(&open, |open| {
                let rows = open.iter().map(|open| {
                    [
                        open.name.to_string().into(),
                        state(open),
                        or_dash(open.by.as_ref()).into(),
                        or_dash(open.pid.as_ref()).into(),
                        or_dash(open.product.as_ref()).into(),
                    ]
                });
                table(
                    ["PROFILE", "STATE", "BY", "PID", "BROWSER"],
                    rows,
                    out.colour,
                )
            })?;
        }
        BrowserVerb::Shot { profile, file } => {
            let picture = backend.call(ShootBrowser { profile }).await?;
            write_new(&file, "file", &picture.0)?;
            out.note(&format!(
                "wrote {}; a picture shows what is private, too",
                file.display()
            ));
        }
    }
    Ok(0)
}

fn state(open: &OpenBrowser) -> crate::table::Cell {
    match open.state {
        BrowserState::Starting => toned("starting", Tone::Attn),
        BrowserState::Leased => toned("in use", Tone::Ok),
        BrowserState::Idle => "warm".into(),
        BrowserState::Window => toned("window", Tone::Ok),
        BrowserState::Draining => toned("closing", Tone::Attn),
    }
}
