//! The operations of RDS as data: AWS's own (botocore 1.44.5, `rds`; the members that are kept), and four of
//! ours for what database clients do.

use crate::services::shape::{
    ANY, Api, INTEGER, Kind, Member, Operation, Ranges, TEXT, TEXT_MAP, TEXTS, at_least, optional,
    required,
};

/// What RDS can be asked.
pub const API: Api = Api { service: "rds", ranges: Ranges::ByService, operations: OPERATIONS };

const ID: Member = required("DBInstanceIdentifier", TEXT);
const MAYBE_ID: Member = optional("DBInstanceIdentifier", TEXT);
const CLASS: Member = optional("DBInstanceClass", TEXT);
const MULTI_AZ: Member = optional("MultiAZ", Kind::Boolean);
const RETENTION: Member = optional("BackupRetentionPeriod", INTEGER);
const SNAPSHOT: Member = required("DBSnapshotIdentifier", TEXT);
const STORAGE: Member = optional("AllocatedStorage", INTEGER);
const STORAGE_TYPE: Member = optional("StorageType", TEXT);
const IOPS: Member = optional("Iops", INTEGER);
const PROTECTION: Member = optional("DeletionProtection", Kind::Boolean);
const INTERVAL: Member = optional("MonitoringInterval", INTEGER);
const ROLE: Member = optional("MonitoringRoleArn", TEXT);
const TIER: Member = optional("PromotionTier", INTEGER);
const PARAMETERS: Member = optional("DBParameterGroupName", TEXT);
const GROUPS: Member = optional("VpcSecurityGroupIds", TEXTS);

const CLUSTER: Member = required("DBClusterIdentifier", TEXT);
const MAYBE_CLUSTER: Member = optional("DBClusterIdentifier", TEXT);
const GLOBAL: Member = required("GlobalClusterIdentifier", TEXT);
const TARGET_CLUSTER: Member = required("TargetDbClusterIdentifier", TEXT);
const ENDPOINT: Member = required("DBClusterEndpointIdentifier", TEXT);
const CLUSTER_SNAPSHOT: Member = required("DBClusterSnapshotIdentifier", TEXT);
const STATIC_MEMBERS: Member = optional("StaticMembers", TEXTS);
const EXCLUDED_MEMBERS: Member = optional("ExcludedMembers", TEXTS);
const BACKTRACK_WINDOW: Member = optional("BacktrackWindow", INTEGER);
const HTTP_ENDPOINT: Member = optional("EnableHttpEndpoint", Kind::Boolean);
const FORWARDING: Member = optional("EnableGlobalWriteForwarding", Kind::Boolean);
const CLUSTER_CLASS: Member = optional("DBClusterInstanceClass", TEXT);
const PORT: Member = optional("Port", INTEGER);
const SCALING: Member = optional(
    "ServerlessV2ScalingConfiguration",
    Kind::Structure(&[
        optional("MinCapacity", Kind::Number),
        optional("MaxCapacity", Kind::Number),
        optional("SecondsUntilAutoPause", INTEGER),
    ]),
);

const OPERATIONS: &[Operation] = &[
    Operation {
        name: "BacktrackDBCluster",
        input: &[
            CLUSTER,
            required("BacktrackTo", Kind::Timestamp),
            optional("Force", Kind::Boolean),
            optional("UseEarliestTimeOnPointInTimeUnavailable", Kind::Boolean),
        ],
    },
    Operation {
        name: "CopyDBSnapshot",
        input: &[
            required("SourceDBSnapshotIdentifier", TEXT),
            required("TargetDBSnapshotIdentifier", TEXT),
        ],
    },
    Operation {
        name: "CreateDBCluster",
        input: &[
            CLUSTER,
            required("Engine", TEXT),
            optional("MasterUsername", TEXT),
            optional("MasterUserPassword", TEXT),
            optional("ManageMasterUserPassword", Kind::Boolean),
            optional("DatabaseName", TEXT),
            optional("AvailabilityZones", TEXTS),
            PORT,
            RETENTION,
            PROTECTION,
            STORAGE_TYPE,
            BACKTRACK_WINDOW,
            HTTP_ENDPOINT,
            SCALING,
            optional("GlobalClusterIdentifier", TEXT),
            FORWARDING,
            CLUSTER_CLASS,
            STORAGE,
            IOPS,
        ],
    },
    Operation {
        name: "CreateDBClusterEndpoint",
        input: &[
            CLUSTER,
            ENDPOINT,
            required("EndpointType", TEXT),
            STATIC_MEMBERS,
            EXCLUDED_MEMBERS,
        ],
    },
    Operation { name: "CreateDBClusterSnapshot", input: &[CLUSTER_SNAPSHOT, CLUSTER] },
    Operation {
        name: "CreateDBInstance",
        input: &[
            ID,
            required("DBInstanceClass", TEXT),
            required("Engine", TEXT),
            STORAGE,
            STORAGE_TYPE,
            IOPS,
            PORT,
            optional("MasterUsername", TEXT),
            optional("MasterUserPassword", TEXT),
            optional("ManageMasterUserPassword", Kind::Boolean),
            RETENTION,
            MULTI_AZ,
            optional("AvailabilityZone", TEXT),
            PROTECTION,
            INTERVAL,
            ROLE,
            TIER,
            MAYBE_CLUSTER,
            PARAMETERS,
            GROUPS,
        ],
    },
    Operation {
        name: "CreateDBInstanceReadReplica",
        input: &[ID, required("SourceDBInstanceIdentifier", TEXT), CLASS, MULTI_AZ],
    },
    Operation { name: "CreateDBSnapshot", input: &[SNAPSHOT, ID] },
    Operation {
        name: "CreateGlobalCluster",
        input: &[
            GLOBAL,
            optional("SourceDBClusterIdentifier", TEXT),
            optional("Engine", TEXT),
            PROTECTION,
        ],
    },
    Operation {
        name: "DeleteDBCluster",
        input: &[
            CLUSTER,
            optional("SkipFinalSnapshot", Kind::Boolean),
            optional("FinalDBSnapshotIdentifier", TEXT),
            optional("DeleteAutomatedBackups", Kind::Boolean),
        ],
    },
    Operation { name: "DeleteDBClusterEndpoint", input: &[ENDPOINT] },
    Operation { name: "DeleteDBClusterSnapshot", input: &[CLUSTER_SNAPSHOT] },
    Operation {
        name: "DeleteDBInstance",
        input: &[
            ID,
            optional("SkipFinalSnapshot", Kind::Boolean),
            optional("FinalDBSnapshotIdentifier", TEXT),
            optional("DeleteAutomatedBackups", Kind::Boolean),
        ],
    },
    Operation { name: "DeleteDBSnapshot", input: &[SNAPSHOT] },
    Operation { name: "DeleteGlobalCluster", input: &[GLOBAL] },
    Operation { name: "DescribeDBClusterBacktracks", input: &[CLUSTER] },
    Operation {
        name: "DescribeDBClusterEndpoints",
        input: &[MAYBE_CLUSTER, optional("DBClusterEndpointIdentifier", TEXT)],
    },
    Operation {
        name: "DescribeDBClusterSnapshots",
        input: &[
            MAYBE_CLUSTER,
            optional("DBClusterSnapshotIdentifier", TEXT),
            optional("SnapshotType", TEXT),
        ],
    },
    Operation { name: "DescribeDBClusters", input: &[MAYBE_CLUSTER] },
    Operation { name: "DescribeDBInstanceAutomatedBackups", input: &[MAYBE_ID] },
    Operation { name: "DescribeDBInstances", input: &[MAYBE_ID] },
    Operation {
        name: "DescribeDBSnapshots",
        input: &[MAYBE_ID, optional("DBSnapshotIdentifier", TEXT), optional("SnapshotType", TEXT)],
    },
    Operation {
        name: "DescribeEvents",
        input: &[
            optional("SourceIdentifier", TEXT),
            optional("SourceType", TEXT),
            optional("Duration", INTEGER),
        ],
    },
    Operation {
        name: "DescribeGlobalClusters",
        input: &[optional("GlobalClusterIdentifier", TEXT)],
    },
    Operation {
        name: "FailoverDBCluster",
        input: &[CLUSTER, optional("TargetDBInstanceIdentifier", TEXT)],
    },
    Operation {
        name: "FailoverGlobalCluster",
        input: &[
            GLOBAL,
            TARGET_CLUSTER,
            optional("AllowDataLoss", Kind::Boolean),
            optional("Switchover", Kind::Boolean),
        ],
    },
    Operation {
        name: "ModifyDBCluster",
        input: &[
            CLUSTER,
            optional("ApplyImmediately", Kind::Boolean),
            RETENTION,
            PROTECTION,
            PORT,
            STORAGE_TYPE,
            BACKTRACK_WINDOW,
            HTTP_ENDPOINT,
            SCALING,
            FORWARDING,
            CLUSTER_CLASS,
            STORAGE,
            IOPS,
        ],
    },
    Operation {
        name: "ModifyDBClusterEndpoint",
        input: &[ENDPOINT, optional("EndpointType", TEXT), STATIC_MEMBERS, EXCLUDED_MEMBERS],
    },
    Operation {
        name: "ModifyDBInstance",
        input: &[
            ID,
            CLASS,
            STORAGE,
            STORAGE_TYPE,
            IOPS,
            RETENTION,
            MULTI_AZ,
            PROTECTION,
            optional("ApplyImmediately", Kind::Boolean),
            INTERVAL,
            ROLE,
            TIER,
        ],
    },
    Operation { name: "PromoteReadReplica", input: &[ID, RETENTION] },
    Operation { name: "RebootDBCluster", input: &[CLUSTER] },
    Operation { name: "RebootDBInstance", input: &[ID, optional("ForceFailover", Kind::Boolean)] },
    Operation {
        name: "RemoveFromGlobalCluster",
        input: &[GLOBAL, required("DbClusterIdentifier", TEXT)],
    },
    Operation {
        name: "RestoreDBClusterFromSnapshot",
        input: &[
            CLUSTER,
            required("SnapshotIdentifier", TEXT),
            required("Engine", TEXT),
            PORT,
            PROTECTION,
            STORAGE_TYPE,
            BACKTRACK_WINDOW,
            RETENTION,
            SCALING,
        ],
    },
    Operation {
        name: "RestoreDBClusterToPointInTime",
        input: &[
            CLUSTER,
            optional("SourceDBClusterIdentifier", TEXT),
            optional("RestoreType", TEXT),
            optional("RestoreToTime", Kind::Timestamp),
            optional("UseLatestRestorableTime", Kind::Boolean),
            PORT,
            PROTECTION,
            STORAGE_TYPE,
            BACKTRACK_WINDOW,
            RETENTION,
            SCALING,
        ],
    },
    Operation {
        name: "RestoreDBInstanceFromDBSnapshot",
        input: &[ID, SNAPSHOT, CLASS, MULTI_AZ, PARAMETERS, GROUPS],
    },
    Operation {
        name: "RestoreDBInstanceToPointInTime",
        input: &[
            required("TargetDBInstanceIdentifier", TEXT),
            optional("SourceDBInstanceIdentifier", TEXT),
            optional("SourceDbiResourceId", TEXT),
            optional("RestoreTime", Kind::Timestamp),
            optional("UseLatestRestorableTime", Kind::Boolean),
            CLASS,
            MULTI_AZ,
            PARAMETERS,
            GROUPS,
        ],
    },
    Operation { name: "StartDBCluster", input: &[CLUSTER] },
    Operation { name: "StartDBInstance", input: &[ID] },
    Operation { name: "StopDBCluster", input: &[CLUSTER] },
    Operation { name: "StopDBInstance", input: &[ID] },
    Operation { name: "SwitchoverGlobalCluster", input: &[GLOBAL, TARGET_CLUSTER] },
    Operation {
        name: "CreateDBProxy",
        input: &[
            PROXY,
            required("EngineFamily", TEXT),
            optional("Auth", Kind::List(&AUTH, ANY)),
            required("RoleArn", TEXT),
            required("VpcSubnetIds", TEXTS),
            GROUPS,
            optional("RequireTLS", Kind::Boolean),
            IDLE_CLIENTS,
        ],
    },
    Operation { name: "DeleteDBProxy", input: &[PROXY] },
    Operation {
        name: "DeregisterDBProxyTargets",
        input: &[PROXY, TARGET_GROUP, TARGET_INSTANCES, TARGET_CLUSTERS],
    },
    Operation { name: "DescribeDBProxies", input: &[optional("DBProxyName", TEXT)] },
    Operation { name: "DescribeDBProxyTargetGroups", input: &[PROXY, TARGET_GROUP] },
    Operation { name: "DescribeDBProxyTargets", input: &[PROXY, TARGET_GROUP] },
    Operation { name: "ModifyDBProxy", input: &[PROXY, IDLE_CLIENTS, optional("RoleArn", TEXT)] },
    Operation {
        name: "ModifyDBProxyTargetGroup",
        input: &[
            required("TargetGroupName", TEXT),
            PROXY,
            optional(
                "ConnectionPoolConfig",
                Kind::Structure(&[
                    optional("MaxConnectionsPercent", INTEGER),
                    optional("MaxIdleConnectionsPercent", INTEGER),
                    optional("ConnectionBorrowTimeout", INTEGER),
                ]),
            ),
        ],
    },
    Operation {
        name: "RegisterDBProxyTargets",
        input: &[PROXY, TARGET_GROUP, TARGET_INSTANCES, TARGET_CLUSTERS],
    },
    Operation { name: "Resolve", input: &[required("Endpoint", TEXT)] },
    Operation { name: "Connect", input: &[optional("Endpoint", TEXT), optional("Address", TEXT)] },
    Operation { name: "Reach", input: &[required("ResourceArn", TEXT)] },
    Operation { name: "Disconnect", input: &[CONNECTION] },
    Operation {
        name: "Execute",
        input: &[
            CONNECTION,
            optional("Reads", TEXTS),
            optional("Writes", TEXT_MAP),
            optional("Millis", Kind::Integer(at_least(0))),
            optional("PinsSession", Kind::Boolean),
        ],
    },
];

const PROXY: Member = required("DBProxyName", TEXT);
const TARGET_GROUP: Member = optional("TargetGroupName", TEXT);
const TARGET_INSTANCES: Member = optional("DBInstanceIdentifiers", TEXTS);
const TARGET_CLUSTERS: Member = optional("DBClusterIdentifiers", TEXTS);
const IDLE_CLIENTS: Member = optional("IdleClientTimeout", INTEGER);
const AUTH: Kind = Kind::Structure(&[
    optional("AuthScheme", TEXT),
    optional("SecretArn", TEXT),
    optional("IAMAuth", TEXT),
]);
const CONNECTION: Member = required("ConnectionId", Kind::Integer(at_least(0)));
