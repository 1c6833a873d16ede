//! FAIR-1 to FAIR-5.

use serde_json::json;

use super::{Account, account};

/// Sends `count` messages of a tenant.
fn send(a: &mut Account, t: f64, tenant: &str, count: usize) {
    for _ in 0..count {
        let params = json!({"QueueUrl": "q", "MessageBody": tenant, "MessageGroupId": tenant});
        a.ok(t, "SendMessage", params);
    }
}

/// Receives `count` messages in tens.
fn receive(a: &mut Account, t: f64, count: usize) -> Vec<String> {
    let mut bodies = Vec::new();
    while bodies.len() < count {
        let most = (count - bodies.len()).min(10);
        let got = a.bodies(t, "q", most);
        assert!(!got.is_empty(), "nothing left");
        bodies.extend(got);
    }
    bodies
}

fn noisy(a: &Account) -> Vec<&str> {
    a.world.sqs.view("q").unwrap().noisy_tenants(a.world.now())
}

#[test]
fn fair_1_the_quiet_tenants_come_before_a_noisy_one() {
    let mut a = account();
    a.queue("q", &[("VisibilityTimeout", "3600")]);
    send(&mut a, 0.0, "A", 100);
    for tenant in ["B", "C", "D"] {
        send(&mut a, 0.0, tenant, 5);
    }
    assert_eq!(receive(&mut a, 0.0, 30), vec!["A"; 30], "the oldest first, until A is noisy");
    assert_eq!(noisy(&a), ["A"]);
    let mut quiet = receive(&mut a, 0.0, 15);
    quiet.sort();
    assert_eq!(quiet, [vec!["B"; 5], vec!["C"; 5], vec!["D"; 5]].concat());
    assert_eq!(receive(&mut a, 0.0, 70), vec!["A"; 70], "nothing of A is lost");
    assert_eq!(a.counts(0.0, "q"), [0, 115, 0]);
}

#[test]
fn fair_1_among_noisy_tenants_the_one_with_the_fewest_in_flight_comes_first() {
    let mut a = account();
    a.queue("q", &[("VisibilityTimeout", "3600")]);
    send(&mut a, 0.0, "A", 40);
    send(&mut a, 0.0, "B", 40);
    receive(&mut a, 0.0, 65);
    assert_eq!(noisy(&a), ["A", "B"], "30 of each, then in turns: 33 and 32");
    assert_eq!(receive(&mut a, 0.0, 1), ["B"]);
    assert_eq!(receive(&mut a, 0.0, 14).len(), 14);
}

#[test]
fn fair_2_twenty_nine_in_flight_are_not_noisy() {
    let mut a = account();
    a.queue("q", &[("VisibilityTimeout", "3600")]);
    send(&mut a, 0.0, "A", 40);
    send(&mut a, 0.0, "B", 1);
    assert_eq!(receive(&mut a, 0.0, 29), vec!["A"; 29]);
    assert!(noisy(&a).is_empty());
    assert_eq!(receive(&mut a, 0.0, 1), ["A"], "still the oldest first");
    assert_eq!(receive(&mut a, 0.0, 1), ["B"]);
}

#[test]
fn fair_2_a_tenth_of_those_in_flight_is_not_noisy() {
    let mut a = account();
    a.queue("q", &[("VisibilityTimeout", "3600")]);
    for _ in 0..270 {
        a.send(0.0, "q", "nobody's");
    }
    send(&mut a, 0.0, "A", 40);
    receive(&mut a, 0.0, 300);
    assert!(noisy(&a).is_empty(), "30 of 300 is a tenth, not more");
    receive(&mut a, 0.0, 1);
    assert_eq!(noisy(&a), ["A"], "31 of 301 is more");
}

#[test]
fn fair_3_messages_without_a_group_are_tenants_of_their_own() {
    let mut a = account();
    a.queue("q", &[("VisibilityTimeout", "3600")]);
    for _ in 0..60 {
        a.send(0.0, "q", "nobody's");
    }
    send(&mut a, 0.0, "B", 1);
    assert_eq!(receive(&mut a, 0.0, 60), vec!["nobody's"; 60]);
    assert!(noisy(&a).is_empty());
}

#[test]
fn fair_4_a_tenant_is_quiet_again_without_backlog_or_after_five_minutes() {
    let mut a = account();
    a.queue("q", &[("VisibilityTimeout", "3600")]);
    send(&mut a, 0.0, "A", 50);
    receive(&mut a, 0.0, 40);
    assert_eq!(noisy(&a), ["A"]);
    assert_eq!(a.counts(299.0, "q"), [10, 40, 0]);
    assert_eq!(noisy(&a), ["A"]);
    assert_eq!(a.counts(300.0, "q"), [10, 40, 0]);
    assert!(noisy(&a).is_empty(), "it has not sent for five minutes");
    send(&mut a, 300.0, "A", 1);
    assert_eq!(noisy(&a), ["A"]);
    receive(&mut a, 300.0, 11);
    assert!(noisy(&a).is_empty(), "no backlog");
}

#[test]
fn fair_5_messages_of_one_tenant_may_be_in_flight_together() {
    let mut a = account();
    a.queue("q", &[]);
    send(&mut a, 0.0, "A", 2);
    assert_eq!(a.bodies(0.0, "q", 1), ["A"]);
    let second = a.receive_one(0.0, "q");
    assert_eq!(second["Attributes"]["MessageGroupId"], "A");
    assert_eq!(a.counts(0.0, "q"), [0, 2, 0]);
}
