//! Structured workloads: when things arrive, and for which key. All in integers, all from the chance
//! handed in, so that the same seed gives the same arrivals whatever the knobs of the rest.

use crate::services::chance::Chance;
use crate::services::time::{Span, Time};

/// The shape of an arrival stream over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Evenly spaced.
    Steady,
    /// Independent arrivals (Poisson): the gaps vary, the rate does not.
    Random,
    /// `count` at once, `every` so often; the rate is not asked.
    Burst {
        /// How many come together.
        count: u32,
        /// How often they come.
        every: Span,
    },
    /// A day's curve: quiet at 03:00, busiest at 15:00, the mean being the rate.
    Daily,
}

/// An arrival stream: tells, one arrival after the other, when the next comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrivals {
    shape: Shape,
    /// Thousandths of an arrival a second.
    milli_per_second: u64,
    chance: Chance,
    /// Millionths of a millisecond that earlier gaps were rounded down by.
    carry: u64,
    /// How many of the present burst are still to come.
    left_in_burst: u32,
}

/// A thousandth part of a second's thousandth: gaps are computed in millionths of a millisecond.
const FINE: u64 = 1_000_000;

impl Arrivals {
    /// A stream of this shape at `milli_per_second` thousandths of an arrival a second.
    pub fn new(shape: Shape, milli_per_second: u64, chance: Chance) -> Arrivals {
        Arrivals { shape, milli_per_second, chance, carry: 0, left_in_burst: 0 }
    }

    /// Changes the rate from the next arrival on.
    pub fn set_rate(&mut self, milli_per_second: u64) {
        self.milli_per_second = milli_per_second;
    }

    /// Changes the shape from the next arrival on.
    pub fn set_shape(&mut self, shape: Shape) {
        self.shape = shape;
        self.left_in_burst = 0;
    }

    /// When the arrival after one at `last` comes; `None` if the rate is nothing.
    pub fn next_after(&mut self, last: Time) -> Option<Time> {
        if let Shape::Burst { count, every } = self.shape {
            if count == 0 {
                return None;
            }
            if self.left_in_burst > 0 {
                self.left_in_burst -= 1;
                return Some(last);
            }
            self.left_in_burst = count - 1;
            return Some(last + Span(every.0.max(1)));
        }
        let rate = match self.shape {
            Shape::Daily => self.milli_per_second * daily_per_mille(last) / 1000,
            _ => self.milli_per_second,
        };
        // At the curve's lowest a small rate may round to nothing; the stream must not end there.
        let rate = if self.milli_per_second == 0 { return None } else { rate.max(1) };
        // One arrival takes 1,000,000 / rate milliseconds.
        let mean = 1_000_000 * FINE / rate;
        let gap = match self.shape {
            Shape::Steady => mean,
            _ => (u128::from(mean) * u128::from(exponential(&mut self.chance)) / 1024) as u64,
        };
        let fine = gap + self.carry;
        self.carry = fine % FINE;
        Some(last + Span(fine / FINE))
    }
}

/// Which of `count` keys an arrival is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keys {
    /// All alike.
    Uniform {
        /// How many keys there are.
        count: u32,
    },
    /// Key number k is asked for in proportion to 1/(k+1).
    Zipf(Zipf),
    /// One key takes `per_mille` of all, the others share the rest.
    OneHot {
        /// How many keys there are.
        count: u32,
        /// The hot key's share, in thousandths.
        per_mille: u32,
    },
}

impl Keys {
    /// The next key, a number from 0; key 0 is the hottest.
    pub fn draw(&self, chance: &mut Chance) -> u32 {
        match self {
            Keys::Uniform { count } => chance.below(u64::from(*count)) as u32,
            Keys::Zipf(zipf) => zipf.draw(chance),
            Keys::OneHot { count, per_mille } => {
                if *count < 2 || chance.parts_in(u64::from(*per_mille), 1000) {
                    0
                } else {
                    1 + chance.below(u64::from(*count) - 1) as u32
                }
            }
        }
    }
}

/// Zipf's law with exponent 1 over a fixed number of keys, as cumulative integer weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zipf {
    cumulative: Vec<u64>,
}

impl Zipf {
    /// Over `count` keys; none counts as one.
    pub fn new(count: u32) -> Zipf {
        let mut sum = 0;
        let cumulative = (1..=u64::from(count.max(1)))
            .map(|rank| {
                sum += (1 << 32) / rank;
                sum
            })
            .collect();
        Zipf { cumulative }
    }

    /// A key from 0; key k comes in proportion to 1/(k+1).
    pub fn draw(&self, chance: &mut Chance) -> u32 {
        let total = self.cumulative.last().copied().unwrap_or(1);
        let at = chance.below(total);
        self.cumulative.partition_point(|edge| *edge <= at) as u32
    }
}

/// An exponentially distributed factor with mean 1, in 1024ths.
pub fn exponential(chance: &mut Chance) -> u64 {
    EXPONENTIAL[chance.below(256) as usize]
}

/// The mid-points of 256 equal slices of the exponential distribution, in 1024ths: −ln(1−u)·1024.
#[rustfmt::skip]
const EXPONENTIAL: [u64; 256] = [
    2, 6, 10, 14, 18, 22, 26, 30, 35, 39, 43, 47, 51, 55, 60, 64,
    68, 73, 77, 81, 85, 90, 94, 99, 103, 107, 112, 116, 121, 125, 130, 134,
    139, 144, 148, 153, 158, 162, 167, 172, 176, 181, 186, 191, 196, 200, 205, 210,
    215, 220, 225, 230, 235, 240, 245, 250, 255, 260, 266, 271, 276, 281, 287, 292,
    297, 303, 308, 313, 319, 324, 330, 335, 341, 347, 352, 358, 364, 369, 375, 381,
    387, 392, 398, 404, 410, 416, 422, 428, 434, 441, 447, 453, 459, 465, 472, 478,
    484, 491, 497, 504, 510, 517, 524, 530, 537, 544, 551, 558, 565, 572, 579, 586,
    593, 600, 607, 614, 622, 629, 636, 644, 651, 659, 667, 674, 682, 690, 698, 706,
    714, 722, 730, 738, 746, 755, 763, 772, 780, 789, 797, 806, 815, 824, 833, 842,
    851, 860, 870, 879, 889, 898, 908, 917, 927, 937, 947, 957, 968, 978, 988, 999,
    1010, 1020, 1031, 1042, 1054, 1065, 1076, 1088, 1099, 1111, 1123, 1135, 1147, 1160, 1172, 1185,
    1197, 1210, 1224, 1237, 1250, 1264, 1278, 1292, 1306, 1321, 1335, 1350, 1365, 1380, 1396, 1412,
    1428, 1444, 1460, 1477, 1494, 1512, 1529, 1547, 1565, 1584, 1603, 1622, 1642, 1662, 1683, 1704,
    1725, 1747, 1769, 1792, 1815, 1839, 1863, 1888, 1914, 1940, 1967, 1995, 2023, 2052, 2082, 2113,
    2145, 2179, 2213, 2248, 2285, 2322, 2362, 2403, 2445, 2490, 2537, 2585, 2637, 2690, 2747, 2808,
    2872, 2940, 3013, 3092, 3177, 3270, 3373, 3487, 3615, 3762, 3933, 4138, 4395, 4740, 5263, 6388,
];

/// How busy the hour is, in thousandths of the mean (linear between full hours).
fn daily_per_mille(at: Time) -> u64 {
    let hour = Span::hours(1).0;
    let in_day = at.0 % Span::days(1).0;
    let (this, next) = ((in_day / hour) as usize, (in_day / hour + 1) as usize % 24);
    let part = in_day % hour;
    (DAILY_PER_MILLE[this] * (hour - part) + DAILY_PER_MILLE[next] * part) / hour
}

/// A sine over the day between 0.4 and 1.6 of the mean, lowest at 03:00.
const DAILY_PER_MILLE: [u64; 24] = [
    576, 480, 420, 400, 420, 480, 576, 700, 845, 1000, 1155, 1300, 1424, 1520, 1580, 1600, 1580,
    1520, 1424, 1300, 1155, 1000, 845, 700,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn count_in(shape: Shape, milli_per_second: u64, from: Time, until: Time) -> u64 {
        let mut arrivals = Arrivals::new(shape, milli_per_second, Chance::new(3));
        let (mut at, mut count) = (from, 0);
        while let Some(next) = arrivals.next_after(at) {
            if next > until {
                break;
            }
            at = next;
            count += 1;
        }
        count
    }

    #[test]
    fn a_steady_stream_keeps_its_rate_exactly() {
        assert_eq!(count_in(Shape::Steady, 3000, Time(0), Time(1_000_000)), 3000);
        assert_eq!(count_in(Shape::Steady, 0, Time(0), Time(1_000_000)), 0);
    }

    #[test]
    fn a_random_stream_keeps_its_rate_on_the_whole() {
        let count = count_in(Shape::Random, 10_000, Time(0), Time(1_000_000));
        assert!((9_700..=10_300).contains(&count), "{count}");
    }

    #[test]
    fn a_burst_comes_at_once() {
        let burst = Shape::Burst { count: 5, every: Span::seconds(10) };
        let mut arrivals = Arrivals::new(burst, 0, Chance::new(1));
        let mut at = Time(0);
        let times: Vec<u64> = (0..10)
            .filter_map(|_| {
                at = arrivals.next_after(at)?;
                Some(at.0 / 1000)
            })
            .collect();
        assert_eq!(times, [10, 10, 10, 10, 10, 20, 20, 20, 20, 20]);
    }

    #[test]
    fn the_day_is_busy_at_three_in_the_afternoon() {
        let hour = |h: u64| (Time(0) + Span::hours(h), Time(0) + Span::hours(h + 1));
        let (night, day) = (hour(2), hour(14));
        let quiet = count_in(Shape::Daily, 1000, night.0, night.1);
        let busy = count_in(Shape::Daily, 1000, day.0, day.1);
        assert!(busy > 3 * quiet, "{busy} against {quiet}");
    }

    #[test]
    fn the_first_key_of_a_zipf_comes_twice_as_often_as_the_second() {
        let keys = Keys::Zipf(Zipf::new(100));
        let mut chance = Chance::new(5);
        let mut counts = [0u32; 100];
        for _ in 0..100_000 {
            counts[keys.draw(&mut chance) as usize] += 1;
        }
        let ratio = f64::from(counts[0]) / f64::from(counts[1]);
        assert!((1.9..2.1).contains(&ratio), "{ratio}");
        assert!(counts.iter().all(|count| *count > 0));
    }
}
