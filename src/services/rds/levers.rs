//! What no API does: the levers that models pull on instances.

use crate::services::time::{Span, Time};

use super::instance::Status;
use super::{Due, Rds, clusters};

impl Rds {
    /// Brings what is being made (instances, standbys, snapshots) to its end at once, for a scene that
    /// begins with it.
    pub fn finish_making(&mut self, now: Time) {
        let is_made = |due: &Due| {
            matches!(
                due,
                Due::Become(..)
                    | Due::Made(_)
                    | Due::SnapshotReady(_)
                    | Due::StandbyReady(..)
                    | Due::ProxyReady(_)
                    | Due::Cluster(clusters::Due::Becomes(..) | clusters::Due::SnapshotReady(_))
            )
        };
        while let Some(key) = self.agenda.iter().find(|(_, due)| is_made(due)).map(|(key, _)| *key)
        {
            if let Some(due) = self.agenda.remove(&key) {
                self.happen(now, due);
            }
        }
    }

    /// Sets `max_connections` of an instance by hand, as a parameter group does; `None` for its default.
    pub fn set_max_connections(&mut self, id: &str, most: Option<u64>) {
        if let Some(instance) = self.instances.get_mut(&id.to_ascii_lowercase()) {
            instance.max_connections_set = most;
        }
    }

    /// Asks a gp2 volume for so many I/Os a second from now on.
    pub fn demand_io(&mut self, now: Time, id: &str, iops: u64) {
        if let Some(instance) = self.instances.get_mut(&id.to_ascii_lowercase()) {
            let (baseline, peak) = instance.gp2();
            instance.credits.demand(now, baseline, peak, iops);
        }
    }

    /// The volume of an instance is full: it can be read and grown, but not written to.
    pub fn fill_storage(&mut self, now: Time, id: &str) {
        let open = self.instance(id).filter(|instance| instance.status == Status::Available);
        if let Some(uid) = open.map(|instance| instance.uid) {
            self.become_status(now, uid, Status::StorageFull);
        }
    }

    /// How many commits of its source a replica, or a reader of a Multi-AZ cluster, has applied by now, how
    /// many it has not, and for how long the oldest of those has waited. `None` for any other instance.
    pub fn replication(&self, now: Time, id: &str) -> Option<Replication> {
        let instance = self.instance(id)?;
        let (log, _) = self.root(instance);
        let applied = match self.applied(now, instance) {
            Some(applied) => applied,
            None => {
                let mut replica = instance.replica.clone()?;
                if instance.up {
                    let source = self.replication(now, &replica.source);
                    replica.catch_up(now, log, source.map_or(log.len(), |of| of.applied));
                }
                replica.applied
            }
        };
        let lag = log.time(applied).map_or(Span::ZERO, |at| now.since(at));
        Some(Replication { applied, missing: log.len().saturating_sub(applied), lag })
    }
}

/// How far a replica has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replication {
    /// Commits applied.
    pub applied: usize,
    /// Commits of the source that are not.
    pub missing: usize,
    /// For how long the oldest of those has waited (`ReplicaLag`).
    pub lag: Span,
}
