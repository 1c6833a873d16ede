//! Whether what the scene tells of each order is what the queue and the stream hold.

use std::collections::BTreeMap;

use super::orders::{Entry, Order, State};
use super::{APPS, DEAD_LETTERS, Duel, ORDERS, Tally};
use crate::services::sqs::MessageId;

impl Duel {
    pub(super) fn check(&self) {
        self.check_queue();
        self.check_stream();
        self.check_counts();
    }

    /// Each message is one order's, and lies where the order is said to be.
    fn check_queue(&self) {
        let messages = |queue: &str| -> Vec<MessageId> {
            let view = self.world.sqs.view(queue);
            view.map_or_else(Vec::new, |view| view.messages().iter().map(|one| one.id).collect())
        };
        let (waiting, dead) = (messages(ORDERS), messages(DEAD_LETTERS));
        for id in &waiting {
            assert!(self.messages.contains_key(id), "a message in the queue that is no order's");
        }
        let mut of: BTreeMap<u32, usize> = BTreeMap::new();
        for (id, index) in &self.messages {
            *of.entry(*index).or_default() += 1;
            let is_there = match self.orders[*index as usize].queue.state {
                State::Waiting | State::Running => waiting.contains(id),
                State::Dead => dead.contains(id),
                _ => false,
            };
            assert!(is_there, "order {} is not where it is said to be", index + 1);
        }
        assert!(of.values().all(|copies| *copies == 1), "an order is in the queue twice");
        for (index, order) in self.orders.iter().enumerate() {
            let is_open = !matches!(
                order.queue.state,
                State::Absent | State::Handled | State::Lost | State::GivenUp
            );
            assert_eq!(
                is_open,
                of.contains_key(&(index as u32)),
                "order {} in the queue",
                index + 1
            );
        }
    }

    /// Each record is one order's, in the shard and since the moment that are said.
    fn check_stream(&self) {
        let Some(stream) = self.world.kinesis.stream(ORDERS) else { return };
        let mut stored = 0;
        for (number, (shard, records)) in stream.shards().iter().zip(&self.records).enumerate() {
            let log = shard.records();
            assert_eq!(records.len() as u64, log.next(), "records told of shard {number}");
            for (position, index) in records.iter().enumerate() {
                let index = index.checked_sub(1).expect("each record has its order");
                let (at, place) = self.orders[index as usize].stored.expect("it is stored");
                assert_eq!(place as usize, number, "the shard of order {}", index + 1);
                let record = log.get(position as u64);
                assert!(record.is_none_or(|record| record.at == at), "order {}", index + 1);
                stored += 1;
            }
            for next in &self.next[number] {
                assert!(*next <= log.next(), "a reader is past the end of shard {number}");
            }
        }
        let told = self.orders.iter().filter(|order| order.stored.is_some()).count();
        assert_eq!(told, stored, "orders in the stream");
        for order in self.orders.iter().filter(|order| order.stored.is_none()) {
            assert!(order.stream.iter().all(|entry| entry.state == State::Absent));
        }
    }

    /// The totals are the orders' own, added up.
    fn check_counts(&self) {
        let count = |is: &dyn Fn(&Order) -> bool| {
            self.orders.iter().filter(|order| is(order)).count() as u64
        };
        let works = |of: &dyn Fn(&Order) -> Entry| -> (u64, u64) {
            let each = self.orders.iter().map(|order| u64::from(of(order).works));
            each.fold((0, 0), |(first, again), works| {
                (first + works.min(1), again + works.saturating_sub(1))
            })
        };
        let (handled, repeated) = works(&|order| order.queue);
        let lost = count(&|order| order.queue.state == State::Lost);
        let Tally { second, .. } = self.queue;
        assert_eq!(self.queue, Tally { handled, repeated, lost, second }, "the queue's tally");
        let (handled, repeated) = works(&|order| order.stream[0]);
        let lost = count(&|order| order.stream[0].state == State::Lost);
        let (second, _) = works(&|order| order.stream[1]);
        assert_eq!(self.stream, Tally { handled, repeated, lost, second }, "the stream's tally");
        assert_eq!(self.given_up, count(&|order| order.stream[0].state == State::GivenUp));
        let open = |entry: &Entry| !entry.state.is_final();
        assert_eq!(self.stream_open as u64, count(&|order| open(&order.stream[0])), "waiting");
        let before = |side: usize| self.orders.iter().take(self.oldest[side]);
        assert!(
            before(0).all(|order| order.queue.state.is_final()),
            "older ones wait in the queue"
        );
        assert!(before(1).all(|order| !open(&order.stream[0])), "older ones wait in the stream");
        for app in 0..APPS {
            let running = self.runs.values().filter(|run| run.app == app);
            assert!(running.clone().all(|run| !run.orders.is_empty()), "a run without orders");
        }
    }
}
