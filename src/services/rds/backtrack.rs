//! Backtrack: the same Aurora MySQL cluster rewound in place, and forward again (AUR-17).

use crate::services::ServiceError;
use crate::services::time::{Span, Time};

use super::cluster::ClusterStatus;
use super::clusters::cluster_state;
use super::instance::{Status, pace};
use super::operation::{Backtrack, BacktrackDBCluster, ClusterName, Response};
use super::{Happened, Rds, invalid};

/// A rewinding that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewound {
    /// The cluster's number.
    pub cluster: u64,
    /// When it was asked for.
    pub at: Time,
    /// To which moment.
    pub to: Time,
}

impl Rds {
    pub(super) fn backtrack(
        &mut self,
        now: Time,
        asked: &BacktrackDBCluster,
    ) -> Result<Response, ServiceError> {
        let cluster = self.available_cluster(&asked.id)?;
        let (id, uid, created) = (cluster.id.clone(), cluster.uid, cluster.created);
        let window = cluster.aurora().map_or(Span::ZERO, |aurora| aurora.backtrack);
        if window == Span::ZERO {
            return Err(cluster_state(format!("Backtrack is not enabled for DB cluster {id}.")));
        }
        let earliest = created.max(now - window);
        let mut to = asked.backtrack_to.time();
        if to < earliest && asked.use_earliest == Some(true) {
            to = earliest;
        }
        if to < earliest || to > now {
            return Err(invalid(
                "The specified backtrack time is outside of the cluster's backtrack window.",
            ));
        }
        let cluster = self.known_cluster_mut(&id)?;
        let rewound = cluster.held_at(to);
        let before = std::mem::replace(&mut cluster.log, rewound);
        let undone = before.len().saturating_sub(cluster.log.len()) as u64;
        if let Some(aurora) = cluster.aurora_mut() {
            aurora.eras.push((now, before));
            let kept = now - window.max(Span::days(35));
            aurora.eras.retain(|(until, _)| *until > kept);
        }
        for member in self.numbers_of_members(&id) {
            self.drop_connections(now, member);
            self.begin(now, member, Status::Rebooting, pace::BACKTRACK);
        }
        self.begin_cluster(now, uid, ClusterStatus::Backtracking, pace::BACKTRACK);
        self.trace.note(now, || Happened::Backtracked { id: id.clone(), to, undone });
        let rewound = Rewound { cluster: uid, at: now, to };
        let answer = described(&id, self.backtracks.len(), &rewound, "applying");
        self.backtracks.push(rewound);
        Ok(Response::Backtrack(answer))
    }

    pub(super) fn describe_backtracks(
        &self,
        now: Time,
        asked: &ClusterName,
    ) -> Result<Response, ServiceError> {
        let cluster = self.known_cluster(&asked.id)?;
        let of = self.backtracks.iter().enumerate().filter(|(_, one)| one.cluster == cluster.uid);
        let backtracks = of
            .map(|(number, one)| {
                let done = now >= one.at + pace::BACKTRACK;
                described(&cluster.id, number, one, if done { "completed" } else { "applying" })
            })
            .collect();
        Ok(Response::Backtracks { backtracks })
    }
}

fn described(id: &str, number: usize, rewound: &Rewound, status: &str) -> Backtrack {
    Backtrack {
        id: id.to_owned(),
        backtrack_identifier: format!("bt-{number:08}"),
        backtrack_to: rewound.to.into(),
        backtracked_from: rewound.at.into(),
        backtrack_request_creation_time: rewound.at.into(),
        status: status.to_owned(),
    }
}
