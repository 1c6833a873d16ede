//! The names of a cluster: its writer's, its readers', those of custom groups, and what they stand for.

use crate::services::ServiceError;

use super::cluster::{Cluster, CustomEndpoint};
use super::clusters::cluster_state;
use super::instance::Instance;
use super::operation::{
    ClusterEndpoint, CreateDBClusterEndpoint, DescribeDBClusterEndpoints, EndpointId,
    ModifyDBClusterEndpoint, Response,
};
use super::{Rds, error, identifier, invalid, invalid_combination};
use crate::services::arn;

/// Custom endpoints that a cluster may have.
pub const CUSTOM_ENDPOINTS: usize = 5;

fn no_endpoint(id: &str) -> ServiceError {
    error("DBClusterEndpointNotFoundFault", format!("DBClusterEndpoint {id:.80} not found."))
}

impl Rds {
    /// The member that a cluster's endpoint stands for now; `None` for a name that is none of a cluster's.
    /// Names for several members take turns at each look-up (AUR-14).
    pub(super) fn member_behind(&mut self, name: &str) -> Option<Result<Instance, ServiceError>> {
        let cluster = self.clusters.values().find(|cluster| {
            name == cluster.id
                || name.strip_suffix(&cluster.domain()).is_some_and(|left| owns(cluster, left))
        })?;
        let left = name.strip_suffix(&cluster.domain()).unwrap_or(name);
        let readers = left.ends_with(".cluster-ro-");
        let custom = left.strip_suffix(".cluster-custom-").and_then(|id| cluster.endpoints.get(id));
        let behind = |one: &Instance| match custom {
            _ if !one.serves() => false,
            None => cluster.writer != Some(one.uid),
            Some(custom) => {
                (custom.with_writer || cluster.writer != Some(one.uid))
                    && (custom.members.is_empty() || custom.members.contains(&one.id))
                    && !custom.excluded.contains(&one.id)
            }
        };
        let behind: Vec<&Instance> =
            self.members_of(&cluster.id).filter(|one| behind(one)).collect();
        let several = (readers || custom.is_some()) && !behind.is_empty();
        let found = match several {
            true => behind.get(cluster.turns % behind.len()).copied(),
            // The cluster endpoint of a secondary Region leads nowhere.
            false if !readers && self.follows_a_region(cluster) => None,
            // A Multi-AZ cluster's reader endpoint is for its readers alone.
            false if readers && cluster.multi_az().is_some() => None,
            // Without a reader the reader endpoint leads to the writer.
            false if custom.is_none() => self.writer_of(&cluster.id),
            false => None,
        };
        let found = found.cloned();
        let id = cluster.id.clone();
        if let Some(cluster) = self.clusters.get_mut(&id).filter(|_| several) {
            cluster.turns += 1;
        }
        Some(found.ok_or_else(|| error("UnknownHost", format!("Nothing stands behind {name}."))))
    }

    pub(super) fn create_endpoint(
        &mut self,
        asked: CreateDBClusterEndpoint,
    ) -> Result<Response, ServiceError> {
        let id = identifier(&asked.id, 63)?;
        if self.clusters.values().any(|cluster| cluster.endpoints.contains_key(&id)) {
            return Err(error(
                "DBClusterEndpointAlreadyExistsFault",
                format!("DBClusterEndpoint {id} already exists."),
            ));
        }
        let cluster = self.available_cluster(&asked.cluster)?;
        if cluster.aurora().is_none() {
            return Err(cluster_state("Only Aurora clusters have custom endpoints."));
        }
        if cluster.endpoints.len() >= CUSTOM_ENDPOINTS {
            return Err(error(
                "DBClusterEndpointQuotaExceededFault",
                format!("A DB cluster has at most {CUSTOM_ENDPOINTS} custom endpoints."),
            ));
        }
        let name = cluster.id.clone();
        let endpoint = self.custom(&name, &asked.kind, asked.members, asked.excluded)?;
        let cluster = self.known_cluster_mut(&name)?;
        cluster.endpoints.insert(id.clone(), endpoint);
        self.shown_endpoint(&name, &id)
    }

    fn custom(
        &self,
        cluster: &str,
        kind: &str,
        members: Option<Vec<String>>,
        excluded: Option<Vec<String>>,
    ) -> Result<CustomEndpoint, ServiceError> {
        if !matches!(kind, "READER" | "ANY") {
            return Err(invalid(format!("Invalid endpoint type {kind:.20}: use READER or ANY.")));
        }
        let named = |names: Option<Vec<String>>| -> Result<Vec<String>, ServiceError> {
            let names = names.unwrap_or_default().into_iter().map(|name| name.to_ascii_lowercase());
            let known = |name: String| {
                let member = self.must_know(&name)?;
                match member.cluster.as_deref() == Some(cluster) {
                    true => Ok(name),
                    false => Err(invalid(format!("{name:.63} is no member of {cluster}."))),
                }
            };
            names.map(known).collect()
        };
        let (members, excluded) = (named(members)?, named(excluded)?);
        if !members.is_empty() && !excluded.is_empty() {
            return Err(invalid_combination("Specify StaticMembers or ExcludedMembers, not both."));
        }
        Ok(CustomEndpoint { with_writer: kind == "ANY", members, excluded })
    }

    /// The cluster that has a custom endpoint.
    fn cluster_with(&self, endpoint: &str) -> Result<(String, String), ServiceError> {
        let id = endpoint.to_ascii_lowercase();
        let found = self.clusters.values().find(|cluster| cluster.endpoints.contains_key(&id));
        let found = found.ok_or_else(|| no_endpoint(&id))?;
        Ok((found.id.clone(), id))
    }

    pub(super) fn modify_endpoint(
        &mut self,
        asked: ModifyDBClusterEndpoint,
    ) -> Result<Response, ServiceError> {
        let (name, id) = self.cluster_with(&asked.id)?;
        let before = &self.clusters[&name].endpoints[&id];
        let kind = asked.kind.unwrap_or_else(|| kind_of(before).to_owned());
        let (members, excluded) = match (asked.members, asked.excluded) {
            (None, None) => (Some(before.members.clone()), Some(before.excluded.clone())),
            asked => asked,
        };
        let endpoint = self.custom(&name, &kind, members, excluded)?;
        self.known_cluster_mut(&name)?.endpoints.insert(id.clone(), endpoint);
        self.shown_endpoint(&name, &id)
    }

    pub(super) fn delete_endpoint(&mut self, asked: &EndpointId) -> Result<Response, ServiceError> {
        let (name, id) = self.cluster_with(&asked.id)?;
        let shown = self.shown_endpoint(&name, &id);
        self.known_cluster_mut(&name)?.endpoints.remove(&id);
        shown
    }

    fn shown_endpoint(&self, cluster: &str, id: &str) -> Result<Response, ServiceError> {
        let endpoint = described(self.known_cluster(cluster)?, id);
        Ok(Response::ClusterEndpoint(Box::new(endpoint.ok_or_else(|| no_endpoint(id))?)))
    }

    pub(super) fn describe_endpoints(
        &self,
        asked: &DescribeDBClusterEndpoints,
    ) -> Result<Response, ServiceError> {
        if let Some(id) = &asked.cluster {
            self.known_cluster(id)?;
        }
        let matches = |wanted: &Option<String>, name: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(name))
        };
        let clusters = self.clusters.values().filter(|one| matches(&asked.cluster, &one.id));
        let endpoints = clusters.flat_map(|cluster| {
            let built_in = [(cluster.endpoint(), "WRITER"), (cluster.reader_endpoint(), "READER")];
            let built_in = built_in.map(|(endpoint, kind)| ClusterEndpoint {
                cluster: cluster.id.clone(),
                endpoint,
                status: "available".to_owned(),
                kind: kind.to_owned(),
                ..ClusterEndpoint::default()
            });
            let custom = cluster.endpoints.keys().filter(|id| matches(&asked.id, id));
            let custom = custom.filter_map(|id| described(cluster, id));
            built_in.into_iter().filter(|_| asked.id.is_none()).chain(custom).collect::<Vec<_>>()
        });
        Ok(Response::ClusterEndpoints { endpoints: endpoints.collect() })
    }
}

/// Whether what stands before a cluster's domain is one of its names.
fn owns(cluster: &Cluster, left: &str) -> bool {
    let named = |suffix: &str| left.strip_suffix(suffix);
    named(".cluster-").or_else(|| named(".cluster-ro-")) == Some(cluster.id.as_str())
        || named(".cluster-custom-").is_some_and(|id| cluster.endpoints.contains_key(id))
}

fn kind_of(custom: &CustomEndpoint) -> &'static str {
    if custom.with_writer { "ANY" } else { "READER" }
}

fn described(cluster: &Cluster, id: &str) -> Option<ClusterEndpoint> {
    let custom = cluster.endpoints.get(id)?;
    Some(ClusterEndpoint {
        cluster: cluster.id.clone(),
        endpoint: cluster.custom_endpoint(id),
        status: "available".to_owned(),
        kind: "CUSTOM".to_owned(),
        id: Some(id.to_owned()),
        custom_endpoint_type: Some(kind_of(custom).to_owned()),
        static_members: Some(custom.members.clone()),
        excluded_members: Some(custom.excluded.clone()),
        arn: Some(arn::arn("rds", &format!("cluster-endpoint:{id}"))),
    })
}
