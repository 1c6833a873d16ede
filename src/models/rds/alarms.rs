//! CloudWatch alarms on the instance that the application uses: a data point a minute, M out of N.

use std::collections::VecDeque;

use super::settings::Silence;
use crate::models::journal::EventId;

/// From where on a metric's value breaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Above this.
    Above(i64),
    /// Below this.
    Below(i64),
    /// Above so many per cent of `max_connections`.
    AbovePartOfConnections(u64),
    /// Below so many per cent of the volume.
    BelowPartOfVolume(u64),
}

/// The same in the metric's own unit, for one instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threshold {
    /// Above this.
    Above(i64),
    /// Below this.
    Below(i64),
}

impl Threshold {
    /// Whether a value breaches it.
    pub fn is_breached(self, value: i64) -> bool {
        match self {
            Threshold::Above(most) => value > most,
            Threshold::Below(least) => value < least,
        }
    }
}

/// An alarm: a metric of the model, and its threshold in that metric's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlarmSpec {
    /// The metric.
    pub metric: &'static str,
    /// Its threshold.
    pub threshold: Limit,
}

const fn alarm(metric: &'static str, threshold: Limit) -> AlarmSpec {
    AlarmSpec { metric, threshold }
}

/// The alarms that every preset has.
pub const ALARMS: &[AlarmSpec] = &[
    alarm("CPUUtilization", Limit::Above(8_000)),
    alarm("DatabaseConnections", Limit::AbovePartOfConnections(80)),
    alarm("FreeStorageSpace", Limit::BelowPartOfVolume(20)),
    alarm("BurstBalance", Limit::Below(2_000)),
    alarm("ReplicaLag", Limit::Above(10_000)),
];

/// The state of an alarm, as CloudWatch names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// `OK`.
    Ok,
    /// `ALARM`.
    Alarm,
    /// `INSUFFICIENT_DATA`.
    NoData,
}

impl State {
    /// As CloudWatch writes it.
    pub fn name(self) -> &'static str {
        match self {
            State::Ok => "OK",
            State::Alarm => "ALARM",
            State::NoData => "INSUFFICIENT_DATA",
        }
    }
}

/// One alarm with its last data points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Its state.
    pub state: State,
    /// For each of the last minutes whether it breached; nothing where there was no point.
    pub points: VecDeque<Option<bool>>,
    /// The last event of it.
    pub last: Option<EventId>,
}

/// How many periods are remembered: as many as can be asked for.
const REMEMBERED: usize = 10;

impl Alarm {
    pub(super) fn new() -> Alarm {
        Alarm { state: State::NoData, points: VecDeque::new(), last: None }
    }

    /// Takes the point of another minute; the new state, if it changed.
    pub(super) fn take(
        &mut self,
        breaches: Option<bool>,
        (points, periods): (usize, usize),
        silence: Silence,
    ) -> Option<State> {
        if self.points.len() == REMEMBERED {
            self.points.pop_front();
        }
        self.points.push_back(breaches);
        let state = self.judge(points.min(periods), periods, silence);
        if state == self.state {
            return None;
        }
        self.state = state;
        Some(state)
    }

    fn judge(&self, points: usize, periods: usize, silence: Silence) -> State {
        let skipped = self.points.len().saturating_sub(periods);
        let filled = self.points.iter().skip(skipped).map(|point| match (point, silence) {
            (Some(breaches), _) => Some(*breaches),
            (None, Silence::Breaching) => Some(true),
            (None, Silence::NotBreaching) => Some(false),
            (None, Silence::Unknown | Silence::Ignore) => None,
        });
        let known: Vec<bool> = filled.flatten().collect();
        let breaching = known.iter().filter(|breaches| **breaches).count();
        match (known.is_empty(), silence) {
            (true, Silence::Ignore) => self.state,
            (true, _) => State::NoData,
            _ if breaching >= points => State::Alarm,
            _ => State::Ok,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(points: &[Option<bool>], silence: Silence) -> State {
        let mut alarm = Alarm::new();
        for point in points {
            alarm.take(*point, (3, 5), silence);
        }
        alarm.state
    }

    #[test]
    fn three_of_five_minutes_ring_and_a_spike_does_not() {
        let (quiet, loud) = (Some(false), Some(true));
        assert_eq!(after(&[quiet, loud, quiet, loud, quiet], Silence::Unknown), State::Ok);
        assert_eq!(after(&[loud, quiet, loud, quiet, loud], Silence::Unknown), State::Alarm);
        assert_eq!(after(&[loud, loud, loud, quiet, quiet, quiet], Silence::Unknown), State::Ok);
    }

    #[test]
    fn silence_is_what_the_alarm_takes_it_for() {
        let dead = [Some(false), None, None, None, None, None];
        assert_eq!(after(&dead, Silence::Unknown), State::NoData);
        assert_eq!(after(&dead, Silence::Breaching), State::Alarm);
        assert_eq!(after(&dead, Silence::NotBreaching), State::Ok);
        assert_eq!(after(&dead, Silence::Ignore), State::Ok);
    }
}
