//! `cookies`: the cookies of a profile, without their values, and in and out of files.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use drover_model::{
    CookieFormat, CookieOutcome, CookieReport, CookieResult,
    request::{CookieImport, CookieList, ExportCookies, ImportCookies, ListCookies, UndoCookies},
};

use crate::{
    failure::Outcome,
    new_file::write_new,
    session::Session,
    standard_input::read_text,
    table::{table, toned},
    words::{Tone, plural},
};

/// What can be done with cookies.
#[derive(Debug, Subcommand)]
pub(crate) enum CookiesVerb {
    /// Count the cookies of a profile by domain
    #[command(after_help = "Values are never shown.\n\nExample:\n  drover-cli cookies list anna")]
    List {
        /// Name or id
        profile: String,
    },
    /// Set the cookies of a file, with a result for each
    #[command(
        after_help = "Takes exports of EditThisCookie and Cookie-Editor, Playwright's storage state, and Netscape\ncookies.txt. `-` is standard input. Exits with 1 when a cookie was skipped.\n\nExample:\n  drover-cli cookies import anna cookies.json"
    )]
    Import {
        /// Name or id
        profile: String,
        file: PathBuf,
    },
    /// Take an import back, for as long as Drover runs
    #[command(after_help = "Example:\n  drover-cli cookies undo 1")]
    Undo {
        /// The number that the import gave
        import: u64,
    },
    /// Write the cookies of a profile to a file or to standard output
    #[command(
        after_help = "Whoever has the file has the sessions in it; it is made for you alone to read.\n\nExample:\n  drover-cli cookies export anna --format netscape --to cookies.txt"
    )]
    Export {
        /// Name or id
        profile: String,
        #[arg(long, value_enum, default_value_t = Format::Json)]
        format: Format,
        /// A new file; without it standard output
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
}

/// The formats of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// As Cookie-Editor writes it
    Json,
    /// As the extension `EditThisCookie` writes it
    EditThisCookie,
    /// cookies.txt
    Netscape,
    /// As Playwright writes it
    StorageState,
}

impl From<Format> for CookieFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Json => Self::CookieEditor,
            Format::EditThisCookie => Self::EditThisCookie,
            Format::Netscape => Self::Netscape,
            Format::StorageState => Self::StorageState,
        }
    }
}

/// Does it.
pub(crate) async fn cookies(verb: CookiesVerb, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    match verb {
        CookiesVerb::List { profile } => {
            let found = backend.call(ListCookies { profile }).await?;
            if found.cookies.is_empty() {
                out.note("there are no cookies");
            }
            out.answer(&found, |found| domains(found, out.colour))?;
        }
        CookiesVerb::Import { profile, file } => {
            let text = read_text(&file)?;
            let done = backend.call(ImportCookies { profile, text }).await?;
            out.answer(&done, |done| imported(&done.report, out.colour))?;
            hint(&done, session);
            return Ok(u8::from(done.report.skipped() > 0));
        }
        CookiesVerb::Undo { import } => {
            let undone = backend.call(UndoCookies { undo: import }).await?;
            out.answer(&undone, |undone| {
                format!(
                    "{} of {} cookies are as they were",
                    undone.restored, undone.of
                )
            })?;
        }
        CookiesVerb::Export {
            profile,
            format,
            to,
        } => {
            let format = format.into();
            let export = backend.call(ExportCookies { profile, format }).await?;
            for note in &export.notes {
                out.note(note);
            }
            match to {
                Some(path) => {
                    write_new(&path, "to", export.text.as_bytes())?;
                    out.note(&format!("wrote {}; it holds live sessions", path.display()));
                }
                None => out.line(export.text.trim_end())?,
            }
        }
    }
    Ok(0)
}

fn hint(done: &CookieImport, session: &Session) {
    if let (Some(undo), false) = (done.undo, session.backend.owns_runs()) {
        let note = format!("`drover-cli cookies undo {undo}` takes it back while Drover runs");
        session.out.note(&note);
    }
}

fn domains(found: &CookieList, colour: bool) -> String {
    let rows = found.domains.iter().map(|count| {
        [
            count.domain.clone().into(),
            count.cookies.to_string().into(),
            count.session.to_string().into(),
            count.partitioned.to_string().into(),
        ]
    });
    table(
        ["DOMAIN", "COOKIES", "SESSION", "PARTITIONED"],
        rows,
        colour,
    )
}

fn imported(report: &CookieReport, colour: bool) -> String {
    let rows = report.results.iter().map(|result| {
        let (outcome, why) = outcome(result);
        let key = result.key.as_ref();
        [
            result.at.to_string().into(),
            key.map_or_else(|| "-".to_owned(), |key| key.name.clone())
                .into(),
            key.map_or_else(|| "-".to_owned(), |key| key.domain.clone())
                .into(),
            outcome,
            why.into(),
        ]
    });
    let rows = table(["AT", "NAME", "DOMAIN", "RESULT", "WHY"], rows, colour);
    let sum = [format!(
        "{}: {} set, {} skipped",
        report.format.label(),
        plural(report.changed(), "cookie"),
        report.skipped()
    )];
    let lines: Vec<_> = report
        .notes
        .iter()
        .chain(&sum)
        .map(String::as_str)
        .collect();
    format!("{rows}{}", lines.join("\n"))
}

fn outcome(result: &CookieResult) -> (crate::table::Cell, String) {
    match &result.outcome {
        CookieOutcome::Imported => (toned("set", Tone::Ok), String::new()),
        CookieOutcome::Replaced => (toned("replaced", Tone::Ok), String::new()),
        CookieOutcome::Unchanged => ("unchanged".into(), String::new()),
        CookieOutcome::Skipped { reason } => (toned("skipped", Tone::Attn), reason.to_string()),
    }
}
