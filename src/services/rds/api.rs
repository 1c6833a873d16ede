//! The operations of RDS as data: AWS's own (botocore 1.44.5, `rds`; the members that are kept), and four of
//! ours for what database clients do.

use crate::services::shape::{
    Api, INTEGER, Kind, Member, Operation, Ranges, TEXT, TEXT_MAP, TEXTS, at_least, optional,
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

const OPERATIONS: &[Operation] = &[
    Operation {
        name: "CopyDBSnapshot",
        input: &[
            required("SourceDBSnapshotIdentifier", TEXT),
            required("TargetDBSnapshotIdentifier", TEXT),
        ],
    },
    Operation {
        name: "CreateDBInstance",
        input: &[
            ID,
            required("DBInstanceClass", TEXT),
            required("Engine", TEXT),
            STORAGE,
            STORAGE_TYPE,
            IOPS,
            optional("Port", INTEGER),
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
            optional("DBClusterIdentifier", TEXT),
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
        name: "DeleteDBInstance",
        input: &[
            ID,
            optional("SkipFinalSnapshot", Kind::Boolean),
            optional("FinalDBSnapshotIdentifier", TEXT),
            optional("DeleteAutomatedBackups", Kind::Boolean),
        ],
    },
    Operation { name: "DeleteDBSnapshot", input: &[SNAPSHOT] },
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
    Operation { name: "RebootDBInstance", input: &[ID, optional("ForceFailover", Kind::Boolean)] },
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
    Operation { name: "StartDBInstance", input: &[ID] },
    Operation { name: "StopDBInstance", input: &[ID] },
    Operation { name: "Resolve", input: &[required("Endpoint", TEXT)] },
    Operation { name: "Connect", input: &[optional("Endpoint", TEXT), optional("Address", TEXT)] },
    Operation { name: "Disconnect", input: &[CONNECTION] },
    Operation {
        name: "Execute",
        input: &[CONNECTION, optional("Reads", TEXTS), optional("Writes", TEXT_MAP)],
    },
];

const CONNECTION: Member = required("ConnectionId", Kind::Integer(at_least(0)));
