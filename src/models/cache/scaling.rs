//! One shard or node more or less: slots move with their keys, or clients look elsewhere.

use super::engine::Engine;
use super::tables::GROUP;
use super::{Cache, Doubt, Request, THE_APP, node_object};
use crate::models::command::Refusal;
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::services::elasticache::group::{ClusterMode, Detour};
use crate::services::memcached::cluster::HashingKind;
use crate::services::time::Time;

impl Cache {
    /// How many shards or nodes there are, or will be when the slots have moved.
    pub(super) fn count(&self) -> usize {
        match (self.settings.engine, self.group()) {
            (Engine::Memcached, _) => self.memcached().nodes().len(),
            (_, Some(group)) => usize::from(group.layout().shards),
            _ => 1,
        }
    }

    /// Whether the number of shards can be changed while the cache serves.
    pub(super) fn can_scale(&self, count: i64) -> Result<(), Refusal> {
        if !(1..=10).contains(&count) {
            return Err(Refusal::NotNow("no-more-nodes"));
        }
        if self.settings.engine == Engine::Memcached {
            return Ok(());
        }
        match self.group() {
            Some(group) if group.resharding().is_some() => Err(Refusal::NotNow("slots-move")),
            Some(group) if group.layout().mode == ClusterMode::Enabled => Ok(()),
            _ => Err(Refusal::NotNow("no-cluster")),
        }
    }

    /// Changes the number of shards or nodes; the dial says it already.
    pub(super) fn scale(
        &mut self,
        now: Time,
        count: usize,
        why: (&'static str, Option<EventId>),
        journal: &mut Journal,
    ) {
        if self.settings.engine == Engine::Memcached {
            self.world.memcached.resize(count);
            self.world.elasticache.name_memcached(GROUP, count);
            return self.tell_resized(now, why, journal);
        }
        let slots = self.world.elasticache.group_mut(None).map(|group| {
            let count = u16::try_from(count).unwrap_or(1);
            group.reshard(now, count)
        });
        let note = Note::new(THE_APP, "reshard-began", why.0)
            .arg(Arg::Count(i64::from(slots.unwrap_or(0))))
            .arg(Arg::Count(count as i64))
            .because(why.1.or(self.began))
            .rule("EC-8");
        self.node_event = Some(journal.write(now, note));
        self.slots_told = 0;
        self.nodes = self.look_at_nodes();
        self.configure(self.settings.policy, self.settings.memory);
    }

    /// Memcached has nodes more or fewer than were told.
    fn tell_resized(
        &mut self,
        now: Time,
        why: (&'static str, Option<EventId>),
        journal: &mut Journal,
    ) {
        let more = self.nodes.len() < self.count();
        self.nodes = self.look_at_nodes();
        self.look_elsewhere(now, if more { "node-added" } else { "node-removed" }, why, journal);
    }

    /// Memcached's clients hash over other nodes, or in another way: what they look for elsewhere now is
    /// as good as gone, and what was left on an old node may be found again.
    pub(super) fn look_elsewhere(
        &mut self,
        now: Time,
        what: &'static str,
        (_, cause): (&'static str, Option<EventId>),
        journal: &mut Journal,
    ) {
        let kept = |cache: &Cache| {
            let rows = 0..cache.rows.len() as u32;
            rows.filter(|row| cache.rows[*row as usize].kept).collect::<Vec<u32>>()
        };
        let before = kept(self);
        let lost = before.iter().filter(|row| self.found(**row).is_none()).count();
        let why = match self.hashing() {
            HashingKind::Modulo => "hash-modulo",
            HashingKind::Ketama => "hash-ring",
        };
        let note = Note::new(THE_APP, what, why)
            .arg(Arg::Count(self.count() as i64))
            .arg(Arg::Count(lost as i64))
            .arg(Arg::Count(before.len() as i64))
            .because(cause.or(self.began))
            .rule("MC-4");
        let event = journal.write(now, note);
        self.node_event = Some(event);
        self.look_again("looked-elsewhere", Some(event));
        for row in kept(self) {
            if before.binary_search(&row).is_err() {
                self.rows[row as usize].doubt = Doubt::LeftBehind;
            }
        }
    }

    /// Tells which slots have moved since it was last told, and when all have.
    pub(super) fn tell_resharding(&mut self, now: Time, journal: &mut Journal) {
        let Some(group) = self.group() else { return };
        let (shards, told) = (group.layout().shards, self.slots_told);
        let (moved, all, run) = match group.resharding() {
            Some(change) => {
                let (moved, all) = change.progress();
                (moved, all, Some(change.run().clone()))
            }
            None if self.resharding => (usize::MAX, 0, None),
            None => return,
        };
        if run.is_some() && !self.resharding {
            self.resharding = true;
        }
        match run {
            Some(_) if moved > told => {
                let note = Note::new(THE_APP, "slots-moved", "keys-go-along")
                    .arg(Arg::Count(moved as i64))
                    .arg(Arg::Count(all as i64))
                    .because(self.node_event.or(self.began))
                    .rule("EC-8");
                self.node_event = Some(journal.write(now, note));
                self.slots_told = moved;
            }
            None => {
                let note = Note::new(THE_APP, "reshard-ended", "all-slots-moved")
                    .arg(Arg::Count(i64::from(shards)))
                    .because(self.node_event.or(self.began))
                    .rule("EC-8");
                self.node_event = Some(journal.write(now, note));
                (self.resharding, self.slots_told) = (false, 0);
                self.nodes = self.look_at_nodes();
            }
            Some(_) => {}
        }
    }

    /// A request is told to ask elsewhere, and goes there.
    pub(super) fn send_on(
        &mut self,
        at: Time,
        mut request: Request,
        detour: Detour,
        journal: &mut Journal,
    ) {
        let (why, slot, to, rule) = match detour {
            Detour::Moved { slot, to } => ("slot-has-moved", slot, to, "EC-5"),
            Detour::Ask { slot, to } => ("slot-is-moving", slot, to, "EC-32"),
        };
        if matches!(detour, Detour::Moved { .. })
            && let Some(group) = self.group()
        {
            self.map = group.slot_map();
        }
        let what = if rule == "EC-5" { "told-moved" } else { "told-ask" };
        let note = Note::new(request.object(), what, why)
            .arg(Arg::Count(i64::from(slot)))
            .arg(Arg::Object(node_object(to, self.primary_of(to))))
            .because(request.last.or(self.node_event).or(self.began))
            .rule(rule);
        request.last = Some(journal.write(at, note));
        request.trips = request.trips.saturating_add(1);
        request.sent_on = true;
        self.tally.sent_on += 1;
        let stage = request.stage;
        self.travel(at, request, stage);
    }

    /// The dial follows what a line at the prompt has changed.
    pub(super) fn follow_layout(&mut self, now: Time, journal: &mut Journal) {
        let count = self.count() as i64;
        if self.dials.get("shards") != count && self.dials.set("shards", count).is_ok() {
            self.settings = super::Settings::of(&self.dials);
            if self.settings.engine == Engine::Memcached {
                self.tell_resized(now, ("you-asked", self.began), journal);
            }
        }
    }
}
