//! What Aurora costs, in millionths of a dollar (prices of us-east-1, August 2026).

/// Compute in the I/O-Optimized mode, in hundredths of the Standard price.
pub const IO_OPTIMIZED_COMPUTE: u64 = 130;
/// A GB for a month, Standard.
pub const STORAGE: u64 = 100_000;
/// A GB for a month, I/O-Optimized.
pub const IO_OPTIMIZED_STORAGE: u64 = 225_000;
/// A million I/O requests, Standard.
pub const MILLION_IO: u64 = 200_000;
/// An hour of one Aurora capacity unit (ACU).
pub const ACU_HOUR: u64 = 120_000;
/// The hours of a month, as AWS counts them.
pub const HOURS: u64 = 730;

/// What a cluster uses in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// What its instances cost in the Standard mode, in millionths of a dollar.
    pub compute: u64,
    /// GB stored.
    pub gb: u64,
    /// Millions of I/O requests.
    pub million_io: u64,
}

impl Month {
    /// The bill in the Standard mode.
    pub fn standard(self) -> u64 {
        self.compute.saturating_add(self.gb.saturating_mul(STORAGE)).saturating_add(self.io())
    }

    /// The bill in the I/O-Optimized mode.
    pub fn io_optimized(self) -> u64 {
        let compute = self.compute.saturating_mul(IO_OPTIMIZED_COMPUTE) / 100;
        compute.saturating_add(self.gb.saturating_mul(IO_OPTIMIZED_STORAGE))
    }

    /// What the I/O requests cost in the Standard mode.
    pub fn io(self) -> u64 {
        self.million_io.saturating_mul(MILLION_IO)
    }

    /// The I/O requests' part of the Standard bill, in thousandths.
    pub fn io_share(self) -> u64 {
        self.io().saturating_mul(1000) / self.standard().max(1)
    }
}

/// What serverless capacity costs: half ACUs times milliseconds (AUR-18).
pub fn serverless(half_acu_millis: u128) -> u64 {
    let cost = half_acu_millis * u128::from(ACU_HOUR) / (2 * 3_600_000);
    u64::try_from(cost).unwrap_or(u64::MAX)
}
