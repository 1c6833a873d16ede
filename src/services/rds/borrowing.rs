//! Transactions that take a while, on a client's own connection or on one that a proxy lends.

use crate::services::time::{Span, Time};
use crate::services::{Answer, LateAnswer, ServiceError, Ticket};

use super::engine::Family;
use super::instance::Instance;
use super::operation::{Execute, Response};
use super::proxy::{Client, Proxy, Target, Wait, borrow_timed_out};
use super::sessions::{no_connection, timed_out};
use super::{Due, Happened, Rds, error};

/// A transaction under way.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Running {
    ticket: Ticket,
    /// The database connection.
    connection: u64,
    /// The proxy and its client, if it runs through one.
    through: Option<(String, u64)>,
    asked: Execute,
}

impl Rds {
    /// A proxy by its name.
    pub fn proxy(&self, name: &str) -> Option<&Proxy> {
        self.proxies.get(&name.to_ascii_lowercase())
    }

    /// All proxies, by name.
    pub fn proxies(&self) -> impl Iterator<Item = &Proxy> {
        self.proxies.values()
    }

    /// How many database connections a proxy may have now: its part of the target's `max_connections`,
    /// rounded down (`MaxDatabaseConnectionsAllowed`).
    pub fn pool_limit(&self, name: &str) -> u64 {
        let Some(proxy) = self.proxy(name) else { return 0 };
        let most = self.target_of(proxy).and_then(Instance::max_connections);
        most.map_or(u64::MAX, |most| most * proxy.pool.most / 100)
    }

    /// The instance that a proxy's connections go to.
    pub(super) fn target_of(&self, proxy: &Proxy) -> Option<&Instance> {
        match proxy.target.as_ref()? {
            Target::Instance(id) => self.instance(id),
            Target::Cluster(id) => self.writer_of(id),
        }
    }

    /// One transaction, now or as soon as it can be.
    pub(super) fn transact(&mut self, now: Time, asked: Execute) -> Answer<Response> {
        let client = asked.connection_id;
        if let Some(name) = self.proxy_of(client) {
            return self.transact_through(now, &name, client, asked);
        }
        if asked.millis.unwrap_or(0) == 0 && !self.stalls(&asked, client) {
            return Answer::Now(self.execute(now, asked));
        }
        if self.connections.get(&client).is_none_or(|connection| !connection.open) {
            // There is nothing to wait for.
            return Answer::Now(self.execute(now, asked));
        }
        let ticket = Ticket(self.number());
        self.begin_transaction(now, Running { ticket, connection: client, through: None, asked });
        Answer::Later(ticket)
    }

    fn begin_transaction(&mut self, now: Time, running: Running) {
        let (number, span) = (self.number(), Span(running.asked.millis.unwrap_or(0)));
        self.running.insert(number, running);
        self.at(now + span, Due::Finish(number));
    }

    /// A transaction comes to its end: only now is anything written.
    pub(super) fn finish_transaction(&mut self, now: Time, number: u64) {
        let Some(running) = self.running.remove(&number) else { return };
        if self.stalls(&running.asked, running.connection) {
            return self.stalled.push(running);
        }
        let Running { ticket, connection, through, asked } = running;
        let pins = asked.pins_session == Some(true);
        let result = self.execute(now, Execute { connection_id: connection, ..asked });
        let lost = result.is_err() && !self.connections.contains_key(&connection);
        self.late.push(LateAnswer { ticket, at: now, result });
        if let Some((name, client)) = through {
            self.give_back(now, &name, client, connection, pins && !lost);
        }
    }

    /// Transactions that waited for an acknowledgement come to their end, or wait on.
    pub(super) fn retry_stalled(&mut self, now: Time) {
        for running in std::mem::take(&mut self.stalled) {
            let number = self.number();
            self.running.insert(number, running);
            self.at(now, Due::Finish(number));
        }
    }

    fn proxy_of(&self, client: u64) -> Option<String> {
        let mut proxies = self.proxies.values();
        proxies.find(|proxy| proxy.clients.contains_key(&client)).map(|proxy| proxy.name.clone())
    }

    /// A client connects to the proxy at this address, if there is one.
    pub(super) fn connect_to_proxy(
        &mut self,
        now: Time,
        address: &str,
    ) -> Option<Result<Response, ServiceError>> {
        let proxy = self.proxies.values().find(|proxy| proxy.address() == address)?;
        let (name, available) = (proxy.name.clone(), proxy.available);
        if !available {
            return Some(Err(timed_out(address)));
        }
        let client = self.number();
        if let Some(proxy) = self.proxies.get_mut(&name) {
            let new = Client { pinned: None, busy: false, idle_since: now };
            proxy.clients.insert(client, new);
        }
        self.watch_idle(now, &name, client);
        Some(Ok(Response::Connected { connection_id: client, address: address.to_owned() }))
    }

    /// A client of a proxy leaves; false for a connection that is no proxy's.
    pub(super) fn leave_proxy(&mut self, now: Time, client: u64) -> bool {
        let Some(name) = self.proxy_of(client) else { return false };
        let Some(proxy) = self.proxies.get_mut(&name) else { return false };
        let left = proxy.clients.remove(&client);
        let gone = proxy.queue.iter().position(|wait| wait.client == client);
        let gone = gone.and_then(|at| proxy.queue.remove(at));
        if let Some(connection) = left.and_then(|client| client.pinned.filter(|_| !client.busy)) {
            proxy.connections.insert(connection, None);
        }
        if let Some(wait) = gone {
            let result = Err(no_connection(client));
            self.late.push(LateAnswer { ticket: wait.ticket, at: now, result });
        }
        self.serve_queue(now, &name);
        true
    }

    fn transact_through(
        &mut self,
        now: Time,
        name: &str,
        client: u64,
        asked: Execute,
    ) -> Answer<Response> {
        let state = self.proxies.get_mut(name).and_then(|proxy| proxy.clients.get_mut(&client));
        match state {
            Some(state) if !state.busy => state.busy = true,
            _ => {
                return Answer::Now(Err(error(
                    "ConnectionBusy",
                    "A transaction of this client is not over yet.",
                )));
            }
        }
        if let Some(connection) = self.borrow(now, name, client) {
            if asked.millis.unwrap_or(0) == 0 && !self.stalls(&asked, connection) {
                let pins = asked.pins_session == Some(true);
                let result = self.execute(now, Execute { connection_id: connection, ..asked });
                self.give_back(now, name, client, connection, pins);
                return Answer::Now(result);
            }
            let (ticket, through) = (Ticket(self.number()), Some((name.to_owned(), client)));
            self.begin_transaction(now, Running { ticket, connection, through, asked });
            return Answer::Later(ticket);
        }
        let ticket = Ticket(self.number());
        let Some(proxy) = self.proxies.get_mut(name) else {
            return Answer::Now(Err(no_connection(client)));
        };
        proxy.queue.push_back(Wait { client, since: now, ticket, asked });
        let (uid, timeout) = (proxy.uid, proxy.pool.borrow_timeout);
        let (proxy, waiting) = (name.to_owned(), proxy.queue.len());
        self.trace.note(now, || Happened::Queued { proxy, client, waiting });
        // Who waited exactly as long as may be is still served.
        self.at(now + timeout + Span(1), Due::GiveUp(uid, ticket));
        Answer::Later(ticket)
    }

    /// A database connection for a client: its own if it is pinned, an idle one, or one more.
    fn borrow(&mut self, now: Time, name: &str, client: u64) -> Option<u64> {
        self.forget_dead(name);
        let limit = self.pool_limit(name);
        let proxy = self.proxies.get_mut(name)?;
        if let Some(pinned) = proxy.clients.get(&client)?.pinned {
            return Some(pinned);
        }
        let idle = proxy.connections.iter().find(|(_, client)| client.is_none());
        let connection = match idle.map(|(connection, _)| *connection) {
            Some(connection) => connection,
            None if proxy.connections.len() as u64 >= limit => return None,
            None => {
                // It knows the instance, whatever a name stands for.
                let address = self.target_of(self.proxies.get(name)?)?.address();
                self.connect_to(now, &address).ok()?
            }
        };
        self.proxies.get_mut(name)?.connections.insert(connection, Some(client));
        Some(connection)
    }

    /// Drops connections that died with their host, and what was pinned to them.
    fn forget_dead(&mut self, name: &str) {
        let Some(proxy) = self.proxies.get_mut(name) else { return };
        let alive = |connection: &u64| {
            self.connections.get(connection).is_some_and(|connection| connection.open)
        };
        let dead: Vec<u64> =
            proxy.connections.keys().filter(|connection| !alive(connection)).copied().collect();
        for connection in dead {
            proxy.connections.remove(&connection);
            // One under way is told at its end.
            if !self.running.values().any(|running| running.connection == connection) {
                self.connections.remove(&connection);
            }
            for client in proxy.clients.values_mut() {
                client.pinned = client.pinned.filter(|pinned| *pinned != connection);
            }
        }
    }

    /// A transaction of a client is over: its connection goes to the next, unless the session's state
    /// ties it to the client (RDS-29).
    fn give_back(&mut self, now: Time, name: &str, client: u64, connection: u64, pins: bool) {
        let Some(proxy) = self.proxies.get_mut(name) else { return };
        let (state, kept) = (proxy.clients.get_mut(&client), connection);
        let mut newly = false;
        let is_pinned = state.is_some_and(|state| {
            (state.busy, state.idle_since) = (false, now);
            newly = pins && state.pinned.is_none();
            if pins {
                state.pinned = Some(kept);
            }
            state.pinned.is_some()
        });
        if !is_pinned && let Some(lent) = proxy.connections.get_mut(&connection) {
            *lent = None;
        }
        if newly {
            let proxy = name.to_owned();
            self.trace.note(now, || Happened::Pinned { proxy, client });
        }
        self.watch_idle(now, name, client);
        self.serve_queue(now, name);
        self.close_idle(now, name);
    }

    /// Lets those run who wait, first come first, as far as there are connections.
    pub(super) fn serve_queue(&mut self, now: Time, name: &str) {
        while let Some(client) = self.proxies.get(name).and_then(|proxy| proxy.queue.front()) {
            let client = client.client;
            let Some(connection) = self.borrow(now, name, client) else { return };
            let Some(wait) = self.proxies.get_mut(name).and_then(|one| one.queue.pop_front())
            else {
                return;
            };
            let through = Some((name.to_owned(), client));
            let Wait { ticket, asked, .. } = wait;
            self.begin_transaction(now, Running { ticket, connection, through, asked });
        }
    }

    /// Lets all who wait try again: a database answers, or has connections left.
    pub(super) fn serve_all_queues(&mut self, now: Time) {
        let waited = |proxy: &&Proxy| !proxy.queue.is_empty();
        let names = self.proxies.values().filter(waited).map(|proxy| proxy.name.clone());
        for name in names.collect::<Vec<_>>() {
            self.serve_queue(now, &name);
        }
    }

    /// Closes what stands idle beyond its part (`MaxIdleConnectionsPercent`); at once is the model's choice.
    fn close_idle(&mut self, now: Time, name: &str) {
        let Some(proxy) = self.proxies.get(name) else { return };
        let most = self.target_of(proxy).and_then(Instance::max_connections);
        let keep = most.map_or(u64::MAX, |most| most * proxy.pool.idle / 100);
        let idle = proxy.connections.iter().filter(|(_, client)| client.is_none());
        let idle: Vec<u64> = idle.map(|(connection, _)| *connection).collect();
        let extra = (idle.len() as u64).saturating_sub(keep);
        for connection in idle.into_iter().rev().take(usize::try_from(extra).unwrap_or(0)) {
            if let Some(proxy) = self.proxies.get_mut(name) {
                proxy.connections.remove(&connection);
            }
            if let Some(closed) = self.connections.remove(&connection) {
                self.rescale(now, closed.instance);
            }
        }
    }

    /// A transaction has waited for a connection longer than it may.
    pub(super) fn give_up_waiting(&mut self, now: Time, uid: u64, ticket: Ticket) {
        let proxy = self.proxies.values_mut().find(|proxy| proxy.uid == uid);
        let Some(proxy) = proxy else { return };
        let Some(at) = proxy.queue.iter().position(|wait| wait.ticket == ticket) else { return };
        let Some(wait) = proxy.queue.remove(at) else { return };
        if let Some(client) = proxy.clients.get_mut(&wait.client) {
            (client.busy, client.idle_since) = (false, now);
        }
        let (family, name, client) = (proxy.family, proxy.name.clone(), wait.client);
        let result = Err(borrow_timed_out(family));
        self.late.push(LateAnswer { ticket, at: now, result });
        self.trace.note(now, || Happened::BorrowTimedOut { proxy: name, client });
    }

    fn watch_idle(&mut self, now: Time, name: &str, client: u64) {
        let timeout = self.proxies.get(name).map(|proxy| (proxy.uid, proxy.idle_client_timeout));
        if let Some((uid, timeout)) = timeout {
            self.at(now + timeout, Due::IdleClient(uid, client, now));
        }
    }

    /// A client has been idle for as long as it may, if it is still since then.
    pub(super) fn end_idle_client(&mut self, now: Time, uid: u64, client: u64, since: Time) {
        let proxy = self.proxies.values().find(|proxy| proxy.uid == uid);
        let state = proxy.and_then(|proxy| proxy.clients.get(&client));
        if state.is_some_and(|state| !state.busy && state.idle_since == since) {
            self.leave_proxy(now, client);
        }
    }

    /// The family of engines behind a target.
    pub(super) fn family_of(&self, target: &Target) -> Option<Family> {
        match target {
            Target::Instance(id) => self.instance(id).map(|instance| instance.engine.family),
            Target::Cluster(id) => self.cluster(id).map(|cluster| cluster.engine.family),
        }
    }
}
