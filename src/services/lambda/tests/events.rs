use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::*;

fn payload(text: &str) -> String {
    STANDARD.encode(text)
}

fn invoke_later(play: &mut Play, at: u64) {
    let params = json!({
        "FunctionName": "f", "InvocationType": "Event", "Payload": payload("{\"order\":1}"),
    });
    assert_eq!(play.call(at, "lambda", "Invoke", params)["StatusCode"], 202);
}

fn bodies(play: &mut Play, queue: &str) -> Vec<Value> {
    let now = play.world.now().0;
    let params = json!({
        "QueueUrl": queue, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 1,
        "MessageAttributeNames": ["All"],
    });
    let answer = play.call(now, "sqs", "ReceiveMessage", params);
    answer["Messages"].as_array().cloned().unwrap_or_default()
}

#[test]
fn l_8_a_throttled_call_is_told_so_and_a_throttled_event_waits_up_to_six_hours() {
    let mut play = Play::new();
    play.function("f", 3, json!({}));
    let off = json!({"FunctionName": "f", "ReservedConcurrentExecutions": 0});
    play.call(0, "lambda", "PutFunctionConcurrency", off);
    let params = json!({"FunctionName": "f"});
    play.refused(0, "lambda", "Invoke", params, "TooManyRequestsException");
    invoke_later(&mut play, 1000);
    play.until(100_000);
    let tries = play.moments(|what| {
        matches!(what, Happened::Throttled { cause: super::super::happened::Cause::Event(_), .. })
    });
    assert_eq!(tries[..6], [1000, 2000, 4000, 8000, 16_000, 32_000], "back-off from 1 s, doubling");
    play.until(6 * 3600 * 1000 - 300_000);
    let tries = play.moments(|what| matches!(what, Happened::Throttled { .. }));
    let last = tries.windows(2).last().map(|pair| pair[1] - pair[0]);
    assert_eq!(last, Some(300_000), "the back-off stops growing at 5 min");
    assert_eq!(play.world.lambda.queued_events(), 1);
    play.until(6 * 3600 * 1000 + 1000);
    assert_eq!(play.world.lambda.queued_events(), 0);
    let given_up = play.moments(|what| matches!(what, Happened::EventDiscarded { .. }));
    assert_eq!(given_up, [6 * 3600 * 1000 + 1000]);
}

#[test]
fn l_9_a_failed_event_is_tried_twice_more_after_one_and_two_minutes_and_then_goes_to_the_dlq() {
    let mut play = Play::new();
    let dead = play.queue("dead", json!({}));
    play.function("f", 3, json!({"InitMillis": 0, "DurationMillis": 100, "Outcomes": ["Fail"]}));
    let config = json!({"FunctionName": "f", "DeadLetterConfig": {"TargetArn": dead}});
    play.call(0, "lambda", "UpdateFunctionConfiguration", config);
    invoke_later(&mut play, 0);
    play.until(600_000);
    assert_eq!(play.moments(started), [0, 60_100, 180_200]);
    let found = bodies(&mut play, "dead");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["Body"], "{\"order\":1}", "the event itself");
    assert_eq!(found[0]["MessageAttributes"]["ErrorCode"]["StringValue"], "200");
}

#[test]
fn l_9_retries_and_destinations_are_configured_for_each_function() {
    let mut play = Play::new();
    let (good, bad) = (play.queue("good", json!({})), play.queue("bad", json!({})));
    play.function("f", 3, json!({"InitMillis": 0, "Outcomes": ["Fail", "Fail", "Succeed"]}));
    let config = json!({
        "FunctionName": "f", "MaximumRetryAttempts": 1,
        "DestinationConfig": {
            "OnSuccess": {"Destination": good}, "OnFailure": {"Destination": bad},
        },
    });
    play.call(0, "lambda", "PutFunctionEventInvokeConfig", config);
    invoke_later(&mut play, 0);
    invoke_later(&mut play, 100_000);
    play.until(400_000);
    let record = |found: &[Value]| -> Value {
        serde_json::from_str(found[0]["Body"].as_str().expect("a body")).expect("JSON")
    };
    let failure = record(&bodies(&mut play, "bad"));
    assert_eq!(failure["requestContext"]["condition"], "RetriesExhausted");
    assert_eq!(failure["requestContext"]["approximateInvokeCount"], 2);
    assert_eq!(failure["responseContext"]["functionError"], "Unhandled");
    assert_eq!(failure["requestPayload"], json!({"order": 1}));
    let success = record(&bodies(&mut play, "good"));
    assert_eq!(success["requestContext"]["condition"], "Success");
    assert_eq!(success["responsePayload"], Value::Null);
}

#[test]
fn invoke_answers_when_the_function_ends_and_tells_errors_in_its_payload() {
    let mut play = Play::new();
    play.function(
        "f",
        2,
        json!({"InitMillis": 0, "Outcomes": [{"Return": {"ok": true}}, "Fail", "Timeout"]}),
    );
    let params = json!({"FunctionName": "f"});
    let answer = play.call(0, "lambda", "Invoke", params.clone());
    assert_eq!((play.world.now().0, &answer["StatusCode"]), (100, &json!(200)));
    assert_eq!(answer["Payload"], payload("{\"ok\":true}"));
    assert_eq!(answer.get("FunctionError"), None);
    let answer = play.call(1000, "lambda", "Invoke", params.clone());
    assert_eq!(answer["FunctionError"], "Unhandled");
    play.call(2000, "lambda", "Invoke", params);
    assert_eq!(play.world.now().0, 4000, "the timeout of 2 s");
}

#[test]
fn payloads_have_limits() {
    let mut play = Play::new();
    play.function("f", 3, json!({}));
    let body = |bytes: usize| payload(&format!("\"{}\"", "x".repeat(bytes - 2)));
    let mebi = 1024 * 1024;
    for (kind, limit) in [("Event", mebi), ("RequestResponse", 6 * mebi)] {
        let params = |bytes: usize| json!({"FunctionName": "f", "InvocationType": kind, "Payload": body(bytes)});
        play.call(0, "lambda", "Invoke", params(limit));
        let code = "RequestEntityTooLargeException";
        let now = play.world.now().0;
        play.refused(now, "lambda", "Invoke", params(limit + 1), code);
    }
    let now = play.world.now().0;
    let params = json!({"FunctionName": "f", "Payload": payload("not json")});
    play.refused(now, "lambda", "Invoke", params, "InvalidRequestContentException");
    let params = json!({"FunctionName": "nobody"});
    play.refused(now, "lambda", "Invoke", params, "ResourceNotFoundException");
    let params = json!({"FunctionName": "f", "InvocationType": "DryRun"});
    assert_eq!(play.call(now, "lambda", "Invoke", params)["StatusCode"], 204);
}
