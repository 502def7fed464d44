//! `proxy import`: proxies from a list in any usual notation.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use drover_model::{
    ProxyScheme,
    proxy::Notation,
    request::{ImportProxies, ImportedLine, LineOutcome, ProxyImport},
    token::SecretText,
};

use crate::{
    failure::Outcome,
    session::Session,
    standard_input::read_text,
    table::{Cell, table, toned},
    words::{Tone, or_dash},
};

/// The exit code when a question has to be answered first.
const ASKED: u8 = 2;

/// A list of proxies.
#[derive(Debug, Args)]
#[command(
    after_help = "Reads one proxy a line, in any usual notation, and a table with a header too. Passwords go to the\nkeychain. Where a line has several meanings nothing is saved, and the exit code is 2; `--notation`\nsays which is meant. Exits with 1 when a line is no proxy.\n\nExample:\n  drover-cli proxy import proxies.txt --prefix eu\n  drover-cli proxy import - --scheme socks5 --notation host-first < proxies.txt"
)]
pub(crate) struct ImportArgs {
    /// A text file; `-` is standard input
    file: PathBuf,
    /// The protocol where a line names none
    #[arg(long, value_name = "SCHEME", default_value = "http")]
    scheme: SchemeWord,
    /// What lines with several meanings mean
    #[arg(long, value_name = "NOTATION")]
    notation: Option<NotationWord>,
    /// Leave out lines with several meanings
    #[arg(long)]
    skip_ambiguous: bool,
    /// Begins the names of proxies that bring none
    #[arg(long, value_name = "NAME")]
    prefix: Option<String>,
    /// Show what would be saved, and save nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SchemeWord {
    Http,
    Https,
    Socks5,
    Socks4,
}

impl From<SchemeWord> for ProxyScheme {
    fn from(word: SchemeWord) -> Self {
        match word {
            SchemeWord::Http => Self::Http,
            SchemeWord::Https => Self::Https,
            SchemeWord::Socks5 => Self::Socks5,
            SchemeWord::Socks4 => Self::Socks4,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum NotationWord {
    /// `host:port:user:password`
    HostFirst,
    /// `user:password:host:port`
    LoginFirst,
    /// `host:port`, then a remark
    Remark,
    /// The whole line; the password holds a blank
    Whole,
}

impl From<NotationWord> for Notation {
    fn from(word: NotationWord) -> Self {
        match word {
            NotationWord::HostFirst => Self::HostFirst,
            NotationWord::LoginFirst => Self::LoginFirst,
            NotationWord::Remark => Self::Remark,
            NotationWord::Whole => Self::Whole,
        }
    }
}

/// The word by which a notation is chosen.
const fn word(notation: Notation) -> &'static str {
    match notation {
        Notation::HostFirst => "host-first",
        Notation::LoginFirst => "login-first",
        Notation::Remark => "remark",
        Notation::Whole => "whole",
    }
}

/// Reads it, saves what is new, and says what became of each line.
pub(super) async fn import(args: ImportArgs, session: &Session) -> Outcome {
    let out = &session.out;
    let request = ImportProxies {
        text: SecretText::new(read_text(&args.file)?),
        scheme: args.scheme.into(),
        notation: args.notation.map(Into::into),
        skip_ambiguous: args.skip_ambiguous,
        prefix: args.prefix,
        dry_run: args.dry_run,
    };
    let report = session.backend.call(request).await?;
    out.answer(&report, |report| lines(report, out.colour))?;
    if !report.questions.is_empty() {
        out.note("lines have several meanings; say which one is meant:");
        for notation in &report.questions {
            out.note(&format!(
                "  --notation {:<11}  {}",
                word(*notation),
                notation.example()
            ));
        }
        out.note("or leave them out with `--skip-ambiguous`. Nothing was saved.");
        return Ok(ASKED);
    }
    if args.dry_run {
        let new = report.lines.iter().filter(|line| is_new(line)).count();
        out.note(&format!("{new} would be saved"));
    }
    let refused = |line: &ImportedLine| matches!(line.outcome, LineOutcome::Bad { .. });
    Ok(u8::from(report.lines.iter().any(refused)))
}

fn is_new(line: &ImportedLine) -> bool {
    matches!(line.outcome, LineOutcome::New { .. })
}

fn lines(report: &ProxyImport, colour: bool) -> String {
    let none = || "-".to_owned();
    let rows = report.lines.iter().map(|line| {
        let (outcome, tone, name, note) = match &line.outcome {
            LineOutcome::New { name } => {
                let word = if report.saved > 0 { "saved" } else { "new" };
                (word, Tone::Ok, Some(name.to_string()), none())
            }
            LineOutcome::Known { name } => {
                ("already there", Tone::Quiet, Some(name.to_string()), none())
            }
            LineOutcome::Repeated { line } => (
                "repeated",
                Tone::Quiet,
                None,
                format!("the same as line {line}"),
            ),
            LineOutcome::Ambiguous { readings } => {
                let readings: Vec<_> = readings
                    .iter()
                    .map(|reading| format!("{} on {}", word(reading.notation), reading.host))
                    .collect();
                ("ambiguous", Tone::Attn, None, readings.join(", or "))
            }
            LineOutcome::Bad { message } => ("no proxy", Tone::Err, None, message.clone()),
        };
        [
            line.line.to_string().into(),
            toned(outcome, tone),
            or_dash(name.as_ref()).into(),
            or_dash(line.proxy.as_ref()).into(),
            Cell::from(note),
        ]
    });
    table(["LINE", "OUTCOME", "NAME", "PROXY", "NOTE"], rows, colour)
}
