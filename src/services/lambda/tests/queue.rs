use serde_json::json;

use super::*;

/// A queue `jobs` with a DLQ `dead`, and a function on it.
fn play(visibility: u64, max_receives: u64, script: Value, mapping: Value) -> (Play, String) {
    let mut play = Play::new();
    let dead = play.queue("dead", json!({}));
    let redrive = json!({"deadLetterTargetArn": dead, "maxReceiveCount": max_receives});
    let attributes =
        json!({"VisibilityTimeout": visibility.to_string(), "RedrivePolicy": redrive.to_string()});
    let source = play.queue("jobs", attributes);
    play.function("f", 3, script);
    let uuid = play.mapping(&source, "f", mapping);
    (play, uuid)
}

/// Ten messages sent at 1 s, before the mapping polls.
fn ten(play: &mut Play) {
    let entries: Vec<Value> = (0..10)
        .map(|at| json!({"Id": at.to_string(), "MessageBody": format!("order-{at}")}))
        .collect();
    play.call(1000, "sqs", "SendMessageBatch", json!({"QueueUrl": "jobs", "Entries": entries}));
}

#[test]
fn ls_1_one_failing_record_returns_its_whole_batch_and_may_take_it_to_the_dlq() {
    let script = json!({"InitMillis": 0, "FailOn": ["order-4"]});
    let (mut play, _) = play(30, 3, script, json!({}));
    ten(&mut play);
    play.until(2500);
    assert_eq!(play.counts("jobs")[1], 10, "nothing is deleted: all ten are hidden");
    let runs = play.batches();
    assert_eq!(runs.iter().sum::<u32>(), 10);
    play.until(40_000);
    let handled = play.batches().iter().sum::<u32>();
    assert!(handled > 10, "the good ones are handled a second time: {handled}");
    play.until(300_000);
    assert_eq!(play.counts("jobs"), [0, 0, 0]);
    assert!(play.counts("dead")[0] >= 1, "at least the bad one");
}

#[test]
fn ls_1_a_batch_that_always_fails_together_goes_to_the_dlq_together() {
    let (mut play, _) = play(30, 3, json!({"InitMillis": 0, "Outcomes": ["Fail"]}), json!({}));
    ten(&mut play);
    play.until(300_000);
    assert_eq!(play.counts("dead")[0], 10);
}

#[test]
fn ls_2_a_partial_response_deletes_the_good_ones_and_returns_the_failed_one() {
    let script = json!({"InitMillis": 0, "FailOn": ["order-4"], "OnFailedItem": "Report"});
    let types = json!({"FunctionResponseTypes": ["ReportBatchItemFailures"]});
    let (mut play, _) = play(30, 3, script, types);
    ten(&mut play);
    play.until(2500);
    assert_eq!(play.counts("jobs"), [0, 1, 0], "nine deleted, one hidden");
    play.until(300_000);
    assert_eq!(play.counts("dead")[0], 1);
    assert_eq!(play.batches().iter().sum::<u32>(), 10 + 2, "the bad one twice more");
}

#[test]
fn ls_3_each_result_means_what_the_contract_says() {
    let id = "ID";
    let rows = [
        (json!({"Return": ""}), 0),
        (json!({"ReturnText": ""}), 0),
        (json!({"Return": null}), 0),
        (json!({"Return": {}}), 0),
        (json!({"Return": []}), 0),
        (json!({"Return": {"batchItemFailures": []}}), 0),
        (json!({"Return": {"batchItemFailures": null}}), 0),
        (json!({"Return": {"batchItemFailures": [{"itemIdentifier": id}]}}), 1),
        (json!({"Return": {"batchItemFailures": [{"itemIdentifier": ""}]}}), 2),
        (json!({"Return": {"batchItemFailures": [{"itemIdentifier": null}]}}), 2),
        (json!({"Return": {"batchItemFailures": [{"itemIdentifier": "unknown"}]}}), 2),
        (json!({"Return": {"batchItemFailures": [{"foo": id}]}}), 2),
        (json!({"ReturnText": "not json"}), 2),
        (json!("Fail"), 2),
    ];
    for (outcome, left) in rows {
        let types = json!({"FunctionResponseTypes": ["ReportBatchItemFailures"]});
        let (mut play, _) = play(30, 3, json!({"InitMillis": 0}), types);
        let entries =
            [json!({"Id": "a", "MessageBody": "1"}), json!({"Id": "b", "MessageBody": "2"})];
        let params = json!({"QueueUrl": "jobs", "Entries": entries});
        let sent = play.call(1000, "sqs", "SendMessageBatch", params);
        let first = sent["Successful"][0]["MessageId"].as_str().expect("an id").to_owned();
        let outcome = serde_json::from_str::<Value>(&outcome.to_string().replace(id, &first));
        let script = json!({"InitMillis": 0, "Outcomes": [outcome.expect("JSON")]});
        let update = json!({"FunctionName": "f", "Script": script});
        play.call(1000, "lambda", "UpdateFunctionConfiguration", update);
        play.until(4000);
        assert_eq!(play.batches(), [2]);
        assert_eq!(play.counts("jobs")[1], left, "{script}");
    }
}

#[test]
fn ls_4_a_message_that_always_fails_is_invoked_exactly_max_receive_count_times() {
    for times in [1, 2, 5] {
        let script = json!({"InitMillis": 0, "Outcomes": ["Fail"]});
        let (mut play, _) = play(30, times, script, json!({}));
        let sent = play.send(1000, "jobs", "poison");
        play.until(400_000);
        assert_eq!(play.moments(failed).len() as u64, times);
        let params = json!({"QueueUrl": "dead", "WaitTimeSeconds": 1});
        let found = play.call(400_000, "sqs", "ReceiveMessage", params);
        assert_eq!(found["Messages"][0]["MessageId"], sent, "with its original id");
    }
}

#[test]
fn ls_5_on_fifo_reporting_only_the_failed_one_deletes_what_should_wait_behind_it() {
    for (how, left) in [("Report", 1), ("ReportFromFirst", 2)] {
        let mut play = Play::new();
        let source = play
            .queue("jobs.fifo", json!({"FifoQueue": "true", "ContentBasedDeduplication": "true"}));
        play.function("f", 3, json!({"InitMillis": 0, "FailOn": ["m2"], "OnFailedItem": how}));
        for body in ["m1", "m2", "m3"] {
            let params = json!({
                "QueueUrl": "jobs.fifo", "MessageBody": body, "MessageGroupId": "g",
            });
            play.call(1000, "sqs", "SendMessage", params);
        }
        let types = json!({"FunctionResponseTypes": ["ReportBatchItemFailures"]});
        play.mapping(&source, "f", types);
        play.until(4000);
        assert_eq!(play.batches(), [3]);
        assert_eq!(play.counts("jobs.fifo")[1], left, "{how}");
    }
}

#[test]
fn ls_6_what_does_not_go_together_is_refused() {
    let mut play = Play::new();
    let (jobs, fifo) =
        (play.queue("jobs", json!({})), play.queue("jobs.fifo", json!({"FifoQueue": "true"})));
    play.function("f", 3, json!({}));
    play.function("slow", 31, json!({}));
    let mut refused = |params: Value| {
        let code = "InvalidParameterValueException";
        play.refused(0, "lambda", "CreateEventSourceMapping", params, code)
    };
    let on = |source: &str, function: &str, more: Value| {
        let mut params = json!({"EventSourceArn": source, "FunctionName": function});
        merge(&mut params, more);
        params
    };
    assert_eq!(
        refused(on(&jobs, "f", json!({"BatchSize": 11}))),
        "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater \
         than 10"
    );
    let windowed = json!({"BatchSize": 11, "MaximumBatchingWindowInSeconds": 1});
    refused(on(&fifo, "f", windowed.clone()));
    assert_eq!(
        refused(on(&jobs, "slow", json!({}))),
        "Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds"
    );
    let why = refused(on(&arn("sqs", "gone"), "f", json!({})));
    assert!(why.starts_with("Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue."), "{why}");
    refused(on(&jobs, "f", json!({"MaximumRetryAttempts": 1})));
    play.mapping(&jobs, "f", windowed);
    let twice = on(&jobs, "f", json!({}));
    play.refused(0, "lambda", "CreateEventSourceMapping", twice, "ResourceConflictException");
}

#[test]
fn ls_7_a_function_slower_than_the_visibility_timeout_gets_its_message_a_second_time() {
    let script = json!({"InitMillis": 0, "DurationMillis": 9000});
    let mut play = Play::new();
    let source = play.queue("jobs", json!({"VisibilityTimeout": "10"}));
    play.function("f", 10, script);
    play.mapping(&source, "f", json!({}));
    let shorter = json!({"QueueUrl": "jobs", "Attributes": {"VisibilityTimeout": "4"}});
    play.call(0, "sqs", "SetQueueAttributes", shorter);
    play.send(3000, "jobs", "slow");
    play.until(8000);
    assert_eq!(play.moments(started), [3000, 7000]);
    assert_eq!(play.world.lambda.busy("f"), 2, "the first run is still going");
}

#[test]
fn ls_8_throttled_messages_reappear_with_a_higher_count_and_die_without_ever_running() {
    let (mut play, uuid) = play(30, 2, json!({}), json!({}));
    let off = json!({"FunctionName": "f", "ReservedConcurrentExecutions": 0});
    play.call(0, "lambda", "PutFunctionConcurrency", off);
    play.send(3000, "jobs", "unlucky");
    play.until(20_000);
    assert_eq!(play.counts("jobs"), [0, 1, 0], "received, and held while throttled");
    let view = play.world.lambda.mapping(&uuid, Time(20_000)).expect("a mapping");
    assert_eq!((view.waiting, view.running), (1, 0));
    play.until(200_000);
    assert_eq!(play.counts("jobs"), [0, 0, 0]);
    assert_eq!(play.counts("dead")[0], 1);
    assert!(play.batches().is_empty(), "it never ran");
}

#[test]
fn ls_9_maximum_concurrency_caps_the_runs_and_what_is_received() {
    let script = json!({"InitMillis": 0, "DurationMillis": 2000});
    let scaling = json!({"BatchSize": 1, "ScalingConfig": {"MaximumConcurrency": 2}});
    let (mut play, _) = play(30, 3, script, scaling);
    ten(&mut play);
    play.until(3000);
    assert_eq!(play.counts("jobs")[1], 2, "no more is received than can run");
    play.until(60_000);
    assert_eq!(play.most_at_once(), 2);
    assert_eq!(play.counts("jobs"), [0, 0, 0]);
    assert_eq!(play.counts("dead")[0], 0, "nothing was received in vain");
}

#[test]
fn a_busy_queue_starts_with_five_batches_and_gains_300_a_minute() {
    let script = json!({"InitMillis": 0, "DurationMillis": 900_000});
    let mut play = Play::new();
    let source = play.queue("jobs", json!({"VisibilityTimeout": "43200"}));
    play.function("f", 900, script);
    for at in 0..60 {
        let entries: Vec<Value> = (0..10)
            .map(|n| json!({"Id": n.to_string(), "MessageBody": format!("{at}-{n}")}))
            .collect();
        play.call(0, "sqs", "SendMessageBatch", json!({"QueueUrl": "jobs", "Entries": entries}));
    }
    let uuid = play.mapping(&source, "f", json!({"BatchSize": 1}));
    play.until(2000);
    assert_eq!(play.world.lambda.busy("f"), 5);
    play.until(62_000);
    let busy = play.world.lambda.busy("f");
    assert!((300..=306).contains(&busy), "{busy} after a minute");
    let view = play.world.lambda.mapping(&uuid, Time(62_000)).expect("a mapping");
    assert_eq!(view.running as u64, busy);
}

#[test]
fn a_window_gathers_a_batch_and_a_filter_deletes_what_does_not_match() {
    let pattern = json!({"body": {"kind": ["order"]}}).to_string();
    let more = json!({
        "BatchSize": 100, "MaximumBatchingWindowInSeconds": 5,
        "ScalingConfig": {"MaximumConcurrency": 2},
        "FilterCriteria": {"Filters": [{"Pattern": pattern}]},
    });
    let (mut play, _) = play(30, 3, json!({"InitMillis": 0}), more);
    for at in 0..4_u64 {
        let kind = if at % 2 == 0 { "order" } else { "noise" };
        play.send(3000 + at * 1000, "jobs", &json!({"kind": kind}).to_string());
    }
    play.until(60_000);
    assert_eq!(play.batches().iter().sum::<u32>(), 2);
    assert_eq!(play.counts("jobs"), [0, 0, 0], "the others are deleted without an invocation");
    assert!(play.moments(started).iter().all(|at| *at >= 8000), "the window is waited for");
}
