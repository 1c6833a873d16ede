//! What the services noted, turned into events with their causes.

use super::{Connections, SHOP, THE_DATABASE, THE_PROXY};
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::services::rds::Happened;
use crate::services::time::Time;

impl Connections {
    /// The services do what is due; answers go to the copies that wait for them.
    pub(super) fn let_services_act(&mut self, at: Time, journal: &mut Journal) {
        let late = self.world.advance(at);
        self.tell(None, journal);
        for answer in late {
            if !self.prompt.take(&answer) {
                self.answered(at, answer.ticket, answer.result, journal);
            }
        }
    }

    /// Tells what the service noted of the database and the proxy; what clients meet is told by the copies.
    pub(super) fn tell(&mut self, cause: Option<EventId>, journal: &mut Journal) {
        for fact in self.world.rds.trace.drain() {
            let is_shop = |id: &str| id == SHOP;
            let (object, what, why, rule, arg) = match &fact.what {
                Happened::Lost { id, .. } if is_shop(id) => {
                    (THE_DATABASE, "lost", "host-lost", "RDS-18", None)
                }
                Happened::Back { id } if is_shop(id) => {
                    (THE_DATABASE, "back", "new-host", "RDS-18", None)
                }
                Happened::Paused { id } if is_shop(id) => {
                    (THE_DATABASE, "paused", "nothing-uses-it", "AUR-19", None)
                }
                Happened::Resuming { id, ready } if is_shop(id) => {
                    let takes = Arg::Span(ready.since(fact.at));
                    (THE_DATABASE, "resuming", "somebody-came", "AUR-19", Some(takes))
                }
                Happened::Resumed { id } if is_shop(id) => {
                    (THE_DATABASE, "resumed", "it-is-awake", "AUR-19", None)
                }
                Happened::ConnectionsLost { id, count } if is_shop(id) => {
                    let count = Arg::Count(i64::try_from(*count).unwrap_or(i64::MAX));
                    (THE_DATABASE, "connections-lost", "host-went", "RDS-14", Some(count))
                }
                Happened::Pinned { proxy, .. } if is_shop(proxy) => {
                    let pinned = self.proxy().map_or(0, crate::services::rds::proxy::Proxy::pinned);
                    let pinned = Arg::Count(pinned as i64);
                    (THE_PROXY, "pinned", "session-state", "RDS-29", Some(pinned))
                }
                _ => continue,
            };
            let mut note = Note::new(object, what, why).rule(rule);
            if let Some(arg) = arg {
                note = note.arg(arg);
            }
            let event =
                journal.write(fact.at, note.because(cause.or(self.database).or(self.began)));
            if object == THE_DATABASE {
                self.database = Some(event);
            }
        }
    }
}
