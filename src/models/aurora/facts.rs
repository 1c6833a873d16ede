//! What RDS notes, turned into events with their causes.

use super::{Aurora, NAME, THE_CLUSTER};
use crate::models::journal::{Arg, EventId, Journal, Note, ObjectId};
use crate::services::LateAnswer;
use crate::services::rds::instance::Status;
use crate::services::rds::{Happened, Why};
use crate::services::time::Time;
use crate::services::trace::Fact;
use crate::services::world::Response;

/// An event to be told: of what, in which words, and because of what unless of its own last event.
struct Telling {
    object: ObjectId,
    note: Note,
    cause: Option<EventId>,
}

impl Aurora {
    /// Tells what has happened since, and hands out late answers. `cause` is what was done just before.
    pub(super) fn heed(
        &mut self,
        late: Vec<LateAnswer<Response>>,
        cause: Option<EventId>,
        journal: &mut Journal,
    ) {
        self.tell_facts(cause, journal);
        for answer in late {
            if self.prompt.take(&answer) {
                continue;
            }
            let woken = self.writer().and_then(|writer| self.instance_object(&writer.id));
            let woken = woken.and_then(|object| self.latest.get(&object).copied());
            self.let_in(&answer, woken, journal);
            self.tell_facts(None, journal);
        }
    }

    fn tell_facts(&mut self, cause: Option<EventId>, journal: &mut Journal) {
        for Fact { at, what } in self.world.rds.trace.drain() {
            self.tell_fact(at, what, cause, journal);
        }
    }

    fn tell_fact(
        &mut self,
        at: Time,
        what: Happened,
        cause: Option<EventId>,
        journal: &mut Journal,
    ) {
        if let Happened::Backtracked { id, to, .. } = &what
            && id == NAME
        {
            self.forget_after_rewind(*to);
        }
        let Some(telling) = self.telling(what) else { return };
        let Telling { object, note, cause: own } = telling;
        let cause = own.or(cause).or(self.latest.get(&object).copied());
        self.told_because(at, object, note, cause, journal);
    }

    fn last(&self, object: ObjectId) -> Option<EventId> {
        self.latest.get(&object).copied()
    }

    /// The words for what has happened; `None` for what others tell.
    fn telling(&mut self, what: Happened) -> Option<Telling> {
        let of = |object, note| Some(Telling { object, note, cause: None });
        match what {
            Happened::Begun { id } => {
                let object = self.meet_instance(&id);
                of(object, Note::new(object, "instance-begun", "attaches-to-volume").rule("AUR-8"))
            }
            Happened::Became { id, status } => self.telling_of_status(&id, status),
            Happened::Gone { id } => {
                let object = self.meet_instance(&id);
                of(object, Note::new(object, "instance-gone", "deleted"))
            }
            Happened::Lost { id, why } => {
                let object = self.meet_instance(&id);
                of(object, Note::new(object, "instance-lost", why_of(why)))
            }
            Happened::Back { id } => Some(self.telling_of_return(&id)),
            Happened::FailoverStarted { id, why } => {
                let object = self.meet_cluster(&id);
                let lost = self.writer().and_then(|writer| self.instance_object(&writer.id));
                let lost = lost.filter(|_| why != Why::Asked).and_then(|lost| self.last(lost));
                let note = Note::new(object, "failover-started", why_of(why)).rule("AUR-12");
                Some(Telling { object, note, cause: lost })
            }
            Happened::WriterChosen { cluster, id, tier } => {
                let (object, cluster) = (self.meet_instance(&id), self.meet_cluster(&cluster));
                let note = Note::new(object, "writer-chosen", "lowest-tier-then-largest");
                let note = note.arg(Arg::Count(tier)).rule("AUR-11");
                Some(Telling { object, note, cause: self.last(cluster) })
            }
            Happened::DnsFlipped { endpoint, .. } => {
                let cluster = self.world.rds.clusters().find(|one| one.endpoint() == endpoint)?;
                let (id, writer) = (cluster.id.clone(), cluster.writer);
                let of_cluster = self.world.rds.members_of(&id);
                let writer = of_cluster.into_iter().find(|one| Some(one.uid) == writer)?.id.clone();
                let (object, writer) = (self.meet_cluster(&id), self.meet_instance(&writer));
                let note = Note::new(object, "endpoint-moved", "writer-changed");
                let note = note.arg(Arg::Object(writer)).rule("AUR-12");
                Some(Telling { object, note, cause: self.last(writer) })
            }
            Happened::ConnectionsLost { id, count } => {
                let object = self.meet_instance(&id);
                let note = Note::new(object, "connections-lost", "server-restarts-or-dies");
                let cause = self.last(object).max(self.last(THE_CLUSTER));
                Some(Telling { object, note: note.arg(Arg::Count(count as i64)), cause })
            }
            Happened::Scaled { id, from, to } => {
                let object = self.meet_instance(&id);
                let what = if to > from { "scaled-up" } else { "scaled-down" };
                let why = if to > from { "load-needs-more" } else { "load-needs-less" };
                let note = Note::new(object, what, why).rule("AUR-18");
                let note = note.arg(Arg::Halves(from.into())).arg(Arg::Halves(to.into()));
                Some(Telling { object, note, cause: self.last(super::THE_VISITORS) })
            }
            Happened::Paused { id } => {
                let object = self.meet_instance(&id);
                let after = self.span_of("pause-after").unwrap_or_default();
                let note = Note::new(object, "paused", "idle-long-enough").rule("AUR-19");
                of(object, note.arg(Arg::Span(after)))
            }
            Happened::Resuming { id, ready } => {
                let object = self.meet_instance(&id);
                let span = ready.since(self.world.now());
                let note = Note::new(object, "resuming", "client-knocks").arg(Arg::Span(span));
                of(object, note.rule("AUR-19"))
            }
            Happened::Resumed { id } => {
                let object = self.meet_instance(&id);
                of(object, Note::new(object, "answers-again", "resumed").rule("AUR-19"))
            }
            Happened::Backtracked { id, to, undone } => {
                let object = self.meet_cluster(&id);
                let note = Note::new(object, "backtracked", "same-cluster-rewound").rule("AUR-17");
                of(object, note.arg(Arg::At(to)).arg(Arg::Count(undone as i64)))
            }
            Happened::ClusterBecame { id, status } => {
                let object = self.meet_cluster(&id);
                let word = Arg::Word(status.name());
                of(object, Note::new(object, "cluster-became", "status-follows").arg(word))
            }
            _ => None,
        }
    }

    fn telling_of_status(&mut self, id: &str, status: Status) -> Option<Telling> {
        let told = matches!(
            status,
            Status::Available | Status::Rebooting | Status::Deleting | Status::Stopped
        );
        let object = self.meet_instance(id);
        let note = Note::new(object, "instance-became", "status-follows");
        let note = note.arg(Arg::Word(status.name()));
        // Its own last event, or what is done to its cluster.
        let cause = self.last(object).max(self.last(THE_CLUSTER));
        told.then_some(Telling { object, note, cause })
    }

    fn telling_of_return(&mut self, id: &str) -> Telling {
        let object = self.meet_instance(id);
        let writes = self.world.rds.instance(id).is_some_and(|one| self.writes(one));
        let (why, rule) =
            if writes { ("made-anew", "AUR-13") } else { ("reader-from-now-on", "AUR-12") };
        Telling { object, note: Note::new(object, "instance-back", why).rule(rule), cause: None }
    }
}

fn why_of(why: Why) -> &'static str {
    match why {
        Why::HostLost => "host-lost",
        Why::ZoneLost => "zone-gone",
        Why::Asked => "you-asked",
        Why::ClassChanged => "class-changed",
    }
}
