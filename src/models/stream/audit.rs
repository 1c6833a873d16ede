//! Whether what the scene tells is what Kinesis or Kafka hold: each record accounted for, none twice.

use super::actors::{App, Lease, Start};
use super::{Stream, System};

impl Stream {
    pub(super) fn check(&self) {
        self.check_puts();
        for app in &self.apps {
            self.check_app(app);
        }
        self.check_members();
        let sum = |of: fn(&App) -> u64| self.apps.iter().map(of).sum::<u64>();
        if self.settings.system == System::Kinesis {
            assert_eq!(self.tally.done, sum(|app| app.done), "worked on");
            assert_eq!(self.tally.again, sum(|app| app.again), "worked on again");
            assert_eq!(self.tally.missed, sum(|app| app.missed), "expired unread");
        } else {
            let done = self.members.iter().map(|member| member.done).sum::<u64>();
            assert_eq!(self.tally.done, done, "worked on");
        }
        assert!(self.tally.read.total >= self.tally.done, "worked on what was not read");
    }

    /// The first position that is kept and the next one, by shard or partition.
    fn logs(&self) -> Vec<(u64, u64)> {
        let shards = self.kinesis().into_iter().flat_map(crate::services::kinesis::Stream::shards);
        let shards = shards.map(|shard| (shard.records().first(), shard.records().next()));
        let topic = self.topic().into_iter().flat_map(|topic| &topic.partitions);
        shards.chain(topic.map(|log| (log.first(), log.end()))).collect()
    }

    fn end(&self, shard: u32) -> u64 {
        self.logs().get(shard as usize).map_or(0, |(_, end)| *end)
    }

    /// What came to the producer is stored, waits, or was given up; what is stored was counted.
    fn check_puts(&self) {
        let producer = &self.producer;
        assert_eq!(
            producer.came,
            producer.stored + producer.waiting() as u64 + self.tally.given_up,
            "records that came"
        );
        let ends = self.logs().iter().map(|(_, end)| end).sum::<u64>();
        assert_eq!(self.tally.records.total, ends, "records stored");
        assert!(producer.stored <= ends, "more stored than there are");
    }

    /// An application reads each shard once from end to end, unless it was killed or set elsewhere.
    fn check_app(&self, app: &App) {
        let name = app.name();
        for (shard, lease) in &app.leases {
            self.check_lease(name, *shard, lease);
        }
        for (shard, high) in &app.high {
            assert!(*high <= self.end(*shard), "{name} worked past the end of {shard}");
        }
        let worked: u64 = app.high.values().sum();
        assert!(app.done - app.again <= worked, "{name} counted a record twice");
        let whole = app.leases.values().all(|lease| lease.start == Start::Horizon);
        if app.life == 0 && whole {
            assert_eq!(app.again, 0, "{name} did something again");
            assert!(app.done + app.missed >= worked, "{name} left something out");
            let in_hand = app.leases.values().filter_map(|lease| lease.hand.as_ref());
            let in_hand: u64 = in_hand.map(|hand| hand.to - hand.from).sum();
            let next: u64 = app.leases.values().filter_map(|lease| lease.next).sum();
            assert_eq!(app.done + in_hand + app.missed, next, "what {name} has read");
        }
    }

    fn check_lease(&self, name: &str, shard: u32, lease: &Lease) {
        let end = self.end(shard);
        assert!(lease.next.is_none_or(|next| next <= end), "{name} is past {shard}");
        if let Some(hand) = &lease.hand {
            assert!(hand.from < hand.to, "{name} holds nothing of {shard}");
            assert_eq!(Some(hand.to), lease.next, "{name} holds what it did not read of {shard}");
        }
        if let Some((stored, _)) = lease.checkpoint {
            assert!(stored <= end, "{name} stored a position past {shard}");
        }
        if lease.drained {
            let state = self.kinesis().and_then(|stream| stream.shards().get(shard as usize));
            assert!(state.is_none_or(|state| !state.is_open()), "{shard} is drained and open");
            assert!(lease.hand.is_none() && lease.next.is_none_or(|next| next == end), "{shard}");
        }
    }

    /// What the group has committed and worked on lies within the partitions, and counts once.
    fn check_members(&self) {
        for member in &self.members {
            for (partition, from, to) in member.hand.iter().flat_map(|hand| &hand.ranges) {
                assert!(
                    from < to && *to <= self.end(*partition),
                    "{} holds too much",
                    member.name()
                );
            }
        }
        for ((_, partition), high) in &self.high {
            assert!(*high <= self.end(*partition), "worked past the end of {partition}");
        }
        let groups = (0..self.groups()).filter_map(|group| self.group(group));
        for (partition, committed) in groups.flat_map(|group| &group.committed) {
            assert!(*committed <= self.end(*partition), "committed past the end of {partition}");
        }
        if self.settings.system == System::Kafka {
            let worked: u64 = self.high.values().sum();
            let once = self.tally.done - self.tally.again;
            assert!(once <= worked, "a record was counted twice");
            let whole =
                !self.settings.from_latest && self.logs().iter().all(|(first, _)| *first == 0);
            if whole && self.members.iter().all(|member| member.life == 0) {
                assert_eq!(once, worked, "the group left something out");
            }
        }
    }
}
