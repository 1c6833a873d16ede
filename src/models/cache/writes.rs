//! What a writer does: to the row, and to the key in the cache, in the order of the strategy.

use super::requests::{Request, Stage, Verdict};
use super::tables::{DELETE_FIRST, DELETE_ON_WRITE, TTL_ONLY, WRITE_THROUGH};
use super::{Cache, key_object};
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::services::time::Time;

impl Cache {
    pub(super) fn begin_write(&mut self, at: Time, request: Request, journal: &mut Journal) {
        if self.settings.write == DELETE_FIRST {
            self.travel(at, request, Stage::Deleting);
        } else {
            self.begin_query(at, request, journal);
        }
    }

    /// The database has the change.
    pub(super) fn updated(&mut self, at: Time, mut request: Request, journal: &mut Journal) {
        request.updated = true;
        let who = Arg::Object(request.object());
        request.version = self.change_row(at, request.row, who, ("writer", request.last), journal);
        request.last = self.rows[request.row as usize].changed;
        match self.settings.write {
            DELETE_ON_WRITE => self.travel(at, request, Stage::Deleting),
            WRITE_THROUGH => self.travel(at, request, Stage::Storing),
            _ => self.end(at, request, Verdict::Written),
        }
    }

    /// A row gets its next version; the version.
    pub(super) fn change_row(
        &mut self,
        at: Time,
        row: u32,
        who: Arg,
        (why, cause): (&'static str, Option<EventId>),
        journal: &mut Journal,
    ) -> u32 {
        let strategy = if why == "you-asked" { TTL_ONLY } else { self.settings.write };
        let rule = if strategy == WRITE_THROUGH { "EC-13" } else { "EC-12" };
        let version = self.rows[row as usize].version + 1;
        let note = Note::new(key_object(row + 1), "updated", why)
            .arg(who)
            .arg(Arg::Count(i64::from(version)))
            .because(cause.or(self.began))
            .rule(rule);
        let event = journal.write(at, note);
        let there = &mut self.rows[row as usize];
        (there.version, there.changed) = (version, Some(event));
        version
    }

    pub(super) fn delete(&mut self, at: Time, mut request: Request, journal: &mut Journal) {
        let reached = self.drop_key(at, request.row);
        let (what, why, rule) = match (reached, request.updated) {
            (false, _) => ("delete-lost", self.why_silent(), "EC-11"),
            (true, true) => ("deleted", "delete-on-write", "EC-12"),
            (true, false) => ("deleted", "delete-first", "EC-15"),
        };
        let note = Note::new(key_object(request.row + 1), what, why)
            .arg(Arg::Object(request.object()))
            .because(request.last.or(self.began))
            .rule(rule);
        let event = journal.write(at, note);
        request.last = Some(event);
        if reached {
            self.forget(request.row, "deleted", Some(event));
        }
        if request.updated {
            self.end(at, request, Verdict::Written);
        } else {
            self.begin_query(at, request, journal);
        }
    }
}
