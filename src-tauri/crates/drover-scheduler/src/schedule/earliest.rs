//! The first times of many schedules together, without working out all times of each.

use std::{cmp::Reverse, collections::BinaryHeap};

use jiff::Timestamp;

use super::{Slot, Timetable};

/// The earliest slots after `from` and before `to`, at most `most` of them, each with the index of its schedule, and
/// whether there were more. Of ten thousand schedules, each is asked for one slot more than it contributes.
#[must_use]
pub fn earliest(
    tables: &[&Timetable],
    (from, to): (Timestamp, Timestamp),
    most: usize,
) -> (Vec<(usize, Slot)>, bool) {
    let mut coming: Vec<_> = tables.iter().map(|table| table.slots_after(from)).collect();
    let mut heads = vec![None; tables.len()];
    let mut heap = BinaryHeap::new();
    for index in 0..tables.len() {
        heads[index] = coming[index].next().filter(|slot| slot.at < to);
        heap.extend(heads[index].map(|slot| Reverse((slot.at, index))));
    }
    let mut found = Vec::new();
    while let Some(Reverse((_, index))) = heap.pop() {
        if found.len() == most {
            return (found, true);
        }
        found.extend(heads[index].take().map(|slot| (index, slot)));
        heads[index] = coming[index].next().filter(|slot| slot.at < to);
        heap.extend(heads[index].map(|slot| Reverse((slot.at, index))));
    }
    (found, false)
}
