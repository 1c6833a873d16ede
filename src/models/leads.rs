//! Which metrics a preset is about: they stand first, so that they are in sight where there is no
//! room for all.

use super::registry::ModelId;

/// A preset, and the metrics that show what it teaches, the most telling first.
type Lead = (&'static str, &'static [&'static str]);

/// The metrics of a model in the order in which a preset shows them: those it is about, then the
/// others as the model lists them. Numbers are indices into [`ModelId::metrics`].
pub fn order(model: ModelId, preset: &str) -> Vec<usize> {
    let metrics = model.metrics();
    let names = leads(model).iter().find(|(id, _)| *id == preset).map_or(&[][..], |(_, led)| led);
    let led = names.iter().filter_map(|name| metrics.iter().position(|spec| spec.name == *name));
    let mut order: Vec<usize> = led.collect();
    let rest: Vec<usize> = (0..metrics.len()).filter(|index| !order.contains(index)).collect();
    order.extend(rest);
    order
}

fn leads(model: ModelId) -> &'static [Lead] {
    match model {
        ModelId::Queue => QUEUE,
        ModelId::Stream => STREAM,
        ModelId::Duel => DUEL,
        ModelId::Fanout => FANOUT,
        ModelId::Aurora => AURORA,
        ModelId::Cache => CACHE,
        ModelId::Rds => RDS,
        ModelId::Connections => CONNECTIONS,
        ModelId::DynamoDb => DYNAMODB,
    }
}

const VISIBLE: &str = "ApproximateNumberOfMessagesVisible";
const IN_FLIGHT: &str = "ApproximateNumberOfMessagesNotVisible";
const OLDEST: &str = "ApproximateAgeOfOldestMessage";

const QUEUE: &[Lead] = &[
    ("basic", &[VISIBLE, IN_FLIGHT, "NumberOfMessagesReceived", "NumberOfMessagesDeleted"]),
    ("visibility-too-short", &["WorkDoneTwice", "WorkDone", IN_FLIGHT]),
    ("poison-message", &["DeadLetters", "WorkFailed", "NumberOfMessagesReceived"]),
    ("no-dlq", &["WorkFailed", "MessagesLost", OLDEST]),
    ("fifo-groups", &["WorkersBusy", "WorkDone", "TimeToDone"]),
    ("one-group", &["WorkersBusy", VISIBLE, "TimeToDone", OLDEST]),
    ("dedup-window", &["DuplicateSendsDropped", "WorkDoneTwice", "NumberOfMessagesSent"]),
    ("noisy-tenant", &["TimeToDoneOfOthers", "TimeToDone", VISIBLE]),
    ("backlog-and-age", &[VISIBLE, OLDEST, "WorkersBusy"]),
    ("worker-crash", &[IN_FLIGHT, OLDEST, "WorkersBusy", "WorkDoneTwice"]),
    ("polling", &["NumberOfEmptyReceives", "NumberOfMessagesReceived", "TimeToDone"]),
    ("lambda-consumer", &["WorkersBusy", "WorkFailed", "DeadLetters", IN_FLIGHT]),
];

const REFUSED: &str = "WriteProvisionedThroughputExceeded";
const ITERATOR_AGE: &str = "GetRecords.IteratorAgeMilliseconds";

const STREAM: &[Lead] = &[
    ("routing", &["IncomingRecords", "OpenShardCount", "GetRecords.Records"]),
    ("hot-shard", &[REFUSED, "IncomingRecords", "RecordsGivenUp"]),
    ("merge", &["OpenShardCount", ITERATOR_AGE, "RecordsProcessed"]),
    ("two-consumers", &["GetRecords.Records", "MillisBehindLatest", "RecordsProcessedAgain"]),
    ("slow-consumer", &["MillisBehindLatest", "RecordsExpiredUnread", ITERATOR_AGE]),
    ("throttled-producer", &[REFUSED, "RecordsGivenUp", "IncomingRecords"]),
    ("on-demand", &["OpenShardCount", REFUSED, "IncomingBytes"]),
    ("kafka-rebalance", &["SumOffsetLag", "Rebalances", "RecordsProcessedAgain", "MaxOffsetLag"]),
    ("kafka-two-groups", &["SumOffsetLag", "EstimatedMaxTimeLag", "Rebalances"]),
];

const DUEL: &[Lead] = &[
    ("default", &["QueueHandled", "StreamHandled", "QueueWaiting", "StreamWaiting"]),
    ("poison", &["DeadLetters", "BlockedShards", "QueueHandled", "StreamHandled", "IteratorAge"]),
    ("killed-function", &[OLDEST, "IteratorAge", "QueueWaiting", "StreamWaiting"]),
    ("second-application", &["SecondFromQueue", "SecondFromStream", "StreamRetained"]),
    ("day-off", &["QueueLost", "StreamLost", "QueueWaiting", "StreamWaiting"]),
];

const FANOUT: &[Lead] = &[
    ("one-by-one", &["OrderLatency", "OrdersFailed", "Missing"]),
    ("shared-queue", &["Missing", "OrdersAccepted", "Waiting"]),
    ("sns-queues", &["OrderLatency", "Missing", "Waiting", "TimeToAll"]),
    ("stream-readers", &["OrderLatency", "Missing", "LoggedTwice", "TimeToAll"]),
];

const AURORA: &[Lead] = &[
    ("basic", &["CommitLatency", "AuroraReplicaLag", "Commits", "StaleReads"]),
    ("quorum", &["CopiesDead", "Commits", "CommitLatency"]),
    ("zone-lost", &["CopiesDead", "Commits", "CommitsLost", "Downtime"]),
    ("failover", &["Downtime", "CommitsLost", "DatabaseConnections"]),
    ("no-replica", &["Downtime", "CommitsLost", "DatabaseConnections"]),
    ("endpoints", &["DatabaseConnections", "StaleReads", "AuroraReplicaLag"]),
    ("clone", &["VolumeBytesUsed", "BilledStorage", "Commits"]),
    ("backtrack", &["Downtime", "Commits", "VolumeBytesUsed"]),
    (
        "serverless",
        &["ServerlessDatabaseCapacity", "ACUUtilization", "ServerlessCost", "FixedCost"],
    ),
    (
        "never-pauses",
        &["ServerlessDatabaseCapacity", "DatabaseConnections", "ServerlessCost", "ResumeWait"],
    ),
    ("io-optimized", &["IoShare", "MonthStandard", "MonthIoOptimized"]),
];

const CACHE: &[Lead] = &[
    ("basic", &["CacheHitRate", "DatabaseQueries", "ReadLatency"]),
    ("eviction", &["Evictions", "CacheHitRate", "BytesUsedForCache"]),
    ("volatile-no-ttl", &["StoresRefused", "BytesUsedForCache", "Evictions"]),
    ("stampede", &["DatabaseQueries", "DatabaseBusy", "ReadLatency"]),
    ("jitter", &["DatabaseBusy", "Reclaimed", "DatabaseQueries"]),
    ("stale-race", &["StaleReads", "CacheHits", "CacheHitRate"]),
    ("missing-rows", &["DatabaseQueries", "CacheMisses", "CacheHitRate"]),
    ("node-loss", &["CacheHitRate", "DatabaseBusy", "RequestsFailed"]),
    ("failover", &["WritesLost", "ReplicationLag", "RequestsFailed"]),
    ("cluster", &["CurrItems", "CacheHitRate", "RequestsFailed"]),
    ("reshard", &["CacheHitRate", "RequestsSentOn", "CurrItems"]),
    ("memcached", &["CacheHitRate", "DatabaseQueries", "CurrItems"]),
    ("memcached-scale-out", &["CacheHitRate", "DatabaseBusy", "ReadLatency"]),
    ("memcached-slabs", &["CacheHitRate", "Evictions", "BytesUsedForCache"]),
    ("sessions", &["LoginsAgain", "WritesLost", "CurrItems"]),
];

const RDS: &[Lead] = &[
    ("basic", &["DatabaseConnections", "CPUUtilization", "CommitLatency"]),
    ("multi-az", &["Outage", "Failed", "CommitsLost", "ReplicaLag"]),
    ("backups", &["Acknowledged", "CommitsLost", "FreeStorageSpace"]),
    ("monitoring", &["CPUUtilization", "DatabaseConnections", "DiskQueueDepth", "ReadLatency"]),
    ("replica-lag", &["ReplicaLag", "StaleReads", "WriteIOPS"]),
    ("stale-reads", &["StaleReads", "ReplicaLag", "Acknowledged"]),
    ("sync-commit", &["CommitLatency", "WriteLatency", "Acknowledged"]),
    ("promote-replica", &["CommitsLost", "ReplicaLag", "Outage"]),
    ("dns-cache", &["Outage", "Failed", "Unanswered"]),
    ("storage-burst", &["BurstBalance", "DiskQueueDepth", "WriteLatency", "WriteIOPS"]),
    ("storage-full", &["FreeStorageSpace", "Failed", "Outage"]),
    ("max-connections", &["DatabaseConnections", "ConnectionsRefused", "FreeableMemory"]),
];

const PINNED: &str = "DatabaseConnectionsCurrentlySessionPinned";
const BORROWED: &str = "DatabaseConnectionsCurrentlyBorrowed";
const BORROWING: &str = "DatabaseConnectionsBorrowLatency";

const CONNECTIONS: &[Lead] = &[
    ("basic", &["ConcurrentExecutions", "DatabaseConnections", "Duration"]),
    ("storm", &["DatabaseConnections", "ConnectionsRefused", "Errors"]),
    ("proxy", &["ClientConnections", "DatabaseConnections", BORROWED]),
    ("pinning", &[PINNED, "Waiting", "DatabaseConnections"]),
    ("borrow-timeout", &["Waiting", "BorrowTimeouts", BORROWING]),
    ("fewer-copies", &["Copies", "Throttles", "DatabaseConnections"]),
];

const WRITTEN: &str = "ConsumedWriteCapacityUnits";
const READ: &str = "ConsumedReadCapacityUnits";
const THROTTLED: &str = "WriteThrottleEvents";

const DYNAMODB: &[Lead] = &[
    ("basic", &[WRITTEN, READ, "ReturnedItemCount"]),
    ("hot-key", &[THROTTLED, WRITTEN, "RequestsGivenUp"]),
    ("write-sharding", &[THROTTLED, WRITTEN, "RequestsGivenUp"]),
    ("adaptive", &[THROTTLED, WRITTEN, "BurstBalance"]),
    ("isolation", &[THROTTLED, WRITTEN, "RequestsGivenUp"]),
    ("burst", &["BurstBalance", WRITTEN, THROTTLED]),
    ("on-demand", &[THROTTLED, WRITTEN, "RequestsGivenUp"]),
    ("gsi-backpressure", &["GSI.WriteThrottleEvents", THROTTLED, "GSI.ConsumedWriteCapacityUnits"]),
    ("gsi-lag", &["StaleReads", "GSI.ConsumedWriteCapacityUnits", WRITTEN]),
    ("eventual-read", &["StaleReads", READ, "ReturnedItemCount"]),
    ("lost-update", &["LostUpdates", WRITTEN, "ConditionalCheckFailedRequests"]),
    ("condition", &["ConditionalCheckFailedRequests", "LostUpdates", WRITTEN]),
    ("lost-answer", &["CountedTwice", WRITTEN, "RequestsGivenUp"]),
    ("transactions", &["TransactionConflict", WRITTEN, READ]),
    ("scan-against-query", &[READ, "ReturnedItemCount", "ReadThrottleEvents"]),
    ("ttl", &["ExpiredItems", "TimeToLiveDeletedItemCount", WRITTEN]),
    ("ttl-milliseconds", &["ExpiredItems", "TimeToLiveDeletedItemCount", WRITTEN]),
    ("streams", &["ReturnedRecordsCount", "IteratorAge", WRITTEN]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_names_a_preset_and_metrics_that_the_model_has() {
        for model in ModelId::ALL {
            for (preset, metrics) in leads(*model) {
                let known = model.presets().iter().any(|known| known.id == *preset);
                assert!(known, "{} has no preset {preset}", model.id());
                for name in *metrics {
                    let known = model.metrics().iter().any(|known| known.name == *name);
                    assert!(known, "{} measures no {name}", model.id());
                }
            }
        }
    }

    #[test]
    fn every_metric_stands_once_and_those_of_the_preset_first() {
        for model in ModelId::ALL {
            for preset in model.presets() {
                let mut order = order(*model, preset.id);
                order.sort_unstable();
                assert_eq!(order, (0..model.metrics().len()).collect::<Vec<_>>());
            }
        }
        let first = order(ModelId::Queue, "poison-message")[0];
        assert_eq!(ModelId::Queue.metrics()[first].name, "DeadLetters");
    }
}
