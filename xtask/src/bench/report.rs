//! The tables, for a terminal and to be pasted.

use super::machine::Machine;
use super::probe::steady;
use super::row::{Row, figure};
use super::statistics::interval;
use super::verdict::Verdict;
use crate::console;

const RESULTS: &[&str] = &[
    "id",
    "what",
    "who",
    "median [min, max]",
    "95 % interval",
    "p95",
    "n",
    "note",
];
const TARGETS: &[&str] = &["id", "what", "target", "found", "verdict"];

/// Tables for a terminal.
pub(crate) fn text(machine: &Machine, rows: &[Row], verdicts: &[Verdict]) -> String {
    let mut parts = head(machine, rows);
    parts.push(console::table(RESULTS, &results(rows)));
    parts.push(console::table(TARGETS, &targets(verdicts)));
    parts.join("\n\n")
}

/// The same as Markdown, ready to be pasted.
pub(crate) fn markdown(machine: &Machine, rows: &[Row], verdicts: &[Verdict]) -> String {
    let mut parts = head(machine, rows);
    parts.push(grid(RESULTS, &results(rows)));
    parts.push(grid(TARGETS, &targets(verdicts)));
    parts.join("\n\n") + "\n"
}

fn head(machine: &Machine, rows: &[Row]) -> Vec<String> {
    let mut parts: Vec<String> = machine.warning().into_iter().collect();
    parts.push(format!("{}, commit {}", machine.started, machine.commit));
    parts.push(format!("Machine: {}", machine.line));
    parts.push(format!("Versions: {}", machine.versions.join(", ")));
    parts.extend(disk(rows));
    parts
}

/// What the probe said, and where it moved.
fn disk(rows: &[Row]) -> Option<String> {
    let probes = rows
        .iter()
        .flat_map(|row| row.probes.iter().map(|one| (row.id, one.1)));
    let by_id: Vec<(&str, (f64, f64))> = probes.collect();
    let all = by_id
        .iter()
        .flat_map(|(_, (before, after))| [*before, *after]);
    let least = all.clone().min_by(f64::total_cmp)?;
    let most = all.max_by(f64::total_cmp)?;
    let mut moved: Vec<&str> = by_id
        .iter()
        .filter(|(_, (before, after))| !steady(*before, *after))
        .map(|(id, _)| *id)
        .collect();
    moved.dedup();
    let said = format!("Disk probe: {least:.0} to {most:.0} flushes of 4 KiB a second");
    Some(if moved.is_empty() {
        said
    } else {
        format!(
            "{said}; it moved by more than 2 times during {}",
            moved.join(", ")
        )
    })
}

fn results(rows: &[Row]) -> Vec<Vec<String>> {
    rows.iter()
        .map(|row| {
            let mut cells = vec![row.id.to_owned(), row.variant.clone(), row.who.words()];
            match row.summary() {
                Some(one) => cells.extend([
                    format!(
                        "{} [{}, {}] {}",
                        figure(one.median),
                        figure(one.min),
                        figure(one.max),
                        row.unit
                    ),
                    between(&row.samples()),
                    figure(one.p95),
                    one.n.to_string(),
                ]),
                None => cells.extend(["no figure", "", "", "0"].map(String::from)),
            }
            cells.push(row.note());
            cells
        })
        .collect()
}

fn between(samples: &[f64]) -> String {
    let (low, high) = interval(samples).unwrap_or_default();
    format!("{} to {}", figure(low), figure(high))
}

fn targets(verdicts: &[Verdict]) -> Vec<Vec<String>> {
    verdicts
        .iter()
        .map(|one| {
            let cells = [one.id, &one.what, &one.target, &one.found, one.word()];
            cells.map(String::from).to_vec()
        })
        .collect()
}

fn grid(header: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells
            .iter()
            .map(|cell| cell.replace('|', "\\|").replace('\n', " "))
            .collect();
        format!("| {} |", cells.join(" | "))
    };
    let header: Vec<String> = header.iter().map(ToString::to_string).collect();
    let rule = vec!["---".to_owned(); header.len()];
    let mut lines = vec![line(&header), line(&rule)];
    lines.extend(rows.iter().map(|row| line(row)));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::lines::tests::machine;
    use crate::bench::row::Who;

    fn row() -> Row {
        Row {
            id: "B8",
            variant: "forced".to_owned(),
            who: Who::drover(),
            unit: "ms".to_owned(),
            rounds: vec![(1, vec![10.0, 20.0, 30.0])],
            failures: vec![(2, "a | b".to_owned())],
            probes: vec![(1, (400.0, 900.0))],
        }
    }

    fn verdict() -> Verdict {
        Verdict {
            id: "B8",
            what: "forced".to_owned(),
            target: "p95 <= 0.5 s".to_owned(),
            found: "30 ms".to_owned(),
            met: Some(false),
        }
    }

    #[test]
    fn markdown_is_a_table_of_even_rows() {
        let text = markdown(&machine(), &[row()], &[verdict()]);
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
        assert_eq!(lines.len(), 6);
        assert!(
            lines[2].contains("20 [10, 30] ms") && lines[2].contains("a \\| b"),
            "{text}"
        );
        assert!(lines[5].ends_with("MISSED |"), "{text}");
        assert!(
            text.contains("moved by more than 2 times during B8"),
            "{text}"
        );
    }

    #[test]
    fn a_noisy_machine_is_said_first() {
        let mut noisy = machine();
        noisy.noisy = true;
        assert!(super::text(&noisy, &[row()], &[]).starts_with("NOISY"));
        assert!(super::text(&machine(), &[row()], &[]).starts_with("2026-11-23"));
    }
}
