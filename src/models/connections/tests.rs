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
