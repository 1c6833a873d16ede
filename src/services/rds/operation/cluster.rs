//! What clusters can be asked and what they answer, in AWS's shapes.

use crate::services::kinesis::Timestamp;
use crate::services::params::structures;

structures! {
    /// `CreateDBCluster`.
    CreateDBCluster {
        #[serde(rename = "DBClusterIdentifier")] id: String,
        engine: String,
        ;
        master_username: String, master_user_password: String, manage_master_user_password: bool,
        database_name: String, availability_zones: Vec<String>, port: i64,
        backup_retention_period: i64, deletion_protection: bool, storage_type: String,
        backtrack_window: i64, enable_http_endpoint: bool,
        serverless_v2_scaling_configuration: ScalingConfiguration,
        global_cluster_identifier: String, enable_global_write_forwarding: bool,
        #[serde(rename = "DBClusterInstanceClass")] class: String,
        allocated_storage: i64, iops: i64,
    }
    /// `ModifyDBCluster`.
    ModifyDBCluster {
        #[serde(rename = "DBClusterIdentifier")] id: String,
        ;
        apply_immediately: bool, backup_retention_period: i64, deletion_protection: bool,
        port: i64, storage_type: String, backtrack_window: i64, enable_http_endpoint: bool,
        serverless_v2_scaling_configuration: ScalingConfiguration,
        enable_global_write_forwarding: bool,
        #[serde(rename = "DBClusterInstanceClass")] class: String,
        allocated_storage: i64, iops: i64,
    }
    /// `ServerlessV2ScalingConfiguration`, in ACUs.
    ScalingConfiguration { ; min_capacity: f64, max_capacity: f64, seconds_until_auto_pause: i64, }
    /// `DeleteDBCluster`.
    DeleteDBCluster {
        #[serde(rename = "DBClusterIdentifier")] id: String,
        ;
        skip_final_snapshot: bool,
        #[serde(rename = "FinalDBSnapshotIdentifier")] final_snapshot: String,
        delete_automated_backups: bool,
    }
    /// A cluster by its identifier.
    ClusterName { #[serde(rename = "DBClusterIdentifier")] id: String, ; }
    /// One cluster, or all.
    MaybeCluster { ; #[serde(rename = "DBClusterIdentifier")] id: String, }
    /// `FailoverDBCluster`.
    FailoverDBCluster {
        #[serde(rename = "DBClusterIdentifier")] id: String,
        ;
        #[serde(rename = "TargetDBInstanceIdentifier")] target: String,
    }

    /// `CreateDBClusterEndpoint`.
    CreateDBClusterEndpoint {
        #[serde(rename = "DBClusterIdentifier")] cluster: String,
        #[serde(rename = "DBClusterEndpointIdentifier")] id: String,
        #[serde(rename = "EndpointType")] kind: String,
        ;
        #[serde(rename = "StaticMembers")] members: Vec<String>,
        #[serde(rename = "ExcludedMembers")] excluded: Vec<String>,
    }
    /// `ModifyDBClusterEndpoint`.
    ModifyDBClusterEndpoint {
        #[serde(rename = "DBClusterEndpointIdentifier")] id: String,
        ;
        #[serde(rename = "EndpointType")] kind: String,
        #[serde(rename = "StaticMembers")] members: Vec<String>,
        #[serde(rename = "ExcludedMembers")] excluded: Vec<String>,
    }
    /// A custom endpoint by its identifier.
    EndpointId { #[serde(rename = "DBClusterEndpointIdentifier")] id: String, ; }
    /// `DescribeDBClusterEndpoints`.
    DescribeDBClusterEndpoints {
        ;
        #[serde(rename = "DBClusterIdentifier")] cluster: String,
        #[serde(rename = "DBClusterEndpointIdentifier")] id: String,
    }

    /// `CreateDBClusterSnapshot`.
    CreateDBClusterSnapshot {
        #[serde(rename = "DBClusterSnapshotIdentifier")] snapshot: String,
        #[serde(rename = "DBClusterIdentifier")] id: String,
        ;
    }
    /// A cluster's snapshot by its identifier.
    ClusterSnapshotName { #[serde(rename = "DBClusterSnapshotIdentifier")] snapshot: String, ; }
    /// `DescribeDBClusterSnapshots`.
    DescribeDBClusterSnapshots {
        ;
        #[serde(rename = "DBClusterIdentifier")] id: String,
        #[serde(rename = "DBClusterSnapshotIdentifier")] snapshot: String,
        snapshot_type: String,
    }
    /// What a restored cluster is asked to be; anything else is as it was.
    RestoredCluster {
        #[serde(rename = "DBClusterIdentifier")] id: String,
        ;
        port: i64, deletion_protection: bool, storage_type: String, backtrack_window: i64,
        backup_retention_period: i64,
        serverless_v2_scaling_configuration: ScalingConfiguration,
    }
    /// `RestoreDBClusterFromSnapshot`.
    RestoreClusterFromSnapshot {
        #[serde(rename = "SnapshotIdentifier")] snapshot: String,
        engine: String,
        #[serde(flatten)] wishes: RestoredCluster,
        ;
    }
    /// `RestoreDBClusterToPointInTime`.
    RestoreClusterToPointInTime {
        #[serde(flatten)] wishes: RestoredCluster,
        ;
        #[serde(rename = "SourceDBClusterIdentifier")] source: String,
        restore_type: String, restore_to_time: Timestamp, use_latest_restorable_time: bool,
    }

    /// `BacktrackDBCluster`.
    BacktrackDBCluster {
        #[serde(rename = "DBClusterIdentifier")] id: String,
        backtrack_to: Timestamp,
        ;
        force: bool,
        #[serde(rename = "UseEarliestTimeOnPointInTimeUnavailable")] use_earliest: bool,
    }

    /// `CreateGlobalCluster`.
    CreateGlobalCluster {
        #[serde(rename = "GlobalClusterIdentifier")] id: String,
        ;
        #[serde(rename = "SourceDBClusterIdentifier")] source: String,
        engine: String, deletion_protection: bool,
    }
    /// A Global Database by its identifier.
    GlobalClusterName { #[serde(rename = "GlobalClusterIdentifier")] id: String, ; }
    /// One Global Database, or all.
    MaybeGlobalCluster { ; #[serde(rename = "GlobalClusterIdentifier")] id: String, }
    /// `RemoveFromGlobalCluster`.
    RemoveFromGlobalCluster {
        #[serde(rename = "GlobalClusterIdentifier")] id: String,
        #[serde(rename = "DbClusterIdentifier")] cluster: String,
        ;
    }
    /// `SwitchoverGlobalCluster`.
    SwitchoverGlobalCluster {
        #[serde(rename = "GlobalClusterIdentifier")] id: String,
        #[serde(rename = "TargetDbClusterIdentifier")] target: String,
        ;
    }
    /// `FailoverGlobalCluster`.
    FailoverGlobalCluster {
        #[serde(rename = "GlobalClusterIdentifier")] id: String,
        #[serde(rename = "TargetDbClusterIdentifier")] target: String,
        ;
        allow_data_loss: bool, switchover: bool,
    }

    /// What `DescribeDBClusters` shows of one.
    DBCluster {
        #[serde(rename = "DBClusterIdentifier")] id: String,
        engine: String,
        engine_mode: String,
        status: String,
        #[serde(rename = "DBClusterArn")] arn: String,
        db_cluster_resource_id: String,
        endpoint: String,
        reader_endpoint: String,
        port: i64,
        #[serde(rename = "MultiAZ")] multi_az: bool,
        availability_zones: Vec<String>,
        backup_retention_period: i64,
        deletion_protection: bool,
        http_endpoint_enabled: bool,
        cluster_create_time: Timestamp,
        #[serde(rename = "DBClusterMembers")] members: Vec<ClusterMember>,
        ;
        allocated_storage: i64,
        custom_endpoints: Vec<String>,
        earliest_restorable_time: Timestamp,
        latest_restorable_time: Timestamp,
        storage_type: String,
        #[serde(rename = "IOOptimizedNextAllowedModificationTime")] io_optimized_again: Timestamp,
        backtrack_window: i64,
        earliest_backtrack_time: Timestamp,
        clone_group_id: String,
        global_cluster_identifier: String,
        global_write_forwarding_status: String,
        serverless_v2_scaling_configuration: ScalingConfiguration,
        #[serde(rename = "DBClusterInstanceClass")] class: String,
        iops: i64,
    }
    /// A member of a cluster.
    ClusterMember {
        #[serde(rename = "DBInstanceIdentifier")] id: String,
        is_cluster_writer: bool,
        #[serde(rename = "DBClusterParameterGroupStatus")] parameter_group_status: String,
        promotion_tier: i64,
        ;
    }
    /// An endpoint of a cluster.
    ClusterEndpoint {
        #[serde(rename = "DBClusterIdentifier")] cluster: String,
        endpoint: String,
        status: String,
        #[serde(rename = "EndpointType")] kind: String,
        ;
        #[serde(rename = "DBClusterEndpointIdentifier")] id: String,
        custom_endpoint_type: String,
        static_members: Vec<String>,
        excluded_members: Vec<String>,
        #[serde(rename = "DBClusterEndpointArn")] arn: String,
    }
    /// What `DescribeDBClusterSnapshots` shows of one.
    DBClusterSnapshot {
        #[serde(rename = "DBClusterSnapshotIdentifier")] snapshot: String,
        #[serde(rename = "DBClusterIdentifier")] id: String,
        engine: String, status: String, snapshot_type: String, allocated_storage: i64,
        snapshot_create_time: Timestamp, cluster_create_time: Timestamp,
        #[serde(rename = "DBClusterSnapshotArn")] arn: String,
        ;
    }
    /// A rewinding of a cluster.
    Backtrack {
        #[serde(rename = "DBClusterIdentifier")] id: String,
        backtrack_identifier: String,
        backtrack_to: Timestamp, backtracked_from: Timestamp,
        backtrack_request_creation_time: Timestamp, status: String,
        ;
    }
    /// What `DescribeGlobalClusters` shows of one.
    GlobalClusterDescription {
        #[serde(rename = "GlobalClusterIdentifier")] id: String,
        global_cluster_resource_id: String,
        #[serde(rename = "GlobalClusterArn")] arn: String,
        status: String, engine: String, deletion_protection: bool,
        #[serde(rename = "GlobalClusterMembers")] members: Vec<GlobalClusterMember>,
        ;
        failover_state: GlobalFailover,
    }
    /// A cluster of a Global Database.
    GlobalClusterMember {
        #[serde(rename = "DBClusterArn")] arn: String, readers: Vec<String>, is_writer: bool,
        ;
        global_write_forwarding_status: String,
    }
    /// A change of the primary that is going on.
    GlobalFailover {
        status: String, is_data_loss_allowed: bool,
        #[serde(rename = "ToDbClusterArn")] to: String,
        ;
        #[serde(rename = "FromDbClusterArn")] from: String,
    }
}
