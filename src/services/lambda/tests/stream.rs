use serde_json::json;

use super::*;

/// A stream `clicks` (at 1 s), a queue `failed`, and a function on the stream from 3 s on.
fn play(shards: u64, script: Value, more: Value) -> (Play, String) {
    let mut play = Play::new();
    play.queue("failed", json!({}));
    let source = play.stream("clicks", shards);
    play.function("f", 3, script);
    let mut params = json!({"StartingPosition": "TRIM_HORIZON"});
    merge(&mut params, more);
    let uuid = play.mapping(&source, "f", params);
    (play, uuid)
}

fn to_failed() -> Value {
    json!({"OnFailure": {"Destination": arn("sqs", "failed")}})
}

/// The documents that went to the queue `failed`.
fn documents(play: &mut Play) -> Vec<Value> {
    let now = play.world.now().0;
    let params = json!({"QueueUrl": "failed", "MaxNumberOfMessages": 10, "WaitTimeSeconds": 1});
    let answer = play.call(now, "sqs", "ReceiveMessage", params);
    let parse = |message: &Value| {
        serde_json::from_str(message["Body"].as_str().expect("a body")).expect("JSON")
    };
    answer["Messages"].as_array().into_iter().flatten().map(parse).collect()
}

/// A key for each of two shards.
fn keys(play: &mut Play) -> [String; 2] {
    let mut found: std::collections::BTreeMap<String, String> = Default::default();
    for number in 0..50 {
        let key = format!("key-{number}");
        let shard = play.put(1000, "clicks", &[(&key, "probe")])[0].0.clone();
        found.entry(shard).or_insert(key);
        if found.len() == 2 {
            break;
        }
    }
    let keys: Vec<String> = found.into_values().collect();
    keys.try_into().expect("two shards")
}

#[test]
fn lk_1_a_poison_record_blocks_its_shard_and_only_its_shard_for_ever() {
    let (mut play, uuid) = play(2, json!({"InitMillis": 0, "FailOn": ["poison"]}), json!({}));
    let [bad, good] = keys(&mut play);
    play.until(10_000);
    let poison = play.put(10_000, "clicks", &[(&bad, "poison")])[0].1.clone();
    play.until(20_000);
    let behind = play.put(20_000, "clicks", &[(&bad, "behind"), (&good, "beside")]);
    play.until(3_600_000);
    let handed = play.handed();
    let times = |id: &String| handed.iter().filter(|ids| ids.contains(id)).count();
    assert!(times(&poison) > 50, "the same batch again and again: {}", times(&poison));
    assert_eq!(times(&behind[0].1), 0, "what is behind it waits");
    assert_eq!(times(&behind[1].1), 1, "the other shard goes on");
    let view = play.world.lambda.mapping(&uuid, Time(3_600_000)).expect("a mapping");
    assert!(view.iterator_age.is_some_and(|age| age.as_seconds() > 3500), "{view:?}");
    assert_eq!(play.counts("failed")[0], 0, "no record goes anywhere");
}

#[test]
fn lk_2_r_retries_are_one_and_r_invocations_and_then_the_next_batch() {
    for retries in [0, 1, 3] {
        let more = json!({
            "MaximumRetryAttempts": retries, "BatchSize": 1, "DestinationConfig": to_failed(),
        });
        let (mut play, _) = play(1, json!({"InitMillis": 0, "FailOn": ["poison"]}), more);
        let put = play.put(1000, "clicks", &[("k", "poison"), ("k", "good")]);
        play.until(60_000);
        let mut expected = vec![vec![put[0].1.clone()]; 1 + retries];
        expected.push(vec![put[1].1.clone()]);
        assert_eq!(play.handed(), expected);
        let documents = documents(&mut play);
        assert_eq!(documents.len(), 1);
        let context = &documents[0]["requestContext"];
        assert_eq!(context["condition"], "RetryAttemptsExhausted");
        assert_eq!(context["approximateInvokeCount"], 1 + retries);
        assert_eq!(documents[0]["responseContext"]["functionError"], "Unhandled");
    }
}

#[test]
fn lk_3_records_older_than_the_maximum_age_are_discarded_and_59_is_no_age() {
    let more = json!({"MaximumRecordAgeInSeconds": 60, "DestinationConfig": to_failed()});
    let (mut play, _) = play(1, json!({"InitMillis": 0, "Outcomes": ["Fail"]}), more);
    play.put(1000, "clicks", &[("k", "old")]);
    play.until(300_000);
    let documents = documents(&mut play);
    assert_eq!(documents.len(), 1);
    assert_eq!(documents[0]["requestContext"]["condition"], "RecordAgeExceeded");
    assert_eq!(documents[0].get("responseContext"), None);
    let last = play.moments(failed).last().copied();
    assert!(last.is_some_and(|last| last < 62_000), "{last:?}");
    play.function("g", 3, json!({}));
    for (age, fine) in [(59, false), (0, false), (-1, true)] {
        let params = json!({
            "EventSourceArn": arn("kinesis", "stream/clicks"), "FunctionName": "g",
            "StartingPosition": "LATEST", "MaximumRecordAgeInSeconds": age,
        });
        let now = play.world.now().0;
        let answer = play.try_call(now, "lambda", "CreateEventSourceMapping", params);
        assert_eq!(answer.is_ok(), fine, "{age}");
    }
}

#[test]
fn lk_4_the_document_points_at_the_records_and_only_s3_gets_them() {
    let to_s3 = json!({"OnFailure": {"Destination": "arn:aws:s3:::failed-clicks"}});
    for (destination, with_payload) in [(to_failed(), false), (to_s3, true)] {
        let more = json!({"MaximumRetryAttempts": 0, "DestinationConfig": destination});
        let (mut play, _) = play(1, json!({"InitMillis": 0, "Outcomes": ["Fail"]}), more);
        let put = play.put(1000, "clicks", &[("k", "secret"), ("k", "more")]);
        play.until(10_000);
        let document: Value = if with_payload {
            serde_json::from_str(&play.world.lambda.documents()[0].body).expect("JSON")
        } else {
            documents(&mut play).remove(0)
        };
        let info = &document["KinesisBatchInfo"];
        assert_eq!(info["shardId"], put[0].0);
        assert_eq!(info["startSequenceNumber"], put[0].1);
        assert_eq!(info["endSequenceNumber"], put[1].1);
        assert_eq!(info["batchSize"], 2);
        let data = json!(crate::services::blob::Blob(b"secret".to_vec()));
        let data = data.as_str().expect("base64");
        assert_eq!(document.to_string().contains(data), with_payload);
        if with_payload {
            let payload = document["payload"].as_str().expect("a payload");
            let payload: Value = serde_json::from_str(payload).expect("JSON");
            assert_eq!(payload["Records"].as_array().map(Vec::len), Some(2));
            continue;
        }
        let params = json!({
            "StreamName": "clicks", "ShardId": info["shardId"],
            "ShardIteratorType": "AT_SEQUENCE_NUMBER",
            "StartingSequenceNumber": info["startSequenceNumber"],
        });
        let now = play.world.now().0;
        let iterator = play.call(now, "kinesis", "GetShardIterator", params);
        let read = play.call(now, "kinesis", "GetRecords", iterator);
        assert_eq!(read["Records"][0]["Data"], data, "fetched by its sequence number");
    }
}

#[test]
fn lk_5_without_a_destination_a_discarded_batch_leaves_no_trace_but_stays_in_the_stream() {
    let more = json!({"MaximumRetryAttempts": 0});
    let (mut play, _) = play(1, json!({"InitMillis": 0, "Outcomes": ["Fail"]}), more);
    let put = play.put(1000, "clicks", &[("k", "gone?")]);
    play.until(10_000);
    assert_eq!(play.batches(), [1]);
    assert!(play.world.lambda.documents().is_empty());
    assert_eq!(play.counts("failed")[0], 0);
    let params = json!({
        "StreamName": "clicks", "ShardId": put[0].0, "ShardIteratorType": "TRIM_HORIZON",
    });
    let iterator = play.call(10_000, "kinesis", "GetShardIterator", params);
    let read = play.call(10_000, "kinesis", "GetRecords", iterator);
    assert_eq!(read["Records"][0]["SequenceNumber"], put[0].1);
}

#[test]
fn lk_6_bisecting_finds_the_poison_record_without_using_up_retries() {
    let more = json!({
        "BisectBatchOnFunctionError": true, "MaximumRetryAttempts": 1, "BatchSize": 8,
        "DestinationConfig": to_failed(),
    });
    let (mut play, _) = play(1, json!({"InitMillis": 0, "FailOn": ["poison"]}), more);
    let data = ["1", "2", "3", "4", "5", "poison", "7", "8"];
    let put = play.put(1000, "clicks", &data.map(|data| ("k", data)));
    play.until(60_000);
    let ids = |from: usize, to: usize| -> Vec<String> {
        put[from - 1..to].iter().map(|(_, id)| id.clone()).collect()
    };
    let expected = [(1, 8), (1, 4), (5, 8), (5, 6), (5, 5), (6, 6), (6, 6), (7, 8)];
    assert_eq!(play.handed(), expected.map(|(from, to)| ids(from, to)));
    let documents = documents(&mut play);
    assert_eq!(documents.len(), 1);
    assert_eq!(documents[0]["KinesisBatchInfo"]["startSequenceNumber"], put[5].1);
}

#[test]
fn lk_7_reported_failures_set_the_checkpoint_to_the_lowest_of_them() {
    let more = json!({"FunctionResponseTypes": ["ReportBatchItemFailures"], "BatchSize": 10});
    let (mut play, _) = play(1, json!({"InitMillis": 0}), more);
    let data: Vec<String> = (1..=10).map(|number| number.to_string()).collect();
    let data: Vec<(&str, &str)> = data.iter().map(|data| ("k", data.as_str())).collect();
    let put = play.put(1000, "clicks", &data);
    let failures = json!([{"itemIdentifier": put[6].1}, {"itemIdentifier": put[4].1}]);
    let outcomes = json!([{"Return": {"batchItemFailures": failures}}, "Succeed"]);
    let update = json!({"FunctionName": "f", "Script": {"InitMillis": 0, "Outcomes": outcomes}});
    play.call(1000, "lambda", "UpdateFunctionConfiguration", update);
    play.until(20_000);
    let all: Vec<String> = put.into_iter().map(|(_, id)| id).collect();
    assert_eq!(play.handed(), [all.clone(), all[4..].to_vec()], "the good ones behind it again");
}

#[test]
fn lk_8_order_within_a_shard_is_kept_and_a_batch_never_mixes_shards() {
    let (mut play, _) = play(3, json!({"InitMillis": 0}), json!({"BatchSize": 7}));
    let mut by_shard: std::collections::BTreeMap<String, Vec<String>> = Default::default();
    for round in 0..20_u64 {
        let keys: Vec<String> = (0..5).map(|key| format!("{round}-{key}")).collect();
        let records: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), "x")).collect();
        for (shard, id) in play.put(1000 + round * 700, "clicks", &records) {
            by_shard.entry(shard).or_default().push(id);
        }
    }
    play.until(60_000);
    let shard_of = |id: &String| {
        by_shard.iter().find(|(_, ids)| ids.contains(id)).map(|(shard, _)| shard.clone())
    };
    let mut seen: std::collections::BTreeMap<String, Vec<String>> = Default::default();
    for batch in play.handed() {
        let shard = shard_of(&batch[0]).expect("a known record");
        assert!(batch.iter().all(|id| shard_of(id).as_ref() == Some(&shard)));
        seen.entry(shard).or_default().extend(batch);
    }
    assert_eq!(seen, by_shard);
}

#[test]
fn lk_9_concurrency_is_at_most_shards_times_parallelization() {
    let more = json!({"ParallelizationFactor": 2, "BatchSize": 1});
    let script = json!({"InitMillis": 0, "DurationMillis": 2500});
    let (mut play, _) = play(3, script, more);
    let keys: Vec<String> = (0..60).map(|key| format!("user-{key}")).collect();
    let records: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), "x")).collect();
    play.put(1000, "clicks", &records);
    play.until(20_000);
    assert_eq!(play.most_at_once(), 6);
    play.until(200_000);
    assert_eq!(play.batches().len(), 60);
}

#[test]
fn lk_10_latest_may_miss_what_is_written_while_the_mapping_is_made() {
    for (position, expected) in [("LATEST", 1), ("TRIM_HORIZON", 3)] {
        let mut play = Play::new();
        let source = play.stream("clicks", 1);
        play.put(1000, "clicks", &[("k", "before")]);
        play.function("f", 3, json!({"InitMillis": 0}));
        play.mapping(&source, "f", json!({"StartingPosition": position}));
        play.put(2000, "clicks", &[("k", "while it is Creating")]);
        play.until(5000);
        play.put(5000, "clicks", &[("k", "after")]);
        play.until(10_000);
        assert_eq!(play.batches().iter().sum::<u32>(), expected, "{position}");
    }
}

#[test]
fn lk_11_two_functions_on_a_stream_both_get_everything_and_on_a_queue_they_share() {
    let mut play = Play::new();
    let jobs = play.queue("jobs", json!({}));
    let clicks = play.stream("clicks", 1);
    for name in ["f", "g"] {
        play.function(name, 3, json!({"InitMillis": 0}));
        play.mapping(&clicks, name, json!({"StartingPosition": "TRIM_HORIZON"}));
    }
    play.put(1000, "clicks", &[("k", "1"), ("k", "2")]);
    play.until(10_000);
    assert_eq!(play.batches().iter().sum::<u32>(), 4);
    for name in ["f", "g"] {
        play.mapping(&jobs, name, json!({}));
    }
    play.until(20_000);
    for at in 0..20 {
        play.send(20_000 + at, "jobs", "x");
    }
    play.until(40_000);
    assert_eq!(play.batches().iter().sum::<u32>(), 4 + 20);
    assert_eq!(play.counts("jobs"), [0, 0, 0]);
}

#[test]
fn children_of_a_split_shard_are_read_after_their_parent() {
    let (mut play, _) = play(1, json!({"InitMillis": 0}), json!({"BatchSize": 2}));
    let before = play.put(1000, "clicks", &[("a", "1"), ("b", "2"), ("c", "3")]);
    let split = json!({
        "StreamName": "clicks", "ShardToSplit": before[0].0,
        "NewStartingHashKey": "170141183460469231731687303715884105728",
    });
    play.call(1100, "kinesis", "SplitShard", split);
    play.until(2500);
    let after = play.put(2500, "clicks", &[("a", "4"), ("b", "5"), ("c", "6")]);
    play.until(30_000);
    let ids = |put: &[(String, String)]| put.iter().map(|(_, id)| id.clone()).collect::<Vec<_>>();
    let handed: Vec<String> = play.handed().concat();
    assert_eq!(handed[..3], ids(&before));
    let mut rest = handed[3..].to_vec();
    rest.sort();
    let mut expected = ids(&after);
    expected.sort();
    assert_eq!(rest, expected);
}

#[test]
fn a_throttled_batch_waits_without_using_up_its_retries() {
    let more = json!({"MaximumRetryAttempts": 0});
    let (mut play, _) = play(1, json!({"InitMillis": 0}), more);
    let off = json!({"FunctionName": "f", "ReservedConcurrentExecutions": 0});
    play.call(1000, "lambda", "PutFunctionConcurrency", off);
    play.put(1000, "clicks", &[("k", "patient")]);
    play.until(60_000);
    assert!(play.batches().is_empty());
    let on = json!({"FunctionName": "f"});
    play.call(60_000, "lambda", "DeleteFunctionConcurrency", on);
    play.until(200_000);
    assert_eq!(play.batches(), [1]);
}

#[test]
fn a_record_that_the_stream_lets_go_is_lost_to_the_function() {
    let mut play = Play::new();
    let source = play.stream("clicks", 1);
    play.function("f", 3, json!({"InitMillis": 0, "FailOn": ["poison"]}));
    play.put(1000, "clicks", &[("k", "poison")]);
    let after = play.put(86_300_000, "clicks", &[("k", "behind")]);
    play.mapping(&source, "f", json!({"StartingPosition": "TRIM_HORIZON"}));
    play.until(86_350_000);
    assert!(play.handed().iter().all(|batch| *batch != [after[0].1.clone()]), "still in the way");
    play.until(86_400_000 + 200_000);
    let last = play.handed().pop().expect("invocations");
    assert_eq!(last, [after[0].1.clone()], "after 24 h the shard moves on");
}
