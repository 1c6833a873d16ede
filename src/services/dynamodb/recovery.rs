//! Point-in-time recovery: the way back of every write, and a new table made of it (DDB-34).

use serde_json::json;

use super::super::chance::Chance;
use super::super::ids::uuid;
use super::super::time::{Span, Time};
use super::errors::{Result, no_table};
use super::operations::{
    DescribeContinuousBackups, RestoreTableToPointInTime, UpdateContinuousBackups,
};
use super::responses::Response;
use super::shapes::{Enablement, TableStatus, Timestamp};
use super::store::{Collection, Place};
use super::table::{Recovery, Table};
use super::{DynamoDb, ServiceError};

/// How far the latest moment that can be restored lies back (2.3.8: about five minutes).
const BEHIND: Span = Span::minutes(5);
/// How far back one can go, if nothing else is said.
const DAYS: u64 = 35;

impl Recovery {
    fn earliest(&self, now: Time) -> Time {
        self.since.max(now - Span::days(self.days))
    }

    fn latest(&self, now: Time) -> Time {
        (now - BEHIND).max(self.since)
    }
}

impl Table {
    fn backups_json(&self, now: Time) -> serde_json::Value {
        let mut out = json!({ "PointInTimeRecoveryStatus": Enablement::Disabled });
        if let Some(recovery) = &self.recovery {
            out = json!({
                "PointInTimeRecoveryStatus": Enablement::Enabled,
                "RecoveryPeriodInDays": recovery.days,
                "EarliestRestorableDateTime": recovery.earliest(now).unix_seconds(),
                "LatestRestorableDateTime": recovery.latest(now).unix_seconds(),
            });
        }
        json!({ "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": Enablement::Enabled,
            "PointInTimeRecoveryDescription": out,
        }})
    }

    /// The table as it was at a moment, under a new name: items and keys; not TTL, not the stream.
    fn restored(&self, name: &str, id: String, now: Time, at: Time, active: Time) -> Option<Table> {
        let recovery = self.recovery.as_ref()?;
        let mut items = self.items.clone();
        for undo in recovery.undo.iter().rev().take_while(|undo| undo.at > at) {
            let place = Place::in_table(&undo.key);
            match &undo.old {
                Some(old) => items.put(place, old.clone()),
                None => drop(items.remove(&place)),
            }
        }
        let mut table = self.clone();
        table.name = name.to_owned();
        table.id = id;
        table.created = now;
        table.status = TableStatus::Creating;
        table.settles = Some(active);
        table.stream = None;
        table.ttl = super::ttl::TimeToLive::default();
        table.recovery = None;
        table.tags = Vec::new();
        table.is_protected = false;
        table.decreases = Vec::new();
        table.last_increase = None;
        table.held.clear();
        table.replicating.clear();
        table.items = super::store::Store::default();
        table.locals.iter_mut().for_each(|index| index.entries = Default::default());
        let (reads, writes) =
            super::create::allowances(self.billing, &self.provisioned, &self.ceilings, &self.warm);
        table.throughput = super::capacity::Throughput::new(reads, writes, active);
        for global in &mut table.globals {
            global.index.entries = Default::default();
            global.pending.clear();
            global.status = TableStatus::Creating;
        }
        for item in items.collections().flat_map(Collection::items) {
            table.load(item.clone());
        }
        Some(table)
    }
}

impl DynamoDb {
    pub(super) fn describe_backups(
        &self,
        now: Time,
        op: &DescribeContinuousBackups,
    ) -> Result<Response> {
        Ok(Response::Json(self.backed_up(&op.table_name)?.backups_json(now)))
    }

    pub(super) fn update_backups(
        &mut self,
        now: Time,
        op: &UpdateContinuousBackups,
    ) -> Result<Response> {
        let wanted = &op.point_in_time_recovery_specification;
        self.backed_up(&op.table_name)?;
        let table = self.known_mut(&op.table_name)?;
        let days = wanted.recovery_period_in_days.map_or(DAYS, |days| days.clamp(1, 35) as u64);
        if !wanted.point_in_time_recovery_enabled {
            table.recovery = None;
        } else if let Some(recovery) = &mut table.recovery {
            recovery.days = days;
        } else {
            table.recovery = Some(Recovery { since: now, days, undo: Default::default() });
        }
        Ok(Response::Json(table.backups_json(now)))
    }

    fn backed_up(&self, name: &str) -> Result<&Table> {
        self.tables.get(name).ok_or_else(|| {
            ServiceError::new("TableNotFoundException", format!("Table not found: {name}"))
        })
    }

    pub(super) fn restore(
        &mut self,
        now: Time,
        chance: &mut Chance,
        op: &RestoreTableToPointInTime,
    ) -> Result<Response> {
        let source = self.backed_up(&op.source_table_name)?;
        if self.tables.contains_key(&op.target_table_name) {
            return Err(ServiceError::new(
                "TableAlreadyExistsException",
                format!("Table already exists: {}", op.target_table_name),
            ));
        }
        let Some(recovery) = &source.recovery else {
            return Err(ServiceError::new(
                "PointInTimeRecoveryUnavailableException",
                format!(
                    "Point in time recovery is not enabled for table '{}'",
                    op.source_table_name
                ),
            ));
        };
        let (earliest, latest) = (recovery.earliest(now), recovery.latest(now));
        let at = match (op.use_latest_restorable_time, op.restore_date_time) {
            (Some(true), _) | (_, None) => latest,
            (_, Some(moment)) => {
                // Any moment of the last second that can be restored is asked for by its second.
                let end = Timestamp::from(latest).0 / 1000 * 1000 + 999;
                if !(Timestamp::from(earliest).0 / 1000 * 1000..=end).contains(&moment.0) {
                    return Err(ServiceError::new(
                        "InvalidRestoreTimeException",
                        "The specified restore time is not between EarliestRestorableDateTime and \
                         LatestRestorableDateTime",
                    ));
                }
                moment.time()
            }
        };
        let active = now + self.settings.create_table;
        let table = source
            .restored(&op.target_table_name, uuid(chance), now, at, active)
            .ok_or_else(|| no_table(&op.source_table_name))?;
        let mut description = table.description();
        description["RestoreSummary"] = json!({
            "SourceTableArn": source.arn(),
            "RestoreDateTime": at.unix_seconds(),
            "RestoreInProgress": true,
        });
        self.tables.insert(op.target_table_name.clone(), table);
        Ok(Response::Json(json!({ "TableDescription": description })))
    }
}
