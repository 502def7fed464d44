//! What the verbs print: headings with the time they took, and plain tables.

use std::time::{Duration, Instant};

/// Prints a heading and starts the clock of what follows it.
pub(crate) fn heading(title: &str) -> Stopwatch {
    println!("\n== {title}");
    Stopwatch {
        started: Instant::now(),
    }
}

/// The clock of one heading.
pub(crate) struct Stopwatch {
    started: Instant,
}

impl Stopwatch {
    /// Prints how it went and how long it took, which it also returns.
    pub(crate) fn done(&self, outcome: &str) -> Duration {
        let took = self.started.elapsed();
        println!("   {outcome} in {}", seconds(took));
        took
    }
}

/// `0.8 s`, `41 s` or `3 min 12 s`.
pub(crate) fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs();
    match whole {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..60 => format!("{whole} s"),
        _ => format!("{} min {} s", whole / 60, whole % 60),
    }
}

/// Rows under a header, each column as wide as its widest cell but the last, which runs free.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &[String]| {
        let padded: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        format!("   {}", padded.join("   ").trim_end())
    };
    let header: Vec<String> = header.iter().map(ToString::to_string).collect();
    let mut lines = vec![line(&header)];
    lines.extend(rows.iter().map(|row| line(row)));
    lines.join("\n")
}

/// A size for people: `812 B`, `41 KB`, `1.2 MB`; a KB is 1,000 bytes.
pub(crate) fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{} KB", count.div_ceil(1_000)),
        _ => format!("{}.{} MB", count / 1_000_000, count % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = vec![
            vec!["trunk".to_owned(), "builds the window".to_owned()],
            vec!["a-longer-name".to_owned(), "x".to_owned()],
        ];
        assert_eq!(
            table(&["what", "why"], &rows),
            "   what            why\n   trunk           builds the window\n   a-longer-name   x"
        );
    }

    #[test]
    fn durations_and_sizes_read_well() {
        assert_eq!(seconds(Duration::from_millis(840)), "0.8 s");
        assert_eq!(seconds(Duration::from_secs(41)), "41 s");
        assert_eq!(seconds(Duration::from_secs(192)), "3 min 12 s");
        assert_eq!(bytes(812), "812 B");
        assert_eq!(bytes(40_100), "41 KB");
        assert_eq!(bytes(1_250_000), "1.2 MB");
    }
}
