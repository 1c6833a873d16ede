//! What the queries ask of an instance's machine, and how it stands up to it: processor, memory, disk.
//! AWS publishes no formulas for these; all here are this model's choices, and whole numbers.

use super::settings::Settings;
use crate::services::rds::engine;
use crate::services::rds::instance::Instance;
use crate::services::rds::storage;
use crate::services::time::{Span, Time};

/// So many I/O requests wait at most: the queries then wait for them and ask for no more.
const WAITING: u64 = 64;
/// A request that does not wait takes this long, in microseconds.
const IO_MICROS: u64 = 1_000;
/// Each connection takes this much of the processor, in hundredths of a percent.
const CPU_OF_CONNECTION: u64 = 2;
/// A query without its index takes so much more.
const CPU_OF_SLOW_QUERY: u64 = 7_500;
/// From here on queries wait for the processor.
const CPU_BUSY: u64 = 9_000;
/// How many times longer they take then.
const WAIT_FOR_CPU: u64 = 10;
/// Each connection takes this much memory.
const MEMORY_OF_CONNECTION: u64 = 6 << 20;
/// A commit takes this long by itself, besides its write to the disk.
const COMMIT: Span = Span::millis(1);

/// What the learner broke in the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults {
    /// A query runs without its index.
    pub slow_query: bool,
    /// A report reads everything.
    pub io_storm: bool,
    /// Connections opened and never given back.
    pub leaked: usize,
    /// How many copies of the application there are beyond the first.
    pub more_copies: usize,
}

/// How full a volume is: what lay there at a moment, and what has come since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disk {
    used: u64,
    at: Time,
    /// Whether more comes; not to a volume that is full.
    grows: bool,
}

impl Disk {
    /// So many bytes, and what comes from now on.
    pub fn new(used: u64, now: Time) -> Disk {
        Disk { used, at: now, grows: true }
    }

    /// Nothing fits on it any more.
    pub fn full(used: u64, now: Time) -> Disk {
        Disk { used, at: now, grows: false }
    }

    /// Whether more comes.
    pub fn grows(self) -> bool {
        self.grows
    }

    /// Bytes in use.
    pub fn used(self, now: Time, per_minute: u64) -> u64 {
        let per_minute = if self.grows { per_minute } else { 0 };
        let grown = u128::from(per_minute) * u128::from(now.since(self.at).0) / 60_000;
        self.used.saturating_add(u64::try_from(grown).unwrap_or(u64::MAX))
    }
}

/// The load on one instance at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Load<'a> {
    /// The instance.
    pub instance: &'a Instance,
    /// The knobs.
    pub settings: &'a Settings,
    /// What is broken.
    pub faults: Faults,
    /// Its open connections.
    pub connections: u64,
    /// How long a commit waits for another copy.
    pub acknowledgement: Span,
    /// The moment.
    pub now: Time,
}

impl Load<'_> {
    /// I/O requests a second that are asked for.
    pub fn demand(self) -> u64 {
        demand(self.settings, self.faults)
    }

    /// I/O requests a second that the volume serves.
    pub fn served(self) -> u64 {
        let (baseline, peak) = self.instance.gp2();
        match self.instance.storage_type.as_str() {
            "gp2" => self.instance.credits.served(self.now, baseline, peak),
            _ => {
                let family = self.instance.engine.family;
                let baseline = storage::gp3_baseline(self.instance.gib, family).0;
                self.demand().min(self.instance.iops.unwrap_or(baseline))
            }
        }
    }

    /// I/O requests under way.
    pub fn queue_depth(self) -> u64 {
        let (demand, served) = (self.demand(), self.served());
        if demand > served { WAITING } else { (demand * IO_MICROS).div_ceil(1_000_000) }
    }

    /// How long an I/O request takes.
    pub fn io_latency(self) -> Span {
        let served = self.served().max(1);
        let micros = if self.demand() > served { WAITING * 1_000_000 / served } else { IO_MICROS };
        Span(micros.div_ceil(1000))
    }

    /// The processor, in hundredths of a percent.
    pub fn cpu(self) -> u64 {
        let slow = if self.faults.slow_query { CPU_OF_SLOW_QUERY } else { 0 };
        let busy = self.settings.cpu_load + self.connections * CPU_OF_CONNECTION + slow;
        busy.min(9_900)
    }

    /// How long a commit takes until it is acknowledged.
    pub fn commit_latency(self) -> Span {
        let wait = if self.cpu() >= CPU_BUSY { WAIT_FOR_CPU } else { 1 };
        Span((COMMIT.0 + self.io_latency().0) * wait) + self.acknowledgement
    }

    /// Memory that nobody uses.
    pub fn free_memory(self) -> u64 {
        let memory = engine::memory(&self.instance.class).unwrap_or(0);
        let taken = memory / 100 * 45 + self.connections * MEMORY_OF_CONNECTION;
        memory.saturating_sub(taken)
    }

    /// Bytes of the volume that nothing lies on.
    pub fn free_storage(self, disk: Disk) -> u64 {
        let used = disk.used(self.now, self.settings.growth);
        (self.instance.gib << 30).saturating_sub(used)
    }
}

/// I/O requests a second that the queries ask for.
pub fn demand(settings: &Settings, faults: Faults) -> u64 {
    if faults.io_storm { (settings.io * 10).max(3_000) } else { settings.io }
}
