//! Time to live: items that expire, some time after the moment they name (DDB-31).

use std::collections::BTreeSet;

use serde_json::json;

use super::super::chance::Chance;
use super::super::time::{Span, Time, WORLD_START_UNIX_MS};
use super::errors::{Result, validation};
use super::keys::TableKey;
use super::operations::{DescribeTimeToLive, UpdateTimeToLive};
use super::responses::Response;
use super::shapes::TimeToLiveStatus;
use super::store::{Collection, Place};
use super::value::{AttributeValue, Item};
use super::{DynamoDb, Happened, Settings};

/// A value further past than this is ignored.
const OLDEST: Span = Span::days(5 * 365);
/// A setting cannot be changed twice within this.
const CHANGE: Span = Span::hours(1);

/// When items of a table expire.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TimeToLive {
    attribute: Option<String>,
    changed: Option<Time>,
    /// When the last change takes hold.
    settles: Option<Time>,
    due: BTreeSet<(Time, TableKey)>,
}

impl TimeToLive {
    /// The attribute that tells when an item expires.
    pub fn attribute(&self) -> Option<&str> {
        self.attribute.as_deref()
    }

    /// The items that will be looked at, and when: in order of time.
    pub fn due(&self) -> impl ExactSizeIterator<Item = &(Time, TableKey)> {
        self.due.iter()
    }

    pub(super) fn next(&self) -> Option<Time> {
        self.due.first().map(|(at, _)| *at)
    }

    /// The moment an item names, in milliseconds since 1970; nothing if it never expires.
    fn expiry(&self, item: &Item) -> Option<i64> {
        let AttributeValue::N(seconds) = item.get(self.attribute.as_deref()?)? else { return None };
        seconds.as_i64()?.checked_mul(1000)
    }

    /// Whether an item has expired, though it may still be there.
    pub fn is_expired(&self, now: Time, item: &Item) -> bool {
        let unix = now.unix_millis() as i64;
        self.expiry(item).is_some_and(|at| at <= unix && at > unix - OLDEST.0 as i64)
    }

    /// Notes when an item will be deleted: some time after it expires, within the greatest delay.
    pub(super) fn schedule(
        &mut self,
        now: Time,
        chance: &mut Chance,
        settings: &Settings,
        key: &TableKey,
        item: &Item,
    ) {
        let Some(expiry) = self.expiry(item) else { return };
        let unix = now.unix_millis() as i64;
        if expiry <= unix - OLDEST.0 as i64 {
            return;
        }
        let from_start = expiry.saturating_sub(WORLD_START_UNIX_MS as i64).max(0) as u64;
        let expires = Time(from_start).max(now);
        let delay = Span(chance.between(1, settings.ttl_delay.0.max(1)));
        self.due.insert((expires + delay, key.clone()));
    }
}

impl DynamoDb {
    pub(super) fn update_ttl(
        &mut self,
        now: Time,
        chance: &mut Chance,
        op: UpdateTimeToLive,
    ) -> Result<Response> {
        let settings = self.settings;
        let table = self.known_mut(&op.table_name)?;
        let wanted = op.time_to_live_specification;
        if table.ttl.changed.is_some_and(|at| now.since(at) < CHANGE) {
            return Err(validation(
                "Time to live has been modified multiple times within a fixed interval",
            ));
        }
        match (wanted.enabled, &table.ttl.attribute) {
            (true, Some(_)) => return Err(validation("TimeToLive is already enabled")),
            (false, None) => return Err(validation("TimeToLive is already disabled")),
            (false, Some(own)) if *own != wanted.attribute_name => {
                return Err(validation(format!(
                    "TimeToLive is active on a different AttributeName: current AttributeName is \
                     {own}"
                )));
            }
            _ => {}
        }
        table.ttl.changed = Some(now);
        table.ttl.settles = Some(now + settings.ttl_change);
        table.ttl.due.clear();
        table.ttl.attribute = wanted.enabled.then(|| wanted.attribute_name.clone());
        if wanted.enabled {
            let all: Vec<_> =
                table.items.collections().flat_map(Collection::items).cloned().collect();
            for item in all {
                if let Some(key) = table.key.key_of(&item) {
                    table.ttl.schedule(now, chance, &settings, &key, &item);
                }
            }
        }
        Ok(Response::Json(json!({ "TimeToLiveSpecification": {
            "Enabled": wanted.enabled,
            "AttributeName": wanted.attribute_name,
        }})))
    }

    pub(super) fn describe_ttl(&self, now: Time, op: &DescribeTimeToLive) -> Result<Response> {
        let ttl = &self.known(&op.table_name)?.ttl;
        let is_settled = ttl.settles.is_none_or(|at| at <= now);
        let status = match (&ttl.attribute, is_settled) {
            (Some(_), true) => TimeToLiveStatus::Enabled,
            (Some(_), false) => TimeToLiveStatus::Enabling,
            (None, true) => TimeToLiveStatus::Disabled,
            (None, false) => TimeToLiveStatus::Disabling,
        };
        let mut out = json!({ "TimeToLiveStatus": status });
        if let Some(attribute) = &ttl.attribute {
            out["AttributeName"] = json!(attribute);
        }
        Ok(Response::Json(json!({ "TimeToLiveDescription": out })))
    }

    /// Deletes the expired items whose time has come; it costs nothing.
    pub(super) fn expire(&mut self, now: Time, chance: &mut Chance) {
        let settings = self.settings;
        for table in self.tables.values_mut().filter(|table| table.is_live()) {
            while let Some((at, key)) = table.ttl.due.pop_first() {
                if at > now {
                    table.ttl.due.insert((at, key));
                    break;
                }
                let place = Place::in_table(&key);
                let item = table.items.get(&place).cloned();
                if item.as_ref().is_some_and(|item| table.ttl.is_expired(now, item)) {
                    let written = table.plan(key, place, item, None);
                    let key = table.commit(now, chance, &settings, written, true);
                    let name = table.name.clone();
                    self.trace.note(now, || Happened::Expired { table: name, key });
                }
            }
        }
    }
}
