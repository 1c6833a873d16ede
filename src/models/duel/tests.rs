//! What each preset teaches, and that the duel's history holds together.

use super::*;
use crate::models::journal::Keeping;
use crate::models::timeline::Timeline;

fn timeline(preset: &str, knobs: &[(&str, i64)]) -> Timeline<Duel> {
    let setup = Setup::new(Duel::PRESETS, Duel::KNOBS, preset, knobs, 7).unwrap();
    Timeline::new(setup, Keeping::All)
}

fn played(preset: &str, until: Span) -> Timeline<Duel> {
    let mut timeline = timeline(preset, &[]);
    timeline.play(Time::START + until, usize::MAX);
    timeline
}

fn probe(timeline: &Timeline<Duel>, name: &str) -> i64 {
    timeline.scene().probe(name, timeline.now().at).unwrap()
}

#[test]
fn an_order_goes_to_both_sides_and_both_handle_it() {
    let timeline = played("default", Span::seconds(120));
    assert!(probe(&timeline, "QueueHandled") > 100);
    let close = |a: &str, b: &str| (probe(&timeline, a) - probe(&timeline, b)).abs() < 10;
    assert!(close("QueueHandled", "StreamHandled"));
    assert_eq!(
        probe(&timeline, "QueueWaiting") + probe(&timeline, "QueueHandled"),
        timeline.scene().orders().len() as i64
    );
    assert_eq!(probe(&timeline, "StreamRetained"), timeline.scene().orders().len() as i64);
}

#[test]
fn ls_4_lk_1_the_queue_puts_the_bad_order_aside_and_its_shard_stands_still() {
    let timeline = played("poison", Span::seconds(300));
    let bad = timeline.scene().orders()[19];
    assert!(bad.poison);
    assert_eq!((bad.queue.state, bad.queue.tries), (State::Dead, 5));
    assert_eq!(bad.stream[0].state, State::Waiting);
    assert!(bad.stream[0].tries > 5);
    assert_eq!(probe(&timeline, "DeadLetters"), 1);
    assert_eq!(probe(&timeline, "BlockedShards"), 1);
    assert!(probe(&timeline, "IteratorAge") > 280_000);
    assert_eq!(probe(&timeline, "QueueLost") + probe(&timeline, "StreamLost"), 0);
    // Nobody waits in the queue; in the stream only that shard's orders do.
    assert!(probe(&timeline, "ApproximateAgeOfOldestMessage") < 5_000);
    let scene = timeline.scene();
    let stuck = (0..scene.shards()).find(|shard| scene.blocked(*shard).is_some()).unwrap();
    assert!(scene.ahead_of(0, stuck).count() > 50);
    let others = (0..scene.shards()).filter(|shard| *shard != stuck);
    assert!(others.map(|shard| scene.ahead_of(0, shard).count()).sum::<usize>() < 10);
}

#[test]
fn both_sides_outlive_a_function_that_is_dead_for_ten_minutes() {
    let dead = played("killed-function", Span::seconds(600));
    assert!(dead.scene().is_dead());
    assert_eq!(probe(&dead, "BlockedShards"), 3);
    assert!(probe(&dead, "QueueWaiting") > 100);
    let burnt = dead.scene().orders().iter().filter(|order| order.queue.tries > 1).count();
    assert!(burnt > 50, "deliveries were used up");
    let after = played("killed-function", Span::minutes(25));
    for metric in ["QueueLost", "StreamLost", "DeadLetters", "BlockedShards"] {
        assert_eq!(probe(&after, metric), 0, "{metric}");
    }
    assert!(probe(&after, "QueueHandled") > 600);
}

#[test]
fn lk_11_a_second_application_gets_half_of_the_queue_and_all_of_the_stream() {
    let timeline = played("second-application", Span::minutes(10));
    let all = timeline.scene().orders().len() as i64;
    let from_queue = probe(&timeline, "SecondFromQueue");
    assert!((all * 4 / 10..=all * 6 / 10).contains(&from_queue), "{from_queue} of {all}");
    assert!(probe(&timeline, "SecondFromStream") > all - 10);
    assert!(probe(&timeline, "StreamHandled") > all - 10);
}

#[test]
fn after_a_day_off_the_queue_has_everything_and_the_stream_has_lost_the_oldest() {
    let back = Span::minutes(10) + Span::hours(26);
    let before = played("day-off", back);
    let all = before.scene().orders().len() as i64;
    assert_eq!(probe(&before, "QueueWaiting") + probe(&before, "QueueHandled"), all);
    let lost = probe(&before, "StreamLost");
    // Two hours of orders at one in 100 s.
    assert!((50..=95).contains(&lost), "{lost}");
    let after = played("day-off", back + Span::minutes(10));
    let all = after.scene().orders().len() as i64;
    assert_eq!(probe(&after, "QueueLost"), 0);
    assert!(probe(&after, "QueueHandled") >= all - 2);
    assert!(probe(&after, "StreamHandled") + probe(&after, "StreamLost") >= all - 2);
    assert!(probe(&after, "StreamLost") - lost <= 3);
}

fn act(timeline: &mut Timeline<Duel>, action: &str) -> Result<Outcome, Refusal> {
    let action = action.to_owned();
    timeline.act(Command::Do { action, target: None, argument: None })
}

#[test]
fn every_row_of_the_table_has_an_action_that_shows_it() {
    for row in TABLE {
        assert!(Duel::ACTIONS.iter().any(|action| action.id == row.action), "{row:?}");
        let mut timeline = timeline("default", &[]);
        timeline.play(Time::START + Span::seconds(10), usize::MAX);
        let before = timeline.events();
        act(&mut timeline, row.action).unwrap();
        timeline.play(Time::START + Span::seconds(60), usize::MAX);
        assert!(timeline.events() > before + 3, "{row:?}");
    }
}

#[test]
fn kds_17_an_order_over_one_mebibyte_goes_to_the_stream_alone_once_that_allows_it() {
    let mut timeline = timeline("default", &[("arrival-rate", 0)]);
    timeline.play(Time::START + Span::seconds(10), usize::MAX);
    act(&mut timeline, "oversize").unwrap();
    timeline.play(Time::START + Span::seconds(20), usize::MAX);
    let big = timeline.scene().orders()[0];
    assert_eq!(big.queue.state, State::Absent);
    assert_eq!(big.stream[0].state, State::Handled);
}

#[test]
fn kds_13_a_flood_of_one_customer_fits_the_queue_and_not_the_shard() {
    let mut timeline = timeline("default", &[("arrival-rate", 0)]);
    timeline.play(Time::START + Span::seconds(10), usize::MAX);
    act(&mut timeline, "flood").unwrap();
    assert_eq!(probe(&timeline, "QueueWaiting"), 1_200);
    assert_eq!(probe(&timeline, "WriteProvisionedThroughputExceeded"), 200);
    timeline.play(Time::START + Span::seconds(120), usize::MAX);
    assert_eq!(probe(&timeline, "QueueHandled"), 1_200);
    assert_eq!(probe(&timeline, "StreamHandled"), 1_200);
}

#[test]
fn lk_2_lk_4_a_destination_with_two_retries_lets_the_shard_go_on_and_keeps_a_pointer() {
    let mut timeline = timeline("poison", &[]);
    timeline.play(Time::START + Span::seconds(40), usize::MAX);
    assert_eq!(probe(&timeline, "BlockedShards"), 1);
    act(&mut timeline, "destination").unwrap();
    timeline.play(Time::START + Span::seconds(120), usize::MAX);
    assert_eq!(probe(&timeline, "BlockedShards"), 0);
    assert!(probe(&timeline, "StreamGivenUp") >= 1);
    assert_eq!(timeline.scene().pointers(), 1);
}

#[test]
fn mending_lets_the_shard_go_on_and_a_redrive_brings_the_dead_letter_back() {
    let mut timeline = timeline("poison", &[]);
    timeline.play(Time::START + Span::seconds(200), usize::MAX);
    act(&mut timeline, "mend").unwrap();
    act(&mut timeline, "redrive").unwrap();
    timeline.play(Time::START + Span::seconds(400), usize::MAX);
    let bad = timeline.scene().orders()[19];
    assert_eq!((bad.queue.state, bad.stream[0].state), (State::Handled, State::Handled));
    assert_eq!(probe(&timeline, "DeadLetters"), 0);
    assert_eq!(probe(&timeline, "BlockedShards"), 0);
}

#[test]
fn a_refused_action_changes_nothing() {
    let mut timeline = timeline("second-application", &[]);
    timeline.play(Time::START + Span::seconds(10), usize::MAX);
    let before = timeline.scene().clone();
    assert_eq!(act(&mut timeline, "second"), Err(Refusal::NotNow("already-there")));
    assert_eq!(act(&mut timeline, "redrive"), Err(Refusal::NotNow("no-dead-letters")));
    assert_eq!(*timeline.scene(), before);
}
