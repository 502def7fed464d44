//! `log`: the output of a run, from its file or as it comes.

use clap::{Args, ValueEnum};
use drover_model::{LogLine, LogPage, RunId, Stream, request::ReadLog};
use tokio::sync::mpsc;

use crate::{
    failure::{Failure, Outcome},
    find,
    follow::{Lines, Seen, follow},
    interrupts::interrupts,
    session::Session,
};

/// What was read and not yet printed.
const SEEN: usize = 256;

/// Which lines of which run.
#[derive(Debug, Args)]
#[command(
    after_help = "With -v each line has its number, time and stream before it.\n\nExample:\n  drover-cli log 01K0000000000000000000ABCD --follow --stream stdout"
)]
pub(crate) struct LogArgs {
    /// Its id, or at least the last six characters of it
    run: String,
    /// Print lines as they come, until the run has ended
    #[arg(long)]
    follow: bool,
    /// Begin at this line; they count from 1
    #[arg(
        long,
        value_name = "SEQ",
        default_value_t = 1,
        hide_default_value = true
    )]
    from: u64,
    /// Only these, separated by commas
    #[arg(long = "stream", value_name = "STREAM", value_delimiter = ',')]
    streams: Vec<StreamArg>,
}

/// A stream by its name in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StreamArg {
    Stdout,
    Stderr,
    Steps,
    Drover,
}

impl StreamArg {
    const fn stream(self) -> Stream {
        match self {
            Self::Stdout => Stream::Stdout,
            Self::Stderr => Stream::Stderr,
            Self::Steps => Stream::Steps,
            Self::Drover => Stream::Drover,
        }
    }
}

/// Prints them.
pub(crate) async fn log(args: LogArgs, session: &Session) -> Outcome {
    let run = find::run(&session.backend, &args.run).await?;
    let mut printer = Printer {
        session,
        streams: args.streams.iter().map(|stream| stream.stream()).collect(),
        page: LogPage {
            next_seq: args.from.max(1),
            ..LogPage::default()
        },
    };
    if args.follow {
        following(run, args.from, &mut printer).await?;
    } else {
        reading(run, &mut printer).await?;
    }
    if session.out.is_json() {
        session.out.document(&printer.page)?;
    }
    Ok(0)
}

async fn reading(run: RunId, printer: &mut Printer<'_>) -> Result<(), Failure> {
    loop {
        let from_seq = printer.page.next_seq;
        let request = ReadLog {
            run,
            from_seq,
            limit: 0,
        };
        let page = printer.session.backend.call(request).await?;
        for line in page.lines {
            printer.line(line)?;
        }
        printer.page.next_seq = page.next_seq.max(printer.page.next_seq);
        if !page.more || printer.page.next_seq == from_seq {
            return Ok(());
        }
    }
}

async fn following(run: RunId, from: u64, printer: &mut Printer<'_>) -> Result<(), Failure> {
    let (tell, mut seen) = mpsc::channel(SEEN);
    let ended = follow(
        printer.session.backend.clone(),
        run,
        Lines::From(from),
        tell,
    );
    tokio::pin!(ended);
    let mut interrupts = interrupts();
    let mut done = None;
    loop {
        tokio::select! {
            biased;
            told = seen.recv() => match told {
                Some((_, Seen::Line(line))) => printer.line(line)?,
                Some(_) => {}
                // The follower is gone, and all it told has been printed.
                None => break,
            },
            run = &mut ended, if done.is_none() => done = Some(run),
            () = interrupts.next() => return Err(Failure::Interrupted),
        }
        if done.is_some() && seen.is_empty() {
            break;
        }
    }
    done.transpose()?;
    Ok(())
}

/// Prints lines, or keeps them for the one document.
struct Printer<'a> {
    session: &'a Session,
    /// Empty means all.
    streams: Vec<Stream>,
    page: LogPage,
}

impl Printer<'_> {
    fn line(&mut self, line: LogLine) -> Result<(), Failure> {
        self.page.next_seq = self.page.next_seq.max(line.seq + 1);
        if !self.streams.is_empty() && !self.streams.contains(&line.stream) {
            return Ok(());
        }
        let out = &self.session.out;
        if out.is_json() {
            self.page.lines.push(line);
            return Ok(());
        }
        let prefix = if out.is_verbose() {
            prefix(&line)
        } else {
            String::new()
        };
        out.log_line(&prefix, &line.text)?;
        Ok(())
    }
}

fn prefix(line: &LogLine) -> String {
    let (seconds, ms) = (line.t_ms / 1_000, line.t_ms % 1_000);
    format!(
        "{:>6} {seconds:>5}.{ms:03} {:<6} ",
        line.seq,
        line.stream.key()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verbose_line_has_its_place() {
        let line = LogLine {
            seq: 12,
            attempt: 1,
            t_ms: 41_120,
            stream: Stream::Stderr,
            text: "x".into(),
        };
        assert_eq!(prefix(&line), "    12    41.120 stderr ");
    }

    #[test]
    fn streams_have_the_names_of_the_files() {
        for arg in StreamArg::value_variants() {
            let typed = arg.to_possible_value().unwrap();
            assert_eq!(typed.get_name(), arg.stream().key());
        }
    }
}
