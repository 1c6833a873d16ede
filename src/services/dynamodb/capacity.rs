//! Capacity: units of requests, what a table or index may use a second, bursts, and partitions.
//!
//! Units are counted in halves (an eventually consistent read of 4 KB takes one), so that all sums are
//! whole numbers.

use std::collections::VecDeque;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

use serde::{Serialize, Serializer};

use super::super::time::{Span, Time};

/// Most write units of one partition a second (2.3.3).
pub const PARTITION_WRITES: u64 = 1_000;
/// Most read units of one partition a second (2.3.3).
pub const PARTITION_READS: u64 = 3_000;
/// How many seconds of unused throughput are kept (2.3.5).
pub const BURST_SECONDS: u64 = 300;
/// What a new on-demand table takes at once, in write units a second (2.3.5).
pub const ON_DEMAND_WRITES: u64 = 4_000;
/// What a new on-demand table takes at once, in read units a second (2.3.5).
pub const ON_DEMAND_READS: u64 = 12_000;
/// After so many seconds a higher peak counts as the previous one (2.3.5).
const PEAK_SECONDS: u64 = 30 * 60;
/// How long a partition refuses requests before its busiest item is put alone; AWS gives no figure
/// (DDB-19).
const ISOLATION: Span = Span::minutes(1);
/// At most so many items of a table or index are put alone.
const MOST_ISOLATED: usize = 64;

/// Capacity units, in halves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Units {
    /// Twice the number of units.
    pub halves: u64,
}

impl Units {
    /// None.
    pub const ZERO: Units = Units { halves: 0 };

    /// So many whole units.
    pub const fn whole(units: u64) -> Units {
        Units { halves: units * 2 }
    }

    /// What writing an item of this size takes: one for each KB begun, at least one (DDB-4).
    pub fn write(bytes: u64) -> Units {
        Units::whole(bytes.div_ceil(1024).max(1))
    }

    /// What reading so many bytes takes: one for each 4 KB begun, at least one; half of it when
    /// eventually consistent (DDB-4).
    pub fn read(bytes: u64, consistent: bool) -> Units {
        let halves = bytes.div_ceil(4096).max(1);
        Units { halves: if consistent { halves * 2 } else { halves } }
    }

    /// Twice as many: what a transaction takes (DDB-27).
    pub fn twice(self) -> Units {
        Units { halves: self.halves * 2 }
    }
}

impl Add for Units {
    type Output = Units;
    fn add(self, other: Units) -> Units {
        Units { halves: self.halves + other.halves }
    }
}

impl AddAssign for Units {
    fn add_assign(&mut self, other: Units) {
        self.halves += other.halves;
    }
}

impl Sum for Units {
    fn sum<I: Iterator<Item = Units>>(all: I) -> Units {
        all.fold(Units::ZERO, Add::add)
    }
}

/// A number with a point, as AWS writes units: `1.0`.
impl Serialize for Units {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.halves as f64 / 2.0)
    }
}

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = if self.halves.is_multiple_of(2) { "" } else { ".5" };
        write!(f, "{}{half}", self.halves / 2)
    }
}

/// Reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Read units.
    Read,
    /// Write units.
    Write,
}

/// How much a meter lets through.
#[derive(Debug, Clone, PartialEq)]
pub enum Allowance {
    /// So many units a second, with what was left of the last 300 seconds.
    Provisioned {
        /// Units a second.
        per_second: u64,
    },
    /// Twice the previous peak, and a ceiling if one is set.
    OnDemand {
        /// What is taken at once in any case, in units a second.
        at_least: u64,
        /// The ceiling, in units a second.
        ceiling: Option<u64>,
    },
}

/// Why a meter let nothing through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The throughput of the table or index was used up.
    Throughput,
    /// The ceiling of an on-demand table was reached.
    Ceiling,
    /// One partition was at its limit.
    KeyRange,
}

/// Counts the units of one table or index in one direction, second by second.
///
/// A request is let through while any token is left, and may overdraw (DDB-22). Seconds are whole seconds
/// of the world's clock; the broken one in which a table becomes active is not limited.
#[derive(Debug, Clone, PartialEq)]
pub struct Meter {
    allowance: Allowance,
    /// The first second that is limited.
    from: u64,
    second: u64,
    /// What is left of this second's units, in halves; less than nothing when overdrawn.
    left: i64,
    /// What was left of earlier seconds.
    burst: Units,
    used: Units,
    /// What the second before this one used.
    before: Units,
    total: Units,
    /// The highest second that counts as the previous peak, in halves.
    peak: u64,
    /// Ever higher seconds that do not count yet, the oldest first.
    peaks: VecDeque<(u64, u64)>,
}

impl Meter {
    /// Begins to limit with the first whole second after `now`.
    pub(super) fn new(allowance: Allowance, now: Time) -> Meter {
        let from = now.0.div_ceil(1000);
        let mut meter = Meter {
            allowance,
            from,
            second: from,
            left: 0,
            burst: Units::ZERO,
            used: Units::ZERO,
            before: Units::ZERO,
            total: Units::ZERO,
            peak: 0,
            peaks: VecDeque::new(),
        };
        meter.left = meter.rate() as i64;
        meter
    }

    /// What it lets through.
    pub fn allowance(&self) -> &Allowance {
        &self.allowance
    }

    /// Lets through something else from now on; the burst bucket keeps what fits into the new one.
    pub(super) fn set_allowance(&mut self, now: Time, allowance: Allowance) {
        self.roll(now);
        self.allowance = allowance;
        let used = self.used.halves as i64;
        self.left = self.rate() as i64 - used;
        self.burst.halves = self.burst.halves.min(self.bucket());
    }

    /// Units of this second so far.
    pub fn used(&self, now: Time) -> Units {
        if now.0 / 1000 == self.second { self.used } else { Units::ZERO }
    }

    /// Units of the last full second.
    pub fn last_second(&self, now: Time) -> Units {
        full_second(now, self.second, self.used, self.before)
    }

    /// All units ever used.
    pub fn total(&self) -> Units {
        self.total
    }

    /// What is in the burst bucket now.
    pub fn burst(&self, now: Time) -> Units {
        let mut then = self.clone();
        then.roll(now);
        then.burst
    }

    /// What the burst bucket can hold.
    pub fn burst_capacity(&self) -> Units {
        Units { halves: self.bucket() }
    }

    /// Sets what is in the burst bucket, as far as it fits in.
    pub fn fill_burst(&mut self, now: Time, units: u64) {
        self.roll(now);
        self.burst.halves = (units * 2).min(self.bucket());
    }

    /// The most units that fit into this second, were no bucket there.
    pub fn per_second(&self) -> u64 {
        self.rate() / 2
    }

    /// The peak that counts as the previous one, in units a second.
    pub fn previous_peak(&self) -> u64 {
        self.peak / 2
    }

    /// Makes a peak count as the previous one.
    pub fn set_previous_peak(&mut self, now: Time, units: u64) {
        self.roll(now);
        self.peak = units * 2;
        self.left = self.rate() as i64 - self.used.halves as i64;
    }

    /// This second's units, in halves.
    fn rate(&self) -> u64 {
        match self.allowance {
            Allowance::Provisioned { per_second } => per_second.saturating_mul(2),
            Allowance::OnDemand { at_least, .. } => (at_least * 2).max(self.peak * 2),
        }
    }

    fn bucket(&self) -> u64 {
        match self.allowance {
            Allowance::Provisioned { .. } => self.rate().saturating_mul(BURST_SECONDS),
            Allowance::OnDemand { .. } => 0,
        }
    }

    fn roll(&mut self, now: Time) {
        let second = now.0 / 1000;
        if second <= self.second {
            return;
        }
        self.settle_peak(second);
        let rate = self.rate();
        let mut seconds = second - self.second;
        let left = self.left.max(0) as u64;
        self.burst.halves = self.burst.halves.saturating_add(left).min(self.bucket());
        let mut debt = self.left.min(0).unsigned_abs();
        if matches!(self.allowance, Allowance::OnDemand { .. }) {
            debt = 0;
        }
        // What was overdrawn is paid back out of the seconds that follow.
        if let Some(whole) = debt.checked_div(rate.max(1)) {
            let paid = whole.min(seconds - 1);
            debt -= paid * rate;
            seconds -= paid;
        }
        if seconds > 1 {
            let unused = rate.saturating_mul(seconds - 1).saturating_sub(debt);
            debt = 0;
            self.burst.halves = self.burst.halves.saturating_add(unused).min(self.bucket());
        }
        self.left = i64::try_from(rate).unwrap_or(i64::MAX).saturating_sub_unsigned(debt);
        self.before = if second == self.second + 1 { self.used } else { Units::ZERO };
        self.used = Units::ZERO;
        self.second = second;
    }

    /// Ends the second that was, as far as peaks go.
    fn settle_peak(&mut self, second: u64) {
        if !matches!(self.allowance, Allowance::OnDemand { .. }) {
            return;
        }
        let highest = self.peaks.back().map_or(self.peak, |(_, peak)| *peak);
        if self.used.halves > highest {
            self.peaks.push_back((self.second, self.used.halves));
        }
        while let Some((_, peak)) = self.peaks.pop_front_if(|(at, _)| *at + PEAK_SECONDS <= second)
        {
            self.peak = self.peak.max(peak);
        }
    }

    /// Whether units are limited yet.
    fn is_limited(&self, now: Time) -> bool {
        now.0 / 1000 >= self.from
    }

    /// Whether a request is let through now.
    pub(super) fn admits(&mut self, now: Time) -> Result<(), Limit> {
        if !self.is_limited(now) {
            return Ok(());
        }
        self.roll(now);
        if let Allowance::OnDemand { ceiling: Some(ceiling), .. } = self.allowance
            && self.used.halves >= ceiling.saturating_mul(2)
        {
            return Err(Limit::Ceiling);
        }
        if self.left > 0 || self.burst > Units::ZERO { Ok(()) } else { Err(Limit::Throughput) }
    }

    /// Takes the units of a request that was let through.
    pub(super) fn take(&mut self, now: Time, units: Units) {
        self.total += units;
        if !self.is_limited(now) {
            return;
        }
        self.roll(now);
        self.used += units;
        let from_second = units.halves.min(self.left.max(0) as u64);
        let from_burst = (units.halves - from_second).min(self.burst.halves);
        self.burst.halves -= from_burst;
        let rest = units.halves - from_burst;
        self.left = self.left.saturating_sub(i64::try_from(rest).unwrap_or(i64::MAX));
    }
}

/// The units of the second before `now`'s, of what was counted in `second` and in the one before it.
fn full_second(now: Time, second: u64, used: Units, before: Units) -> Units {
    match (now.0 / 1000).saturating_sub(second) {
        0 => before,
        1 => used,
        _ => Units::ZERO,
    }
}

/// Which item of a partition is refused most, since the partition began to refuse (Boyer and Moore's
/// majority vote: whoever has more than half of the refusals is found, without a count for each item).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Heat {
    /// The first second, and the last, of an unbroken row of seconds with refusals.
    since: u64,
    last: u64,
    hash: u64,
    lead: u64,
    refused: u64,
}

impl Heat {
    fn refuse(&mut self, second: u64, hash: u64) {
        if self.refused == 0 || second > self.last + 1 {
            *self = Heat { since: second, hash, ..Heat::default() };
        }
        self.last = second;
        self.refused += 1;
        if self.hash == hash {
            self.lead += 1;
        } else if self.lead == 0 {
            (self.hash, self.lead) = (hash, 1);
        } else {
            self.lead -= 1;
        }
    }

    /// The item that had a clear majority of the refusals for so long.
    fn culprit(&self, after: Span) -> Option<u64> {
        let is_old = self.last - self.since >= after.as_seconds();
        (is_old && self.lead * 4 >= self.refused).then_some(self.hash)
    }
}

/// The load of one partition in the present second and in the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PartitionLoad {
    second: u64,
    reads: Units,
    writes: Units,
    reads_before: Units,
    writes_before: Units,
    heat: Heat,
}

impl PartitionLoad {
    /// Units of this second so far.
    pub fn used(&self, now: Time, direction: Direction) -> Units {
        match direction {
            _ if self.second != now.0 / 1000 => Units::ZERO,
            Direction::Read => self.reads,
            Direction::Write => self.writes,
        }
    }

    /// Units of the last full second.
    pub fn last_second(&self, now: Time, direction: Direction) -> Units {
        let (used, before) = match direction {
            Direction::Read => (self.reads, self.reads_before),
            Direction::Write => (self.writes, self.writes_before),
        };
        full_second(now, self.second, used, before)
    }

    fn take(&mut self, now: Time, direction: Direction, units: Units) {
        let second = now.0 / 1000;
        if self.second != second {
            self.reads_before = self.last_second(now, Direction::Read);
            self.writes_before = self.last_second(now, Direction::Write);
            (self.second, self.reads, self.writes) = (second, Units::ZERO, Units::ZERO);
        }
        match direction {
            Direction::Read => self.reads += units,
            Direction::Write => self.writes += units,
        }
    }
}

/// The capacity of a table or a global index: two meters, and its partitions.
#[derive(Debug, Clone, PartialEq)]
pub struct Throughput {
    /// Read units.
    pub reads: Meter,
    /// Write units.
    pub writes: Meter,
    /// How long a partition refuses requests before its busiest item is put alone (DDB-19).
    pub isolate_after: Span,
    /// One for each range of hashes, then one for each isolated item.
    partitions: Vec<PartitionLoad>,
    isolated: Vec<u64>,
}

impl Throughput {
    pub(super) fn new(reads: Allowance, writes: Allowance, now: Time) -> Throughput {
        let count = partition_count(&reads, &writes);
        Throughput {
            reads: Meter::new(reads, now),
            writes: Meter::new(writes, now),
            isolate_after: ISOLATION,
            partitions: vec![PartitionLoad::default(); count],
            isolated: Vec::new(),
        }
    }

    /// The loads of the partitions: of the ranges in the order of the hash, then of the isolated items.
    pub fn partitions(&self) -> &[PartitionLoad] {
        &self.partitions
    }

    /// Into how many even ranges the hashes are cut.
    pub fn ranges(&self) -> usize {
        self.partitions.len() - self.isolated.len()
    }

    /// The hashes of items that have a partition of their own, which come after the ranges (DDB-19).
    pub fn isolated(&self) -> &[u64] {
        &self.isolated
    }

    /// The partition of a hash: an isolated item's own, or else one of the ranges, which share the
    /// hashes evenly (DDB-1).
    pub fn partition_of(&self, hash: u64) -> usize {
        if let Some(number) = self.isolated.iter().position(|own| *own == hash) {
            return self.ranges() + number;
        }
        ((u128::from(hash) * self.ranges() as u128) >> 64) as usize
    }

    /// Cuts the range of hashes into at least so many partitions; there are never fewer than before.
    pub fn split_into(&mut self, count: usize) {
        const MOST: usize = 10_000;
        let count = count.clamp(1, MOST);
        if count > self.ranges() {
            self.partitions = vec![PartitionLoad::default(); count + self.isolated.len()];
        }
    }

    /// Notes that a partition refused a request, and puts its busiest item alone when that has gone on
    /// for long enough.
    fn heat_up(&mut self, now: Time, partition: usize, hash: u64) {
        if partition >= self.ranges() || self.isolated.len() >= MOST_ISOLATED {
            return;
        }
        let heat = &mut self.partitions[partition].heat;
        heat.refuse(now.0 / 1000, hash);
        if let Some(hash) = heat.culprit(self.isolate_after) {
            *heat = Heat::default();
            self.isolated.push(hash);
            self.partitions.push(PartitionLoad::default());
        }
    }

    pub(super) fn set_allowances(&mut self, now: Time, reads: Allowance, writes: Allowance) {
        let count = partition_count(&reads, &writes);
        self.reads.set_allowance(now, reads);
        self.writes.set_allowance(now, writes);
        self.split_into(count);
    }

    /// The meter of a direction.
    pub fn meter(&self, direction: Direction) -> &Meter {
        match direction {
            Direction::Read => &self.reads,
            Direction::Write => &self.writes,
        }
    }

    fn meter_mut(&mut self, direction: Direction) -> &mut Meter {
        match direction {
            Direction::Read => &mut self.reads,
            Direction::Write => &mut self.writes,
        }
    }

    /// Whether a request is let through: by the table's or index's own limit, and by the partition's
    /// (DDB-18). Adaptive capacity means that a partition may take all of the rest (DDB-19).
    pub(super) fn admits(
        &mut self,
        now: Time,
        direction: Direction,
        hash: Option<u64>,
    ) -> Result<(), Limit> {
        self.meter_mut(direction).admits(now)?;
        let Some(hash) = hash else { return Ok(()) };
        if !self.meter(direction).is_limited(now) {
            return Ok(());
        }
        let most = match direction {
            Direction::Read => PARTITION_READS,
            Direction::Write => PARTITION_WRITES,
        };
        let partition = self.partition_of(hash);
        if self.partitions[partition].used(now, direction) >= Units::whole(most) {
            self.heat_up(now, partition, hash);
            return Err(Limit::KeyRange);
        }
        Ok(())
    }

    /// Takes units; without a hash they are spread over no partition.
    pub(super) fn take(
        &mut self,
        now: Time,
        direction: Direction,
        hash: Option<u64>,
        units: Units,
    ) {
        self.meter_mut(direction).take(now, units);
        if let Some(hash) = hash {
            let partition = self.partition_of(hash);
            self.partitions[partition].take(now, direction, units);
        }
        let peak = self.writes.previous_peak() * 2;
        if peak > self.ranges() as u64 * PARTITION_WRITES {
            self.split_into(usize::try_from(peak.div_ceil(PARTITION_WRITES)).unwrap_or(usize::MAX));
        }
    }
}

/// As many partitions as the units need. The formula is from old material and no current page confirms it:
/// a choice of the model.
fn partition_count(reads: &Allowance, writes: &Allowance) -> usize {
    let units = |allowance: &Allowance| match allowance {
        Allowance::Provisioned { per_second } => *per_second,
        Allowance::OnDemand { at_least, .. } => *at_least,
    };
    let count = match (reads, writes) {
        (Allowance::OnDemand { .. }, _) => {
            (units(reads).div_ceil(PARTITION_READS)).max(units(writes).div_ceil(PARTITION_WRITES))
        }
        _ => (units(reads) as u128 * u128::from(PARTITION_WRITES)
            + units(writes) as u128 * u128::from(PARTITION_READS))
        .div_ceil(u128::from(PARTITION_READS * PARTITION_WRITES))
        .min(10_000) as u64,
    };
    usize::try_from(count).unwrap_or(usize::MAX).clamp(1, 10_000)
}
