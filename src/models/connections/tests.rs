//! What each path refuses, queues or throttles, by the rules' numbers.

use super::*;
use crate::models::journal::Keeping;
use crate::models::registry::Bench;
use crate::models::timeline::Timeline;

fn played(preset: &str, knobs: &[(&str, i64)], millis: u64) -> Timeline<Connections> {
    let setup = Setup::new(Connections::PRESETS, Connections::KNOBS, preset, knobs, 7).unwrap();
    let mut timeline = Timeline::new(setup, Keeping::All);
    play(&mut timeline, millis);
    timeline
}

fn play(timeline: &mut Timeline<Connections>, millis: u64) {
    timeline.play(timeline.now().at + Span::millis(millis), usize::MAX);
}

fn probe(timeline: &Timeline<Connections>, name: &str) -> i64 {
    Bench::probe(timeline, name).unwrap()
}

fn act(timeline: &mut Timeline<Connections>, action: &str, target: Option<&str>) {
    let target = target.map(str::to_owned);
    let command = Command::Do { action: action.to_owned(), target, argument: None };
    timeline.act(command).unwrap();
}

#[test]
fn rds_28_of_200_functions_at_once_85_are_let_in_and_115_refused() {
    let timeline = played("storm", &[], 5_000);
    assert_eq!(probe(&timeline, "DatabaseConnections"), 85);
    assert_eq!(probe(&timeline, "ConnectionsRefused"), 115);
    assert_eq!((probe(&timeline, "Succeeded"), probe(&timeline, "Errors")), (85, 115));
    assert_eq!(probe(&timeline, "Copies"), 200, "and their connections stay open");
}

#[test]
fn rds_29_through_the_proxy_all_200_succeed_after_a_wait() {
    let timeline = played("proxy", &[], 5_000);
    assert_eq!((probe(&timeline, "Succeeded"), probe(&timeline, "Errors")), (200, 0));
    assert_eq!(probe(&timeline, "ClientConnections"), 200);
    assert!(probe(&timeline, "DatabaseConnections") <= 85);
    assert!(probe(&timeline, "DatabaseConnectionsBorrowLatency") > 0);
}

#[test]
fn rds_29_session_state_makes_the_proxy_a_wire() {
    let timeline = played("pinning", &[], 20_000);
    assert_eq!(probe(&timeline, "DatabaseConnectionsCurrentlySessionPinned"), 85);
    assert_eq!((probe(&timeline, "Succeeded"), probe(&timeline, "BorrowTimeouts")), (85, 115));
}

#[test]
fn rds_29_who_waits_longer_than_the_borrow_timeout_fails() {
    let timeline = played("borrow-timeout", &[], 30_000);
    assert_eq!((probe(&timeline, "Succeeded"), probe(&timeline, "BorrowTimeouts")), (85, 115));
}

#[test]
fn reserved_concurrency_keeps_the_storm_from_the_database() {
    let timeline = played("fewer-copies", &[], 5_000);
    assert_eq!(probe(&timeline, "Throttles"), 140);
    assert_eq!((probe(&timeline, "Succeeded"), probe(&timeline, "ConnectionsRefused")), (60, 0));
}

#[test]
fn a_frozen_copy_keeps_its_connection_until_it_is_recycled() {
    let mut timeline = played("storm", &[], 50_000);
    assert_eq!((probe(&timeline, "ConcurrentExecutions"), probe(&timeline, "Copies")), (0, 200));
    assert_eq!(probe(&timeline, "DatabaseConnections"), 85);
    act(&mut timeline, "recycle", None);
    assert_eq!((probe(&timeline, "Copies"), probe(&timeline, "DatabaseConnections")), (0, 0));
}

#[test]
fn clients_stay_with_the_proxy_while_the_database_is_gone() {
    let mut timeline = played("proxy", &[("burst-size", 0)], 5_000);
    let clients = probe(&timeline, "ClientConnections");
    act(&mut timeline, "lose", Some(SHOP));
    play(&mut timeline, 5_000);
    assert!(probe(&timeline, "ClientConnections") >= clients);
    assert!(probe(&timeline, "Waiting") > 10);
}

#[test]
fn slowness_makes_connections_until_there_are_none_left() {
    let mut timeline = played("slow-database", &[], 19_000);
    assert_eq!(probe(&timeline, "ConnectionsRefused"), 0);
    let before = probe(&timeline, "Copies");
    assert!((20..=60).contains(&before), "{before}");
    play(&mut timeline, 30_000);
    assert_eq!(probe(&timeline, "DatabaseConnections"), 85);
    assert!(probe(&timeline, "ConnectionsRefused") > 50);
    assert!(probe(&timeline, "Copies") > 85, "the load is the same");
    act(&mut timeline, "mend", None);
    play(&mut timeline, 20_000);
    let refused = probe(&timeline, "ConnectionsRefused");
    play(&mut timeline, 20_000);
    assert!(probe(&timeline, "ConnectionsRefused") - refused < 200, "it calms down again");
}

#[test]
fn rd_1_over_the_data_api_nobody_is_refused_and_no_connection_stays() {
    let timeline = played("data-api", &[], 10_000);
    assert_eq!((probe(&timeline, "Succeeded"), probe(&timeline, "Errors")), (200, 0));
    assert_eq!(probe(&timeline, "DatabaseConnections"), 0);
    let mut busy = played("data-api", &[], 1_400);
    assert_eq!(probe(&busy, "DatabaseConnections"), 90, "all that 1 ACU has");
    assert_eq!(probe(&busy, "Waiting"), 110);
    play(&mut busy, 2_000);
    assert_eq!(probe(&busy, "Succeeded"), 200, "three rounds of half a second");
}

#[test]
fn rd_6_a_cluster_that_paused_between_bursts_is_asked_again_until_it_answers() {
    let mut timeline = played("data-api", &[], 500_000);
    assert!(timeline.scene().capacity().unwrap().paused.is_some());
    play(&mut timeline, 105_000);
    assert!(timeline.scene().capacity().unwrap().resumes.is_some());
    assert_eq!(probe(&timeline, "Succeeded"), 200);
    play(&mut timeline, 15_000);
    assert_eq!((probe(&timeline, "Succeeded"), probe(&timeline, "Errors")), (400, 0));
    let impatient = played("data-api", &[("retries", 0)], 620_000);
    assert_eq!((probe(&impatient, "Succeeded"), probe(&impatient, "Errors")), (200, 200));
}

#[test]
fn aur_19_a_proxy_keeps_a_serverless_cluster_from_pausing_and_direct_clients_only_while_they_stay()
{
    let timeline = played("proxy-awake", &[], 595_000);
    assert!(timeline.scene().capacity().unwrap().paused.is_none() && timeline.scene().kept_awake());
    let mut direct = played("proxy-awake", &[("path", 0)], 595_000);
    assert!(direct.scene().capacity().unwrap().paused.is_some());
    play(&mut direct, 30_000);
    assert_eq!((probe(&direct, "Succeeded"), probe(&direct, "Errors")), (40, 0), "they waited");
    assert!(probe(&direct, "Duration") > 10_000);
}

#[test]
fn a_table_too_small_throttles_and_refuses_no_connection() {
    let timeline = played("dynamodb", &[], 30_000);
    assert!(probe(&timeline, "WriteThrottleEvents") > 100);
    assert_eq!(probe(&timeline, "ConnectionsRefused"), 0);
    let succeeded = probe(&timeline, "Succeeded");
    assert!((290..=320).contains(&succeeded), "ten a second: {succeeded}");
    assert!(probe(&timeline, "Errors") > 100, "more than the SDK retries");
}
