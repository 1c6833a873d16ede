//! One node: what a server does around a command before and after it runs.

use super::commands::{self, Command, Context, Sort, Words};
use super::keyspace::{Keyspace, Room};
use super::name::Name;
use super::reply::Reply;
use crate::services::chance::Chance;
use crate::services::time::Time;

/// One Valkey or Redis server with its keys.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Node {
    keys: Keyspace,
}

/// What came of a command, and what replicas must be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// The reply to the client.
    pub reply: Reply,
    /// Whether the command changed keys, so that it goes to the replicas.
    pub wrote: bool,
    /// The keys that were evicted to make room for it.
    pub evicted: Vec<Name>,
}

impl Node {
    /// The node's keys.
    pub fn keys(&self) -> &Keyspace {
        &self.keys
    }

    /// The node's keys, to change its settings.
    pub fn keys_mut(&mut self) -> &mut Keyspace {
        &mut self.keys
    }

    /// Runs one command: its name and its arguments.
    pub fn run(&mut self, now: Time, chance: &mut Chance, words: Words<'_>) -> Reply {
        self.run_told(now, chance, words).reply
    }

    /// Runs one command and tells what it did beside replying.
    pub fn run_told(&mut self, now: Time, chance: &mut Chance, words: Words<'_>) -> Done {
        match check(words) {
            Ok(command) => self.run_checked(now, chance, command, words),
            Err(reply) => Done { reply, wrote: false, evicted: Vec::new() },
        }
    }

    /// Runs a command whose words have been checked.
    pub fn run_checked(
        &mut self,
        now: Time,
        chance: &mut Chance,
        command: &Command,
        words: Words<'_>,
    ) -> Done {
        self.keys.expire(now);
        let (room, evicted) = self.keys.make_room(now, chance);
        if room == Room::None && command.sort == Sort::Grow {
            return Done {
                reply: Reply::error("OOM command not allowed when used memory > 'maxmemory'."),
                wrote: false,
                evicted,
            };
        }
        let reply = command.run(&mut Context { keys: &mut self.keys, now, chance }, words);
        let wrote = command.sort != Sort::Read && !reply.is_error();
        Done { reply, wrote, evicted }
    }

    /// Does again what a primary did at `then`: a replica refuses nothing and evicts nothing by itself.
    pub fn follow(&mut self, then: Time, chance: &mut Chance, words: Words<'_>) {
        if let Ok(command) = check(words) {
            self.keys.expire(then);
            command.run(&mut Context { keys: &mut self.keys, now: then, chance }, words);
        }
    }

    /// Removes a key that the primary evicted.
    pub fn follow_eviction(&mut self, key: &[u8]) {
        self.keys.remove(key);
    }
}

/// The command that the words name, if their number fits it and its subcommand is one.
pub fn check(words: Words<'_>) -> Result<&'static Command, Reply> {
    let command = words
        .first()
        .and_then(|name| Command::find(name))
        .ok_or_else(|| commands::unknown(words))?;
    match command.refusal(words) {
        Some(reply) => Err(reply),
        None => Ok(command),
    }
}
