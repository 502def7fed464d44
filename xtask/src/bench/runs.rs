//! The run suite: its workloads.

use serde_json::json;

use super::lane::{Job, Lane, Workload};
use super::options::Options;
use super::row::Who;

/// The driver with a whole engine.
pub(crate) const ENGINE: &str = "engine";
/// The driver whose memory is measured, so it does nothing else.
pub(crate) const OUTPUT: &str = "output";

/// As many runs go on at once.
const AT_ONCE: u32 = 8;
/// Of the lines of an output, in bytes.
const LINES: [u64; 2] = [100, 8_192];
/// Tokens whose values are searched for.
const SECRETS: [u32; 2] = [0, 20];

/// The workloads that are wanted, in their order.
pub(crate) fn workloads(options: &Options) -> Vec<Workload> {
    [short(options), output(options)]
        .into_iter()
        .filter(|workload| options.wants(workload.id))
        .collect()
}

/// The row of the program that writes into a file by itself.
pub(crate) fn label_of_redirect(lines: &str) -> String {
    format!("output redirected into a file, {lines}")
}

fn lane(driver: &str, variant: String, order: serde_json::Value) -> Lane {
    Lane {
        variant,
        who: Who::drover(),
        job: Job::Ask {
            driver: driver.to_owned(),
            order,
        },
    }
}

fn short(options: &Options) -> Workload {
    let (runs, trees) = (options.count(200, 1_000), options.count(5, 50));
    let order =
        |order: &str, count: u64| json!({ "order": order, "count": count, "at_once": AT_ONCE });
    Workload {
        id: "W7",
        title: "short runs, and the end of trees",
        warm_up: 1,
        rounds: options.kept(5),
        before: Vec::new(),
        lanes: vec![
            lane(
                ENGINE,
                "/bin/true by posix_spawn".to_owned(),
                order("spawns", runs),
            ),
            lane(
                ENGINE,
                "/bin/true through Drover".to_owned(),
                order("runs", runs),
            ),
            lane(ENGINE, "trees".to_owned(), order("trees", trees)),
        ],
        after: Vec::new(),
        disk: false,
    }
}

fn output(options: &Options) -> Workload {
    let mut lanes = Vec::new();
    for line in LINES {
        // Half of it in short lines, of which there are more.
        let megabytes = if line < 1_024 {
            options.count(32, 512)
        } else {
            options.count(64, 1_024)
        };
        let bytes = megabytes * 1024 * 1024;
        let name = format!("lines of {line} B");
        let order = json!({ "order": "redirect", "bytes": bytes, "line": line });
        lanes.push(lane(OUTPUT, label_of_redirect(&name), order));
        for secrets in SECRETS {
            let order =
                json!({ "order": "output", "bytes": bytes, "line": line, "secrets": secrets });
            lanes.push(lane(OUTPUT, format!("{secrets} secrets, {name}"), order));
        }
    }
    Workload {
        id: "W8",
        title: "a flood of output is kept",
        warm_up: 1,
        rounds: options.kept(5),
        before: Vec::new(),
        lanes,
        after: Vec::new(),
        disk: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_output_has_its_redirect() {
        let options = Options::parse(&["run".to_owned(), "--quick".to_owned()]).unwrap();
        let all = workloads(&options);
        let ids: Vec<&str> = all.iter().map(|workload| workload.id).collect();
        assert_eq!(ids, ["W7", "W8"]);
        let variants: Vec<&str> = all[1]
            .lanes
            .iter()
            .map(|lane| lane.variant.as_str())
            .collect();
        for variant in &variants {
            if let Some((_, lines)) = variant.split_once(" secrets, ") {
                assert!(
                    variants.contains(&label_of_redirect(lines).as_str()),
                    "{variant}"
                );
            }
        }
        assert_eq!(variants.len(), 6);
    }
}
