//! What must hold for any script: checked with random ones.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Account, account};
use crate::services::sqs::State;

/// One random step: seconds that pass, and what is done.
#[derive(Debug, Clone)]
enum Step {
    Send { group: u8, body: u8, delay: u8 },
    Receive { most: u8, timeout: u8 },
    Delete(u8),
    Hide(u8, u8),
    Purge,
    Pass(u16),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..4_u8, any::<u8>(), 0..3_u8)
            .prop_map(|(group, body, delay)| Step::Send { group, body, delay }),
        6 => (1..=10_u8, 0..20_u8).prop_map(|(most, timeout)| Step::Receive { most, timeout }),
        4 => any::<u8>().prop_map(Step::Delete),
        2 => (any::<u8>(), 0..10_u8).prop_map(|(index, seconds)| Step::Hide(index, seconds)),
        1 => Just(Step::Purge),
        4 => (0..4_000_u16).prop_map(Step::Pass),
        1 => (30_000..50_000_u16).prop_map(Step::Pass),
    ];
    prop::collection::vec(step, 1..80)
}

/// A queue under random steps, with what an observer can know.
#[derive(Clone)]
struct Observed {
    queue: &'static str,
    a: std::rc::Rc<std::cell::RefCell<Account>>,
    now: f64,
    /// Everything received: id and handle.
    received: Vec<(String, Value)>,
    deleted: BTreeSet<String>,
}

impl Observed {
    fn new(queue: &'static str) -> Observed {
        let mut a = account();
        let short = [("MessageRetentionPeriod", "60"), ("VisibilityTimeout", "5")];
        if queue.ends_with(".fifo") {
            a.fifo("dlq.fifo", &[]);
            let mut all = vec![("FifoQueue", "true")];
            all.extend(short);
            a.queue_with_dlq(queue, "dlq.fifo", 4, &all);
        } else {
            a.queue("dlq", &[]);
            a.queue_with_dlq(queue, "dlq", 4, &short);
        }
        let a = std::rc::Rc::new(std::cell::RefCell::new(a));
        Observed { queue, a, now: 0.0, received: Vec::new(), deleted: BTreeSet::new() }
    }

    /// Does a step; the messages received, in order.
    fn step(&mut self, number: usize, step: &Step) -> Vec<Value> {
        let is_fifo = self.queue.ends_with(".fifo");
        let mut a = self.a.borrow_mut();
        match step {
            Step::Pass(millis) => self.now += f64::from(*millis) / 1000.0,
            Step::Purge => {
                let _ = a.ask(self.now, "PurgeQueue", json!({"QueueUrl": self.queue}));
            }
            Step::Send { group, body, delay } => {
                let mut params = json!({
                    "QueueUrl": self.queue,
                    "MessageBody": format!("{number}"),
                    "MessageGroupId": format!("g{group}"),
                });
                if is_fifo {
                    params["MessageDeduplicationId"] = json!(format!("d{}", body % 40));
                } else {
                    params["DelaySeconds"] = json!(delay);
                }
                a.ok(self.now, "SendMessage", params);
            }
            Step::Receive { most, timeout } => {
                let more = json!({"MaxNumberOfMessages": most, "VisibilityTimeout": timeout});
                let messages = a.receive_with(self.now, self.queue, more);
                for message in &messages {
                    let id = message["MessageId"].as_str().unwrap().to_owned();
                    self.received.push((id, message["ReceiptHandle"].clone()));
                }
                return messages;
            }
            Step::Delete(index) if !self.received.is_empty() => {
                let (id, handle) = &self.received[usize::from(*index) % self.received.len()];
                let params = json!({"QueueUrl": self.queue, "ReceiptHandle": handle});
                let ids = |a: &Account| {
                    let view = a.world.sqs.view(self.queue).unwrap();
                    view.messages().iter().map(|m| m.id.to_uuid()).collect::<BTreeSet<_>>()
                };
                let before = ids(&a).contains(id);
                let done = a.ask(self.now, "DeleteMessage", params).is_ok();
                if done && before && !ids(&a).contains(id) {
                    self.deleted.insert(id.clone());
                }
            }
            Step::Hide(index, seconds) if !self.received.is_empty() => {
                let (_, handle) = &self.received[usize::from(*index) % self.received.len()];
                let params = json!({
                    "QueueUrl": self.queue, "ReceiptHandle": handle, "VisibilityTimeout": seconds,
                });
                let _ = a.ask(self.now, "ChangeMessageVisibility", params);
            }
            Step::Delete(_) | Step::Hide(..) => {}
        }
        Vec::new()
    }

    /// Each message is in exactly one state, and the counters count them.
    fn check_states(&self) {
        let a = self.a.borrow();
        let view = a.world.sqs.view(self.queue).unwrap();
        let messages = view.messages();
        let mut ids = BTreeSet::new();
        let mut counted = [0; 3];
        for message in &messages {
            assert!(ids.insert(message.id), "one message twice");
            let place = match message.state {
                State::Visible => 0,
                State::InFlight(until) => {
                    assert!(until > a.world.now(), "in flight past its timeout");
                    1
                }
                State::Delayed(until) => {
                    assert!(until > a.world.now(), "delayed past its delay");
                    2
                }
            };
            counted[place] += 1;
        }
        let counts = view.counts();
        assert_eq!(counted, [counts.visible, counts.in_flight, counts.delayed]);
    }
}

fn run(queue: &'static str, steps: &[Step]) -> Observed {
    let mut observed = Observed::new(queue);
    for (number, step) in steps.iter().enumerate() {
        observed.step(number, step);
    }
    observed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_message_is_in_exactly_one_state_and_a_deleted_one_does_not_come_back(steps in steps()) {
        for queue in ["q", "q.fifo"] {
            let mut observed = Observed::new(queue);
            for (number, step) in steps.iter().enumerate() {
                for message in observed.step(number, step) {
                    let id = message["MessageId"].as_str().unwrap();
                    prop_assert!(!observed.deleted.contains(id), "{} came back", id);
                }
                observed.check_states();
            }
        }
    }

    #[test]
    fn all_visible_messages_can_be_received(steps in steps()) {
        let observed = run("q", &steps);
        let mut a = observed.a.borrow_mut();
        let a = &mut *a;
        a.set(observed.now, "q", &[("RedrivePolicy", "")]);
        let [visible, _, _] = a.counts(observed.now, "q");
        let mut got = 0;
        while let messages @ 1.. = a.receive(observed.now, "q").len() {
            got += messages;
        }
        prop_assert_eq!(got, visible);
    }

    #[test]
    fn the_order_holds_in_each_group_of_a_fifo_queue(steps in steps()) {
        let mut observed = Observed::new("q.fifo");
        for (number, step) in steps.iter().enumerate() {
            let before: BTreeMap<String, (String, u64, State)> = {
                let a = observed.a.borrow();
                let view = a.world.sqs.view("q.fifo").unwrap();
                view.messages()
                    .iter()
                    .map(|m| (m.id.to_uuid(), (m.group.unwrap().to_owned(), m.serial, m.state)))
                    .collect()
            };
            let received = observed.step(number, step);
            let mut last: BTreeMap<&str, u64> = BTreeMap::new();
            for message in &received {
                let (group, serial, _) = &before[message["MessageId"].as_str().unwrap()];
                if let Some(last) = last.insert(group, *serial) {
                    prop_assert!(last < *serial, "out of order in one receive");
                }
                // Nothing before it in its group stays behind unreceived.
                let handed: BTreeSet<&str> =
                    received.iter().map(|m| m["MessageId"].as_str().unwrap()).collect();
                let a = observed.a.borrow();
                let view = a.world.sqs.view("q.fifo").unwrap();
                for earlier in view.messages() {
                    if earlier.group == Some(group.as_str()) && earlier.serial < *serial {
                        let id = earlier.id.to_uuid();
                        prop_assert!(handed.contains(id.as_str()), "overtook an earlier message");
                    }
                }
            }
        }
    }

    #[test]
    fn deduplication_drops_only_repeated_ids(ids in prop::collection::vec((0..12_u8, 0..120_u16), 1..60)) {
        let mut a = account();
        a.fifo("f.fifo", &[]);
        let mut seen: BTreeMap<u8, f64> = BTreeMap::new();
        let (mut now, mut expected) = (0.0, 0);
        for (number, (id, seconds)) in ids.iter().enumerate() {
            now += f64::from(*seconds);
            let params = json!({
                "QueueUrl": "f.fifo",
                "MessageBody": number.to_string(),
                "MessageGroupId": "g",
                "MessageDeduplicationId": id.to_string(),
            });
            a.ok(now, "SendMessage", params);
            if seen.get(id).is_none_or(|first| now - first >= 300.0) {
                seen.insert(*id, now);
                expected += 1;
            }
            prop_assert_eq!(a.counts(now, "f.fifo"), [expected, 0, 0]);
        }
    }

    #[test]
    fn the_same_calls_give_an_equal_state_also_to_a_clone(steps in steps(), at in 0..80_usize) {
        for queue in ["q", "q.fifo"] {
            let whole = run(queue, &steps);
            let again = run(queue, &steps);
            prop_assert!(whole.a.borrow().world == again.a.borrow().world);

            let at = at.min(steps.len());
            let mut first = run(queue, &steps[..at]);
            let world = first.a.borrow().world.clone();
            let a = std::rc::Rc::new(std::cell::RefCell::new(Account { world }));
            let mut copy = Observed { a, ..first.clone() };
            for (number, step) in steps.iter().enumerate().skip(at) {
                first.step(number, step);
                copy.step(number, step);
            }
            prop_assert!(first.a.borrow().world == copy.a.borrow().world);
        }
    }
}
