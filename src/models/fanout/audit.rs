//! Whether what the scene tells of each order is what queues, topic and stream hold.

use std::collections::BTreeSet;

use super::{AT_START, Fanout, ORDERS, Order, SERVICES, Way};

impl Fanout {
    pub(super) fn check(&self) {
        self.check_counts();
        match self.way() {
            Way::OneByOne => self.check_calls(),
            Way::SharedQueue => self.check_shared_queue(),
            Way::SnsQueues => self.check_copies(),
            Way::StreamReaders => self.check_stream(),
        }
    }

    /// The totals are the orders' own, added up.
    fn check_counts(&self) {
        let count = |accepted: bool| {
            let ended = |order: &&Order| order.answered.is_some_and(|(_, done)| done == accepted);
            self.orders.iter().filter(ended).count() as u64
        };
        assert_eq!((self.accepted, self.failed), (count(true), count(false)), "answered");
        for (desk, state) in self.desks.iter().enumerate() {
            let lines: u64 = self.orders.iter().map(|order| u64::from(order.logged[desk])).sum();
            assert_eq!(state.lines, lines, "lines of {}", SERVICES[desk]);
        }
        let logged = self.orders.iter().flat_map(|order| order.logged);
        let twice: u64 = logged.map(|times| u64::from(times.saturating_sub(1))).sum();
        assert_eq!(self.twice, twice, "logged again");
    }

    fn accepted(&self) -> impl Iterator<Item = (u32, &Order)> {
        let numbered = self.orders.iter().enumerate();
        numbered.filter_map(|(index, order)| {
            order.answered.filter(|(_, done)| *done).map(|_| (index as u32, order))
        })
    }

    /// The orders whose messages lie in a queue; nothing if the queue is gone.
    fn lying_in(&self, queue: &str) -> Option<BTreeSet<u32>> {
        let messages = self.world.sqs.view(queue)?.messages();
        Some(messages.iter().filter_map(|message| self.order_in(message.body)).collect())
    }

    fn in_hand(&self, desk: usize) -> BTreeSet<u32> {
        self.desks[desk].jobs.iter().map(|job| job.order).collect()
    }

    /// An order is accepted when everybody has logged it.
    fn check_calls(&self) {
        for (index, order) in self.accepted() {
            let all = order.logged[..AT_START].iter().all(|times| *times > 0);
            assert!(all, "order {} was accepted before all had logged it", index + 1);
        }
    }

    /// An order that nobody has logged is in the queue.
    fn check_shared_queue(&self) {
        let Some(queue) = self.lying_in(ORDERS) else { return };
        for (index, order) in self.accepted() {
            let logged = order.logged.iter().any(|times| *times > 0);
            assert!(logged || queue.contains(&index), "order {} is nowhere", index + 1);
        }
    }

    /// Each service has logged an order, finds it in its queue, or misses it.
    fn check_copies(&self) {
        let mut nowhere = 0;
        for (desk, service) in SERVICES.iter().enumerate().take(AT_START) {
            let Some(queue) = self.lying_in(service) else { return };
            let found =
                |(index, order): &(u32, &Order)| order.logged[desk] > 0 || queue.contains(index);
            nowhere += self.accepted().filter(|one| !found(one)).count() as u64;
        }
        let on_the_way: u32 = self.copies.values().map(|(_, left)| left).sum();
        assert!(nowhere <= self.missing + u64::from(on_the_way), "copies that are nowhere");
    }

    /// Each accepted order is in the stream, and each reader has in hand or has logged what it has read.
    fn check_stream(&self) {
        let Some(stream) = self.world.kinesis.stream(ORDERS) else { return };
        let log = stream.shards().first().expect("a stream has a shard").records();
        let order_at = |data: &[u8]| self.order_in(std::str::from_utf8(data).ok()?);
        let records: Vec<(u64, u32)> = log
            .from(log.first())
            .filter_map(|record| Some((record.position, order_at(record.data)?)))
            .collect();
        let stored: BTreeSet<u32> = records.iter().map(|(_, order)| *order).collect();
        for (index, _) in self.accepted().filter(|_| log.first() == 0) {
            assert!(stored.contains(&index), "order {} is not in the stream", index + 1);
        }
        for (desk, state) in self.desks.iter().enumerate().filter(|(_, desk)| desk.here) {
            let (name, in_hand) = (SERVICES[desk], self.in_hand(desk));
            assert!(state.read <= log.next(), "{name} is past the end");
            for (position, order) in records.iter().filter(|(position, _)| *position < state.read) {
                let logged = self.orders[*order as usize].logged[desk] > 0;
                let known = logged || in_hand.contains(order);
                assert!(known, "{name} left out order {} at {position}", order + 1);
            }
        }
    }
}
