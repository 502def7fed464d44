//! Order statistics, and how far a median can be trusted.

/// The start of the resampling: the same samples give the same interval.
const SEED: u64 = 0x5eed_0b5e_55ed_c0de;
/// Resamples of a bootstrap.
const RESAMPLES: usize = 2_000;

/// More samples than this need no resampling: the ranks say the same.
const MANY: usize = 500;

/// What is said of the samples of one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Summary {
    pub(crate) n: usize,
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
    pub(crate) p999: f64,
    pub(crate) max: f64,
}

impl Summary {
    /// Nothing for no samples.
    pub(crate) fn of(samples: &[f64]) -> Option<Self> {
        let sorted = sorted(samples);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        Some(Self {
            n: sorted.len(),
            median: median(&sorted),
            min,
            p95: percentile(&sorted, 950),
            p99: percentile(&sorted, 990),
            p999: percentile(&sorted, 999),
            max,
        })
    }
}

/// The 95 % interval of the median.
pub(crate) fn interval(samples: &[f64]) -> Option<(f64, f64)> {
    let sorted = sorted(samples);
    match sorted.len() {
        0 => None,
        1..=MANY => Some(bootstrap(&sorted)),
        many => {
            // Half the samples lie below the median, give or take 1.96 deviations of a fair coin.
            let spread = many.isqrt();
            Some((sorted[many / 2 - spread], sorted[many / 2 + spread]))
        }
    }
}

fn sorted(samples: &[f64]) -> Vec<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// The middle of sorted samples, or of the two in the middle.
fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        sorted[middle]
    } else {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    }
}

/// The smallest sample that at least so many of a thousand do not exceed (nearest rank).
fn percentile(sorted: &[f64], permille: usize) -> f64 {
    let rank = (sorted.len() * permille).div_ceil(1_000);
    sorted[rank.max(1) - 1]
}

/// Medians of resamples, their lowest and highest 2.5 % left out.
fn bootstrap(sorted: &[f64]) -> (f64, f64) {
    let mut random = Random(SEED);
    let mut sample = vec![0.0; sorted.len()];
    let mut medians: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            sample.fill_with(|| sorted[random.below(sorted.len())]);
            sample.sort_by(f64::total_cmp);
            median(&sample)
        })
        .collect();
    medians.sort_by(f64::total_cmp);
    let cut = RESAMPLES / 40;
    (medians[cut], medians[RESAMPLES - 1 - cut])
}

/// Splitmix64: small, even, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).expect("BUG: a length fits into 64 bits");
        usize::try_from(self.next() % end).expect("BUG: it is below a length")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_samples_say_nothing() {
        assert_eq!(Summary::of(&[]), None);
    }

    #[test]
    fn order_statistics_are_those_of_the_samples() {
        let samples: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        let summary = Summary::of(&samples).unwrap();
        assert_eq!(summary.n, 100);
        assert!((summary.median - 50.5).abs() < 1e-9);
        assert!((summary.min - 1.0).abs() < 1e-9 && (summary.max - 100.0).abs() < 1e-9);
        assert!((summary.p95 - 95.0).abs() < 1e-9 && (summary.p99 - 99.0).abs() < 1e-9);
    }

    #[test]
    fn one_sample_is_everything_at_once() {
        let one = Summary::of(&[7.0]).unwrap();
        let (low, high) = interval(&[7.0]).unwrap();
        let all = [one.median, one.p95, one.p99, low, high];
        assert!(
            all.iter().all(|value| (value - 7.0).abs() < 1e-9),
            "{one:?}"
        );
        assert_eq!(interval(&[]), None);
    }

    #[test]
    fn the_interval_holds_the_median_and_is_always_the_same() {
        for count in [15, 500, 501, 10_000] {
            let samples: Vec<f64> = (0..count).map(|at| f64::from(at) * f64::from(at)).collect();
            let one = Summary::of(&samples).unwrap();
            let (low, high) = interval(&samples).unwrap();
            assert_eq!(interval(&samples), Some((low, high)));
            assert!(
                low <= one.median && one.median <= high,
                "{count}: {low} {high}"
            );
            assert!(low > one.min && high < one.max, "{count}: {low} {high}");
        }
    }

    #[test]
    fn resamples_and_ranks_agree() {
        let samples: Vec<f64> = (0..501).map(f64::from).collect();
        let (by_rank, by_resample) = (interval(&samples).unwrap(), bootstrap(&samples));
        assert!(
            (by_rank.0 - by_resample.0).abs() < 6.0,
            "{by_rank:?} {by_resample:?}"
        );
        assert!(
            (by_rank.1 - by_resample.1).abs() < 6.0,
            "{by_rank:?} {by_resample:?}"
        );
    }
}
