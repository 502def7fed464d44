//! `attach`: an endpoint for a tool of one's own, open until Ctrl-C or the end of the run; and which are open.

use clap::Args;
use drover_model::request::{AttachTool, AttachedTool, DetachTool, ListAttached, OpenEndpoint};

use crate::{
    failure::Outcome,
    follow::{Lines, follow},
    interrupts::interrupts,
    session::Session,
    table::table,
    words::or_dash,
};

/// To what.
#[derive(Debug, Args)]
#[command(
    after_help = "Prints a Chrome DevTools Protocol endpoint on 127.0.0.1 and holds it open until Ctrl-C, or\nuntil the run ends. Whoever has it drives the profile meanwhile. A profile that is not open\nis opened for it, and no run gets it before it is let go.\n\nExample:\n  drover-cli attach anna\n  drover-cli attach --list\n  drover-cli attach --close 3"
)]
pub(crate) struct AttachArgs {
    /// Id of a run, or name or id of a profile
    #[arg(value_name = "RUN|PROFILE", required_unless_present_any = ["list", "close"])]
    target: Option<String>,
    /// List the endpoints that are open, whoever opened them; their addresses were told once and are kept nowhere
    #[arg(long, conflicts_with_all = ["target", "close"])]
    list: bool,
    /// Close an open endpoint; the browser goes on
    #[arg(long, value_name = "ID", conflicts_with = "target")]
    close: Option<u64>,
}

impl AttachArgs {
    /// Whether an endpoint is held open.
    pub(crate) fn holds(&self) -> bool {
        self.target.is_some()
    }
}

/// Does it.
pub(crate) async fn attach(args: AttachArgs, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    if let Some(id) = args.close {
        backend.call(DetachTool { id }).await?;
        out.note(&format!("endpoint {id} is closed; the browser goes on"));
        return Ok(0);
    }
    let Some(target) = args.target else {
        let open = backend.call(ListAttached {}).await?;
        out.answer(&open, |open| listed(open, out.colour))?;
        return Ok(0);
    };
    let attached = backend.call(AttachTool { target }).await?;
    let mut interrupts = interrupts();
    out.answer(&attached, words)?;
    out.note("the endpoint is open; Ctrl-C closes it");
    let (tell, mut told) = tokio::sync::mpsc::channel(16);
    let run_ends = async {
        match attached.run {
            Some(run) => follow(backend.clone(), run, Lines::No, tell)
                .await
                .map(drop),
            None => std::future::pending().await,
        }
    };
    let nobody_reads = async { while told.recv().await.is_some() {} };
    tokio::select! {
        () = interrupts.next() => {
            backend.call(DetachTool { id: attached.id }).await?;
        }
        (ended, ()) = async { tokio::join!(run_ends, nobody_reads) } => {
            ended?;
            out.note("the run has ended, and the endpoint with it");
        }
    }
    Ok(0)
}

fn words(attached: &AttachedTool) -> String {
    let lines = attached.lines();
    let lines = lines.iter().map(|(tool, line)| format!("{tool}\n  {line}"));
    let lines: Vec<_> = lines.collect();
    format!("{}\n\n{}", attached.endpoint, lines.join("\n\n"))
}

fn listed(open: &[OpenEndpoint], colour: bool) -> String {
    let rows = open.iter().map(|open| {
        [
            open.id.to_string().into(),
            open.name.to_string().into(),
            or_dash(open.run.as_ref()).into(),
            open.since.to_string().into(),
        ]
    });
    table(["ID", "PROFILE", "RUN", "SINCE"], rows, colour)
}
