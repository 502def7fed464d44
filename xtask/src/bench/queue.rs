//! The queue suite: its workloads. A label begins with the class of durability, and rows of one label are compared.

use serde_json::{Value, json};

use super::lane::{Lane, Workload};
use super::options::Options;
use super::row::Who;

/// The driver of the queue alone.
pub(crate) const QUEUE: &str = "queue";
/// The driver with a whole engine, which dies in W6.
pub(crate) const ENGINE: &str = "engine";

/// Of Drover's commits, and those that the harness alone makes.
const CLASSES: [&str; 3] = ["D2", "D1", "D0"];
/// How callers enqueue: the label, how many there are, how many runs an order has.
const CALLERS: [(&str, u32, u32); 3] = [
    ("enqueue by 1 caller", 1, 1),
    ("enqueue by 64 callers", 64, 1),
    ("enqueue in bulk of 1000", 1, 1_000),
];
/// Runs that are drained at once.
pub(crate) const AT_ONCE: [u32; 3] = [1, 16, 64];

/// A peer that is ready, and what it can be asked.
#[derive(Clone, Debug)]
pub(crate) struct Opponent {
    pub(crate) who: Who,
    /// Those of its classes that are set explicitly, with what else belongs to the label.
    pub(crate) classes: &'static [&'static str],
    /// What it is when nothing is set: this class, in rows of their own, which nobody judges.
    pub(crate) shipped: &'static str,
    /// Whether it accepts many jobs in one order, and many callers at once.
    pub(crate) bulk: bool,
    pub(crate) callers: bool,
}

/// How a peer is set for a row: the class of its label, what the order says of it, and how the label ends.
struct Setting {
    class: &'static str,
    order: &'static str,
    ending: &'static str,
}

impl Opponent {
    /// Each of its classes; as shipped it does only what `typical` says, because nobody compares that.
    fn settings(&self, typical: bool) -> impl Iterator<Item = Setting> {
        let explicit = self.classes.iter().map(|class| Setting {
            class,
            order: class,
            ending: "",
        });
        let shipped = Setting {
            class: self.shipped,
            order: SHIPPED,
            ending: ", as shipped",
        };
        explicit.chain(typical.then_some(shipped))
    }
}

/// What an order says to a peer that is to stay as it is.
const SHIPPED: &str = "shipped";
/// Where peers are shown as shipped: a caller alone, and so many at once.
const SHIPPED_CALLERS: u32 = 1;
const SHIPPED_AT_ONCE: u32 = 16;

/// The label of the drain at so many at once.
pub(crate) fn drain_label(class: &str, at_once: u32) -> String {
    format!("{class}: drain at {at_once}")
}

/// The label of an enqueue.
pub(crate) fn enqueue_label(class: &str, how: usize) -> String {
    format!("{class}: {}", CALLERS[how].0)
}

/// The workloads that are wanted, in their order.
pub(crate) fn workloads(options: &Options, opponents: &[Opponent]) -> Vec<Workload> {
    let all = [
        enqueue(options, opponents),
        drain(options, opponents),
        pickup(options),
        due(options),
        exclusive(options),
        deaths(options),
        soak(options),
    ];
    all.into_iter()
        .filter(|workload| options.wants(workload.id))
        .collect()
}

fn own(driver: &str, variant: impl Into<String>, order: Value) -> Lane {
    Lane::asking(&Who::drover(), driver, variant, order)
}

fn workload(id: &'static str, title: &'static str, rounds: u32, lanes: Vec<Lane>) -> Workload {
    Workload {
        disk: true,
        ..Workload::new(id, title, rounds, lanes)
    }
}

/// How many runs are enqueued: a caller alone waits for the disk each time.
fn enqueued(options: &Options, callers: u32, bulk: u32) -> u64 {
    if callers == 1 && bulk == 1 {
        options.count(300, 5_000)
    } else {
        options.count(5_000, 100_000)
    }
}

/// How many runs are drained.
fn drained(options: &Options, at_once: u32) -> u64 {
    match at_once {
        1 => options.count(200, 2_000),
        16 => options.count(1_500, 20_000),
        _ => options.count(4_000, 100_000),
    }
}

/// Peers are many times slower; what they enqueue and drain takes as long.
fn of_peers(options: &Options, own: u64) -> u64 {
    own.min(options.count(500, 5_000))
}

fn enqueue(options: &Options, opponents: &[Opponent]) -> Workload {
    let order = |class: &str, (_, callers, bulk): (&str, u32, u32), count: u64| json!({ "order": "enqueue", "durability": class, "count": count, "callers": callers, "bulk": bulk });
    let mut lanes = Vec::new();
    for class in CLASSES {
        for (at, how) in CALLERS.into_iter().enumerate() {
            let count = enqueued(options, how.1, how.2);
            lanes.push(own(
                QUEUE,
                enqueue_label(class, at),
                order(class, how, count),
            ));
        }
    }
    for one in opponents {
        for (at, how) in CALLERS.into_iter().enumerate() {
            if (how.1 > 1 && !one.callers) || (how.2 > 1 && !one.bulk) {
                continue;
            }
            let count = match how.2 {
                1 => of_peers(options, enqueued(options, how.1, how.2)),
                _ => enqueued(options, how.1, how.2),
            };
            for set in one.settings(how.1 == SHIPPED_CALLERS && how.2 == 1) {
                let label = format!("{}{}", enqueue_label(set.class, at), set.ending);
                let order = order(set.order, how, count);
                lanes.push(Lane::asking(&one.who, &one.who.name, label, order));
            }
        }
    }
    Workload {
        warm_up: 1,
        ..workload("W1", "runs are accepted", options.kept(5), lanes)
    }
}

fn drain(options: &Options, opponents: &[Opponent]) -> Workload {
    let order = |class: &str, at_once: u32, count: u64| json!({ "order": "drain", "durability": class, "count": count, "concurrency": at_once });
    let mut lanes = Vec::new();
    for class in CLASSES {
        for at_once in AT_ONCE {
            let order = order(class, at_once, drained(options, at_once));
            lanes.push(own(QUEUE, drain_label(class, at_once), order));
        }
    }
    for one in opponents {
        for at_once in AT_ONCE {
            let count = of_peers(options, drained(options, at_once));
            for set in one.settings(at_once == SHIPPED_AT_ONCE) {
                let label = format!("{}{}", drain_label(set.class, at_once), set.ending);
                let order = order(set.order, at_once, count);
                lanes.push(Lane::asking(&one.who, &one.who.name, label, order));
            }
        }
    }
    Workload {
        warm_up: 1,
        ..workload(
            "W2",
            "what waits is claimed, started and ended",
            options.kept(5),
            lanes,
        )
    }
}

fn pickup(options: &Options) -> Workload {
    let seconds = options.count(3, 60);
    let at = |class: &str, rate: f64| json!({ "order": "pickup", "durability": class, "rate": rate, "seconds": seconds });
    let full = json!({ "order": "pickup", "durability": "D2", "seconds": seconds });
    let lanes = vec![
        own(QUEUE, "D2: 50 arrivals a second", at("D2", 50.0)),
        own(QUEUE, "D2: 1 arrival a second", at("D2", 1.0)),
        own(QUEUE, "D2: 70 % of the drain", full),
        own(QUEUE, "D1: 50 arrivals a second", at("D1", 50.0)),
    ];
    let rounds = options.rounds.unwrap_or(if options.quick { 2 } else { 3 });
    workload("W3", "a run that arrives is picked up", rounds, lanes)
}

fn due(options: &Options) -> Workload {
    let (count, future) = (
        options.count(1_000, 10_000),
        options.count(20_000, 1_000_000),
    );
    let seconds = options.count(6, 60);
    let order = json!({ "order": "due", "count": count, "future": future, "seconds": seconds });
    let label = format!("D2: {count} due within {seconds} s beside {future} for later");
    let lanes = vec![own(QUEUE, label, order)];
    let rounds = options.rounds.unwrap_or(1);
    workload("W4", "runs start at their time", rounds, lanes)
}

fn exclusive(options: &Options) -> Workload {
    let sizes = [
        (options.count(100, 2_000), 1),
        (options.count(500, 20_000), 10),
        (options.count(2_000, 100_000), options.count(100, 1_000)),
        (options.count(2_000, 100_000), options.count(1_000, 50_000)),
    ];
    let mut lanes: Vec<Lane> = sizes
        .into_iter()
        .map(|(count, keys)| {
            let order = json!({ "order": "exclusive", "count": count, "keys": keys });
            own(
                QUEUE,
                format!("D2: {count} runs of 5 ms in {keys} profiles"),
                order,
            )
        })
        .collect();
    let (ahead, behind) = (options.count(1_000, 10_000), 10);
    let order = json!({ "order": "line", "ahead": ahead, "behind": behind });
    lanes.push(own(
        QUEUE,
        format!("D2: a line of {ahead} with {behind} of another task behind it"),
        order,
    ));
    let rounds = options.rounds.unwrap_or(if options.quick { 1 } else { 3 });
    workload(
        "W5",
        "one run a profile, and nobody in the way",
        rounds,
        lanes,
    )
}

fn deaths(options: &Options) -> Workload {
    let count = options.count(8, 200);
    let order = json!({ "order": "deaths", "count": count });
    let lanes = vec![own(ENGINE, format!("D2: {count} kills"), order)];
    let rounds = options.rounds.unwrap_or(1);
    workload("W6", "Drover is killed at any moment", rounds, lanes)
}

fn soak(options: &Options) -> Workload {
    let (seconds, idle) = (options.count(60, 3_600), options.count(20, 600));
    let order = json!({ "order": "soak", "rate": 50, "seconds": seconds, "idle": idle });
    let label = format!("D2: 50 runs a second for {seconds} s, then {idle} s of none");
    let lanes = vec![own(QUEUE, label, order)];
    workload("W9", "what grows meanwhile", 1, lanes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::lane::Job;

    fn options(line: &str) -> Options {
        Options::of(line).unwrap()
    }

    #[test]
    fn every_label_names_the_durability_of_its_order() {
        let opponents = [Opponent {
            who: Who {
                name: "peer".to_owned(),
                version: "1".to_owned(),
            },
            classes: &["D2"],
            shipped: "D0",
            bulk: false,
            callers: true,
        }];
        let all = workloads(&options("queue --quick --soak"), &opponents);
        let ids: Vec<&str> = all.iter().map(|workload| workload.id).collect();
        assert_eq!(ids, ["W1", "W2", "W3", "W4", "W5", "W6", "W9"]);
        for lane in all.iter().flat_map(|workload| &workload.lanes) {
            let Job::Ask { order, .. } = &lane.job else {
                panic!("{} is done by hand", lane.variant);
            };
            let class = match order["durability"].as_str() {
                Some(SHIPPED) => {
                    assert!(lane.variant.ends_with(", as shipped"), "{}", lane.variant);
                    "D0"
                }
                class => class.unwrap_or("D2"),
            };
            assert!(lane.variant.starts_with(&format!("{class}: ")));
        }
    }

    #[test]
    fn a_peer_does_what_it_can_beside_the_same_row_of_drover() {
        let opponents = [Opponent {
            who: Who {
                name: "peer".to_owned(),
                version: "1".to_owned(),
            },
            classes: &["D1"],
            shipped: "D2",
            bulk: true,
            callers: false,
        }];
        let all = workloads(&options("queue --quick --only W1,W2"), &opponents);
        let of = |peer: bool| {
            let lanes = all.iter().flat_map(|workload| &workload.lanes);
            let of = lanes.filter(move |lane| lane.who.is_drover() != peer);
            of.map(|lane| lane.variant.clone()).collect::<Vec<_>>()
        };
        let (shipped, set): (Vec<_>, Vec<_>) = of(true)
            .into_iter()
            .partition(|label| label.ends_with(", as shipped"));
        assert_eq!(set.len(), 5, "two ways to enqueue, three to drain");
        assert!(set.iter().all(|label| of(false).contains(label)));
        let rows = ["enqueue by 1 caller", "drain at 16"];
        assert_eq!(shipped, rows.map(|row| format!("D2: {row}, as shipped")));
    }
}
