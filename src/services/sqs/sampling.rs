//! What AWS leaves open about standard queues, when a model wants to show it: which servers a short
//! poll asks, and in which order messages come.
//!
//! This is the model's choice, not AWS's truth: each message lies on one of so many servers; a short
//! poll asks half of them (at least one), a long poll asks all; what they answer comes mixed.

use super::queue::Queue;
use super::store::Entry;
use crate::services::chance::{Chance, split_mix};
use crate::services::time::Time;

/// How one receive samples the servers.
pub(super) struct Sampling<'a> {
    pub chance: &'a mut Chance,
    pub servers: u32,
    pub is_long_poll: bool,
}

impl Sampling<'_> {
    /// How many messages are looked at for each one wanted.
    const LOOKS: usize = 4;

    /// Chooses messages to hand out; those that were looked at and not chosen go into `aside`.
    pub fn choose(
        mut self,
        queue: &mut Queue,
        now: Time,
        most: usize,
        aside: &mut Vec<Entry>,
    ) -> std::vec::IntoIter<Entry> {
        let asked = self.asked();
        let mut chosen = Vec::new();
        for _ in 0..most * Self::LOOKS {
            let Some(entry) = queue.take_visible(now) else { break };
            let server = split_mix(entry.serial) % u64::from(self.servers);
            if asked.contains(&(server as u32)) {
                chosen.push(entry);
            } else {
                aside.push(entry);
            }
        }
        self.chance.shuffle(&mut chosen);
        chosen.into_iter()
    }

    fn asked(&mut self) -> Vec<u32> {
        let mut servers: Vec<u32> = (0..self.servers).collect();
        if !self.is_long_poll {
            self.chance.shuffle(&mut servers);
            servers.truncate((servers.len() / 2).max(1));
        }
        servers
    }
}
