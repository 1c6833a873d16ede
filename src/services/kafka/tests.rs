//! The rules of MSK, each by its id, through the door.

use serde_json::{Value as Json, json};

use crate::services::Answer;
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, ServiceId, World};

struct Cluster {
    world: World,
}

impl Cluster {
    /// A cluster with the topic `clicks`.
    fn new(partitions: u32) -> Cluster {
        let mut cluster = Cluster { world: World::new(1) };
        cluster.ok(
            "CreateTopic",
            json!({"ClusterArn": "c", "TopicName": "clicks", "PartitionCount": partitions,
                   "ReplicationFactor": 3}),
        );
        cluster
    }

    fn call(&mut self, name: &str, params: Json) -> Result<Json, String> {
        let operation = Operation::from_json(ServiceId::Kafka, name, params)
            .map_err(|error| error.code.into_owned())?;
        match self.world.call(self.world.now(), operation) {
            Answer::Now(Ok(response)) => Ok(response.to_json()),
            Answer::Now(Err(error)) => Err(error.code.into_owned()),
            Answer::Later(_) => Err("later".to_owned()),
        }
    }

    fn ok(&mut self, name: &str, params: Json) -> Json {
        self.call(name, params).unwrap()
    }

    fn wait(&mut self, span: Span) {
        self.world.advance(self.world.now() + span);
    }

    fn produce(&mut self, key: &str) -> (u64, u64) {
        let place = self.ok("Produce", json!({"TopicName": "clicks", "Key": key, "Value": key}));
        (place["Partition"].as_u64().unwrap(), place["Offset"].as_u64().unwrap())
    }

    fn join(&mut self, group: &str, member: &str) {
        self.ok(
            "JoinGroup",
            json!({"GroupId": group, "MemberId": member, "TopicName": "clicks",
                   "AutoOffsetReset": "earliest"}),
        );
    }

    fn poll(&mut self, group: &str, member: &str) -> Vec<(u64, u64)> {
        let polled = self.ok("Poll", json!({"GroupId": group, "MemberId": member}));
        let records = polled["Records"].as_array().unwrap();
        records
            .iter()
            .map(|record| {
                (record["Partition"].as_u64().unwrap(), record["Offset"].as_u64().unwrap())
            })
            .collect()
    }

    fn commit(&mut self, group: &str, member: &str) -> Result<Json, String> {
        self.call("CommitOffsets", json!({"GroupId": group, "MemberId": member}))
    }

    /// How many partitions each member has, by name.
    fn shares(&mut self, group: &str) -> Vec<usize> {
        let group = self.world.kafka.group(group).unwrap();
        group.members.values().map(|member| member.partitions.len()).collect()
    }
}

const REBALANCE: Span = Span::seconds(3);

#[test]
fn msk_3_offsets_count_from_nothing_and_reading_removes_nothing() {
    let mut cluster = Cluster::new(1);
    assert_eq!([cluster.produce("a"), cluster.produce("b")], [(0, 0), (0, 1)]);
    for group in ["billing", "search"] {
        cluster.join(group, "one");
        cluster.wait(REBALANCE);
        assert_eq!(cluster.poll(group, "one"), [(0, 0), (0, 1)], "each group reads everything");
        assert_eq!(cluster.poll(group, "one"), [], "and goes on from its own position");
    }
}

#[test]
fn msk_4_each_partition_has_one_member_and_extra_members_idle() {
    let mut cluster = Cluster::new(6);
    for (count, shares) in [(1, vec![6]), (3, vec![2, 2, 2]), (4, vec![2, 2, 1, 1])] {
        for number in 1..=count {
            if cluster.world.kafka.group("g").is_none_or(|group| group.members.len() < number) {
                cluster.join("g", &format!("m{number}"));
            }
        }
        cluster.wait(REBALANCE);
        assert_eq!(cluster.shares("g"), shares);
    }
    for number in 5..=8 {
        cluster.join("g", &format!("m{number}"));
    }
    cluster.wait(REBALANCE);
    assert_eq!(cluster.shares("g"), [1, 1, 1, 1, 1, 1, 0, 0]);
}

#[test]
fn msk_5_while_a_group_rebalances_nobody_reads_or_commits() {
    let mut cluster = Cluster::new(2);
    cluster.produce("a");
    cluster.join("g", "m1");
    cluster.wait(REBALANCE);
    assert_eq!(cluster.poll("g", "m1").len(), 1);
    cluster.join("g", "m2");
    assert_eq!(cluster.poll("g", "m1"), []);
    assert_eq!(cluster.commit("g", "m1"), Err("REBALANCE_IN_PROGRESS".to_owned()));
    let described = cluster.ok("DescribeGroup", json!({"GroupId": "g"}));
    assert_eq!(described["State"], "PreparingRebalance");
}

#[test]
fn msk_6_a_silent_member_is_out_after_its_session_and_a_slow_one_after_its_poll_interval() {
    let mut cluster = Cluster::new(2);
    for member in ["dead", "slow", "well"] {
        cluster.join("g", member);
    }
    cluster.wait(REBALANCE);
    cluster.ok("StopHeartbeats", json!({"GroupId": "g", "MemberId": "dead"}));
    let members = |cluster: &Cluster| cluster.world.kafka.group("g").unwrap().members.len();
    cluster.wait(Span::seconds(44));
    assert_eq!(members(&cluster), 3);
    cluster.wait(Span::seconds(1));
    assert_eq!(members(&cluster), 2, "45 seconds without a heartbeat");
    for _ in 0..6 {
        cluster.poll("g", "well");
        cluster.wait(Span::minutes(1));
    }
    assert_eq!(members(&cluster), 1, "heartbeats do not help one who does not poll for 5 minutes");
    assert_eq!(cluster.commit("g", "slow"), Err("UNKNOWN_MEMBER_ID".to_owned()));
}

#[test]
fn msk_7_the_successor_begins_at_the_committed_offset_and_repeats_the_rest() {
    let mut cluster = Cluster::new(1);
    for n in 0..10 {
        cluster.produce(&n.to_string());
    }
    cluster.join("g", "m1");
    cluster.wait(REBALANCE);
    cluster.poll("g", "m1");
    cluster.commit("g", "m1").unwrap();
    for n in 10..15 {
        cluster.produce(&n.to_string());
    }
    assert_eq!(cluster.poll("g", "m1").len(), 5, "read, worked on, not committed");
    cluster.ok("LeaveGroup", json!({"GroupId": "g", "MemberId": "m1"}));
    cluster.join("g", "m2");
    cluster.wait(REBALANCE);
    let again: Vec<(u64, u64)> = (10..15).map(|offset| (0, offset)).collect();
    assert_eq!(cluster.poll("g", "m2"), again);
}

#[test]
fn msk_8_partitions_can_be_added_which_moves_keys_and_never_taken_away() {
    let mut cluster = Cluster::new(6);
    let update =
        |count: u32| json!({"ClusterArn": "c", "TopicName": "clicks", "PartitionCount": count});
    let before: Vec<u64> = (0..100).map(|n| cluster.produce(&format!("user-{n}")).0).collect();
    assert_eq!(cluster.call("UpdateTopic", update(5)), Err("BadRequestException".to_owned()));
    cluster.ok("UpdateTopic", update(7));
    let moved = (0..100).filter(|n| cluster.produce(&format!("user-{n}")).0 != before[*n]).count();
    assert!(moved > 70, "{moved} of 100 keys go to another partition");
}

#[test]
fn msk_9_records_end_with_their_retention_and_a_late_group_begins_at_what_is_left() {
    let mut cluster = Cluster::new(1);
    cluster.produce("old");
    cluster.wait(Span::hours(100));
    cluster.produce("new");
    cluster.wait(Span::hours(68));
    let log = &cluster.world.kafka.topic("clicks").unwrap().partitions[0];
    assert_eq!((log.first(), log.end()), (1, 2));
    cluster.join("g", "m1");
    cluster.wait(REBALANCE);
    assert_eq!(cluster.poll("g", "m1"), [(0, 1)]);
}

#[test]
fn lag_is_what_lies_between_the_committed_offset_and_the_end() {
    let mut cluster = Cluster::new(1);
    cluster.produce("a");
    cluster.join("g", "m1");
    cluster.wait(REBALANCE);
    cluster.poll("g", "m1");
    cluster.commit("g", "m1").unwrap();
    cluster.produce("b");
    cluster.produce("c");
    let described = cluster.ok("DescribeGroup", json!({"GroupId": "g"}));
    let row = &described["Partitions"][0];
    assert_eq!(
        (&row["CurrentOffset"], &row["Lag"], &row["MemberId"]),
        (&json!(1), &json!(2), &json!("m1"))
    );
    assert_eq!(cluster.world.now(), Time(3000));
}
