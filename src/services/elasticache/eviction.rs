//! Which key goes when memory is full: the eight `maxmemory-policy` values, the approximate LRU by
//! samples with a pool of candidates, and the logarithmic LFU counter that decays.

use super::name::Name;
use crate::services::chance::Chance;
use crate::services::time::Time;

/// How victims are chosen (`maxmemory-policy`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Nothing is evicted: writes that need memory fail.
    NoEviction,
    /// The least recently used of a sample of all keys.
    AllkeysLru,
    /// The least frequently used of a sample of all keys.
    AllkeysLfu,
    /// Any key.
    AllkeysRandom,
    /// The least recently used of a sample of the keys that expire.
    VolatileLru,
    /// The least frequently used of a sample of the keys that expire.
    VolatileLfu,
    /// Any key that expires.
    VolatileRandom,
    /// The key of a sample that expires soonest.
    VolatileTtl,
}

impl Policy {
    /// Every policy with the name it has in the configuration.
    pub const ALL: [(Policy, &'static str); 8] = [
        (Policy::NoEviction, "noeviction"),
        (Policy::AllkeysLru, "allkeys-lru"),
        (Policy::AllkeysLfu, "allkeys-lfu"),
        (Policy::AllkeysRandom, "allkeys-random"),
        (Policy::VolatileLru, "volatile-lru"),
        (Policy::VolatileLfu, "volatile-lfu"),
        (Policy::VolatileRandom, "volatile-random"),
        (Policy::VolatileTtl, "volatile-ttl"),
    ];

    /// The name in the configuration.
    pub fn name(self) -> &'static str {
        Policy::ALL.iter().find(|(policy, _)| *policy == self).map_or("", |(_, name)| name)
    }

    /// The policy of this name.
    pub fn from_name(name: &str) -> Option<Policy> {
        Policy::ALL.iter().find(|(_, known)| *known == name).map(|(policy, _)| *policy)
    }

    /// Whether only keys with an expiry may go.
    pub fn only_volatile(self) -> bool {
        use Policy::{VolatileLfu, VolatileLru, VolatileRandom, VolatileTtl};
        matches!(self, VolatileLru | VolatileLfu | VolatileRandom | VolatileTtl)
    }

    /// Whether no key ever goes.
    pub fn never_evicts(self) -> bool {
        self == Policy::NoEviction
    }

    /// Whether the victim is drawn blindly.
    pub fn at_random(self) -> bool {
        matches!(self, Policy::AllkeysRandom | Policy::VolatileRandom)
    }

    /// Whether keys count how often they are used, in place of when.
    pub fn counts_uses(self) -> bool {
        matches!(self, Policy::AllkeysLfu | Policy::VolatileLfu)
    }
}

/// What a parameter group says about memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// `maxmemory` in bytes of keys and values; 0 for no limit. The server's own overhead is not counted.
    pub maxmemory: u64,
    /// `maxmemory-policy`.
    pub policy: Policy,
    /// `maxmemory-samples`.
    pub samples: u32,
    /// `lfu-log-factor`: how much harder each step of the counter is.
    pub lfu_log_factor: u64,
    /// `lfu-decay-time`: minutes after which an unused key's counter loses one; 0 for never.
    pub lfu_decay_time: u64,
}

impl Default for Settings {
    /// ElastiCache's defaults: `volatile-lru` (EC-21), five samples, factor 10, one minute.
    fn default() -> Settings {
        Settings {
            maxmemory: 0,
            policy: Policy::VolatileLru,
            samples: SAMPLES,
            lfu_log_factor: 10,
            lfu_decay_time: 1,
        }
    }
}

/// `maxmemory-samples`, if nothing is said.
pub(super) const SAMPLES: u32 = 5;
/// A new key's counter: high enough not to be thrown out at once.
const LFU_FRESH: u8 = 5;

/// When, or how often, a key was used: both are kept, a real server keeps one of them in the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The second of the last use: a server's LRU clock ticks once a second.
    second: u32,
    /// The minute at which the counter last changed or decayed.
    minute: u32,
    uses: u8,
}

impl Stamp {
    /// The stamp of a new key.
    pub fn fresh(_settings: &Settings, now: Time) -> Stamp {
        Stamp { second: second(now), minute: minute(now), uses: LFU_FRESH }
    }

    /// The stamp when a key gets a new value: the counter is carried over, the clock is set.
    pub fn for_new_value(self, settings: &Settings, now: Time) -> Stamp {
        if settings.policy.counts_uses() { self } else { Stamp::fresh(settings, now) }
    }

    /// Notes a use: the counter decays first and then grows by one with a chance of
    /// 1 in (counter − 5) × `lfu-log-factor` + 1 (EC-24).
    pub fn touch(&mut self, settings: &Settings, now: Time, chance: &mut Chance) {
        self.second = second(now);
        if settings.policy.counts_uses() {
            let decayed = self.frequency(settings, now);
            let above = u64::from(decayed.saturating_sub(LFU_FRESH));
            let grows =
                decayed < u8::MAX && chance.parts_in(1, above * settings.lfu_log_factor + 1);
            self.uses = decayed + u8::from(grows);
            self.minute = minute(now);
        }
    }

    /// Whole seconds since the last use, as the LRU clock tells.
    pub fn idle_seconds(self, now: Time) -> u64 {
        u64::from(second(now).saturating_sub(self.second))
    }

    /// The counter after its decay until `now`: one less for every `lfu-decay-time` minutes.
    pub fn frequency(self, settings: &Settings, now: Time) -> u8 {
        let minutes = u64::from(minute(now).saturating_sub(self.minute));
        let periods = minutes.checked_div(settings.lfu_decay_time).unwrap_or(0);
        self.uses.saturating_sub(u8::try_from(periods).unwrap_or(u8::MAX))
    }

    /// How good a victim the key is: the largest score goes first.
    pub fn score(self, settings: &Settings, expires: Option<Time>, now: Time) -> u64 {
        match settings.policy {
            Policy::VolatileTtl => u64::MAX - expires.map_or(u64::MAX, |at| at.0),
            policy if policy.counts_uses() => u64::from(u8::MAX - self.frequency(settings, now)),
            _ => self.idle_seconds(now),
        }
    }
}

fn second(now: Time) -> u32 {
    u32::try_from(now.0 / 1000).unwrap_or(u32::MAX)
}

fn minute(now: Time) -> u32 {
    second(now) / 60
}

/// How many candidates are remembered from one eviction to the next.
const POOL: usize = 16;

/// The best victims seen in past samples, the best last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pool {
    candidates: Vec<(u64, Name)>,
}

impl Pool {
    /// Remembers a candidate if it is better than the worst remembered one. As in a server, one that is
    /// known already is remembered again, by how it stands now.
    pub fn offer(&mut self, score: u64, key: Name) {
        let place = self.candidates.partition_point(|(known, _)| *known < score);
        if self.candidates.len() == POOL {
            if place == 0 {
                return;
            }
            self.candidates.remove(0);
            self.candidates.insert(place - 1, (score, key));
        } else {
            self.candidates.insert(place, (score, key));
        }
    }

    /// Takes the best victim out.
    pub fn worst(&mut self) -> Option<Name> {
        self.candidates.pop().map(|(_, key)| key)
    }
}
