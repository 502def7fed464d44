//! `cargo xtask bench`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use serde_json::json;

use super::browser::{DROVER, PLAYWRIGHT, Script, TASK, workloads};
use super::lane::{Cast, Start};
use super::machine::Machine;
use super::options::{Options, Suite};
use super::parts::{Places, build_cli, build_driver, build_gateway, build_planner};
use super::peers::{self, Peer};
use super::row::{Row, Who};
use super::site::Site;
use super::{crash, egress, lines, planner, queue, queue_peers, report, rounds, runs, verdict};
use crate::files;
use crate::process::Cmd;

/// Builds what is missing, looks at the machine, measures, and writes what came out.
pub(crate) fn bench(options: &Options) -> Result<ExitCode> {
    let places = Places::open(options.suite)?;
    // Before anything is built, whose load would be taken for somebody else's.
    let machine = Machine::look(&places.bench, places.browser.as_deref());
    eprintln!("   {}", machine.line);
    eprintln!("   building Drover's side");
    let rows = match options.suite {
        Suite::Browser => browser(options, &places, &machine)?,
        Suite::Run => run(options, &places, &machine)?,
        Suite::Queue => queue(options, &places, &machine)?,
    };
    tell(options, &places, &machine, &rows)
}

fn browser(options: &Options, places: &Places, machine: &Machine) -> Result<Vec<Row>> {
    // Both are measured without a driver.
    let apart = |id: &String| ["B10", "E1"].contains(&id.as_str());
    let driver = if options.only.iter().all(apart) {
        None
    } else {
        Some(build_driver(options.suite)?)
    };
    let gateway = options.wants("E1").then(build_gateway).transpose()?;
    let cli = if options.wants("B10") {
        crash::possible()?;
        Some(build_cli()?)
    } else {
        None
    };
    let peers = if options.peers {
        peers::prepare(&places.bench, options)?
    } else {
        Vec::new()
    };
    warn(machine);
    let site = Site::open()?;
    let mut rows = Vec::new();
    if let Some(driver) = &driver {
        let stage = Stage {
            options,
            places,
            machine,
            site: &site,
        };
        rows = stage.measure(driver, peers)?;
    }
    if let Some(gateway) = &gateway {
        rows.extend(or_failed(
            "E1",
            "the gateway",
            egress::measure(options, gateway),
        ));
    }
    if let Some(cli) = &cli {
        rows.extend(or_failed(
            "B10",
            "the command line",
            crash::measure(options, places, &site, cli),
        ));
    }
    Ok(rows)
}

fn run(options: &Options, places: &Places, machine: &Machine) -> Result<Vec<Row>> {
    let driver = build_driver(options.suite)?;
    warn(machine);
    let mut cast = Cast::default();
    for name in [runs::ENGINE, runs::OUTPUT] {
        add(&mut cast, places, name, driver.clone())?;
    }
    let mut rows = Vec::new();
    for workload in runs::workloads(options) {
        let flushes = flushes(options);
        rows.extend(rounds::run(&workload, &mut cast, &places.bench, flushes)?);
    }
    Ok(rows)
}

fn queue(options: &Options, places: &Places, machine: &Machine) -> Result<Vec<Row>> {
    let mut cast = Cast::default();
    if ["W1", "W2", "W3", "W4", "W5", "W9"]
        .iter()
        .any(|id| options.wants(id))
    {
        add(&mut cast, places, queue::QUEUE, build_driver(Suite::Queue)?)?;
    }
    if options.wants("W6") {
        add(&mut cast, places, queue::ENGINE, build_driver(Suite::Run)?)?;
    }
    let planner = options.wants("W4").then(build_planner).transpose()?;
    let compared = options.wants("W1") || options.wants("W2");
    let peers = if options.peers && compared {
        queue_peers::prepare(&places.bench)?
    } else {
        Vec::new()
    };
    let mut opponents = Vec::new();
    for peer in peers {
        let name = peer.opponent.who.name.clone();
        let (setup, tmp) = (places.bare_setup(&name)?, places.temporary());
        opponents.push(peer.opponent.clone());
        let start = move |_: &str| peer.command(&setup).env("TMPDIR", &tmp);
        cast.add(&name, Box::new(start));
    }
    warn(machine);
    let mut rows = Vec::new();
    for workload in queue::workloads(options, &opponents) {
        let flushes = flushes(options);
        rows.extend(rounds::run(&workload, &mut cast, &places.bench, flushes)?);
    }
    if let Some(program) = &planner {
        let measured = planner::measure(options, program, &places.temporary());
        rows.extend(or_failed("W4", "the planner", measured));
    }
    Ok(rows)
}

/// A driver of Drover's own that needs no browser.
fn add(cast: &mut Cast, places: &Places, name: &str, driver: PathBuf) -> Result<()> {
    let (tmp, setup) = (places.temporary(), places.bare_setup(name)?);
    let start = move |_: &str| {
        Cmd::new(&driver)
            .env("TMPDIR", &tmp)
            .arg("serve")
            .arg(&setup)
    };
    cast.add(name, Box::new(start));
    Ok(())
}

/// What was measured before is worth an hour: a program that fails at the end is a row without a figure.
fn or_failed(id: &'static str, what: &str, measured: Result<Vec<Row>>) -> Vec<Row> {
    measured.unwrap_or_else(|error| {
        vec![Row {
            id,
            variant: what.to_owned(),
            who: Who::drover(),
            unit: String::new(),
            rounds: Vec::new(),
            failures: vec![(1, format!("{error:#}"))],
            probes: Vec::new(),
        }]
    })
}

/// Of the probe of the disk.
fn flushes(options: &Options) -> u32 {
    if options.quick { 100 } else { 300 }
}

fn warn(machine: &Machine) {
    if let Some(warning) = machine.warning() {
        eprintln!("\n{warning}");
    }
}

/// Writes and prints what came out.
fn tell(options: &Options, places: &Places, machine: &Machine, rows: &[Row]) -> Result<ExitCode> {
    let suite = options.suite.name();
    let verdicts = verdict::judge(rows);
    let raw = lines::lines(suite, machine, rows);
    let tables = report::text(machine, rows, &verdicts);
    let kept = places
        .bench
        .join(format!("{}-{suite}.jsonl", machine.day()));
    files::write(&kept, raw.as_bytes())?;
    for file in &options.out {
        let is_page = file.extension().is_some_and(|ending| ending == "md");
        let content = if is_page {
            report::markdown(machine, rows, &verdicts)
        } else {
            raw.clone()
        };
        files::write(file, content.as_bytes())?;
    }
    if options.json {
        print!("{raw}");
    } else {
        println!("\n{tables}\n\n   raw lines in {}", kept.display());
    }
    let failed = rows.iter().any(|row| !row.failures.is_empty());
    let missed = verdicts
        .iter()
        .filter(|verdict| verdict.met == Some(false))
        .count();
    eprintln!("   {missed} of {} targets missed", verdicts.len());
    // A target that is missed is a result; a round that failed is a failure.
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// What everything that takes turns needs.
struct Stage<'a> {
    options: &'a Options,
    places: &'a Places,
    machine: &'a Machine,
    site: &'a Site,
}

impl Stage<'_> {
    fn measure(&self, driver: &Path, peers: Vec<Peer>) -> Result<Vec<Row>> {
        let mut cast = Cast::default();
        let setup = self.places.setup(DROVER, self.site, &[])?;
        let (driver, tmp) = (driver.to_owned(), self.places.temporary());
        let start = move |_: &str| {
            Cmd::new(&driver)
                .env("TMPDIR", &tmp)
                .arg("serve")
                .arg(&setup)
        };
        cast.add(DROVER, Box::new(start));
        let arguments = cast
            .ask(DROVER, &json!({ "order": "arguments" }))
            .context("Drover's driver could not launch the browser")?;
        let arguments: Vec<String> = arguments.into_iter().flat_map(|one| one.words).collect();
        eprintln!("   switches for all: {}", arguments.join(" "));
        let by_hand = peers.iter().find(|peer| peer.who.name == PLAYWRIGHT);
        let script = Script {
            file: peers::task(&self.places.bench),
            node: by_hand.map_or_else(|| "node".into(), |peer| peer.program().to_owned()),
        };
        let names: Vec<Who> = peers.iter().map(|peer| peer.who.clone()).collect();
        for peer in peers {
            let name = peer.who.name.clone();
            let setup = self.places.setup(&name, self.site, &arguments)?;
            let tmp = self.places.temporary();
            let start = move |mode: &str| peer.command(mode, &setup).env("TMPDIR", &tmp);
            cast.add(&name, Box::new(start));
        }
        cast.add(TASK, self.by_hand(&script, &arguments)?);
        let flushes = flushes(self.options);
        let mut rows = Vec::new();
        for workload in workloads(self.options, &names, &script, self.machine.memory_gb) {
            rows.extend(rounds::run(
                &workload,
                &mut cast,
                &self.places.bench,
                flushes,
            )?);
        }
        Ok(rows)
    }

    /// The script of B4 as a person starts it; the mode is how long it sleeps, in milliseconds.
    fn by_hand(&self, script: &Script, arguments: &[String]) -> Result<Start> {
        let Script { file, node } = script.clone();
        let (site, tmp) = (self.site.address.clone(), self.places.temporary());
        let folder = self.places.work.join(TASK);
        let browser = self.places.browser().to_owned();
        let arguments = serde_json::to_string(arguments)?;
        Ok(Box::new(move |ms: &str| {
            Cmd::new(&node)
                .arg(&file)
                .env("TMPDIR", &tmp)
                .env("BENCH_SITE", &site)
                .env("BENCH_SLEEP_MS", ms)
                .env("BENCH_FOLDER", &folder)
                .env("BENCH_PROGRAM", &browser)
                .env("BENCH_ARGUMENTS", &arguments)
        }))
    }
}
