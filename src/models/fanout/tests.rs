//! What each way teaches, and that the fan-out's history holds together.

use super::*;
use crate::models::journal::Keeping;
use crate::models::timeline::Timeline;

fn timeline(preset: &str, knobs: &[(&str, i64)]) -> Timeline<Fanout> {
    let setup = Setup::new(Fanout::PRESETS, Fanout::KNOBS, preset, knobs, 7).unwrap();
    Timeline::new(setup, Keeping::All)
}

fn played(preset: &str, until: Span) -> Timeline<Fanout> {
    let mut timeline = timeline(preset, &[]);
    timeline.play(Time::START + until, usize::MAX);
    timeline
}

fn play(timeline: &mut Timeline<Fanout>, span: Span) {
    timeline.play(timeline.now().at + span, usize::MAX);
}

fn probe(timeline: &Timeline<Fanout>, name: &str) -> i64 {
    timeline.scene().probe(name, timeline.now().at).unwrap()
}

fn act(
    timeline: &mut Timeline<Fanout>,
    action: &str,
    target: Option<&str>,
) -> Result<Outcome, Refusal> {
    let target = target.map(str::to_owned);
    timeline.act(Command::Do { action: action.to_owned(), target, argument: None })
}

const LOGGED: [&str; 3] = ["BillingLogged", "SearchLogged", "AuditLogged"];

#[test]
fn called_one_by_one_the_customer_waits_for_the_sum() {
    let timeline = played("one-by-one", Span::minutes(5));
    // 120 + 80 + 900 ms of work, and three hops.
    assert_eq!(probe(&timeline, "OrderLatency"), 1_130);
    assert_eq!(probe(&timeline, "Missing") + probe(&timeline, "LoggedTwice"), 0);
}

#[test]
fn called_one_by_one_a_service_that_is_down_fails_orders_and_bills_them_twice() {
    let mut timeline = played("one-by-one", Span::seconds(60));
    act(&mut timeline, "down", Some("audit")).unwrap();
    play(&mut timeline, Span::minutes(2));
    assert!(probe(&timeline, "OrdersFailed") > 30);
    assert!(probe(&timeline, "Missing") >= probe(&timeline, "OrdersFailed"));
    assert!(probe(&timeline, "LoggedTwice") > 60, "billing and search twice each");
    let before = probe(&timeline, "AuditLogged");
    act(&mut timeline, "up", Some("audit")).unwrap();
    let missing = probe(&timeline, "Missing");
    play(&mut timeline, Span::minutes(2));
    assert!(probe(&timeline, "AuditLogged") > before);
    assert!(probe(&timeline, "Missing") <= missing + 5, "and what was missed stays missed");
    assert!(probe(&timeline, "Missing") >= missing);
}

#[test]
fn on_one_shared_queue_each_service_sees_about_a_third() {
    let timeline = played("shared-queue", Span::minutes(20));
    let all = timeline.scene().orders().len() as i64;
    for metric in LOGGED {
        let share = probe(&timeline, metric);
        assert!((all / 5..=all / 2).contains(&share), "{metric}: {share} of {all}");
    }
    let logged: i64 = LOGGED.iter().map(|metric| probe(&timeline, metric)).sum();
    assert!(all - logged < 5);
    assert!(probe(&timeline, "Missing") >= 2 * logged - 4);
    assert_eq!(probe(&timeline, "OrderLatency"), 10);
}

#[test]
fn fan_1_behind_a_topic_each_service_gets_every_order_at_its_own_pace() {
    let timeline = played("sns-queues", Span::minutes(10));
    let all = timeline.scene().orders().len() as i64;
    for metric in LOGGED {
        assert!(all - probe(&timeline, metric) < 8, "{metric}");
    }
    assert_eq!(probe(&timeline, "Missing") + probe(&timeline, "LoggedTwice"), 0);
    assert_eq!(probe(&timeline, "OrderLatency"), 10);
}

#[test]
fn behind_a_topic_a_service_that_was_down_finds_its_copies_waiting() {
    let mut timeline = played("sns-queues", Span::seconds(60));
    act(&mut timeline, "down", Some("billing")).unwrap();
    let billed = probe(&timeline, "BillingLogged");
    play(&mut timeline, Span::minutes(5));
    assert_eq!(probe(&timeline, "BillingLogged"), billed);
    assert!(timeline.scene().waiting(0) > 100);
    assert_eq!(probe(&timeline, "OrdersFailed"), 0);
    act(&mut timeline, "up", Some("billing")).unwrap();
    play(&mut timeline, Span::minutes(5));
    let all = timeline.scene().orders().len() as i64;
    assert!(all - probe(&timeline, "BillingLogged") < 5);
    assert_eq!(probe(&timeline, "Missing"), 0);
}

#[test]
fn fan_5_without_the_policy_publishing_succeeds_and_the_copies_vanish() {
    let mut timeline = played("sns-queues", Span::seconds(60));
    act(&mut timeline, "forget-policy", Some("search")).unwrap();
    let found = probe(&timeline, "SearchLogged");
    let accepted = probe(&timeline, "OrdersAccepted");
    play(&mut timeline, Span::minutes(2));
    let published = probe(&timeline, "OrdersAccepted") - accepted;
    assert!(published > 30);
    assert_eq!(probe(&timeline, "Missing"), published);
    assert!(probe(&timeline, "SearchLogged") <= found + 1);
    act(&mut timeline, "up", Some("search")).unwrap();
    play(&mut timeline, Span::minutes(1));
    assert!(probe(&timeline, "SearchLogged") > found + 10);
}

#[test]
fn fan_2_who_joins_late_has_missed_the_past_behind_a_topic_and_not_in_a_stream() {
    let late = |preset: &str| {
        let mut timeline = played(preset, Span::minutes(5));
        let before = timeline.scene().orders().len() as i64;
        act(&mut timeline, "join", None).unwrap();
        play(&mut timeline, Span::minutes(5));
        (before, timeline.scene().orders().len() as i64, probe(&timeline, "MailLogged"))
    };
    let (before, all, mail) = late("sns-queues");
    assert!((mail - (all - before)).abs() < 5);
    let (_, all, mail) = late("stream-readers");
    assert!(all - mail < 5);
}

#[test]
fn kds_11_readers_of_a_stream_all_get_everything_and_one_that_was_down_goes_on_where_it_was() {
    let mut timeline = played("stream-readers", Span::seconds(60));
    act(&mut timeline, "down", Some("audit")).unwrap();
    play(&mut timeline, Span::minutes(10));
    assert!(timeline.scene().waiting(2) > 200);
    act(&mut timeline, "up", Some("audit")).unwrap();
    play(&mut timeline, Span::minutes(30));
    let all = timeline.scene().orders().len() as i64;
    for metric in LOGGED {
        assert!(all - probe(&timeline, metric) < 8, "{metric}");
    }
    assert_eq!(probe(&timeline, "Missing"), 0);
    assert!(probe(&timeline, "LoggedTwice") <= 1);
}

#[test]
fn a_refused_action_changes_nothing() {
    let mut timeline = played("stream-readers", Span::seconds(30));
    let before = timeline.scene().clone();
    assert_eq!(act(&mut timeline, "up", Some("audit")), Err(Refusal::NotNow("already-up")));
    assert_eq!(act(&mut timeline, "down", None), Err(Refusal::NeedsTarget));
    assert_eq!(
        act(&mut timeline, "down", Some("mail")),
        Err(Refusal::NoSuchTarget("mail".to_owned()))
    );
    let refused = act(&mut timeline, "forget-policy", Some("audit"));
    assert_eq!(refused, Err(Refusal::NotNow("no-topic-here")));
    assert_eq!(*timeline.scene(), before);
}
