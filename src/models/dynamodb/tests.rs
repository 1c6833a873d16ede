//! What each preset teaches, and that the model keeps its word.

use super::*;
use crate::models::journal::Keeping;
use crate::models::timeline::{Played, Timeline};
use crate::services::time::Span;

fn started(preset: &str, knobs: &[(&str, i64)]) -> Timeline<Dynamo> {
    let setup = Setup::new(Dynamo::PRESETS, Dynamo::KNOBS, preset, knobs, 7).unwrap();
    Timeline::new(setup, Keeping::All)
}

fn played(preset: &str, knobs: &[(&str, i64)], seconds: u64) -> Timeline<Dynamo> {
    let mut timeline = started(preset, knobs);
    play(&mut timeline, seconds);
    timeline
}

fn play(timeline: &mut Timeline<Dynamo>, seconds: u64) {
    let until = timeline.now().at + Span::seconds(seconds);
    assert_eq!(timeline.play(until, 5_000_000), Played::Reached);
}

fn act(timeline: &mut Timeline<Dynamo>, action: &str, target: Option<&str>, with: Option<&str>) {
    timeline.act(doing(action, target, with)).unwrap();
}

fn doing(action: &str, target: Option<&str>, with: Option<&str>) -> Command {
    Command::Do {
        action: action.to_owned(),
        target: target.map(str::to_owned),
        argument: with.map(str::to_owned),
    }
}

fn probe(timeline: &Timeline<Dynamo>, name: &str) -> i64 {
    timeline.scene().probe(name, timeline.now().at).unwrap()
}

fn aws(timeline: &mut Timeline<Dynamo>, line: &str) -> String {
    timeline.act(Command::Aws(line.to_owned())).unwrap().output.trim().to_owned()
}

/// Whether something happened to something, and why.
fn tells(timeline: &Timeline<Dynamo>, object: &str, what: &str, why: &str) -> bool {
    let mut events = timeline.journal().range(0..timeline.events());
    events.any(|event| {
        event.what == what && event.why == why && timeline.scene().name(event.object) == object
    })
}

#[test]
fn ddb_1_the_typed_key_falls_where_its_hash_says() {
    let mut timeline = played("basic", &[("actors", 1)], 1);
    for key in ["user-1", "user-2", "kim", "2026-11-22"] {
        act(&mut timeline, "put", None, Some(key));
        let scene = timeline.scene();
        let (marked, hash, partition) = scene.marked().unwrap();
        assert_eq!((marked, hash), (key, hash_of(key)));
        assert_eq!(partition, (hash >> 62) as usize, "a new on-demand table has four partitions");
        let name = partition_name(partition);
        let events = timeline.journal().range(0..timeline.events());
        let written = events.filter(|event| event.what == "written").last().unwrap();
        assert_eq!(scene.name(written.object), key);
        assert!(written.args.iter().flatten().any(|arg| {
            matches!(arg, crate::models::journal::Arg::Object(object) if scene.name(*object) == name)
        }));
    }
}

#[test]
fn ddb_4_an_item_of_1_5_kb_takes_two_units_to_write_and_half_of_one_to_read() {
    let mut timeline = played("basic", &[("actors", 1)], 1);
    act(&mut timeline, "put", None, Some("kim"));
    assert_eq!((probe(&timeline, "WriteUnits"), probe(&timeline, "ReadHalfUnits")), (2, 0));
    act(&mut timeline, "get", None, Some("kim"));
    assert_eq!(probe(&timeline, "ReadHalfUnits"), 1);
    timeline.act(Command::Set { knob: "consistency".to_owned(), value: 1 }).unwrap();
    act(&mut timeline, "get", None, Some("kim"));
    act(&mut timeline, "get", None, Some("nobody"));
    assert_eq!(probe(&timeline, "ReadHalfUnits"), 1 + 2 + 2, "what is not there costs, too");
    assert_eq!(probe(&timeline, "StaleReads"), 0);
}

#[test]
fn ddb_18_a_hot_key_is_throttled_at_a_tenth_of_the_tables_capacity() {
    let timeline = played("hot-key", &[], 10);
    let units = probe(&timeline, "ConsumedWriteCapacityUnits") / 1000;
    assert!((1_400..1_800).contains(&units), "1,000 of the hot key and 600 of the others: {units}");
    assert!(probe(&timeline, "WriteThrottleEvents") > 20);
    assert!(probe(&timeline, "RequestsGivenUp") > 100);
    let scene = timeline.scene();
    let hot =
        partition_name(scene.shown_table().unwrap().throughput.partition_of(hash_of("user-1")));
    assert!(tells(&timeline, &hot, "refused-writes", "thousand-writes"));
    let events = timeline.journal().range(0..timeline.events());
    let mut refused = events.filter(|event| event.what == "refused-writes");
    assert!(refused.all(|event| scene.name(event.object) == hot), "nobody else is throttled");
}

#[test]
fn ddb_19_alone_a_hot_key_still_ends_at_a_partitions_limit() {
    let timeline = played("hot-key", &[("isolate-after", 5_000)], 20);
    assert_eq!(probe(&timeline, "IsolatedItems"), 1);
    assert!(probe(&timeline, "WriteThrottleEvents") > 20, "help ends here");
}

#[test]
fn ddb_20_ten_suffixes_end_the_throttling() {
    let timeline = played("write-sharding", &[], 20);
    assert_eq!(probe(&timeline, "ThrottledRequests"), 0);
    assert!(probe(&timeline, "ConsumedWriteCapacityUnits") / 1000 > 1_800);
}

#[test]
fn ddb_19_a_partition_takes_what_the_others_leave() {
    let timeline = played("adaptive", &[], 30);
    assert_eq!(probe(&timeline, "ThrottledRequests"), 0);
    let table = timeline.scene().shown_table().unwrap();
    let hot = table.throughput.partition_of(hash_of("user-1"));
    let load = table.throughput.partitions()[hot]
        .last_second(timeline.now().at, crate::services::dynamodb::Direction::Write);
    assert!(load > Units::whole(115), "more than its even share of 100: {load}");
    let more = played("adaptive", &[("write-rate", 112_500)], 60);
    assert!(probe(&more, "ThrottledRequests") > 50, "450 are more than the table's 400");
}

#[test]
fn ddb_19_an_item_that_crowds_its_partition_out_is_put_alone() {
    let mut timeline = played("isolation", &[], 9);
    assert!(probe(&timeline, "ThrottledRequests") > 40);
    assert_eq!(probe(&timeline, "IsolatedItems"), 0);
    play(&mut timeline, 11);
    assert_eq!(probe(&timeline, "IsolatedItems"), 1);
    let then = probe(&timeline, "ThrottledRequests");
    play(&mut timeline, 20);
    assert_eq!(probe(&timeline, "ThrottledRequests"), then, "800 and 300 fit into two partitions");
    assert!(tells(&timeline, "partition-4", "isolated", "crowded-out"));
}

#[test]
fn ddb_17_what_was_left_of_thirty_seconds_pays_for_a_burst_and_not_for_a_second_one() {
    let mut timeline = played("burst", &[], 29);
    assert_eq!(probe(&timeline, "BurstBalance"), 290);
    play(&mut timeline, 2);
    assert_eq!(probe(&timeline, "ItemsWritten"), 300);
    assert_eq!(probe(&timeline, "ThrottledRequests"), 0);
    act(&mut timeline, "burst", None, None);
    assert!(probe(&timeline, "ThrottledRequests") > 900);
    assert!(tells(&timeline, "Shop", "refused-writes", "used-up"));
}

#[test]
fn ddb_21_an_on_demand_table_takes_twice_its_peak_half_an_hour_later() {
    let mut timeline = played("on-demand", &[], 60);
    assert!(probe(&timeline, "ConsumedWriteCapacityUnits") / 1000 <= 4_200);
    let at_first = probe(&timeline, "ThrottledRequests");
    assert!(at_first > 1_000);
    play(&mut timeline, 1_800);
    let then = probe(&timeline, "ThrottledRequests");
    play(&mut timeline, 60);
    let now = probe(&timeline, "ThrottledRequests") - then;
    assert!(now < at_first / 4, "6,000 are less than twice 4,000: {now} against {at_first}");
    assert!(probe(&timeline, "Partitions") >= 8);
    assert!(tells(&timeline, "Shop", "split", "peak-grew"));
}

#[test]
fn ddb_15_an_index_of_10_units_throttles_a_table_of_100_after_its_bucket_is_spent() {
    let mut timeline = played("gsi-backpressure", &[("bucket", 10_000)], 74);
    assert_eq!(
        probe(&timeline, "ThrottledRequests"),
        0,
        "3,000 units last 75 s at 40 above the rate"
    );
    play(&mut timeline, 3);
    assert!(probe(&timeline, "GSI.WriteThrottleEvents") >= 40);
    assert_eq!(probe(&timeline, "WriteThrottleEvents"), 0, "the table itself has plenty");
    assert_eq!(probe(&timeline, "GSI.ConsumedWriteCapacityUnits"), 10_000);
    assert_eq!(probe(&timeline, "ConsumedWriteCapacityUnits"), 10_000);
    assert!(tells(&timeline, "by-email", "refused-writes", "index-used-up"));
    assert_eq!(probe(&timeline, "ReadThrottleEvents"), 0, "reads of the table are unaffected");
    let preset = played("gsi-backpressure", &[], 20);
    assert!(probe(&preset, "ThrottledRequests") > 100, "the preset's bucket lasts 15 s");
}

#[test]
fn ddb_13_an_index_read_right_after_a_write_may_miss_it() {
    let timeline = played("gsi-lag", &[], 60);
    assert!(probe(&timeline, "StaleReads") > 10);
    let prompt = played("gsi-lag", &[("index-lag", 0)], 60);
    assert_eq!(probe(&prompt, "StaleReads"), 0);
}

#[test]
fn ddb_11_a_default_read_may_be_old_and_a_strong_one_never_is() {
    let eventual = played("eventual-read", &[], 120);
    let strong = played("eventual-read", &[("consistency", 1)], 120);
    assert!(probe(&eventual, "StaleReads") > 20);
    assert_eq!(probe(&strong, "StaleReads"), 0);
    assert_eq!(probe(&strong, "ReadsAnswered"), probe(&eventual, "ReadsAnswered"));
    assert_eq!(probe(&strong, "ReadHalfUnits"), 2 * probe(&eventual, "ReadHalfUnits"));
}

#[test]
fn ddb_10_two_clerks_lose_updates_unless_they_write_on_a_condition() {
    let careless = played("lost-update", &[], 300);
    assert!(probe(&careless, "LostUpdates") > 10);
    let careful = played("condition", &[], 300);
    assert_eq!(probe(&careful, "LostUpdates"), 0);
    assert_eq!(probe(&careful, "Stock"), STOCK_AT_START - probe(&careful, "ItemsSold"));
    assert!(probe(&careful, "ConditionalCheckFailedRequests") > 10);
    let counting = played("lost-update", &[("task", 2)], 300);
    assert_eq!(probe(&counting, "LostUpdates"), 0);
    assert_eq!(probe(&counting, "ConditionalCheckFailedRequests"), 0);
}

#[test]
fn ddb_38_an_add_done_again_counts_twice_and_a_condition_does_not() {
    let adding = played("lost-answer", &[], 300);
    assert!(probe(&adding, "CountedTwice") > 5);
    let careful = played("lost-answer", &[("task", 1)], 300);
    assert_eq!((probe(&careful, "CountedTwice"), probe(&careful, "LostUpdates")), (0, 0));
    assert!(tells(&careful, "clerk-1", "retry-refused", "was-done-already"));
    let mut by_hand = played("lost-answer", &[("lost-answers", 0)], 60);
    assert_eq!(probe(&by_hand, "CountedTwice"), 0);
    act(&mut by_hand, "lose", Some("clerk-2"), None);
    play(&mut by_hand, 60);
    assert_eq!(probe(&by_hand, "CountedTwice"), 1);
}

#[test]
fn ddb_26_transfers_in_conflict_are_cancelled_whole_and_no_money_is_lost() {
    let timeline = played("transactions", &[], 300);
    assert!(probe(&timeline, "TransactionConflict") > 10);
    assert_eq!(timeline.scene().money(), 3_000);
    let apart = played("transactions", &[("accounts", 100)], 300);
    assert!(probe(&apart, "TransactionConflict") < probe(&timeline, "TransactionConflict") / 3);
}

#[test]
fn ddb_6_a_scan_pays_for_all_it_reads_and_a_query_for_what_it_needs() {
    let scan = played("scan-against-query", &[], 20);
    assert!(probe(&scan, "ThrottledRequests") > 10);
    assert!(tells(&scan, "client", "scanned", "filter-comes-after"));
    let query = played("scan-against-query", &[("reads", 1)], 20);
    assert_eq!(probe(&query, "ThrottledRequests"), 0);
    assert_eq!(probe(&query, "ReadHalfUnits"), probe(&query, "ReadsAnswered"), "0.5 each");
    assert_eq!(probe(&query, "ReturnedItemCount"), 10 * probe(&query, "ReadsAnswered"));
    let each = |timeline: &Timeline<Dynamo>| {
        probe(timeline, "ReadHalfUnits") / probe(timeline, "ReadsAnswered")
    };
    assert_eq!((each(&scan), each(&query)), (40, 1), "20 units against a half");
}

#[test]
fn ddb_31_expired_items_stay_readable_until_they_are_deleted_for_nothing() {
    let mut timeline = played("ttl", &[], 120);
    assert!(probe(&timeline, "ExpiredItems") > 10);
    assert!(probe(&timeline, "ExpiredItemsRead") > 0);
    play(&mut timeline, 300);
    let (written, units) = (probe(&timeline, "ItemsWritten"), probe(&timeline, "WriteUnits"));
    assert!(probe(&timeline, "TimeToLiveDeletedItemCount") > 50);
    assert_eq!(written, units, "a delete by TTL takes no units");
    let mistaken = played("ttl-milliseconds", &[], 420);
    assert_eq!(probe(&mistaken, "TimeToLiveDeletedItemCount"), 0);
    assert_eq!(probe(&mistaken, "ExpiredItems"), 0);
    assert_eq!(probe(&mistaken, "ItemCount"), probe(&mistaken, "ItemsWritten"));
}

#[test]
fn ddb_32_a_put_that_changes_nothing_leaves_no_record() {
    let mut timeline = played("streams", &[], 60);
    timeline.act(Command::Set { knob: "actors".to_owned(), value: 1 }).unwrap();
    timeline.act(Command::Set { knob: "actors".to_owned(), value: 0 }).unwrap();
    play(&mut timeline, 1);
    assert!(tells(&timeline, "stream", "no-record", "nothing-changed"));
    let written = probe(&timeline, "ItemsWritten");
    let records = timeline.scene().stream().unwrap().range().end as i64;
    assert!(records < written * 9 / 10, "{records} of {written}");
}

#[test]
fn ddb_33_a_reader_that_was_dead_goes_on_after_its_last_record_and_not_after_a_day() {
    let mut timeline = played("streams", &[("write-rate", 100)], 60);
    act(&mut timeline, "kill", Some("reader"), None);
    let before = probe(&timeline, "ReturnedRecordsCount");
    play(&mut timeline, 3_600);
    assert_eq!(probe(&timeline, "ReturnedRecordsCount"), before);
    assert!(probe(&timeline, "IteratorAge") > 3_500_000);
    act(&mut timeline, "revive", Some("reader"), None);
    play(&mut timeline, 10);
    assert_eq!((probe(&timeline, "UnreadRecords"), probe(&timeline, "RecordsMissed")), (0, 0));
    assert!(tells(&timeline, "reader", "iterator-expired", "fifteen-minutes"));
    act(&mut timeline, "kill", Some("reader"), None);
    play(&mut timeline, 26 * 3_600);
    act(&mut timeline, "revive", Some("reader"), None);
    play(&mut timeline, 60);
    assert!(probe(&timeline, "RecordsMissed") > 100);
}

#[test]
fn a_flood_of_one_partition_is_throttled_until_it_is_calmed() {
    let mut timeline = played("hot-key", &[("write-rate", 10_000)], 5);
    assert_eq!(probe(&timeline, "ThrottledRequests"), 0);
    act(&mut timeline, "flood", Some("partition-3"), None);
    play(&mut timeline, 5);
    assert!(tells(&timeline, "partition-3", "refused-writes", "thousand-writes"));
    act(&mut timeline, "calm", None, None);
    let then = probe(&timeline, "ThrottledRequests");
    play(&mut timeline, 5);
    assert_eq!(probe(&timeline, "ThrottledRequests"), then);
}

#[test]
fn turning_capacity_calls_update_table_which_takes_its_time_and_may_refuse() {
    let mut timeline = played("gsi-backpressure", &[], 20);
    act(&mut timeline, "double", None, None);
    play(&mut timeline, 2);
    let rate = timeline.scene().shown_table().unwrap().throughput.writes.per_second();
    assert_eq!(rate, 200);
    timeline.act(Command::Set { knob: "index-capacity".to_owned(), value: 100 }).unwrap();
    play(&mut timeline, 10);
    assert_eq!(probe(&timeline, "GSI.WriteThrottleEvents"), 0);
    let mut on_demand = played("basic", &[], 1);
    let refused = on_demand.act(Command::Set { knob: "write-capacity".to_owned(), value: 100 });
    assert_eq!(refused, Err(Refusal::NotNow("on-demand")));
}

#[test]
fn the_table_that_a_line_names_is_the_one_that_is_shown() {
    let mut timeline = played("basic", &[("actors", 1)], 1);
    aws(
        &mut timeline,
        "aws dynamodb create-table --table-name Orders --attribute-definitions \
         AttributeName=pk,AttributeType=S --key-schema AttributeName=pk,KeyType=HASH \
         --billing-mode PAY_PER_REQUEST",
    );
    play(&mut timeline, 5);
    aws(&mut timeline, r#"aws dynamodb put-item --table-name Orders --item '{"pk":{"S":"kim"}}'"#);
    assert_eq!(timeline.scene().shown_table().unwrap().name(), "Orders");
    let event = timeline.journal().range(0..timeline.events()).last().unwrap();
    assert_eq!((event.what, event.rule), ("written", Some("DDB-4")));
    assert_eq!(timeline.journal().chain(event.id, 9).len(), 4, "put, create, begin");
    aws(&mut timeline, "aws dynamodb delete-table --table-name Orders");
    play(&mut timeline, 5);
    assert_eq!(timeline.scene().shown_table().unwrap().name(), TABLE_NAME);
}

#[test]
fn actions_show_the_aws_command_they_stand_for() {
    let timeline = played("burst", &[("actors", 1)], 1);
    let equivalent =
        |command: &Command| timeline.scene().aws_equivalent(command, timeline.now().at).unwrap();
    let put = equivalent(&doing("put", None, Some("kim")));
    assert!(put.starts_with("aws dynamodb put-item --table-name Shop --item"), "{put}");
    let get = equivalent(&doing("get", None, Some("kim")));
    let double = equivalent(&doing("double", None, None));
    assert!(double.starts_with("aws dynamodb update-table"), "{double}");
    let mut again = timeline.clone();
    aws(&mut again, &put);
    assert!(aws(&mut again, &get).contains("kim"));
    aws(&mut again, &double);
    play(&mut again, 2);
    assert_eq!(again.scene().shown_table().unwrap().throughput.writes.per_second(), 20);
}

/// What holds at any moment: no partition gives more than its limit and one item over it, all of them
/// no more than the table, and transfers neither make nor lose money.
pub(super) fn audit(scene: &Dynamo, now: Time) {
    use crate::services::dynamodb::{Direction, ITEM_BYTES, PARTITION_READS, PARTITION_WRITES};
    let Some(table) = scene.shown_table() else { return };
    let largest = Units::write(ITEM_BYTES).twice();
    for (direction, most) in
        [(Direction::Write, PARTITION_WRITES), (Direction::Read, PARTITION_READS)]
    {
        let loads = table.throughput.partitions().iter().map(|load| load.used(now, direction));
        let all: Units = loads.inspect(|used| assert!(*used < Units::whole(most) + largest)).sum();
        assert!(all <= table.throughput.meter(direction).used(now), "{all}");
    }
    if scene.settings().task == Task::Transfer && scene.settings().clerks > 0 {
        assert_eq!(scene.money(), i64::from(scene.settings().accounts) * 1_000);
    }
}
