//! The browser suite: its workloads, and who takes part in each.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::lane::{Job, Lane, Workload};
use super::options::Options;
use super::row::Who;

/// Drover's driver.
pub(crate) const DROVER: &str = "drover";
/// A browser more than this needs a machine with more memory: 400 MB for each, and twice that to spare.
const MEMORY_FOR_EIGHT_GB: f64 = 9.6;

/// The workloads that are wanted, in their order. B10 is apart, because it kills whole Drovers.
pub(crate) fn workloads(
    options: &Options,
    peers: &[Who],
    script: &Script,
    memory_gb: f64,
) -> Vec<Workload> {
    let all = [
        cold(options, peers),
        warm(options, peers),
        launch(options),
        overhead(options, peers, script),
        talk(options, peers),
        many(options, memory_gb),
        monitor(options, memory_gb),
        cancels(options),
        tasks(options),
    ];
    all.into_iter()
        .filter(|workload| options.wants(workload.id))
        .collect()
}

fn drover(variant: &str, order: Value) -> Lane {
    Lane::asking(&Who::drover(), DROVER, variant, order)
}

fn peer(who: &Who, variant: &str, order: Value) -> Lane {
    Lane::asking(who, &who.name, variant, order)
}

fn each(peers: &[Who], order: &Value) -> Vec<(String, Value)> {
    peers
        .iter()
        .map(|who| (who.name.clone(), order.clone()))
        .collect()
}

/// Discarded rounds of the workloads that compare speed. They also warm the profiles.
fn warm_up(options: &Options) -> u32 {
    if options.quick { 1 } else { 3 }
}

/// The names of rows that a verdict looks for.
pub(crate) mod label {
    pub(crate) const TASK: &str = "task of built-in steps";
    pub(crate) const LIBRARY: &str = "the browser crate alone";
    pub(crate) const BY_HAND: &str = "script by hand, whole process";
    pub(crate) const COLD: &str = "script in Drover, cold";
    pub(crate) const WARM: &str = "script in Drover, Chrome and Node up";

    /// A row of B4.
    pub(crate) fn sleeping(what: &str, seconds: u32) -> String {
        format!("{what}, sleeping {seconds} s")
    }

    pub(crate) const LOADED: &str = "in a process that is up";
    pub(crate) const SHOT: &str = "open a page, take a picture";
    pub(crate) const FORM: &str = "fill a form, wait for its answer";
    pub(crate) const TABLE: &str = "read a table of 50 rows";
}

fn cold(options: &Options, peers: &[Who]) -> Workload {
    let one = json!({ "order": "cold", "count": 1 });
    let library = json!({ "order": "library", "temperature": "cold", "count": 1 });
    let mut lanes = vec![
        drover(label::TASK, one.clone()),
        drover(label::LIBRARY, library),
    ];
    for who in peers {
        lanes.push(Lane {
            variant: label::BY_HAND.to_owned(),
            who: who.clone(),
            job: Job::ByHand {
                driver: who.name.clone(),
                mode: "once".to_owned(),
            },
        });
        lanes.push(peer(who, label::LOADED, one.clone()));
    }
    let title = "cold cycle: launch, open a page, take a picture, close";
    Workload {
        warm_up: warm_up(options),
        // Twice, as every profile is warmed, also where one round is discarded.
        before: each(peers, &one)
            .into_iter()
            .chain([(DROVER.to_owned(), one)])
            .collect(),
        ..Workload::new("B1", title, options.kept(15), lanes)
    }
}

fn warm(options: &Options, peers: &[Who]) -> Workload {
    let count = options.count(3, 5);
    let order = |work: &str| json!({ "order": "warm", "work": work, "count": count });
    let works = [
        (label::SHOT, "shot"),
        (label::FORM, "form"),
        (label::TABLE, "table"),
    ];
    let mut lanes = Vec::new();
    for (variant, work) in works {
        lanes.push(drover(&format!("{}: {variant}", label::TASK), order(work)));
        lanes.extend(peers.iter().map(|who| {
            peer(
                who,
                &format!("browser kept by the script: {variant}"),
                order(work),
            )
        }));
    }
    let library = json!({ "order": "library", "temperature": "warm", "count": count });
    lanes.push(drover(
        &format!("{}: {}", label::LIBRARY, label::SHOT),
        library,
    ));
    let mut after = each(peers, &json!({ "order": "close" }));
    after.push((DROVER.to_owned(), json!({ "order": "rest" })));
    Workload {
        warm_up: warm_up(options),
        before: each(peers, &json!({ "order": "open" })),
        after,
        ..Workload::new("B2", "warm cycle: Chrome is up", options.kept(15), lanes)
    }
}

/// Megabytes of the aged profile.
pub(crate) fn aged_megabytes(options: &Options) -> u64 {
    options.count(200, 1_000)
}

fn launch(options: &Options) -> Workload {
    let megabytes = aged_megabytes(options);
    let lane = |profile: &str, name: &str| {
        drover(
            name,
            json!({ "order": "launch", "profile": profile, "name": name, "count": 1 }),
        )
    };
    let lanes = vec![
        lane("fresh", "fresh profile"),
        lane("used", "used profile"),
        lane(
            &format!("aged-{megabytes}"),
            &format!("profile aged to {megabytes} MB"),
        ),
    ];
    Workload {
        warm_up: warm_up(options),
        before: vec![(
            DROVER.to_owned(),
            json!({ "order": "age", "megabytes": megabytes }),
        )],
        ..Workload::new("B3", "launch to the first answer", options.kept(15), lanes)
    }
}

/// The script of B4, and the Node that runs it by hand and in Drover.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) file: PathBuf,
    pub(crate) node: PathBuf,
}

/// The script of B4 as a program of its own.
pub(crate) const TASK: &str = "task";
/// The peer whose script it is.
pub(crate) const PLAYWRIGHT: &str = "playwright-core";
/// How long the script of B4 does nothing, in seconds.
pub(crate) const SLEEPS: [u32; 3] = [0, 1, 5];

fn overhead(options: &Options, peers: &[Who], script: &Script) -> Workload {
    let mut lanes = Vec::new();
    let by_hand = peers.iter().find(|who| who.name == PLAYWRIGHT);
    for (who, sleep) in by_hand
        .into_iter()
        .flat_map(|who| SLEEPS.map(|sleep| (who, sleep)))
    {
        let ms = sleep * 1_000;
        lanes.push(Lane {
            variant: label::sleeping(label::BY_HAND, sleep),
            who: who.clone(),
            job: Job::ByHand {
                driver: TASK.to_owned(),
                mode: ms.to_string(),
            },
        });
        for (variant, temperature) in [(label::COLD, "cold"), (label::WARM, "warm")] {
            let order = json!({
                "order": "script", "script": script.file, "node": script.node, "temperature": temperature, "sleep": ms, "count": 1,
            });
            lanes.push(drover(&label::sleeping(variant, sleep), order));
        }
    }
    Workload {
        warm_up: warm_up(options),
        after: vec![(DROVER.to_owned(), json!({ "order": "rest" }))],
        ..Workload::new(
            "B4",
            "a script that sleeps, by hand and in Drover",
            options.kept(15),
            lanes,
        )
    }
}

fn talk(options: &Options, peers: &[Who]) -> Workload {
    let calls = options.count(2_000, 10_000);
    let mut lanes = vec![
        drover(
            "Browser.getVersion",
            json!({ "order": "talk", "count": calls }),
        ),
        drover(
            "20 MB picture",
            json!({ "order": "pictures", "count": options.count(1, 3) }),
        ),
    ];
    let order = json!({ "order": "version", "count": calls });
    lanes.extend(
        peers
            .iter()
            .map(|who| peer(who, "Browser.getVersion by its own client", order.clone())),
    );
    Workload {
        before: each(peers, &json!({ "order": "open" })),
        after: each(peers, &json!({ "order": "close" })),
        ..Workload::new(
            "B5",
            "one question: pipe, mux, gateway",
            options.kept(3),
            lanes,
        )
    }
}

fn many(options: &Options, memory_gb: f64) -> Workload {
    let tasks = options.count(4, 15);
    let mut counts = vec![1, 2, 4];
    if !options.quick && memory_gb >= MEMORY_FOR_EIGHT_GB {
        counts.push(8);
    }
    let lanes = counts.into_iter().map(|profiles| {
        let order = json!({ "order": "many", "profiles": profiles, "count": tasks });
        drover(&format!("{profiles} at once"), order)
    });
    Workload::new(
        "B6",
        "several profiles at once, warm",
        options.kept(5),
        lanes.collect(),
    )
}

fn monitor(options: &Options, memory_gb: f64) -> Workload {
    let browsers = if !options.quick && memory_gb >= MEMORY_FOR_EIGHT_GB {
        8
    } else {
        4
    };
    let order = json!({ "order": "monitor", "browsers": browsers, "count": options.count(8, 30) });
    let lanes = vec![drover("thumbnails", order)];
    Workload::new(
        "B7",
        "live thumbnails while others work",
        options.kept(5),
        lanes,
    )
}

fn cancels(options: &Options) -> Workload {
    let count = options.count(5, 20);
    let lanes = [("graceful", false), ("forced", true)].map(|(variant, forced)| {
        drover(
            variant,
            json!({ "order": "cancel", "forced": forced, "count": count }),
        )
    });
    Workload::new(
        "B8",
        "cancel: until nothing is left",
        options.kept(5),
        lanes.into(),
    )
}

fn tasks(options: &Options) -> Workload {
    let count = options.count(50, 1_000);
    let lane = drover("tasks", json!({ "order": "tasks", "count": count }));
    Workload::new("B9", "what many tasks leave behind", 1, vec![lane])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(line: &str) -> Options {
        Options::of(line).unwrap()
    }

    fn who(name: &str) -> Who {
        Who {
            name: name.to_owned(),
            version: "1".to_owned(),
        }
    }

    fn script() -> Script {
        Script {
            file: "/a.mjs".into(),
            node: "/node".into(),
        }
    }

    #[test]
    fn only_what_is_wanted_is_run() {
        let some = workloads(&options("browser --only B1,B8"), &[], &script(), 32.0);
        let ids: Vec<&str> = some.iter().map(|workload| workload.id).collect();
        assert_eq!(ids, ["B1", "B8"]);
    }

    #[test]
    fn every_peer_is_opened_and_closed_where_it_is_kept() {
        let peers = [who("one"), who("two")];
        let all = workloads(&options("browser --quick --peers"), &peers, &script(), 32.0);
        for workload in all
            .iter()
            .filter(|workload| ["B2", "B5"].contains(&workload.id))
        {
            for name in ["one", "two"] {
                let open = |list: &[(String, Value)], order: &str| {
                    list.iter()
                        .any(|(driver, given)| driver == name && given["order"] == order)
                };
                assert!(
                    open(&workload.before, "open") && open(&workload.after, "close"),
                    "{}",
                    workload.id
                );
            }
        }
        let cold = &all[0];
        assert_eq!(cold.lanes.len(), 2 + 2 * peers.len());
    }

    #[test]
    fn a_script_is_run_by_hand_cold_and_warm_for_every_sleep() {
        let options = options("browser --peers --only B4");
        let all = workloads(&options, &[who(PLAYWRIGHT)], &script(), 32.0);
        assert_eq!(all[0].lanes.len(), 3 * SLEEPS.len());
    }

    #[test]
    fn eight_profiles_need_the_memory() {
        let lanes = |line: &str, memory| many(&options(line), memory).lanes.len();
        assert_eq!(lanes("browser", 32.0), 4);
        assert_eq!(lanes("browser", 8.0), 3);
        assert_eq!(lanes("browser --quick", 32.0), 3);
    }
}
