//! The arithmetic of an instance's volume: sizes, baselines, burst credits, growth. Whole numbers only.

use crate::services::time::{Span, Time};

use super::engine::Family;

/// A full bucket of gp2, in I/Os.
pub const GP2_BUCKET: u64 = 5_400_000;
/// What one gp2 volume can reach while it has credits.
pub const GP2_BURST: u64 = 3000;

/// I/Os a second that a gp2 volume earns: 3 a GiB, 100 at least (RDS-27); 64,000 at most, 16,000 for SQL
/// Server, which is never striped.
pub fn gp2_baseline(gib: u64, family: Family) -> u64 {
    let most = if family == Family::SqlServer { 16_000 } else { 64_000 };
    gib.saturating_mul(3).clamp(100, most)
}

/// I/Os a second that a gp2 volume can reach with credits: striped over four volumes from 400 GiB
/// (Oracle 200) on; none above the baseline from 4,000 GiB.
pub fn gp2_peak(gib: u64, family: Family) -> u64 {
    let striped = stripes_from(family).is_some_and(|from| gib >= from);
    let burst = if striped { 4 * GP2_BURST } else { GP2_BURST };
    burst.max(gp2_baseline(gib, family))
}

/// From which size on RDS stripes four volumes.
fn stripes_from(family: Family) -> Option<u64> {
    match family {
        Family::Oracle => Some(200),
        Family::SqlServer => None,
        _ => Some(400),
    }
}

/// I/Os a second that a gp3 volume has, however small it is.
pub const GP3_BASELINE: u64 = 3000;

/// I/Os a second and MiB a second that gp3 has without paying for more.
pub fn gp3_baseline(gib: u64, family: Family) -> (u64, u64) {
    match stripes_from(family) {
        Some(from) if gib >= from => (12_000, 500),
        _ => (GP3_BASELINE, 125),
    }
}

/// What an allocated size becomes on a request to grow: at least a tenth more (RDS-26). `None` when it
/// would shrink.
pub fn grown(from: u64, asked: u64) -> Option<u64> {
    match asked.cmp(&from) {
        std::cmp::Ordering::Less => None,
        std::cmp::Ordering::Equal => Some(from),
        std::cmp::Ordering::Greater => Some(asked.max(from.saturating_add(from.div_ceil(10)))),
    }
}

/// From which to which size a volume of this type may be, in GiB.
pub fn sizes(storage_type: &str, family: Family) -> Option<(u64, u64)> {
    let most = if family == Family::SqlServer { 16_384 } else { 65_536 };
    match storage_type {
        "gp2" | "gp3" => Some((20, most)),
        "io1" | "io2" => Some((100, most)),
        "standard" => Some((5, 3072)),
        _ => None,
    }
}

/// The burst credits of a gp2 volume, in thousandths of an I/O.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credits {
    level: u64,
    at: Time,
    /// I/Os a second that are asked for now.
    demand: u64,
}

impl Credits {
    /// A full bucket, as each volume starts with.
    pub fn full(now: Time) -> Credits {
        Credits { level: GP2_BUCKET * 1000, at: now, demand: 0 }
    }

    /// Asks for so many I/Os a second from now on.
    pub fn demand(&mut self, now: Time, baseline: u64, peak: u64, iops: u64) {
        self.level = self.level(now, baseline, peak);
        (self.at, self.demand) = (now, iops);
    }

    fn level(&self, now: Time, baseline: u64, peak: u64) -> u64 {
        let span = now.since(self.at).0;
        let used = self.demand.min(peak);
        if used <= baseline {
            let earned = span.saturating_mul(baseline - used);
            self.level.saturating_add(earned).min(GP2_BUCKET * 1000)
        } else {
            self.level.saturating_sub(span.saturating_mul(used - baseline))
        }
    }

    /// `BurstBalance`: how full the bucket is, in whole per cent rounded down.
    pub fn balance(&self, now: Time, baseline: u64, peak: u64) -> u64 {
        self.level(now, baseline, peak) / (GP2_BUCKET * 10)
    }

    /// I/Os a second that are served now: what is asked for while there are credits, the baseline then.
    pub fn served(&self, now: Time, baseline: u64, peak: u64) -> u64 {
        let top = if self.level(now, baseline, peak) > 0 { peak } else { baseline };
        self.demand.min(top)
    }

    /// How long the credits last at this demand from now; `None` when they do not run out.
    pub fn lasts(&self, now: Time, baseline: u64, peak: u64) -> Option<Span> {
        let net = self.demand.min(peak).checked_sub(baseline).filter(|net| *net > 0)?;
        Some(Span(self.level(now, baseline, peak) / net))
    }
}
