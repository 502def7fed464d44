//! From the arguments to the command.

use drover_engine::Paths;
use drover_model::CommandError;
use jiff::Timestamp;

use crate::{
    args::{Cli, Command},
    backend::{Backend, Stay},
    commands::{
        artifacts::artifacts,
        attach::attach,
        batch::{BatchVerb, batch},
        browser::browser,
        cancel::cancel,
        completions::completions,
        cookies::cookies,
        doctor,
        extension::extension,
        log::log,
        profile::{ProfileVerb, profile},
        proxy::proxy,
        queue::queue,
        rerun::rerun,
        retention::retention,
        run::run,
        runs::runs,
        schedule::{ScheduleVerb, schedule},
        settings::settings,
        settle::settle,
        show::show,
        task::task,
        token::token,
        why::why,
    },
    failure::Outcome,
    output::Output,
    session::Session,
};

/// Runs one command, with the engine where it needs one.
pub(crate) async fn perform(cli: Cli, out: &Output, now: Timestamp) -> Outcome {
    if let Command::Completions(args) = &cli.command {
        return completions(args, out);
    }
    let paths = Paths::from_environment(cli.globals.data_dir).map_err(CommandError::from)?;
    let (data, language) = (paths.data.clone(), paths.language);
    let stay = match &cli.command {
        Command::Run(_) | Command::Rerun(_) | Command::Profile(ProfileVerb::Open(_)) => Stay::Runs,
        Command::Batch(BatchVerb::Retry { .. }) | Command::Schedule(ScheduleVerb::Run { .. }) => {
            Stay::Runs
        }
        Command::Schedule(ScheduleVerb::Work) => Stay::UntilInterrupted,
        Command::Attach(args) if args.holds() => Stay::Runs,
        _ => Stay::Moment,
    };
    let backend = match Backend::open(paths, stay, out).await {
        Ok(backend) => backend,
        // What keeps the engine from starting is a finding, too.
        Err(error) if matches!(cli.command, Command::Doctor(_)) => {
            return doctor::no_engine(error, out);
        }
        Err(error) => return Err(error.into()),
    };
    let session = Session {
        backend,
        out: out.clone(),
        now,
        data,
        language,
    };
    let outcome = match cli.command {
        Command::Doctor(args) => doctor::doctor(args, &session).await,
        Command::Profile(verb) => profile(verb, &session).await,
        Command::Proxy(verb) => proxy(verb, &session).await,
        Command::Token(verb) => token(verb, &session).await,
        Command::Task(verb) => task(verb, &session).await,
        Command::Run(args) => run(args, &session).await,
        Command::Runs(args) => runs(args, &session).await,
        Command::Show(args) => show(args, &session).await,
        Command::Log(args) => log(args, &session).await,
        Command::Why(args) => why(args, &session).await,
        Command::Cancel(args) => cancel(args, &session).await,
        Command::Rerun(args) => rerun(args, &session).await,
        Command::Settle(args) => settle(args, &session).await,
        Command::Settings(verb) => settings(verb, &session).await,
        Command::Retention(verb) => retention(verb, &session).await,
        Command::Artifacts(args) => Box::pin(artifacts(args, &session)).await,
        Command::Queue(verb) => queue(verb, &session).await,
        Command::Schedule(verb) => Box::pin(schedule(verb, &session)).await,
        Command::Batch(verb) => batch(verb, &session).await,
        Command::Cookies(verb) => cookies(verb, &session).await,
        Command::Extension(verb) => extension(verb, &session).await,
        Command::Browser(verb) => browser(verb, &session).await,
        Command::Attach(args) => Box::pin(attach(args, &session)).await,
        Command::Completions(args) => completions(&args, out),
    };
    session.backend.close(out).await;
    outcome
}
