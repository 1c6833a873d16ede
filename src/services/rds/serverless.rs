//! Aurora Serverless v2: a range of capacities in halves of an ACU, following a load, pausing, resuming.
//!
//! How fast capacity follows is the model's choice: up by half of what there is every 5 seconds, down by an
//! eighth every 15 (half an ACU at least). What a load needs is told by [`Rds::demand_acu`].

use crate::services::time::{Span, Time};
use crate::services::{Answer, LateAnswer, ServiceError, Ticket};

use super::cluster::KeepsAwake;
use super::clusters::Due;
use super::cost;
use super::instance::{Instance, pace};
use super::operation::{Response, ScalingConfiguration};
use super::sessions::timed_out;
use super::{Happened, Rds, invalid};

/// The class of serverless instances.
pub const SERVERLESS: &str = "db.serverless";
/// The largest capacity, in halves of an ACU.
pub const MOST: u32 = 512;
/// Seconds without a connection after which a cluster may pause.
pub const PAUSE_SECONDS: std::ops::RangeInclusive<i64> = 300..=86_400;

/// Between which capacities the serverless members of a cluster move (AUR-18).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The least, in halves of an ACU; 0 for pausing.
    pub min: u32,
    /// The most, in halves of an ACU.
    pub max: u32,
    /// After how long without a connection it pauses, if it does.
    pub pause_after: Span,
}

/// Halves of an ACU, if it is a whole number of them in range.
fn halves(name: &str, acu: f64) -> Result<u32, ServiceError> {
    let doubled = acu * 2.0;
    let whole = (0.0..=f64::from(MOST)).contains(&doubled) && doubled.fract() == 0.0;
    // A whole number of this range fits into every kind of number.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    whole.then_some(doubled as u32).ok_or_else(|| {
        invalid(format!("Invalid {name} {acu}: capacities are 0 to 256 ACUs, in steps of 0.5."))
    })
}

/// Halves of an ACU as a number of ACUs.
pub fn acu(halves: u32) -> f64 {
    f64::from(halves) / 2.0
}

impl Range {
    /// The range that is asked for; what is not named stays as it was.
    pub(super) fn of(
        asked: &ScalingConfiguration,
        before: Option<Range>,
    ) -> Result<Range, ServiceError> {
        let named = |name: &str, asked: Option<f64>, before: Option<u32>| match (asked, before) {
            (Some(asked), _) => halves(name, asked),
            (None, Some(before)) => Ok(before),
            (None, None) => Err(invalid(
                "Both MinCapacity and MaxCapacity must be specified when you initialize Serverless v2 scaling \
                 configuration.",
            )),
        };
        let min = named("MinCapacity", asked.min_capacity, before.map(|range| range.min))?;
        let max = named("MaxCapacity", asked.max_capacity, before.map(|range| range.max))?;
        if max < min.max(1) {
            return Err(invalid("MaxCapacity must be at least MinCapacity, and more than 0."));
        }
        let pause_after = match asked.seconds_until_auto_pause {
            None => before.map_or(pace::AUTO_PAUSE, |range| range.pause_after),
            Some(seconds) if PAUSE_SECONDS.contains(&seconds) => {
                Span::seconds(seconds.unsigned_abs())
            }
            Some(seconds) => {
                return Err(invalid(format!(
                    "Invalid SecondsUntilAutoPause {seconds}: it must be between 300 and 86400."
                )));
            }
        };
        Ok(Range { min, max, pause_after })
    }

    pub(super) fn described(self) -> ScalingConfiguration {
        let seconds = i64::try_from(self.pause_after.as_seconds()).unwrap_or(i64::MAX);
        ScalingConfiguration {
            min_capacity: Some(acu(self.min)),
            max_capacity: Some(acu(self.max)),
            seconds_until_auto_pause: (self.min == 0).then_some(seconds),
        }
    }

    /// The least that it runs with: a member that may pause goes down to half an ACU first.
    fn floor(self) -> u32 {
        self.min.max(1)
    }
}

/// The capacity of a serverless member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capacity {
    /// What it has now, in halves of an ACU (`ServerlessDatabaseCapacity`); 0 while it is paused.
    pub halves: u32,
    /// What its load needs, in halves of an ACU.
    pub demand: u32,
    /// Between what it moves.
    pub range: Range,
    /// Since when nothing has used it.
    pub idle_since: Option<Time>,
    /// Since when it is paused.
    pub paused: Option<Time>,
    /// When it answers again, while it resumes.
    pub resumes: Option<Time>,
    /// When its capacity changes next.
    step: Option<Time>,
    used: u128,
    counted: Time,
}

impl Capacity {
    pub(super) fn new(now: Time, range: Range) -> Capacity {
        Capacity {
            halves: range.floor(),
            demand: 0,
            range,
            idle_since: None,
            paused: None,
            resumes: None,
            step: None,
            used: 0,
            counted: now,
        }
    }

    /// What was used until now, in halves of an ACU times milliseconds.
    pub fn used(&self, now: Time) -> u128 {
        self.used + u128::from(self.halves) * u128::from(now.since(self.counted).0)
    }

    /// What that costs, in millionths of a dollar (AUR-18).
    pub fn cost(&self, now: Time) -> u64 {
        cost::serverless(self.used(now))
    }

    /// `ACUUtilization`: how much of the maximum it has, in per cent.
    pub fn utilization(&self) -> u32 {
        100 * self.halves / self.range.max.max(1)
    }

    fn set(&mut self, now: Time, halves: u32) {
        self.used = self.used(now);
        (self.counted, self.halves) = (now, halves);
    }
}

/// A connection that waits until a paused member answers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Waiting {
    ticket: Ticket,
    instance: u64,
    address: String,
}

impl Rds {
    /// Tells what the load on a serverless member needs, in halves of an ACU.
    pub fn demand_acu(&mut self, now: Time, id: &str, halves: u32) {
        let Some(instance) = self.instances.get_mut(&id.to_ascii_lowercase()) else { return };
        let uid = instance.uid;
        if let Some(capacity) = &mut instance.capacity {
            capacity.demand = halves;
        }
        self.rescale(now, uid);
    }

    /// From now on this keeps a cluster's serverless members from pausing.
    pub fn keep_awake(&mut self, now: Time, cluster: &str, what: KeepsAwake) {
        self.change_awake(now, cluster, |awake| {
            if !awake.contains(&what) {
                awake.push(what);
            }
        });
    }

    /// From now on this no longer keeps them from pausing.
    pub fn let_sleep(&mut self, now: Time, cluster: &str, what: KeepsAwake) {
        self.change_awake(now, cluster, |awake| awake.retain(|kept| *kept != what));
    }

    fn change_awake(&mut self, now: Time, cluster: &str, change: impl Fn(&mut Vec<KeepsAwake>)) {
        let Some(cluster) = self.clusters.get_mut(&cluster.to_ascii_lowercase()) else { return };
        let id = cluster.id.clone();
        if let Some(aurora) = cluster.aurora_mut() {
            change(&mut aurora.awake);
        }
        self.rescale_members(now, &id);
    }

    /// What keeps a cluster from pausing besides open connections.
    pub fn kept_awake_by(&self, cluster: &str) -> Vec<KeepsAwake> {
        let Some(aurora) = self.cluster(cluster).and_then(|cluster| cluster.aurora()) else {
            return Vec::new();
        };
        let mut awake = aurora.awake.clone();
        if self.is_global_primary(cluster) {
            awake.push(KeepsAwake::GlobalPrimary);
        }
        awake
    }

    /// What a serverless member should have now. A reader of tier 0 or 1 follows its writer.
    fn wanted(&self, instance: &Instance, capacity: &Capacity) -> u32 {
        let writer = self.tied_to(instance).and_then(|writer| writer.capacity.as_ref());
        let wanted = capacity.demand.max(writer.map_or(0, |writer| writer.halves));
        wanted.clamp(capacity.range.floor(), capacity.range.max)
    }

    /// The writer that a reader of tier 0 or 1 follows.
    fn tied_to(&self, instance: &Instance) -> Option<&Instance> {
        let cluster = instance.cluster.as_ref().filter(|_| instance.promotion_tier <= 1)?;
        self.writer_of(cluster).filter(|writer| writer.uid != instance.uid)
    }

    /// The range of a cluster has changed, or its writer.
    pub(super) fn rescale_members(&mut self, now: Time, cluster: &str) {
        let range = self.cluster(cluster).and_then(|one| one.aurora()).and_then(|one| one.scaling);
        for uid in self.numbers_of_members(cluster) {
            let capacity = self.of_number(uid).and_then(|member| member.capacity.as_mut());
            if let (Some(capacity), Some(range)) = (capacity, range)
                && capacity.range != range
            {
                // Its idle time begins anew.
                (capacity.range, capacity.idle_since) = (range, None);
            }
            self.rescale(now, uid);
        }
    }

    /// Looks at what a serverless member needs, and sets it on its way there.
    pub(super) fn rescale(&mut self, now: Time, uid: u64) {
        let Some(id) = self.id_of(uid) else { return };
        let instance = &self.instances[&id];
        let Some(capacity) = instance.capacity.as_ref() else { return };
        let wanted = self.wanted(instance, capacity);
        let idle = capacity.demand == 0
            && instance.serves()
            && self.open_connections(uid) == 0
            && instance.cluster.as_ref().is_none_or(|id| self.kept_awake_by(id).is_empty());
        let Some(capacity) = self.of_number(uid).and_then(|one| one.capacity.as_mut()) else {
            return;
        };
        if capacity.paused.is_some() {
            return;
        }
        let span = if wanted > capacity.halves { pace::SCALE_UP } else { pace::SCALE_DOWN };
        let step = (wanted != capacity.halves && capacity.step.is_none()).then(|| now + span);
        capacity.step = capacity.step.or(step);
        let (newly, pause) = (capacity.idle_since.is_none(), now + capacity.range.pause_after);
        capacity.idle_since = match idle {
            true => capacity.idle_since.or(Some(now)),
            false => None,
        };
        let pauses = idle && capacity.range.min == 0;
        if let Some(step) = step {
            self.cluster_at(step, Due::Scale(uid));
        }
        if pauses && newly {
            self.cluster_at(pause, Due::Pause(uid));
        }
    }

    /// One step of a serverless member's capacity.
    pub(super) fn scale(&mut self, now: Time, uid: u64) {
        let Some(id) = self.id_of(uid) else { return };
        let instance = &self.instances[&id];
        let Some(capacity) = instance.capacity.as_ref() else { return };
        let (wanted, from) = (self.wanted(instance, capacity), capacity.halves);
        let to = match wanted > from {
            true => (from + (from / 2).max(1)).min(wanted),
            false => from.saturating_sub((from / 8).max(1)).max(wanted),
        };
        let cluster = instance.cluster.clone();
        let Some(capacity) = self.of_number(uid).and_then(|one| one.capacity.as_mut()) else {
            return;
        };
        if capacity.step.take().is_none() || capacity.paused.is_some() {
            return;
        }
        capacity.set(now, to);
        if from != to {
            self.trace.note(now, || Happened::Scaled { id, from, to });
        }
        self.rescale(now, uid);
        let writes = cluster.filter(|id| self.writer_of(id).is_some_and(|one| one.uid == uid));
        if let Some(cluster) = writes {
            self.rescale_members(now, &cluster);
        }
    }

    /// A member that nothing has used for long enough pauses (AUR-19).
    pub(super) fn pause(&mut self, now: Time, uid: u64) {
        let Some(id) = self.id_of(uid) else { return };
        let instance = &self.instances[&id];
        // A reader that follows its writer pauses with it.
        let waits = self
            .tied_to(instance)
            .and_then(|writer| writer.capacity.as_ref())
            .is_some_and(|writer| writer.paused.is_none());
        let (cluster, serves) = (instance.cluster.clone(), instance.serves());
        let Some(capacity) = self.of_number(uid).and_then(|one| one.capacity.as_mut()) else {
            return;
        };
        let due = capacity.idle_since.map(|since| since + capacity.range.pause_after);
        let ready = serves && !waits && capacity.paused.is_none() && capacity.range.min == 0;
        // It may have been used meanwhile: then a later pause is on the agenda.
        if !ready || due.is_none_or(|due| now < due) {
            return;
        }
        capacity.set(now, 0);
        (capacity.paused, capacity.step) = (Some(now), None);
        self.trace.note(now, || Happened::Paused { id });
        for member in cluster.map(|id| self.numbers_of_members(&id)).unwrap_or_default() {
            let follows = self.id_of(member).is_some_and(|id| {
                self.tied_to(&self.instances[&id]).is_some_and(|writer| writer.uid == uid)
            });
            if follows {
                self.pause(now, member);
            }
        }
    }

    /// Connects, or waits until a paused member has resumed (AUR-19).
    pub(super) fn connect_or_wait(&mut self, now: Time, address: String) -> Answer<Response> {
        let at = |one: &&Instance| one.serves() && one.address() == address;
        let paused = self.instances.values().find(at).filter(|one| one.is_paused());
        let Some(uid) = paused.map(|instance| instance.uid) else {
            return Answer::Now(self.connected(now, address));
        };
        self.resume(now, uid);
        let ticket = Ticket(self.number());
        self.waiting.push(Waiting { ticket, instance: uid, address });
        Answer::Later(ticket)
    }

    /// A paused member begins to wake, and with a reader its writer, or with a writer who follows it.
    pub(super) fn resume(&mut self, now: Time, uid: u64) {
        let Some(instance) = self.of_number(uid) else { return };
        let id = instance.id.clone();
        let Some(capacity) = instance.capacity.as_mut().filter(|one| one.resumes.is_none()) else {
            return;
        };
        let Some(since) = capacity.paused else { return };
        let deep = now.since(since) > Span::days(1);
        let ready = now + if deep { pace::RESUME_DEEP } else { pace::RESUME };
        capacity.resumes = Some(ready);
        self.cluster_at(ready, Due::Awake(uid));
        self.trace.note(now, || Happened::Resuming { id, ready });
        let instance = self.of_number(uid).cloned();
        let Some(instance) = instance else { return };
        let cluster = instance.cluster.clone().unwrap_or_default();
        let writer = self.tied_to(&instance).map(|writer| writer.uid);
        let followers: Vec<u64> = self
            .members_of(&cluster)
            .filter(|one| self.tied_to(one).is_some_and(|writer| writer.uid == uid))
            .map(|one| one.uid)
            .collect();
        for other in followers.into_iter().chain(writer) {
            self.resume(now, other);
        }
    }

    /// A member has resumed: who waited for it is let in.
    pub(super) fn awake(&mut self, now: Time, uid: u64) {
        let Some(instance) = self.of_number(uid) else { return };
        let id = instance.id.clone();
        let Some(capacity) = instance.capacity.as_mut().filter(|one| one.paused.is_some()) else {
            return;
        };
        let floor = capacity.range.floor();
        capacity.set(now, floor);
        (capacity.paused, capacity.resumes, capacity.idle_since) = (None, None, None);
        self.trace.note(now, || Happened::Resumed { id });
        for waiting in self.take_waiting(uid) {
            let result = self.connected(now, waiting.address);
            self.late.push(LateAnswer { ticket: waiting.ticket, at: now, result });
        }
        self.rescale(now, uid);
    }

    /// Those who wait for a member that is gone hear nothing.
    pub(super) fn refuse_waiting(&mut self, now: Time, uid: u64) {
        for waiting in self.take_waiting(uid) {
            let result = Err(timed_out(&waiting.address));
            self.late.push(LateAnswer { ticket: waiting.ticket, at: now, result });
        }
    }

    fn take_waiting(&mut self, uid: u64) -> Vec<Waiting> {
        let (mine, others) =
            std::mem::take(&mut self.waiting).into_iter().partition(|one| one.instance == uid);
        self.waiting = others;
        mine
    }
}
