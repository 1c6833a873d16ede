//! How fast virtual time runs beside real time: play, pause, and speeds from 0.1× to 1000×.

use crate::services::time::Span;

/// The speeds, in tenths of real time: 0.1×, 0.2×, 0.5×, 1× … 1000×.
pub const SPEEDS_TENTHS: [u64; 13] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/// The index of 1× in [`SPEEDS_TENTHS`].
const REAL_TIME: usize = 3;

/// Whether and how fast a model plays. It turns real time into virtual time and keeps the remainder, so
/// that frames of any length add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Playback {
    playing: bool,
    speed: usize,
    /// Tenths of a virtual millisecond not yet handed out.
    carry: u64,
}

impl Default for Playback {
    fn default() -> Playback {
        Playback { playing: false, speed: REAL_TIME, carry: 0 }
    }
}

impl Playback {
    /// Whether time runs.
    pub fn is_playing(&self) -> bool {
        self.playing
    }

    /// The speed in tenths of real time.
    pub fn speed_tenths(&self) -> u64 {
        SPEEDS_TENTHS[self.speed]
    }

    /// Lets time run.
    pub fn play(&mut self) {
        self.playing = true;
    }

    /// Stops time.
    pub fn pause(&mut self) {
        *self = Playback { playing: false, carry: 0, ..*self };
    }

    /// Plays if paused, pauses if playing.
    pub fn toggle(&mut self) {
        if self.playing { self.pause() } else { self.play() }
    }

    /// The next faster speed; the fastest stays.
    pub fn faster(&mut self) {
        self.speed = (self.speed + 1).min(SPEEDS_TENTHS.len() - 1);
    }

    /// The next slower speed; the slowest stays.
    pub fn slower(&mut self) {
        self.speed = self.speed.saturating_sub(1);
    }

    /// The slowest speed at which `span` of virtual time takes at most `real` milliseconds.
    pub fn fit(&mut self, span: Span, real: u64) {
        let fits = |tenths: &u64| tenths.saturating_mul(real) >= span.0.saturating_mul(10);
        self.speed = SPEEDS_TENTHS.iter().position(fits).unwrap_or(SPEEDS_TENTHS.len() - 1);
    }

    /// How much virtual time `real` milliseconds are worth; none while paused.
    pub fn advance(&mut self, real: u64) -> Span {
        if !self.playing {
            return Span::ZERO;
        }
        let tenths = real.saturating_mul(self.speed_tenths()).saturating_add(self.carry);
        self.carry = tenths % 10;
        Span(tenths / 10)
    }

    /// How many real milliseconds `span` of virtual time takes, rounded up.
    pub fn real_millis(&self, span: Span) -> u64 {
        span.0.saturating_mul(10).div_ceil(self.speed_tenths())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_fitted_into_a_length_of_real_time() {
        let mut playback = Playback::default();
        for (seconds, tenths) in [(0, 1), (8, 10), (9, 20), (90, 200), (10_000_000, 10_000)] {
            playback.fit(Span::seconds(seconds), 8_000);
            assert_eq!(playback.speed_tenths(), tenths, "{seconds} s");
        }
    }

    #[test]
    fn short_frames_add_up_to_the_same_as_a_long_one() {
        let mut short = Playback::default();
        short.play();
        while short.speed_tenths() > 1 {
            short.slower();
        }
        let mut long = short;
        let sum: u64 = (0..1000).map(|_| short.advance(7).0).sum();
        assert_eq!(sum, long.advance(7000).0);
        assert_eq!(sum, 700);
        short.pause();
        assert_eq!(short.advance(1000), Span::ZERO);
    }
}
