//! What breaks, and what takes over: hosts, zones, standbys.

use crate::services::arn;
use crate::services::time::Time;

use super::instance::{Standby, Status, pace};
use super::{Due, Happened, Rds, Why};

impl Rds {
    /// Breaks the host of an instance. A standby that is ready takes over; without one the instance is
    /// down until it has a new host. False for an unknown instance, or one that is down already.
    pub fn lose_instance(&mut self, now: Time, id: &str) -> bool {
        self.follow(now);
        let uid = self.instance(id).filter(|instance| instance.up).map(|instance| instance.uid);
        if let Some(uid) = uid {
            self.lose_host(now, uid, Why::HostLost);
        }
        uid.is_some()
    }

    /// An availability zone (0 to 2) is lost with everything in it.
    pub fn lose_zone(&mut self, now: Time, zone: usize) {
        if zone >= 3 || self.lost_zones[zone] {
            return;
        }
        self.follow(now);
        self.lost_zones[zone] = true;
        let mut rebuilt = Vec::new();
        for instance in self.instances.values_mut() {
            if instance.standby.as_ref().is_some_and(|standby| standby.az == zone) {
                instance.standby = None;
                if instance.up {
                    rebuilt.push(instance.id.clone());
                }
            }
        }
        for id in rebuilt {
            self.build_standby(now, &id);
        }
        for cluster in self.clusters.values_mut().filter(|one| one.region == arn::REGION) {
            if let Some(aurora) = cluster.aurora_mut() {
                aurora.volume.lose_zone(zone);
            }
        }
        let hit = |one: &&super::Instance| one.up && one.az == zone && !self.is_elsewhere(one);
        let hit: Vec<u64> = self.instances.values().filter(hit).map(|one| one.uid).collect();
        for uid in hit {
            self.lose_host(now, uid, Why::ZoneLost);
        }
    }

    /// A lost availability zone is back: what was only there answers again soon.
    pub fn restore_zone(&mut self, now: Time, zone: usize) {
        if zone >= 3 || !self.lost_zones[zone] {
            return;
        }
        self.follow(now);
        self.lost_zones[zone] = false;
        for cluster in self.clusters.values_mut().filter(|one| one.region == arn::REGION) {
            if let Some(aurora) = cluster.aurora_mut() {
                aurora.volume.restore_zone(zone);
            }
        }
        let (mut back, mut rebuilt) = (Vec::new(), Vec::new());
        for instance in self.instances.values() {
            if !instance.up && instance.az == zone {
                back.push(instance.uid);
            } else if instance.multi_az && instance.up && instance.standby.is_none() {
                rebuilt.push(instance.id.clone());
            }
        }
        for uid in back {
            self.at(now + pace::REBOOT, Due::HostBack(uid));
        }
        for id in rebuilt {
            self.build_standby(now, &id);
        }
    }

    fn lose_host(&mut self, now: Time, uid: u64, why: Why) {
        self.settle(now, uid);
        let Some(instance) = self.of_number(uid) else { return };
        instance.up = false;
        let id = instance.id.clone();
        if instance.cluster.is_some() {
            return self.lose_member(now, uid, why);
        }
        if instance.standby.as_ref().is_some_and(|standby| standby.ready) {
            return self.begin_failover(now, uid, why);
        }
        // A standby that was being built has nobody to be built from any more.
        instance.standby = None;
        self.drop_connections(now, uid);
        self.trace.note(now, || Happened::Lost { id: id.clone(), why });
        self.at(now + pace::HOST, Due::HostBack(uid));
    }

    /// The primary is down from now on; who takes over answers after [`pace::FAILOVER`].
    pub(super) fn begin_failover(&mut self, now: Time, uid: u64, why: Why) {
        self.drop_connections(now, uid);
        let Some(instance) = self.of_number(uid) else { return };
        instance.up = false;
        let id = instance.id.clone();
        self.become_status(now, uid, Status::Rebooting);
        self.tell(now, &id, Some("RDS-EVENT-0013"), "Multi-AZ instance failover started.");
        self.trace.note(now, || Happened::FailoverStarted { id, why });
        let due = match why {
            Why::Asked | Why::ClassChanged => Due::SwapOver(uid),
            Why::HostLost | Why::ZoneLost => Due::TakeOver(uid),
        };
        self.at(now + pace::FAILOVER, due);
    }

    /// The old primary is whole: it becomes the standby (RDS-15).
    pub(super) fn swap_over(&mut self, now: Time, uid: u64) {
        let old = self.of_number(uid).map(|instance| (instance.az, instance.host));
        self.take_over(now, uid, old);
    }

    /// The standby becomes the primary: the endpoint's name stands for it, and what it holds is what there
    /// is (RDS-13). `old` is a primary that stays as the standby.
    pub(super) fn take_over(&mut self, now: Time, uid: u64, old: Option<(usize, u64)>) {
        let lost_zones = self.lost_zones;
        let Some(instance) = self.of_number(uid).filter(|instance| !instance.up) else { return };
        let id = instance.id.clone();
        let Some(standby) = instance.standby.take().filter(|standby| standby.ready) else {
            // It was lost on the way, too: the instance comes back on a host of its own.
            return self.at(now + pace::HOST, Due::HostBack(uid));
        };
        if instance.replica.is_none() {
            instance.log = instance.log.prefix(standby.position);
        }
        (instance.az, instance.host, instance.up) = (standby.az, standby.host, true);
        let position = instance.log.len();
        let old = old.filter(|(az, _)| !lost_zones[*az]);
        instance.standby = old.map(|(az, host)| Standby { az, host, ready: true, position });
        let (endpoint, address) = (instance.endpoint(), instance.address());
        self.trace.note(now, || Happened::DnsFlipped { endpoint, address });
        self.become_status(now, uid, Status::Available);
        self.tell(now, &id, Some("RDS-EVENT-0015"), "Multi-AZ instance failover completed");
        self.trace.note(now, || Happened::FailoverEnded { id: id.clone() });
        if old.is_none() {
            self.build_standby(now, &id);
        }
    }

    /// Begins to build a standby in another zone, if there is one.
    pub(super) fn build_standby(&mut self, now: Time, id: &str) {
        let Some(instance) = self.instances.get(id).filter(|instance| instance.multi_az) else {
            return;
        };
        let uid = instance.uid;
        let Some(az) = self.other_zone(instance.az) else { return };
        let host = self.number();
        self.place_standby(id, az, host);
        self.at(now + pace::STANDBY, Due::StandbyReady(uid, host));
    }

    pub(super) fn place_standby(&mut self, id: &str, az: usize, host: u64) {
        if let Some(instance) = self.instances.get_mut(id) {
            instance.standby = Some(Standby { az, host, ready: false, position: 0 });
        }
    }

    pub(super) fn standby_ready(&mut self, now: Time, uid: u64, host: u64) {
        let Some(instance) = self.of_number(uid) else { return };
        let (position, id) = (instance.log.len(), instance.id.clone());
        if let Some(standby) = instance.standby.as_mut().filter(|standby| standby.host == host) {
            (standby.ready, standby.position) = (true, position);
            self.trace.note(now, || Happened::StandbyReady { id });
        }
    }

    /// An instance without a standby has a new host; its volume is the old one.
    pub(super) fn host_back(&mut self, now: Time, uid: u64) {
        let (host, lost_zones) = (self.number(), self.lost_zones);
        let Some(instance) = self.of_number(uid).filter(|instance| !instance.up) else { return };
        if lost_zones[instance.az] || instance.standby.as_ref().is_some_and(|one| one.ready) {
            return;
        }
        (instance.host, instance.up) = (host, true);
        let (id, status) = (instance.id.clone(), instance.status);
        let (endpoint, address) = (instance.endpoint(), instance.address());
        let rebuild = instance.multi_az && instance.standby.is_none();
        self.trace.note(now, || Happened::DnsFlipped { endpoint, address });
        self.trace.note(now, || Happened::Back { id: id.clone() });
        if status == Status::Rebooting {
            self.become_status(now, uid, Status::Available);
        }
        if rebuild {
            self.build_standby(now, &id);
        }
        self.member_back(now, uid);
    }
}
