//! What the cluster costs, beside a fixed instance and beside RDS. Prices of us-east-1, August 2026.

use super::Aurora;
use crate::services::rds::cost::{self, Month};
use crate::services::rds::volume::Volume;
use crate::services::time::Time;

/// An hour of an Aurora `db.r6g.2xlarge` (64 GiB, as much as 32 ACUs), in millionths of a dollar.
pub const AURORA_HOUR: u64 = 1_038_000;
/// An hour of the same class on RDS, one instance.
pub const RDS_HOUR: u64 = 870_000;
/// A primary and its standby: both are paid for.
const INSTANCES_WITH_STANDBY: u64 = 2;

const HOUR: u128 = 3_600_000;

/// What something costs that costs so much an hour, over some milliseconds.
fn over(hourly: u64, millis: u64) -> u64 {
    u64::try_from(u128::from(hourly) * u128::from(millis) / HOUR).unwrap_or(u64::MAX)
}

impl Aurora {
    /// What serverless capacity was used, in halves of an ACU times milliseconds.
    fn used(&self, now: Time) -> u128 {
        self.members().filter_map(|one| Some(one.capacity.as_ref()?.used(now))).sum()
    }

    fn is_io_optimized(&self) -> bool {
        self.cluster().and_then(|one| one.aurora()).is_some_and(|aurora| aurora.io_optimized)
    }

    /// Compute since the start, as serverless members.
    pub fn serverless_cost(&self, now: Time) -> u64 {
        self.in_its_mode(cost::serverless(self.used(now)))
    }

    /// Compute since the start, had each member been a `db.r6g.2xlarge`.
    pub fn fixed_cost(&self, now: Time) -> u64 {
        let members = self.members().count() as u64;
        self.in_its_mode(over(AURORA_HOUR, now.0).saturating_mul(members))
    }

    /// Compute since the start, had it been an RDS instance of that class with a standby.
    pub fn rds_cost(&self, now: Time) -> u64 {
        over(RDS_HOUR, now.0).saturating_mul(INSTANCES_WITH_STANDBY)
    }

    fn in_its_mode(&self, standard: u64) -> u64 {
        match self.is_io_optimized() {
            true => standard.saturating_mul(cost::IO_OPTIMIZED_COMPUTE) / 100,
            false => standard,
        }
    }

    /// The capacity on the average since the start, in halves of an ACU.
    pub fn average_capacity(&self, now: Time) -> u64 {
        u64::try_from(self.used(now) / u128::from(now.0.max(1))).unwrap_or(u64::MAX)
    }

    /// The average at which a serverless member costs as much as the fixed one, in halves of an ACU.
    pub fn break_even() -> u64 {
        2 * AURORA_HOUR / cost::ACU_HOUR
    }

    /// A month of fixed instances, the volume and the I/O that the knob says.
    pub fn month(&self) -> Month {
        let members = self.members().count() as u64;
        Month {
            compute: members * AURORA_HOUR * cost::HOURS,
            gb: self.cluster().and_then(|one| one.volume()).map_or(0, Volume::billed_gb),
            million_io: self.dials.get("million-io").unsigned_abs(),
        }
    }
}
