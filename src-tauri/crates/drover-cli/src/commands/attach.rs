//! `attach`: an endpoint for a tool of one's own, open until Ctrl-C or the end of the run.

use clap::Args;
use drover_model::request::{AttachTool, AttachedTool, DetachTool};

use crate::{
    failure::Outcome,
    follow::{Lines, follow},
    interrupts::interrupts,
    session::Session,
};

/// To what.
#[derive(Debug, Args)]
#[command(
    after_help = "Prints a Chrome DevTools Protocol endpoint on 127.0.0.1 and holds it open until Ctrl-C, or\nuntil the run ends. Whoever has it drives the profile meanwhile. A profile that is not open\nis opened for it, and no run gets it before it is let go.\n\nExample:\n  drover-cli attach anna"
)]
pub(crate) struct AttachArgs {
    /// Id of a run, or name or id of a profile
    #[arg(value_name = "RUN|PROFILE")]
    target: String,
}

/// Does it.
pub(crate) async fn attach(args: AttachArgs, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    let target = args.target;
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
