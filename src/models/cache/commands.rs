//! What the learner asks for: knobs, actions and lines at the prompt.

use super::engine::Engine;
use super::requests::{Sort, Stage};
use super::tables::{ACTIONS, DELETE_ON_WRITE, GROUP, KEY, NODE, WRITE_THROUGH};
use super::{Cache, Settings, THE_APP, THE_DATABASE, Typed, YOU, books, key_object, node_object};
use crate::awscli;
use crate::models::Scene;
use crate::models::catalog::nearest;
use crate::models::command::{Command, Outcome, Refusal};
use crate::models::journal::{Arg, Journal, Note, ObjectId};
use crate::services::elasticache::group::ClusterMode;
use crate::services::elasticache::node::check;
use crate::services::elasticache::operation::{
    CommandCall, ModifyCacheCluster, ModifyReplicationGroupShardConfiguration,
    Operation as Caching, TestFailover,
};
use crate::services::elasticache::slots;
use crate::services::memcached::Operation as Telling;
use crate::services::memcached::cluster::{Cluster, HashingKind};
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, ServiceId};

/// The knobs that need a new, empty cache.
const REBUILD: [&str; 4] = ["engine", "rows", "data", "replicas"];
/// The knobs of readers and writers.
const ARRIVALS: [&str; 8] = [
    "actors",
    "read-rate",
    "read-shape",
    "burst-size",
    "burst-every",
    "write-rate",
    "scan-every",
    "rows",
];
/// So many readers are a crowd.
const CROWD: u32 = 100;
/// How long the reader of a staged race dawdles.
const RACE_PAUSE: Span = Span::millis(400);

impl Cache {
    pub(super) fn obey(
        &mut self,
        now: Time,
        command: &Command,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        self.begin(now, journal);
        match command {
            Command::Set { knob, value } => self.turn(now, knob, *value, journal),
            Command::Do { action, target, argument } => {
                let known = ACTIONS.iter().find(|known| known.id == *action).ok_or_else(|| {
                    let near = nearest(action, ACTIONS.iter().map(|known| known.id));
                    Refusal::UnknownAction(action.clone(), near)
                })?;
                let object = match (known.target, target) {
                    (_, Some(name)) => Some(self.object_named(name)?),
                    (Some(_), None) => return Err(Refusal::NeedsTarget),
                    (None, None) => None,
                };
                if let (Some(kind), Some(object)) = (known.target, object)
                    && object.kind != kind
                {
                    return Err(Refusal::NoSuchTarget(target.clone().unwrap_or_default()));
                }
                self.act_on(now, known.id, object, argument.as_deref(), journal)
            }
            Command::Aws(line) => self.run_line(now, line, journal),
        }
    }

    fn object_named(&self, name: &str) -> Result<ObjectId, Refusal> {
        if let Some(row) = self.row_of(name) {
            return Ok(key_object(row + 1));
        }
        let objects = self.objects(Time::START).into_iter();
        let mut known = objects.filter(|object| self.name(*object) == name);
        known.next().ok_or_else(|| Refusal::NoSuchTarget(name.to_owned()))
    }

    /// The row that an action means: the key selected, the one typed, or the hottest.
    fn row_meant(&self, object: Option<ObjectId>, argument: Option<&str>) -> Result<u32, Refusal> {
        let unknown = |text: &str| Refusal::NoSuchTarget(text.to_owned());
        match (object, argument) {
            (Some(object), _) if object.kind == KEY => Ok(object.number.saturating_sub(1)),
            (_, Some(key)) => self.row_of(key).ok_or_else(|| unknown(key)),
            _ => Ok(0),
        }
    }

    fn turn(
        &mut self,
        now: Time,
        id: &str,
        value: i64,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        let live = id == "shards" && self.scales_live(value);
        if live && value != self.dials.get(id) {
            self.can_scale(value)?;
        }
        let before = self.dials.get(id);
        let knob = self.dials.set(id, value)?;
        self.settings = Settings::of(&self.dials);
        let note = Note::new(THE_APP, "knob-turned", "you-asked")
            .arg(Arg::Word(knob.id))
            .arg(Arg::Count(value))
            .because(self.began);
        let event = journal.write(now, note);
        let is_memcached = self.settings.engine == Engine::Memcached;
        match knob.id {
            "shards" if live && before != value => {
                self.scale(now, value.unsigned_abs() as usize, ("you-asked", Some(event)), journal);
            }
            "shards" if live => {}
            "hashing" if is_memcached && before != value => {
                let hashing = self.hashing();
                self.world.memcached.rehash(hashing);
                self.look_elsewhere(now, "rehashed", ("you-asked", Some(event)), journal);
            }
            id if REBUILD.contains(&id) || id == "shards" || (is_memcached && id == "memory") => {
                self.build();
                self.node_event = Some(event);
            }
            _ => {}
        }
        if let Some(group) = self.world.elasticache.group_mut(None)
            && knob.id == "replica-lag"
        {
            group.set_replica_lag(self.settings.lag);
        }
        self.configure(self.settings.policy, self.settings.memory);
        if ARRIVALS.contains(&knob.id) {
            self.set_out(now);
        }
        Ok(Outcome::default())
    }

    /// Whether so many shards or nodes can be had without a new cache: slots move only between shards of a
    /// cluster.
    fn scales_live(&self, count: i64) -> bool {
        let is_cluster = self.group().is_some_and(|group| {
            group.layout().mode == ClusterMode::Enabled && group.shards().len() > 1
        });
        self.settings.engine == Engine::Memcached || (is_cluster && count > 1)
    }

    fn run_line(
        &mut self,
        now: Time,
        line: &str,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        let outcome = self.prompt.run(&mut self.world, now, line)?;
        self.follow_layout(now, journal);
        self.heed(now, journal);
        if let Some((key, name)) = typed(line, self.settings.engine) {
            let shard = self.shard_of(&key);
            let node = node_object(shard, self.primary_of(shard));
            let slot = match self.settings.engine {
                Engine::Valkey => Some(slots::slot(key.as_bytes())),
                Engine::Memcached => None,
            };
            let note = match (slot, self.hashing()) {
                (Some(slot), _) => Note::new(YOU, "typed", "slot-of-key")
                    .arg(Arg::Word(name))
                    .arg(Arg::Count(i64::from(slot)))
                    .arg(Arg::Object(node))
                    .rule("EC-1"),
                (None, HashingKind::Modulo) => Note::new(YOU, "typed-at-node", "hash-modulo")
                    .arg(Arg::Word(name))
                    .arg(Arg::Object(node))
                    .rule("MC-4"),
                (None, HashingKind::Ketama) => Note::new(YOU, "typed-at-node", "hash-ring")
                    .arg(Arg::Word(name))
                    .arg(Arg::Object(node))
                    .rule("MC-4"),
            };
            let event = journal.write(now, note.because(self.began));
            self.typed = Some(Typed { key, slot, shard });
            self.look_again("you-asked", Some(event));
        } else if outcome.sleep == Span::ZERO {
            self.look_again("you-asked", self.began);
        }
        self.tell_evicted(now, self.began, journal);
        Ok(outcome)
    }

    pub(super) fn primary_of(&self, shard: usize) -> usize {
        self.shards().get(shard).and_then(|shard| shard.primary).unwrap_or(0)
    }

    fn act_on(
        &mut self,
        now: Time,
        action: &'static str,
        object: Option<ObjectId>,
        argument: Option<&str>,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        let row = self.row_meant(object, argument)?;
        let cause = self.began;
        match action {
            "read" => {
                self.start(now, Sort::Read, row, cause, journal);
            }
            "write" if row < self.settings.rows => {
                self.start(now, Sort::Write, row, cause, journal);
            }
            "crowd" => {
                let note = Note::new(THE_APP, "crowd", "you-asked").because(cause);
                let note = note.arg(Arg::Count(i64::from(CROWD)));
                let event = journal.write(now, note.arg(Arg::Object(key_object(row + 1))));
                for _ in 0..CROWD {
                    self.start(now, Sort::Read, row, Some(event), journal);
                }
            }
            "scan" => self.report(now, "you-asked", journal),
            "sneak" if row < self.settings.rows => {
                self.change_row(now, row, Arg::Object(YOU), ("you-asked", cause), journal);
            }
            "race" if row < self.settings.rows => self.race(now, row, journal),
            "write" | "sneak" | "race" => return Err(Refusal::NotNow("no-such-row")),
            "delete" => self.take_away(now, row, "deleted", journal)?,
            "expire" => self.take_away(now, row, "expired", journal)?,
            "flush" => self.flush(now, journal)?,
            "crash" => {
                let loads = |request: &&super::Request| {
                    request.has_lock || request.stage == Stage::Querying
                };
                let mut loading: Vec<_> = self.requests().filter(loads).collect();
                loading.sort_by_key(|request| !request.has_lock);
                let number = loading.first().ok_or(Refusal::NotNow("nobody-loads"))?.number;
                self.crash(now, number, journal);
            }
            "kill" => {
                let node = object.filter(|object| object.kind == NODE);
                let node = node.ok_or(Refusal::NeedsTarget)?;
                if !self.is_up(node) {
                    return Err(Refusal::NotNow("already-down"));
                }
                self.lose_node(now, node, "you-asked", journal);
            }
            "failover" => self.fail_over(now, object, journal)?,
            "scale-out" => self.scale_by(now, 1, journal)?,
            "scale-in" => self.scale_by(now, -1, journal)?,
            "stop-database" => self.switch_database(now, true, journal)?,
            "start-database" => self.switch_database(now, false, journal)?,
            _ => {}
        }
        Ok(Outcome::default())
    }

    fn is_up(&self, node: ObjectId) -> bool {
        let shard = self.nodes.get((node.number / 10) as usize);
        shard.and_then(|shard| shard.get((node.number % 10) as usize)).is_some_and(|(up, _)| *up)
    }

    /// One shard or node more or less.
    fn scale_by(&mut self, now: Time, by: i64, journal: &mut Journal) -> Result<(), Refusal> {
        let count = self.count() as i64 + by;
        self.can_scale(count)?;
        if !self.scales_live(count) {
            return Err(Refusal::NotNow("no-cluster"));
        }
        self.dials.set("shards", count)?;
        self.settings = Settings::of(&self.dials);
        let note =
            Note::new(YOU, if by > 0 { "asks-for-more" } else { "asks-for-fewer" }, "you-asked");
        let event = journal.write(now, note);
        self.scale(now, count as usize, ("you-asked", Some(event)), journal);
        Ok(())
    }

    /// A reader that dawdles, and a writer that overtakes it.
    fn race(&mut self, now: Time, row: u32, journal: &mut Journal) {
        let note = Note::new(key_object(row + 1), "race-staged", "you-asked").because(self.began);
        let event = journal.write(now, note.rule("EC-15"));
        if self.drop_key(now, row) {
            self.forget(row, "deleted", Some(event));
        }
        let reader = self.start(now, Sort::Read, row, Some(event), journal);
        if let Some(reader) = self.requests.get_mut(&reader) {
            reader.pause = RACE_PAUSE;
        }
        // The writer begins when the reader is in the database.
        self.agenda.enter(now + self.settings.cache_time + Span(1), super::Due::Overtake(row));
    }

    fn take_away(
        &mut self,
        now: Time,
        row: u32,
        what: &'static str,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        if !self.present(row) {
            return Err(Refusal::NotNow("not-in-cache"));
        }
        let reached = match what {
            "expired" => self.hurry(now, row),
            _ => self.drop_key(now, row),
        };
        if !reached {
            return Err(Refusal::NotNow("no-primary"));
        }
        let cause = self.rows[row as usize].last.or(self.began);
        let what = if what == "expired" { "expired" } else { "deleted-by-hand" };
        let note = Note::new(key_object(row + 1), what, "you-asked").because(cause).rule("EC-16");
        let event = journal.write(now, note);
        self.forget(row, if what == "expired" { "expired" } else { "deleted" }, Some(event));
        Ok(())
    }

    fn flush(&mut self, now: Time, journal: &mut Journal) -> Result<(), Refusal> {
        let before = self.holdings().items;
        if before == 0 {
            return Err(Refusal::NotNow("empty-already"));
        }
        self.empty(now);
        let note = Note::new(node_object(0, self.primary_of(0)), "flushed", "you-asked");
        let note = note.arg(Arg::Count(before as i64)).because(self.began);
        let event = journal.write(now, note);
        self.look_again("flushed", Some(event));
        Ok(())
    }

    fn fail_over(
        &mut self,
        now: Time,
        object: Option<ObjectId>,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        let node = object.filter(|object| object.kind == NODE);
        let shard = node.map_or(0, |node| (node.number / 10) as usize);
        let primary = self.primary_of(shard);
        let ready = self.shards().get(shard).is_some_and(|shard| {
            shard.primary.is_some() && shard.members.iter().filter(|member| member.up).count() > 1
        });
        if !ready {
            return Err(Refusal::NotNow("no-replica"));
        }
        if let Some(group) = self.world.elasticache.group_mut(None) {
            group.test_failover(now, &mut self.cache_chance, shard);
        }
        let note = Note::new(node_object(shard, primary), "failover", "you-asked");
        self.node_event = Some(journal.write(now, note.because(self.began).rule("EC-26")));
        self.tell_nodes(now, journal);
        Ok(())
    }

    fn switch_database(
        &mut self,
        now: Time,
        down: bool,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        if down == self.is_database_down() {
            return Err(Refusal::NotNow(if down { "database-is-down" } else { "database-is-up" }));
        }
        let what = if down { "database-stopped" } else { "database-started" };
        let cause = self.database_event.or(self.began);
        let note = Note::new(THE_DATABASE, what, "you-asked").because(cause).rule("EC-11");
        let event = journal.write(now, note);
        self.database_event = Some(event);
        self.database_down = down.then_some(event);
        if down {
            let waiting = std::mem::take(&mut self.waiting);
            for number in waiting {
                if let Some(request) = self.requests.get(&number).copied() {
                    let why = ("database-down", Some(event), Some("EC-11"));
                    self.fail(now, request, why, journal);
                }
            }
        }
        Ok(())
    }

    /// The call that an action or a knob stands for.
    pub(super) fn operation_of(&self, command: &Command) -> Option<Operation> {
        let is_memcached = self.settings.engine == Engine::Memcached;
        let (action, target, argument) = match command {
            Command::Set { knob, value } if knob == "shards" && self.scales_live(*value) => {
                return self.resizing(*value);
            }
            Command::Do { action, target, argument } => (action.as_str(), target, argument),
            _ => return None,
        };
        let object = target.as_ref().and_then(|name| self.object_named(name).ok());
        match action {
            "scale-out" => return self.resizing(self.count() as i64 + 1),
            "scale-in" => return self.resizing(self.count() as i64 - 1),
            "failover" if !is_memcached => {
                let node = object.filter(|object| object.kind == NODE);
                let shard = node.map_or(0, |node| node.number / 10);
                return Some(Operation::ElastiCache(Caching::TestFailover(TestFailover {
                    replication_group_id: GROUP.to_owned(),
                    node_group_id: format!("{:04}", shard + 1),
                })));
            }
            _ => {}
        }
        let row = self.row_meant(object, argument.as_deref()).ok()?;
        let key = self.key(row);
        let (name, args) = match self.settings.engine {
            Engine::Valkey => self.words_of_valkey(action, row, key)?,
            Engine::Memcached => self.words_of_memcached(action, row, key)?,
        };
        let name = name.to_owned();
        Some(if is_memcached {
            let node = self.shard_of(&self.key(row));
            Operation::Memcached(Telling { name, args, node: Some(Cluster::name(node)) })
        } else {
            Operation::ElastiCache(Caching::Command(CommandCall {
                name,
                args,
                ..Default::default()
            }))
        })
    }

    /// Fewer or more shards or nodes.
    fn resizing(&self, count: i64) -> Option<Operation> {
        self.can_scale(count).ok()?;
        let there = self.count() as i64;
        let going = (count..there).map(|index| format!("{:04}", index + 1)).collect();
        Some(Operation::ElastiCache(match self.settings.engine {
            Engine::Valkey => Caching::ModifyReplicationGroupShardConfiguration(
                ModifyReplicationGroupShardConfiguration {
                    replication_group_id: GROUP.to_owned(),
                    node_group_count: count,
                    apply_immediately: true,
                    node_group_ids_to_remove: going,
                },
            ),
            Engine::Memcached => Caching::ModifyCacheCluster(ModifyCacheCluster {
                cache_cluster_id: GROUP.to_owned(),
                num_cache_nodes: count,
                apply_immediately: true,
                cache_node_ids_to_remove: going,
            }),
        }))
    }

    /// What a writer would store now.
    fn next_value(&self, row: u32) -> Option<String> {
        let version = self.rows.get(row as usize)?.version + 1;
        Some(String::from_utf8_lossy(&books::value(version, 0)).into_owned())
    }

    fn words_of_valkey(
        &self,
        action: &str,
        row: u32,
        key: String,
    ) -> Option<(&'static str, Vec<String>)> {
        Some(match action {
            "read" | "crowd" => ("GET", vec![key]),
            "write" if self.settings.write == WRITE_THROUGH => {
                let mut words = vec![key, self.next_value(row)?];
                match self.settings.ttl.0 / 1000 {
                    0 => {}
                    seconds => words.extend(["EX".to_owned(), seconds.to_string()]),
                }
                ("SET", words)
            }
            "write" if self.settings.write >= DELETE_ON_WRITE => ("DEL", vec![key]),
            "delete" => ("DEL", vec![key]),
            "expire" => ("EXPIRE", vec![key, "0".to_owned()]),
            "flush" => ("FLUSHALL", Vec::new()),
            _ => return None,
        })
    }

    fn words_of_memcached(
        &self,
        action: &str,
        row: u32,
        key: String,
    ) -> Option<(&'static str, Vec<String>)> {
        Some(match action {
            "read" | "crowd" => ("get", vec![key]),
            "write" if self.settings.write == WRITE_THROUGH => {
                let exptime = self.settings.ttl.0.div_ceil(1000).to_string();
                ("set", vec![key, "0".to_owned(), exptime, self.next_value(row)?])
            }
            "write" if self.settings.write >= DELETE_ON_WRITE => ("delete", vec![key]),
            "delete" => ("delete", vec![key]),
            "expire" => ("touch", vec![key, "-1".to_owned()]),
            "flush" => ("flush_all", Vec::new()),
            _ => return None,
        })
    }
}

/// The first key in a line for the engine's server, and the command's name.
fn typed(line: &str, engine: Engine) -> Option<(String, &'static str)> {
    let call = match (awscli::parse(line), engine) {
        (Ok(Operation::ElastiCache(Caching::Command(call))), Engine::Valkey) => call,
        (Ok(Operation::Memcached(call)), Engine::Memcached) => {
            let known = ServiceId::Memcached.api().operation(&call.name)?;
            let key = call.args.into_iter().next().filter(|_| known.name != "stats")?;
            return Some((key, known.name));
        }
        _ => return None,
    };
    if call.name == "CLUSTER KEYSLOT" || call.name == "CLUSTER" {
        return call.args.last().map(|key| (key.clone(), "CLUSTER KEYSLOT"));
    }
    let words: Vec<&[u8]> = [call.name.as_str()]
        .into_iter()
        .chain(call.args.iter().map(String::as_str))
        .map(str::as_bytes)
        .collect();
    let command = check(&words).ok()?;
    let keys = command.keys_of(&words);
    let key = String::from_utf8_lossy(keys.first()?).into_owned();
    Some((key, command.name))
}
