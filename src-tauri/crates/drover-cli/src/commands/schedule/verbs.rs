//! The verbs of `schedule`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use drover_model::{
    Code, CommandError, Schedule, ScheduleFile, ScheduleId,
    request::{
        GetCalendar, GetSchedule, ListSchedules, PauseSchedule, PreviewSchedule, RemoveSchedule,
        Request, RestoreSchedule, ResumeSchedule, RunScheduleNow, SaveSchedule,
    },
};
use jiff::{Timestamp, civil::Date};

use super::{
    fix::fix,
    missed::{list_missed, settle_missed},
    preview_text::next,
    rule::{RuleArgs, all_in_full, read_file, refused},
    simulate::simulate,
    text,
};
use crate::{
    commands::watching::{WatchArgs, started},
    failure::{Failure, Outcome},
    find::is_called,
    interrupts::interrupts,
    session::Session,
    words::list,
};

/// What can be done with schedules.
#[derive(Debug, Subcommand)]
pub(crate) enum ScheduleVerb {
    /// Save a new schedule
    #[command(after_help = "Example:\n  drover-cli schedule add -f mornings.toml")]
    Add(FileArgs),
    /// Save a schedule in place of the one that is there
    #[command(after_help = "Example:\n  drover-cli schedule edit -f mornings.toml")]
    Edit {
        /// Name or id; otherwise the name in the file says which
        schedule: Option<String>,
        #[command(flatten)]
        file: FileArgs,
    },
    /// List schedules
    #[command(after_help = "Example:\n  drover-cli schedule list --task check")]
    List {
        /// Those of this task
        #[arg(long, value_name = "TASK")]
        task: Option<String>,
        /// Those in the trash
        #[arg(long)]
        removed: bool,
    },
    /// Show one: its rule, its coming times, its newest rows
    #[command(after_help = "Example:\n  drover-cli schedule show mornings")]
    Show {
        /// Name or id
        schedule: String,
    },
    /// Say what a rule means and when it is due next
    #[command(
        after_help = "Example:\n  drover-cli schedule next mornings\n  drover-cli schedule next --cron @daily --tz Europe/Berlin -n 5"
    )]
    Next {
        #[command(flatten)]
        rule: RuleArgs,
        /// How many times
        #[arg(short = 'n', default_value_t = 10, value_name = "N")]
        count: u32,
        /// After this moment instead of now, as an RFC 3339 time
        #[arg(long, value_name = "TIME")]
        from: Option<Timestamp>,
    },
    /// Let the planner work through the coming days and say what it would do, with every schedule when none is named
    #[command(
        after_help = "Example:\n  drover-cli schedule simulate -f mornings.toml --days 365\n  drover-cli schedule simulate --days 30"
    )]
    Simulate {
        #[command(flatten)]
        rule: Option<RuleArgs>,
        /// How many days
        #[arg(long, default_value_t = 365, value_name = "N")]
        days: u32,
    },
    /// The coming days of all schedules, and what gets in each other's way
    #[command(after_help = "Example:\n  drover-cli schedule calendar --days 14")]
    Calendar {
        /// The first day; today when not said
        #[arg(long, value_name = "DATE")]
        from: Option<Date>,
        #[arg(long, default_value_t = 7, value_name = "N", help = "How many days")]
        days: u8,
    },
    /// Carry out the mend of a clash that `schedule calendar` offers, in all the schedules that it names or in none
    #[command(after_help = "Example:\n  drover-cli schedule fix 1")]
    Fix {
        /// Its number in the calendar of the coming 7 days
        number: usize,
    },
    /// Let a schedule plan nothing until it is resumed
    #[command(after_help = "Example:\n  drover-cli schedule pause mornings")]
    Pause {
        /// Names or ids
        #[arg(required = true, value_name = "SCHEDULE")]
        schedules: Vec<String>,
        /// Resume it then, as an RFC 3339 time
        #[arg(long, value_name = "TIME")]
        until: Option<Timestamp>,
        /// Why
        #[arg(long, default_value = "", hide_default_value = true)]
        note: String,
    },
    /// End a pause
    #[command(after_help = "Example:\n  drover-cli schedule resume mornings --catch-up")]
    Resume {
        /// Names or ids
        #[arg(required = true, value_name = "SCHEDULE")]
        schedules: Vec<String>,
        /// Treat what passed meanwhile as missed, instead of skipping it
        #[arg(long)]
        catch_up: bool,
    },
    /// Put schedules into the trash
    #[command(after_help = "Example:\n  drover-cli schedule remove mornings")]
    Remove {
        /// Names or ids
        #[arg(required = true, value_name = "SCHEDULE")]
        schedules: Vec<String>,
    },
    /// Take schedules out of the trash
    #[command(after_help = "Example:\n  drover-cli schedule restore mornings")]
    Restore {
        /// Names or ids
        #[arg(required = true, value_name = "SCHEDULE")]
        schedules: Vec<String>,
    },
    /// Start what a schedule starts, now
    #[command(after_help = "Example:\n  drover-cli schedule run mornings --wait")]
    Run {
        /// Name or id
        schedule: String,
        #[command(flatten)]
        watch: WatchArgs,
    },
    /// Show the times that were missed while nobody could start anything, or answer for them
    #[command(
        after_help = "Without an answer it lists what waits for one, each with its number.\n\nExample:\n  drover-cli schedule missed 1795424400000 run-all"
    )]
    Missed {
        /// The number in the list
        #[arg(requires = "way")]
        look: Option<u64>,
        /// Run all of them, cancel what was to catch up, or leave it as it is
        way: Option<Way>,
    },
    /// Fire schedules and run what is queued, here, until Ctrl-C; for computers without a window
    #[command(after_help = "Example:\n  drover-cli schedule work")]
    Work,
}

/// The answers about missed times.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Way {
    RunAll,
    Cancel,
    Leave,
}

/// Where the schedule is written.
#[derive(Debug, Args)]
pub(crate) struct FileArgs {
    /// TOML or JSON; `-` is standard input
    #[arg(short, long, value_name = "FILE")]
    file: PathBuf,
    /// Yes, also more than one start a minute
    #[arg(long)]
    yes: bool,
}

/// Does it.
pub(crate) async fn schedule(verb: ScheduleVerb, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    match verb {
        ScheduleVerb::Add(args) => save(args, None, session).await?,
        ScheduleVerb::Edit { schedule, file } => {
            let name = match schedule {
                Some(name) => name,
                None => read_file(&file.file)?.name,
            };
            let known = kept(session, name).await?;
            save(file, Some(known), session).await?;
        }
        ScheduleVerb::List { task, removed } => {
            let found = backend.call(ListSchedules { task, removed }).await?;
            if found.rows.is_empty() && found.broken.is_empty() {
                out.note("no schedule; `drover-cli schedule add -f FILE` makes one");
            }
            for broken in &found.broken {
                out.note(&format!(
                    "schedule `{}` cannot be read: {}\n{}",
                    broken.name, broken.problem, broken.hint
                ));
            }
            out.answer(&found, |found| text::rows(found, session.now, out.colour))?;
        }
        ScheduleVerb::Show { schedule } => show(schedule, session).await?,
        ScheduleVerb::Calendar { from, days } => {
            calendar(GetCalendar { from, days }, session).await?;
        }
        ScheduleVerb::Fix { number } => fix(number, session).await?,
        ScheduleVerb::Pause {
            schedules,
            until,
            note,
        } => {
            each(&schedules, "paused", session, |schedule| PauseSchedule {
                schedule,
                until,
                note: note.clone(),
            })
            .await?;
        }
        ScheduleVerb::Resume {
            schedules,
            catch_up,
        } => {
            each(&schedules, "resumed", session, |schedule| ResumeSchedule {
                schedule,
                catch_up,
            })
            .await?;
        }
        ScheduleVerb::Remove { schedules } => {
            for name in &schedules {
                let (schedule, _) = kept(session, name.clone()).await?;
                backend.call(RemoveSchedule { schedule }).await?;
            }
            said(session, "removed", &schedules)?;
        }
        ScheduleVerb::Restore { schedules } => restore(&schedules, session).await?,
        ScheduleVerb::Run { schedule, watch } => {
            let schedule = get(session, schedule).await?.id;
            let request = RunScheduleNow {
                schedule,
                request_id: None,
            };
            let rows = backend.call(request).await?;
            return started(rows, false, &watch, session).await;
        }
        ScheduleVerb::Missed { look, way } => match look.zip(way) {
            Some((look, way)) => settle_missed(look, way, session).await?,
            None => list_missed(session).await?,
        },
        ScheduleVerb::Work => {
            if !backend.owns_runs() {
                out.note("Drover is running already and fires the schedules");
                return Ok(0);
            }
            out.note("firing schedules; Ctrl-C ends this");
            interrupts().next().await;
        }
        ScheduleVerb::Next { rule, count, from } => {
            let request = |file| PreviewSchedule {
                file,
                count,
                from,
                simulate_days: None,
            };
            let preview = preview(rule.read(session).await?, request, session).await?;
            let words = session.words().await?;
            out.answer(&preview, |preview| next(preview, words, out.colour))?;
        }
        ScheduleVerb::Simulate { rule, days } => simulate(rule, days, session).await?,
    }
    Ok(0)
}

/// Asks the same for each of them, by name.
async fn each<R: Request>(
    names: &[String],
    done: &str,
    session: &Session,
    request: impl Fn(ScheduleId) -> R,
) -> Result<(), Failure> {
    for name in names {
        let schedule = get(session, name.clone()).await?.id;
        session.backend.call(request(schedule)).await?;
    }
    said(session, done, names)
}

async fn restore(names: &[String], session: &Session) -> Result<(), Failure> {
    for name in names {
        let schedule = in_trash(session, name).await?;
        session.backend.call(RestoreSchedule { schedule }).await?;
    }
    said(session, "restored", names)
}

async fn show(schedule: String, session: &Session) -> Result<(), Failure> {
    let request = GetSchedule { schedule, count: 0 };
    let found = session.backend.call(request).await?;
    let words = session.words().await?;
    let out = &session.out;
    Ok(out.answer(&found, |found| {
        text::detail(found, (words, session.now), out.colour)
    })?)
}

async fn calendar(request: GetCalendar, session: &Session) -> Result<(), Failure> {
    let found = session.backend.call(request).await?;
    let words = session.words().await?;
    let out = &session.out;
    Ok(out.answer(&found, |found| text::calendar(found, words, out.colour))?)
}

/// The answer, or every problem with its place.
pub(super) async fn preview(
    file: ScheduleFile,
    request: impl FnOnce(ScheduleFile) -> PreviewSchedule,
    session: &Session,
) -> Result<drover_model::request::SchedulePreview, Failure> {
    let preview = session.backend.call(request(file.clone())).await?;
    match &*preview.problems {
        [] => Ok(preview),
        problems => Err(all_in_full(problems, &file).into()),
    }
}

/// Saves a file; what is wrong with it is marked in its text.
async fn save(
    args: FileArgs,
    known: Option<(ScheduleId, u32)>,
    session: &Session,
) -> Result<(), Failure> {
    let file = read_file(&args.file)?;
    let asked = |file| PreviewSchedule {
        file,
        count: 1,
        from: None,
        simulate_days: None,
    };
    preview(file.clone(), asked, session).await?;
    let request = SaveSchedule {
        id: known.map(|(id, _)| id),
        from_version: known.map(|(_, version)| version),
        file: file.clone(),
        confirmed: args.yes,
    };
    let saved = session.backend.call(request).await;
    let saved = saved.map_err(|error| refused(error, &file))?;
    session.out.answer(&saved, |saved| {
        let next = saved.next.map(|next| format!("; next at {next}"));
        format!(
            "saved `{}`: {}{}",
            saved.spec.name,
            saved.words,
            next.unwrap_or_default()
        )
    })?;
    Ok(())
}

async fn get(session: &Session, schedule: String) -> Result<Schedule, CommandError> {
    let request = GetSchedule { schedule, count: 1 };
    Ok(session.backend.call(request).await?.schedule)
}

/// Which one is meant, and its version, also when the rest of it cannot be read.
async fn kept(session: &Session, typed: String) -> Result<(ScheduleId, u32), CommandError> {
    let refused = match get(session, typed.clone()).await {
        Ok(found) => return Ok((found.id, found.version)),
        Err(error) => error,
    };
    if refused.code != Code::WrongState {
        return Err(refused);
    }
    let list = session.backend.call(ListSchedules::default()).await?;
    let mut broken = list.broken.iter();
    let meant =
        broken.find(|one| is_called(&one.name, &typed) || one.id.to_string() == typed.trim());
    meant.map(|one| (one.id, one.version)).ok_or(refused)
}

/// The schedule in the trash of that name or id; the one removed last, if there are several.
async fn in_trash(session: &Session, typed: &str) -> Result<ScheduleId, CommandError> {
    let removed = ListSchedules {
        task: None,
        removed: true,
    };
    let removed = session.backend.call(removed).await?;
    let meant = removed.rows.iter().filter(|schedule| {
        is_called(schedule.spec.name.as_str(), typed) || schedule.id.to_string() == typed
    });
    let newest = meant.max_by_key(|schedule| schedule.removed_at);
    newest.map(|schedule| schedule.id).ok_or_else(|| {
        CommandError::new(
            Code::ScheduleNotFound,
            format!("no schedule named `{typed}` is in the trash"),
        )
        .hint("`drover-cli schedule list --removed` shows those that are")
        .field("schedule")
    })
}

fn said(session: &Session, done: &str, names: &[String]) -> Result<(), Failure> {
    let document = serde_json::json!({ done: names });
    Ok(session
        .out
        .answer(&document, |_| format!("{done} {}", list(names)))?)
}
