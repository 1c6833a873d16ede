//! How the Data API reaches a cluster: through its HTTP endpoint, to the writer alone.

use crate::services::ServiceError;
use crate::services::time::Time;

use super::instance::Instance;
use super::operation::Response;
use super::{Rds, error};

impl Rds {
    /// A connection for the Data API to the writer of the cluster that this ARN names.
    ///
    /// A paused writer is woken, and the call refused meanwhile.
    pub(super) fn reach(&mut self, now: Time, arn: &str) -> Result<Response, ServiceError> {
        let cluster = self.clusters.values().find(|cluster| self.cluster_arn(cluster) == arn);
        let cluster = cluster.ok_or_else(|| {
            error("DatabaseNotFoundException", format!("There is no DB cluster {arn:.100}."))
        })?;
        let id = cluster.id.clone();
        if !cluster.http_endpoint {
            return Err(error(
                "HttpEndpointNotEnabledException",
                format!("The HTTP endpoint isn't enabled for the DB cluster {id}."),
            ));
        }
        if self.members_of(&id).next().is_none() {
            return Err(error(
                "DatabaseNotFoundException",
                "The DB cluster doesn't have a DB instance.",
            ));
        }
        // A secondary of a Global Database has no writer of its own.
        let writer = self.writer_of(&id).filter(|one| one.serves());
        let writer = writer.filter(|_| !self.follows_a_region(cluster)).ok_or_else(|| {
            error(
                "DatabaseUnavailableException",
                "The writer instance in the DB cluster isn't available.",
            )
        })?;
        if writer.class.starts_with("db.t") {
            return Err(error(
                "InvalidResourceStateException",
                "The Data API isn't supported on T DB instance classes.",
            ));
        }
        let (uid, address, paused) = (writer.uid, writer.address(), Instance::is_paused(writer));
        if paused {
            self.resume(now, uid);
            return Err(error(
                "DatabaseResumingException",
                "The Aurora DB instance is resuming after being auto-paused. Please wait a few seconds and try \
                 again.",
            ));
        }
        self.connected(now, address)
    }
}
