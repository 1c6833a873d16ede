use serde_json::json;

use super::*;

#[test]
fn a_mapping_is_described_with_the_defaults_of_its_source() {
    let mut play = Play::new();
    let source = play.queue("jobs", json!({}));
    play.function("f", 3, json!({}));
    let uuid = play.mapping(&source, "f", json!({}));
    let get = json!({"UUID": uuid});
    let made = play.call(0, "lambda", "GetEventSourceMapping", get.clone());
    assert_eq!(made["State"], "Creating");
    assert_eq!(
        (&made["BatchSize"], &made["MaximumBatchingWindowInSeconds"]),
        (&json!(10), &json!(0))
    );
    play.until(2000);
    let now = play.call(2000, "lambda", "GetEventSourceMapping", get.clone());
    assert_eq!(now["State"], "Enabled");
    let listed = play.call(2000, "lambda", "ListEventSourceMappings", json!({"FunctionName": "f"}));
    assert_eq!(listed["EventSourceMappings"].as_array().map(Vec::len), Some(1));
    let deleted = play.call(2000, "lambda", "DeleteEventSourceMapping", get.clone());
    assert_eq!(deleted["State"], "Deleting");
    play.until(4000);
    play.refused(4000, "lambda", "GetEventSourceMapping", get, "ResourceNotFoundException");
}

#[test]
fn a_disabled_mapping_polls_nothing_and_goes_on_when_it_is_enabled() {
    let mut play = Play::new();
    let source = play.queue("jobs", json!({}));
    play.function("f", 3, json!({}));
    let uuid = play.mapping(&source, "f", json!({"Enabled": false}));
    play.send(3000, "jobs", "waits");
    play.until(60_000);
    assert!(play.batches().is_empty());
    let update = json!({"UUID": uuid, "Enabled": true, "BatchSize": 5});
    let answer = play.call(60_000, "lambda", "UpdateEventSourceMapping", update);
    assert_eq!((&answer["State"], &answer["BatchSize"]), (&json!("Updating"), &json!(5)));
    play.until(70_000);
    assert_eq!(play.batches(), [1]);
    assert_eq!(play.counts("jobs"), [0, 0, 0]);
}

#[test]
fn a_mapping_that_is_deleted_still_finishes_what_runs() {
    let mut play = Play::new();
    let source = play.queue("jobs", json!({}));
    play.function("f", 20, json!({"InitMillis": 0, "DurationMillis": 15_000}));
    let uuid = play.mapping(&source, "f", json!({}));
    play.send(3000, "jobs", "in work");
    play.until(4000);
    play.call(4000, "lambda", "DeleteEventSourceMapping", json!({"UUID": uuid}));
    play.until(60_000);
    assert_eq!(play.counts("jobs"), [0, 0, 0]);
    assert_eq!(play.world.lambda.mapping_ids().count(), 0);
}
