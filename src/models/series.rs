//! How the metrics ran over virtual time: samples at a fixed interval, thinned as they grow old and
//! many, so that a long history costs no more than a short one.

use crate::services::time::{Span, Time};

/// At most so many samples a metric are kept; past that every other one goes.
const MOST_SAMPLES: usize = 2048;

/// Samples of all metrics of one branch. Sample number n was taken at n × [`Series::every`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    every: Span,
    columns: Vec<Vec<i64>>,
}

impl Series {
    /// For so many metrics, sampled once in `every` of virtual time at first.
    pub fn new(metrics: usize, every: Span) -> Series {
        Series { every: Span(every.0.max(1)), columns: vec![Vec::new(); metrics] }
    }

    /// The interval between two samples now.
    pub fn every(&self) -> Span {
        self.every
    }

    /// When the next sample is due: never, where there is nothing to measure.
    pub fn next_at(&self) -> Time {
        let due = |column: &Vec<i64>| Time(column.len() as u64 * self.every.0);
        self.columns.first().map_or(Time(u64::MAX), due)
    }

    /// Takes the sample that is due: `measure` is asked for each metric.
    pub fn sample(&mut self, mut measure: impl FnMut(usize) -> i64) {
        for (index, column) in self.columns.iter_mut().enumerate() {
            column.push(measure(index));
        }
        if self.columns.first().is_some_and(|column| column.len() >= MOST_SAMPLES) {
            for column in &mut self.columns {
                let mut number = 0;
                column.retain(|_| {
                    number += 1;
                    number % 2 == 1
                });
            }
            self.every = self.every + self.every;
        }
    }

    /// The samples of a metric taken at or before `until`, oldest first.
    pub fn column(&self, index: usize, until: Time) -> &[i64] {
        let Some(column) = self.columns.get(index) else { return &[] };
        let count = (until.0 / self.every.0 + 1).min(column.len() as u64) as usize;
        &column[..count]
    }

    /// The last `wide` points of a metric up to `until`; `None` where there is no sample yet.
    pub fn window(&self, index: usize, until: Time, wide: usize) -> &[i64] {
        let column = self.column(index, until);
        &column[column.len().saturating_sub(wide)..]
    }

    /// Forgets every sample taken after `until`.
    pub fn truncate(&mut self, until: Time) {
        let count = (until.0 / self.every.0 + 1) as usize;
        for column in &mut self.columns {
            column.truncate(count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_series_is_thinned_and_stays_in_time() {
        let mut series = Series::new(1, Span::seconds(1));
        for _ in 0..10_000 {
            let at = series.next_at();
            series.sample(|_| at.0 as i64);
        }
        let column = series.column(0, Time(u64::MAX));
        assert!(column.len() <= MOST_SAMPLES);
        for (number, value) in column.iter().enumerate() {
            assert_eq!(*value as u64, number as u64 * series.every().0);
        }
        series.truncate(Time(series.every().0 * 3));
        assert_eq!(series.column(0, Time(u64::MAX)).len(), 4);
    }
}
