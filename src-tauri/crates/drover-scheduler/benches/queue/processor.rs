//! What this process uses, as the system counts it.

use std::fs;

use crate::Done;

/// Processor time so far, in milliseconds.
pub(crate) fn processor_ms() -> Done<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat
        .rsplit(") ")
        .next()
        .unwrap_or_default()
        .split(' ')
        .collect();
    let ticks = |place: usize| -> Done<f64> {
        Ok(fields.get(place).ok_or("too few fields")?.parse::<f64>()?)
    };
    // A tick is a hundredth of a second on every Linux that Drover runs on.
    Ok((ticks(11)? + ticks(12)?) * 10.0)
}

/// Memory of this process, in MiB.
pub(crate) fn memory_mib() -> Done<f64> {
    Ok(status("/proc/self/status", "VmRSS:")? / 1024.0)
}

/// How often its threads have gone to sleep, which is how often they woke.
pub(crate) fn wake_ups() -> Done<f64> {
    let mut all = 0.0;
    for thread in fs::read_dir("/proc/self/task")? {
        let path = thread?.path().join("status");
        // A thread may have ended between the two looks.
        all += status(&path.to_string_lossy(), "voluntary_ctxt_switches:").unwrap_or(0.0);
    }
    Ok(all)
}

fn status(file: &str, name: &str) -> Done<f64> {
    let status = fs::read_to_string(file)?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("the system does not tell it")?.parse()?)
}
