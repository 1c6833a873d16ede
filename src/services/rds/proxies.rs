//! The life of proxies: made, changed, given a target, described, deleted.

use std::collections::{BTreeMap, VecDeque};

use crate::services::time::{Span, Time};
use crate::services::{LateAnswer, ServiceError, arn};

use super::cluster::KeepsAwake;
use super::instance::pace;
use super::operation::{
    CreateProxy, DBProxy, MaybeProxy, ModifyProxy, ModifyTargetGroup, ProxyTarget, ProxyTargets,
    Response, TargetGroup, TargetGroupName, TargetHealth,
};
use super::proxy::{Pool, Proxy, Target, family_named, speaks_for};
use super::sessions::no_connection;
use super::{Due, Rds, error, identifier, invalid, invalid_combination, no_instance};

/// Proxies of an account in a region.
const PROXIES: usize = 20;
/// The one target group that a proxy has.
const GROUP: &str = "default";

fn no_proxy(name: &str) -> ServiceError {
    error("DBProxyNotFoundFault", format!("DB proxy {name:.80} not found."))
}

fn idle_timeout(seconds: Option<i64>) -> Result<Option<Span>, ServiceError> {
    let span = seconds.map(|seconds| {
        // AWS's numbers of this kind have 32 bits.
        let seconds = i32::try_from(seconds).ok().filter(|seconds| *seconds > 0);
        seconds
            .map(|seconds| Span::seconds(seconds.unsigned_abs().into()))
            .ok_or_else(|| invalid("IdleClientTimeout must be positive."))
    });
    span.transpose()
}

fn only_group(name: Option<&String>) -> Result<(), ServiceError> {
    match name {
        Some(name) if name != GROUP => Err(error(
            "DBProxyTargetGroupNotFoundFault",
            format!("Target group {name:.80} not found: a proxy has the group {GROUP}."),
        )),
        _ => Ok(()),
    }
}

impl Rds {
    pub(super) fn create_proxy(
        &mut self,
        now: Time,
        asked: CreateProxy,
    ) -> Result<Response, ServiceError> {
        let name = identifier(&asked.name, 63)?;
        if self.proxies.contains_key(&name) {
            return Err(error("DBProxyAlreadyExistsFault", format!("DB proxy {name} exists.")));
        }
        let (family, engine) = family_named(&asked.engine_family)
            .ok_or_else(|| invalid(format!("Invalid EngineFamily: {:.40}", asked.engine_family)))?;
        if self.proxies.len() >= PROXIES {
            return Err(error(
                "DBProxyQuotaExceededFault",
                format!("There are {PROXIES} DB proxies already."),
            ));
        }
        let timeout = idle_timeout(asked.idle_client_timeout)?;
        let uid = self.number();
        let proxy = Proxy {
            uid,
            name: name.clone(),
            family,
            available: false,
            created: now,
            idle_client_timeout: timeout.unwrap_or(Span::seconds(1800)),
            target: None,
            pool: Pool::of(engine),
            role: asked.role_arn,
            subnets: asked.vpc_subnet_ids,
            connections: BTreeMap::new(),
            clients: BTreeMap::new(),
            queue: VecDeque::new(),
        };
        self.at(now + pace::PROXY, Due::ProxyReady(uid));
        let shown = shown(&proxy);
        self.proxies.insert(name, proxy);
        Ok(Response::Proxy { proxy: shown })
    }

    /// A proxy that was being made answers.
    pub(super) fn proxy_ready(&mut self, uid: u64) {
        if let Some(proxy) = self.proxies.values_mut().find(|proxy| proxy.uid == uid) {
            proxy.available = true;
        }
    }

    fn known_proxy(&self, name: &str) -> Result<&Proxy, ServiceError> {
        self.proxy(name).ok_or_else(|| no_proxy(name))
    }

    fn known_proxy_mut(&mut self, name: &str) -> Result<&mut Proxy, ServiceError> {
        self.proxies.get_mut(&name.to_ascii_lowercase()).ok_or_else(|| no_proxy(name))
    }

    pub(super) fn modify_proxy(&mut self, asked: &ModifyProxy) -> Result<Response, ServiceError> {
        let timeout = idle_timeout(asked.idle_client_timeout)?;
        let proxy = self.known_proxy_mut(&asked.name)?;
        proxy.idle_client_timeout = timeout.unwrap_or(proxy.idle_client_timeout);
        if let Some(role) = &asked.role_arn {
            proxy.role.clone_from(role);
        }
        Ok(Response::Proxy { proxy: shown(proxy) })
    }

    pub(super) fn delete_proxy(&mut self, now: Time, name: &str) -> Result<Response, ServiceError> {
        let mut answer = shown(self.known_proxy(name)?);
        "deleting".clone_into(&mut answer.status);
        self.drop_target(now, name);
        if let Some(proxy) = self.proxies.remove(&name.to_ascii_lowercase()) {
            for wait in proxy.queue {
                let result = Err(no_connection(wait.client));
                self.late.push(LateAnswer { ticket: wait.ticket, at: now, result });
            }
        }
        Ok(Response::Proxy { proxy: answer })
    }

    pub(super) fn describe_proxies(&self, asked: &MaybeProxy) -> Result<Response, ServiceError> {
        let proxies = match &asked.name {
            Some(name) => vec![shown(self.known_proxy(name)?)],
            None => self.proxies.values().map(shown).collect(),
        };
        Ok(Response::Proxies { proxies })
    }

    pub(super) fn register_targets(
        &mut self,
        now: Time,
        asked: &ProxyTargets,
    ) -> Result<Response, ServiceError> {
        only_group(asked.group.as_ref())?;
        let proxy = self.known_proxy(&asked.name)?;
        let (name, family) = (proxy.name.clone(), proxy.family);
        let target = self.one_target(asked)?;
        if self.known_proxy(&name)?.target.is_some() {
            return Err(error(
                "DBProxyTargetAlreadyRegisteredFault",
                format!("DB proxy {name} has a target already."),
            ));
        }
        if !self.family_of(&target).is_some_and(|engine| speaks_for(family, engine)) {
            return Err(invalid_combination(format!(
                "The engine of the target is not of the proxy's family {family}."
            )));
        }
        if let Target::Cluster(id) = &target {
            self.keep_awake(now, &id.clone(), KeepsAwake::Proxy);
        }
        self.known_proxy_mut(&name)?.target = Some(target);
        self.serve_queue(now, &name);
        Ok(Response::Registered { targets: self.targets(self.known_proxy(&name)?) })
    }

    /// The one instance or cluster that is named.
    fn one_target(&self, asked: &ProxyTargets) -> Result<Target, ServiceError> {
        let instances = asked.instances.as_deref().unwrap_or_default();
        let clusters = asked.clusters.as_deref().unwrap_or_default();
        match (instances, clusters) {
            ([id], []) => {
                let instance = self.instance(id).ok_or_else(|| no_instance(id))?;
                Ok(Target::Instance(instance.id.clone()))
            }
            ([], [id]) => Ok(Target::Cluster(self.known_cluster(id)?.id.clone())),
            _ => {
                Err(invalid_combination("A proxy has one DB instance or one DB cluster as target."))
            }
        }
    }

    pub(super) fn deregister_targets(
        &mut self,
        now: Time,
        asked: &ProxyTargets,
    ) -> Result<Response, ServiceError> {
        only_group(asked.group.as_ref())?;
        let target = self.one_target(asked)?;
        if self.known_proxy(&asked.name)?.target.as_ref() != Some(&target) {
            return Err(error("DBProxyTargetNotFoundFault", "It is not a target of this proxy."));
        }
        self.drop_target(now, &asked.name);
        Ok(Response::Empty)
    }

    /// A proxy has no target any more; its connections are closed.
    fn drop_target(&mut self, now: Time, name: &str) {
        let Some(proxy) = self.proxies.get_mut(&name.to_ascii_lowercase()) else { return };
        let (target, connections) = (proxy.target.take(), std::mem::take(&mut proxy.connections));
        for client in proxy.clients.values_mut() {
            client.pinned = None;
        }
        for connection in connections.into_keys() {
            if let Some(closed) = self.connections.remove(&connection) {
                self.rescale(now, closed.instance);
            }
        }
        if let Some(Target::Cluster(id)) = target {
            self.let_sleep(now, &id, KeepsAwake::Proxy);
        }
    }

    pub(super) fn describe_targets(
        &self,
        asked: &TargetGroupName,
    ) -> Result<Response, ServiceError> {
        only_group(asked.group.as_ref())?;
        Ok(Response::Targets { targets: self.targets(self.known_proxy(&asked.name)?) })
    }

    fn targets(&self, proxy: &Proxy) -> Vec<ProxyTarget> {
        let Some(target) = &proxy.target else { return Vec::new() };
        let instance = self.target_of(proxy);
        let serves = instance.is_some_and(super::instance::Instance::serves);
        let (id, kind) = match target {
            Target::Instance(id) => (id, "RDS_INSTANCE"),
            Target::Cluster(id) => (id, "TRACKED_CLUSTER"),
        };
        vec![ProxyTarget {
            resource: id.clone(),
            kind: kind.to_owned(),
            role: "READ_WRITE".to_owned(),
            target_health: TargetHealth {
                state: if serves { "AVAILABLE" } else { "UNAVAILABLE" }.to_owned(),
                reason: (!serves).then(|| "UNREACHABLE".to_owned()),
            },
            endpoint: instance.map(super::instance::Instance::endpoint),
            port: instance.map(|instance| instance.port),
        }]
    }

    pub(super) fn describe_target_groups(
        &self,
        asked: &TargetGroupName,
    ) -> Result<Response, ServiceError> {
        only_group(asked.group.as_ref())?;
        let group = group(self.known_proxy(&asked.name)?);
        Ok(Response::TargetGroups { groups: vec![group] })
    }

    pub(super) fn modify_target_group(
        &mut self,
        now: Time,
        asked: &ModifyTargetGroup,
    ) -> Result<Response, ServiceError> {
        only_group(Some(&asked.group))?;
        let proxy = self.known_proxy_mut(&asked.name)?;
        if let Some(config) = &asked.config {
            proxy.pool = proxy.pool.changed(config)?;
        }
        let (name, group) = (proxy.name.clone(), group(proxy));
        self.serve_queue(now, &name);
        Ok(Response::ModifiedTargetGroup { group })
    }
}

fn shown(proxy: &Proxy) -> DBProxy {
    DBProxy {
        name: proxy.name.clone(),
        arn: arn::arn("rds", &format!("db-proxy:prx-{:017}", proxy.uid)),
        status: if proxy.available { "available" } else { "creating" }.to_owned(),
        engine_family: proxy.family.to_owned(),
        endpoint: proxy.endpoint(),
        role_arn: proxy.role.clone(),
        vpc_subnet_ids: proxy.subnets.clone(),
        idle_client_timeout: i64::try_from(proxy.idle_client_timeout.as_seconds())
            .unwrap_or(i64::MAX),
        created_date: proxy.created.into(),
    }
}

fn group(proxy: &Proxy) -> TargetGroup {
    TargetGroup {
        name: proxy.name.clone(),
        group: GROUP.to_owned(),
        is_default: true,
        status: "available".to_owned(),
        config: proxy.pool.shown(),
    }
}
