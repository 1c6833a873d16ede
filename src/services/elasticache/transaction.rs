//! Transactions: what MULTI and EXEC keep between a client's commands.
//!
//! Through the service's door there is one client, and these belong to its connection. WATCH makes EXEC do
//! nothing if a watched key was written after it.

use super::commands::{Sort, Words};
use super::node::check;
use super::reply::{Bytes, Reply};

/// The commands that the connection answers, not the keys.
pub const TRANSACTIONS: [&str; 4] = ["DISCARD", "EXEC", "MULTI", "WATCH"];

/// The state of a connection.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Connection {
    queued: Option<Vec<Vec<Bytes>>>,
    /// Whether a queued command was refused, so that EXEC will be.
    refused: bool,
    watched: Vec<Bytes>,
    /// Whether a watched key was written.
    touched: bool,
}

/// What shall be done with a command.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// It goes to the server.
    Run,
    /// It is answered here.
    Answer(Reply),
    /// These go to the server in one piece, and their replies come back as one array.
    RunAll(Vec<Vec<Bytes>>),
}

impl Connection {
    /// What a command means on this connection.
    pub fn take(&mut self, words: Words<'_>) -> Step {
        let name = words.first().map(|name| name.to_ascii_uppercase()).unwrap_or_default();
        let fits = match name.as_slice() {
            b"MULTI" | b"EXEC" | b"DISCARD" => words.len() == 1,
            b"WATCH" => words.len() > 1,
            _ => return self.queue(words),
        };
        if !fits {
            return Step::Answer(self.wrong_arity(&name));
        }
        match name.as_slice() {
            b"EXEC" => self.execute(),
            b"MULTI" => Step::Answer(self.begin()),
            b"DISCARD" => Step::Answer(self.discard()),
            _ => Step::Answer(self.watch(words)),
        }
    }

    /// A command was run: writes to watched keys are noted.
    pub fn ran(&mut self, words: Words<'_>, reply: &Reply) {
        if self.watched.is_empty() || reply.is_error() {
            return;
        }
        let Ok(command) = check(words) else { return };
        let keys = command.keys_of(words);
        let is_watched = |key: &Bytes| keys.contains(&key.as_ref());
        let flushed = command.name.starts_with("FLUSH");
        if command.sort != Sort::Read && (flushed || self.watched.iter().any(is_watched)) {
            self.touched = true;
        }
    }

    fn begin(&mut self) -> Reply {
        if self.queued.is_some() {
            return Reply::error("ERR MULTI calls can not be nested");
        }
        self.queued = Some(Vec::new());
        self.refused = false;
        Reply::OK
    }

    fn execute(&mut self) -> Step {
        let Some(queued) = self.queued.take() else {
            return Step::Answer(Reply::error("ERR EXEC without MULTI"));
        };
        let touched = self.touched;
        self.forget();
        if self.refused {
            return Step::Answer(Reply::error(
                "EXECABORT Transaction discarded because of previous errors.",
            ));
        }
        if touched { Step::Answer(Reply::Nil) } else { Step::RunAll(queued) }
    }

    /// The reply to a wrong number of words: it refuses the transaction, and EXEC's own ends it.
    fn wrong_arity(&mut self, name: &[u8]) -> Reply {
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        let error = format!("wrong number of arguments for '{name}' command");
        if name == "exec" {
            self.queued = None;
            self.forget();
            return Reply::error(format!("EXECABORT Transaction discarded because of: {error}"));
        }
        self.refused = true;
        Reply::error(format!("ERR {error}"))
    }

    fn discard(&mut self) -> Reply {
        if self.queued.take().is_none() {
            return Reply::error("ERR DISCARD without MULTI");
        }
        self.forget();
        Reply::OK
    }

    fn watch(&mut self, words: Words<'_>) -> Reply {
        if self.queued.is_some() {
            return Reply::error("ERR WATCH inside MULTI is not allowed");
        }
        self.watched.extend(words[1..].iter().map(|key| Bytes::from(*key)));
        Reply::OK
    }

    fn forget(&mut self) {
        self.watched.clear();
        self.touched = false;
    }

    fn queue(&mut self, words: Words<'_>) -> Step {
        let Some(queued) = &mut self.queued else {
            if words == [b"UNWATCH"] {
                self.forget();
            }
            return Step::Run;
        };
        match check(words) {
            Ok(_) => {
                queued.push(words.iter().map(|word| Bytes::from(*word)).collect());
                Step::Answer(Reply::Simple("QUEUED"))
            }
            Err(error) => {
                self.refused = true;
                Step::Answer(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(connection: &mut Connection, line: &str) -> Step {
        let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        connection.take(&words)
    }

    #[test]
    fn commands_between_multi_and_exec_are_run_in_one_piece() {
        let mut connection = Connection::default();
        assert_eq!(step(&mut connection, "GET a"), Step::Run);
        assert_eq!(step(&mut connection, "MULTI"), Step::Answer(Reply::OK));
        assert_eq!(step(&mut connection, "INCR a"), Step::Answer(Reply::Simple("QUEUED")));
        let Step::RunAll(queued) = step(&mut connection, "exec") else { panic!("all") };
        assert_eq!(queued.len(), 1);
        assert!(matches!(step(&mut connection, "EXEC"), Step::Answer(Reply::Error(_))));
    }

    #[test]
    fn a_refused_command_refuses_the_transaction_and_a_written_key_empties_it() {
        let mut connection = Connection::default();
        step(&mut connection, "MULTI");
        assert!(matches!(step(&mut connection, "GET"), Step::Answer(Reply::Error(_))));
        let Step::Answer(Reply::Error(error)) = step(&mut connection, "EXEC") else { panic!() };
        assert!(error.starts_with("EXECABORT"));
        step(&mut connection, "WATCH a");
        connection.ran(&[b"SET", b"a", b"1"], &Reply::OK);
        step(&mut connection, "MULTI");
        assert_eq!(step(&mut connection, "EXEC"), Step::Answer(Reply::Nil));
    }
}
