//! What RDS can be asked and what it answers, in AWS's shapes; `Resolve`, `Connect`, `Disconnect` and
//! `Execute` are `awslearn`'s own, for what database clients do.

mod cluster;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::services::kinesis::Timestamp;
use crate::services::params::structures;
pub use cluster::*;

/// One operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "AWS's own names, documented by AWS")]
pub enum Operation {
    CreateDBInstance(Box<CreateDBInstance>),
    ModifyDBInstance(Box<ModifyDBInstance>),
    DeleteDBInstance(DeleteDBInstance),
    StartDBInstance(InstanceName),
    StopDBInstance(InstanceName),
    RebootDBInstance(RebootDBInstance),
    DescribeDBInstances(MaybeInstance),
    CreateDBSnapshot(CreateDBSnapshot),
    CopyDBSnapshot(CopyDBSnapshot),
    DeleteDBSnapshot(SnapshotName),
    DescribeDBSnapshots(DescribeDBSnapshots),
    RestoreDBInstanceFromDBSnapshot(Box<RestoreFromSnapshot>),
    RestoreDBInstanceToPointInTime(Box<RestoreToPointInTime>),
    DescribeDBInstanceAutomatedBackups(MaybeInstance),
    CreateDBInstanceReadReplica(CreateReadReplica),
    PromoteReadReplica(PromoteReadReplica),
    DescribeEvents(DescribeEvents),
    CreateDBCluster(Box<CreateDBCluster>),
    ModifyDBCluster(Box<ModifyDBCluster>),
    DeleteDBCluster(DeleteDBCluster),
    StartDBCluster(ClusterName),
    StopDBCluster(ClusterName),
    RebootDBCluster(ClusterName),
    DescribeDBClusters(MaybeCluster),
    FailoverDBCluster(FailoverDBCluster),
    CreateDBClusterEndpoint(CreateDBClusterEndpoint),
    ModifyDBClusterEndpoint(ModifyDBClusterEndpoint),
    DeleteDBClusterEndpoint(EndpointId),
    DescribeDBClusterEndpoints(DescribeDBClusterEndpoints),
    CreateDBClusterSnapshot(CreateDBClusterSnapshot),
    DeleteDBClusterSnapshot(ClusterSnapshotName),
    DescribeDBClusterSnapshots(DescribeDBClusterSnapshots),
    RestoreDBClusterFromSnapshot(Box<RestoreClusterFromSnapshot>),
    RestoreDBClusterToPointInTime(Box<RestoreClusterToPointInTime>),
    BacktrackDBCluster(BacktrackDBCluster),
    DescribeDBClusterBacktracks(ClusterName),
    CreateGlobalCluster(CreateGlobalCluster),
    DeleteGlobalCluster(GlobalClusterName),
    DescribeGlobalClusters(MaybeGlobalCluster),
    RemoveFromGlobalCluster(RemoveFromGlobalCluster),
    SwitchoverGlobalCluster(SwitchoverGlobalCluster),
    FailoverGlobalCluster(FailoverGlobalCluster),
    CreateDBProxy(CreateProxy),
    ModifyDBProxy(ModifyProxy),
    DeleteDBProxy(ProxyName),
    DescribeDBProxies(MaybeProxy),
    RegisterDBProxyTargets(ProxyTargets),
    DeregisterDBProxyTargets(ProxyTargets),
    DescribeDBProxyTargets(TargetGroupName),
    DescribeDBProxyTargetGroups(TargetGroupName),
    ModifyDBProxyTargetGroup(ModifyTargetGroup),
    /// What an endpoint's name answers now.
    Resolve(EndpointName),
    /// Opens a connection for the Data API to the writer of a cluster.
    Reach(Reach),
    /// Opens a connection.
    Connect(Connect),
    /// Closes a connection.
    Disconnect(ConnectionName),
    /// Runs one transaction: its reads see the state before its writes.
    Execute(Execute),
}

structures! {
    /// `CreateDBInstance`.
    CreateDBInstance {
        #[serde(rename = "DBInstanceIdentifier")] id: String,
        #[serde(rename = "DBInstanceClass")] class: String,
        engine: String,
        ;
        allocated_storage: i64, storage_type: String, iops: i64, port: i64,
        master_username: String, master_user_password: String, manage_master_user_password: bool,
        backup_retention_period: i64, #[serde(rename = "MultiAZ")] multi_az: bool,
        availability_zone: String, deletion_protection: bool,
        monitoring_interval: i64, monitoring_role_arn: String, promotion_tier: i64,
        #[serde(rename = "DBClusterIdentifier")] cluster: String,
        #[serde(rename = "DBParameterGroupName")] parameter_group: String,
        vpc_security_group_ids: Vec<String>,
    }
    /// `ModifyDBInstance`.
    ModifyDBInstance {
        #[serde(rename = "DBInstanceIdentifier")] id: String,
        ;
        #[serde(rename = "DBInstanceClass")] class: String,
        allocated_storage: i64, storage_type: String, iops: i64,
        backup_retention_period: i64, #[serde(rename = "MultiAZ")] multi_az: bool,
        deletion_protection: bool, apply_immediately: bool,
        monitoring_interval: i64, monitoring_role_arn: String, promotion_tier: i64,
    }
    /// `DeleteDBInstance`.
    DeleteDBInstance {
        #[serde(rename = "DBInstanceIdentifier")] id: String,
        ;
        skip_final_snapshot: bool,
        #[serde(rename = "FinalDBSnapshotIdentifier")] final_snapshot: String,
        delete_automated_backups: bool,
    }
    /// An instance by its identifier.
    InstanceName { #[serde(rename = "DBInstanceIdentifier")] id: String, ; }
    /// One instance, or all.
    MaybeInstance { ; #[serde(rename = "DBInstanceIdentifier")] id: String, }
    /// `RebootDBInstance`.
    RebootDBInstance {
        #[serde(rename = "DBInstanceIdentifier")] id: String,
        ;
        force_failover: bool,
    }
    /// `CreateDBSnapshot`.
    CreateDBSnapshot {
        #[serde(rename = "DBSnapshotIdentifier")] snapshot: String,
        #[serde(rename = "DBInstanceIdentifier")] id: String,
        ;
    }
    /// `CopyDBSnapshot`.
    CopyDBSnapshot {
        #[serde(rename = "SourceDBSnapshotIdentifier")] source: String,
        #[serde(rename = "TargetDBSnapshotIdentifier")] target: String,
        ;
    }
    /// A snapshot by its identifier.
    SnapshotName { #[serde(rename = "DBSnapshotIdentifier")] snapshot: String, ; }
    /// `DescribeDBSnapshots`.
    DescribeDBSnapshots {
        ;
        #[serde(rename = "DBInstanceIdentifier")] id: String,
        #[serde(rename = "DBSnapshotIdentifier")] snapshot: String,
        snapshot_type: String,
    }
    /// What a restored instance may be given; anything else is AWS's default.
    RestoreFromSnapshot {
        #[serde(rename = "DBInstanceIdentifier")] id: String,
        #[serde(rename = "DBSnapshotIdentifier")] snapshot: String,
        ;
        #[serde(rename = "DBInstanceClass")] class: String,
        #[serde(rename = "MultiAZ")] multi_az: bool,
        #[serde(rename = "DBParameterGroupName")] parameter_group: String,
        vpc_security_group_ids: Vec<String>,
    }
    /// `RestoreDBInstanceToPointInTime`.
    RestoreToPointInTime {
        #[serde(rename = "TargetDBInstanceIdentifier")] target: String,
        ;
        #[serde(rename = "SourceDBInstanceIdentifier")] source: String,
        source_dbi_resource_id: String,
        restore_time: Timestamp, use_latest_restorable_time: bool,
        #[serde(rename = "DBInstanceClass")] class: String,
        #[serde(rename = "MultiAZ")] multi_az: bool,
        #[serde(rename = "DBParameterGroupName")] parameter_group: String,
        vpc_security_group_ids: Vec<String>,
    }
    /// `CreateDBInstanceReadReplica`.
    CreateReadReplica {
        #[serde(rename = "DBInstanceIdentifier")] id: String,
        #[serde(rename = "SourceDBInstanceIdentifier")] source: String,
        ;
        #[serde(rename = "DBInstanceClass")] class: String,
        #[serde(rename = "MultiAZ")] multi_az: bool,
    }
    /// `PromoteReadReplica`.
    PromoteReadReplica {
        #[serde(rename = "DBInstanceIdentifier")] id: String,
        ;
        backup_retention_period: i64,
    }
    /// `DescribeEvents`.
    DescribeEvents { ; source_identifier: String, source_type: String, duration: i64, }

    /// An endpoint by its name, or by the identifier of what it belongs to.
    EndpointName { endpoint: String, ; }
    /// Where to connect to: a name that is looked up now, or an address that was looked up before.
    Connect { ; endpoint: String, address: String, }
    /// The cluster that the Data API is to reach, by its ARN.
    Reach { resource_arn: String, ; }
    /// A connection by its number.
    ConnectionName { connection_id: u64, ; }
    /// One transaction: how many milliseconds it takes, and whether it leaves a state in the session.
    Execute {
        connection_id: u64,
        ;
        reads: Vec<String>, writes: BTreeMap<String, String>, millis: u64, pins_session: bool,
    }

    /// `CreateDBProxy`.
    CreateProxy {
        #[serde(rename = "DBProxyName")] name: String,
        engine_family: String, role_arn: String, vpc_subnet_ids: Vec<String>,
        ;
        auth: Vec<ProxyAuth>, idle_client_timeout: i64,
        #[serde(rename = "RequireTLS")] require_tls: bool,
        vpc_security_group_ids: Vec<String>,
    }
    /// How clients of a proxy prove who they are.
    ProxyAuth {
        ;
        auth_scheme: String, secret_arn: String, #[serde(rename = "IAMAuth")] iam_auth: String,
    }
    /// `ModifyDBProxy`.
    ModifyProxy {
        #[serde(rename = "DBProxyName")] name: String,
        ;
        idle_client_timeout: i64, role_arn: String,
    }
    /// A proxy by its name.
    ProxyName { #[serde(rename = "DBProxyName")] name: String, ; }
    /// One proxy, or all.
    MaybeProxy { ; #[serde(rename = "DBProxyName")] name: String, }
    /// What a proxy gets, or loses, as its target.
    ProxyTargets {
        #[serde(rename = "DBProxyName")] name: String,
        ;
        #[serde(rename = "TargetGroupName")] group: String,
        #[serde(rename = "DBInstanceIdentifiers")] instances: Vec<String>,
        #[serde(rename = "DBClusterIdentifiers")] clusters: Vec<String>,
    }
    /// A proxy and its target group.
    TargetGroupName {
        #[serde(rename = "DBProxyName")] name: String,
        ;
        #[serde(rename = "TargetGroupName")] group: String,
    }
    /// `ModifyDBProxyTargetGroup`.
    ModifyTargetGroup {
        #[serde(rename = "DBProxyName")] name: String,
        #[serde(rename = "TargetGroupName")] group: String,
        ;
        #[serde(rename = "ConnectionPoolConfig")] config: PoolConfiguration,
    }
    /// How a proxy treats its pool, as asked for.
    PoolConfiguration {
        ;
        max_connections_percent: i64, max_idle_connections_percent: i64,
        connection_borrow_timeout: i64,
    }
    /// What `DescribeDBProxies` shows of one.
    DBProxy {
        #[serde(rename = "DBProxyName")] name: String,
        #[serde(rename = "DBProxyArn")] arn: String,
        status: String, engine_family: String, endpoint: String, role_arn: String,
        vpc_subnet_ids: Vec<String>, idle_client_timeout: i64, created_date: Timestamp,
        ;
    }
    /// What a proxy stands in front of.
    ProxyTarget {
        #[serde(rename = "RdsResourceId")] resource: String,
        #[serde(rename = "Type")] kind: String,
        role: String, target_health: TargetHealth,
        ;
        endpoint: String, port: i64,
    }
    /// Whether a target answers.
    TargetHealth { state: String, ; reason: String, }
    /// What `DescribeDBProxyTargetGroups` shows of one.
    TargetGroup {
        #[serde(rename = "DBProxyName")] name: String,
        #[serde(rename = "TargetGroupName")] group: String,
        is_default: bool, status: String,
        #[serde(rename = "ConnectionPoolConfig")] config: PoolInfo,
        ;
    }
    /// How a proxy treats its pool.
    PoolInfo {
        max_connections_percent: i64, max_idle_connections_percent: i64,
        connection_borrow_timeout: i64, session_pinning_filters: Vec<String>,
        ;
    }

    /// What `DescribeDBInstances` shows of one.
    DBInstance {
        #[serde(rename = "DBInstanceIdentifier")] id: String,
        #[serde(rename = "DBInstanceClass")] class: String,
        engine: String,
        #[serde(rename = "DBInstanceStatus")] status: String,
        #[serde(rename = "DBInstanceArn")] arn: String,
        dbi_resource_id: String,
        availability_zone: String,
        #[serde(rename = "MultiAZ")] multi_az: bool,
        storage_type: String,
        backup_retention_period: i64,
        deletion_protection: bool,
        monitoring_interval: i64,
        instance_create_time: Timestamp,
        #[serde(rename = "ReadReplicaDBInstanceIdentifiers")] replicas: Vec<String>,
        ;
        allocated_storage: i64,
        endpoint: Endpoint,
        secondary_availability_zone: String,
        latest_restorable_time: Timestamp,
        #[serde(rename = "ReadReplicaSourceDBInstanceIdentifier")] source: String,
        #[serde(rename = "DBClusterIdentifier")] cluster: String,
        promotion_tier: i64,
        iops: i64,
        #[serde(rename = "DBParameterGroups")] parameter_groups: Vec<ParameterGroup>,
        vpc_security_groups: Vec<SecurityGroup>,
    }
    /// A parameter group in use.
    ParameterGroup {
        #[serde(rename = "DBParameterGroupName")] name: String, parameter_apply_status: String, ;
    }
    /// A security group in use.
    SecurityGroup { vpc_security_group_id: String, status: String, ; }
    /// Where an instance can be reached.
    Endpoint { address: String, port: i64, ; }
    /// What `DescribeDBSnapshots` shows of one.
    DBSnapshot {
        #[serde(rename = "DBSnapshotIdentifier")] snapshot: String,
        #[serde(rename = "DBInstanceIdentifier")] id: String,
        engine: String, status: String, snapshot_type: String, allocated_storage: i64,
        snapshot_create_time: Timestamp,
        #[serde(rename = "DBSnapshotArn")] arn: String,
        ;
    }
    /// What is kept for point-in-time restores of one instance.
    AutomatedBackup {
        #[serde(rename = "DBInstanceIdentifier")] id: String,
        dbi_resource_id: String, status: String, backup_retention_period: i64,
        ;
        restore_window: RestoreWindow,
    }
    /// From when to when an instance can be restored.
    RestoreWindow { earliest_time: Timestamp, latest_time: Timestamp, ; }
    /// An event of a resource.
    Event { source_identifier: String, source_type: String, message: String, date: Timestamp, ; }
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "AWS's own names, documented by AWS")]
pub enum Response {
    Instance {
        #[serde(rename = "DBInstance")]
        instance: Box<DBInstance>,
    },
    Instances {
        #[serde(rename = "DBInstances")]
        instances: Vec<DBInstance>,
    },
    Snapshot {
        #[serde(rename = "DBSnapshot")]
        snapshot: DBSnapshot,
    },
    Snapshots {
        #[serde(rename = "DBSnapshots")]
        snapshots: Vec<DBSnapshot>,
    },
    AutomatedBackups {
        #[serde(rename = "DBInstanceAutomatedBackups")]
        backups: Vec<AutomatedBackup>,
    },
    Events {
        #[serde(rename = "Events")]
        events: Vec<Event>,
    },
    Cluster {
        #[serde(rename = "DBCluster")]
        cluster: Box<DBCluster>,
    },
    Clusters {
        #[serde(rename = "DBClusters")]
        clusters: Vec<DBCluster>,
    },
    ClusterEndpoint(Box<ClusterEndpoint>),
    ClusterEndpoints {
        #[serde(rename = "DBClusterEndpoints")]
        endpoints: Vec<ClusterEndpoint>,
    },
    ClusterSnapshot {
        #[serde(rename = "DBClusterSnapshot")]
        snapshot: DBClusterSnapshot,
    },
    ClusterSnapshots {
        #[serde(rename = "DBClusterSnapshots")]
        snapshots: Vec<DBClusterSnapshot>,
    },
    Backtrack(Backtrack),
    Backtracks {
        #[serde(rename = "DBClusterBacktracks")]
        backtracks: Vec<Backtrack>,
    },
    GlobalCluster {
        #[serde(rename = "GlobalCluster")]
        cluster: Box<GlobalClusterDescription>,
    },
    GlobalClusters {
        #[serde(rename = "GlobalClusters")]
        clusters: Vec<GlobalClusterDescription>,
    },
    Proxy {
        #[serde(rename = "DBProxy")]
        proxy: DBProxy,
    },
    Proxies {
        #[serde(rename = "DBProxies")]
        proxies: Vec<DBProxy>,
    },
    Registered {
        #[serde(rename = "DBProxyTargets")]
        targets: Vec<ProxyTarget>,
    },
    Targets {
        #[serde(rename = "Targets")]
        targets: Vec<ProxyTarget>,
    },
    TargetGroups {
        #[serde(rename = "TargetGroups")]
        groups: Vec<TargetGroup>,
    },
    ModifiedTargetGroup {
        #[serde(rename = "DBProxyTargetGroup")]
        group: TargetGroup,
    },
    /// What an endpoint's name stands for, and for how many seconds a client may remember it.
    #[serde(rename_all = "PascalCase")]
    Resolved {
        address: String,
        ttl: u64,
    },
    /// An open connection.
    #[serde(rename_all = "PascalCase")]
    Connected {
        connection_id: u64,
        address: String,
    },
    /// What a transaction read, and how many commits the reader saw.
    #[serde(rename_all = "PascalCase")]
    Executed {
        values: BTreeMap<String, Option<String>>,
        position: u64,
    },
    /// `{}`.
    Empty,
}
