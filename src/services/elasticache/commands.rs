//! The commands of a Valkey or Redis node: one table, one function a command.

mod collections;
mod keys;
mod server;
mod sorted;
mod strings;

use super::keyspace::Keyspace;
use super::reply::{Bytes, Reply, not_an_integer, wrong_type};
use super::value::{Value, parse_integer};
use crate::services::chance::Chance;
use crate::services::time::Time;

/// The words of a command, its name first.
pub type Words<'a> = &'a [&'a [u8]];

/// What a command works on.
pub struct Context<'a> {
    /// The node's keys.
    pub keys: &'a mut Keyspace,
    /// When the command runs.
    pub now: Time,
    /// What the server leaves open.
    pub chance: &'a mut Chance,
}

/// What a command does to a node, as far as the node must know before it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Changes nothing.
    Read,
    /// Changes keys and never needs more memory for it.
    Write,
    /// Changes keys and may need memory: refused when there is none (EC-20).
    Grow,
}

/// Where the keys stand among a command's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeysAt {
    /// It has none.
    Nowhere,
    /// The first word after the name.
    First,
    /// The first two words after the name.
    FirstTwo,
    /// The second word after the name.
    Second,
    /// All words after the name.
    All,
    /// Every other word after the name, beginning with the first.
    EveryOther,
}

/// One row of the table of commands.
pub struct Command {
    /// Its name in upper case.
    pub name: &'static str,
    /// How many words it takes, the name included; negative: at least so many.
    pub arity: i8,
    /// Where its keys stand.
    pub keys: KeysAt,
    /// What it does.
    pub sort: Sort,
    run: fn(&mut Context<'_>, Words<'_>) -> Reply,
}

impl Command {
    /// The command of this name, in any case.
    pub fn find(name: &[u8]) -> Option<&'static Command> {
        let mut upper = [0u8; 24];
        let upper = upper.get_mut(..name.len())?;
        upper.copy_from_slice(name);
        upper.make_ascii_uppercase();
        let found = Command::TABLE.binary_search_by(|row| row.name.as_bytes().cmp(upper)).ok()?;
        Command::TABLE.get(found)
    }

    /// The names of all commands, in order.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Command::TABLE.iter().map(|row| row.name)
    }

    /// The reply to a wrong number of words, or `None` if the number is right.
    pub fn wrong_arity(&self, words: Words<'_>) -> Option<Reply> {
        let count = words.len();
        let least = usize::from(self.arity.unsigned_abs());
        let fits = if self.arity < 0 { count >= least } else { count == least };
        (!fits).then(|| wrong_number(self.name))
    }

    /// The keys among the words of a call.
    pub fn keys_of<'a>(&self, words: Words<'a>) -> Vec<&'a [u8]> {
        let after = words.get(1..).unwrap_or_default();
        match self.keys {
            KeysAt::Nowhere => Vec::new(),
            KeysAt::First => after.iter().take(1).copied().collect(),
            KeysAt::FirstTwo => after.iter().take(2).copied().collect(),
            KeysAt::Second => after.iter().skip(1).take(1).copied().collect(),
            KeysAt::All => after.to_vec(),
            KeysAt::EveryOther => after.iter().step_by(2).copied().collect(),
        }
    }

    /// Runs the command. The number of words has been checked and expired keys are gone.
    pub fn run(&self, context: &mut Context<'_>, words: Words<'_>) -> Reply {
        (self.run)(context, words)
    }
}

fn wrong_number(name: &str) -> Reply {
    Reply::error(format!(
        "ERR wrong number of arguments for '{}' command",
        name.to_ascii_lowercase()
    ))
}

/// The reply to a name that is no command, worded as the server words it.
pub fn unknown(words: Words<'_>) -> Reply {
    let text = |word: &&[u8]| String::from_utf8_lossy(&word[..word.len().min(128)]).into_owned();
    let name = words.first().map(text).unwrap_or_default();
    let mut arguments = String::new();
    for word in words.iter().skip(1) {
        if arguments.len() >= 128 {
            break;
        }
        arguments.push_str(&format!("'{}' ", text(word)));
    }
    Reply::error(format!("ERR unknown command '{name}', with args beginning with: {arguments}"))
}

macro_rules! table {
    ($($name:literal $arity:literal $keys:ident $sort:ident $run:path;)*) => {
        impl Command {
            /// All commands, by name.
            pub const TABLE: &'static [Command] = &[$(Command {
                name: $name,
                arity: $arity,
                keys: KeysAt::$keys,
                sort: Sort::$sort,
                run: $run,
            }),*];
        }
    };
}

table! {
    "APPEND" 3 First Grow strings::append;
    "CLUSTER" -2 Nowhere Read server::cluster;
    "CONFIG" -2 Nowhere Read server::config;
    "DBSIZE" 1 Nowhere Read server::dbsize;
    "DECR" 2 First Grow strings::decr;
    "DECRBY" 3 First Grow strings::decrby;
    "DEL" -2 All Write keys::del;
    "DELIFEQ" 3 First Write strings::delifeq;
    "ECHO" 2 Nowhere Read server::echo;
    "EXISTS" -2 All Read keys::exists;
    "EXPIRE" -3 First Write keys::expire;
    "EXPIREAT" -3 First Write keys::expireat;
    "EXPIRETIME" 2 First Read keys::expiretime;
    "FLUSHALL" -1 Nowhere Write server::flush;
    "FLUSHDB" -1 Nowhere Write server::flush;
    "GET" 2 First Read strings::get;
    "GETDEL" 2 First Write strings::getdel;
    "GETEX" -2 First Write strings::getex;
    "GETRANGE" 4 First Read strings::getrange;
    "GETSET" 3 First Grow strings::getset;
    "HDEL" -3 First Write collections::hdel;
    "HEXISTS" 3 First Read collections::hexists;
    "HGET" 3 First Read collections::hget;
    "HGETALL" 2 First Read collections::hgetall;
    "HINCRBY" 4 First Grow collections::hincrby;
    "HKEYS" 2 First Read collections::hkeys;
    "HLEN" 2 First Read collections::hlen;
    "HMGET" -3 First Read collections::hmget;
    "HMSET" -4 First Grow collections::hmset;
    "HSET" -4 First Grow collections::hset;
    "HSETNX" 4 First Grow collections::hsetnx;
    "HVALS" 2 First Read collections::hvals;
    "INCR" 2 First Grow strings::incr;
    "INCRBY" 3 First Grow strings::incrby;
    "INCRBYFLOAT" 3 First Grow strings::incrbyfloat;
    "INFO" -1 Nowhere Read server::info;
    "KEYS" 2 Nowhere Read keys::keys;
    "LINDEX" 3 First Read collections::lindex;
    "LLEN" 2 First Read collections::llen;
    "LPOP" -2 First Write collections::lpop;
    "LPUSH" -3 First Grow collections::lpush;
    "LRANGE" 4 First Read collections::lrange;
    "LREM" 4 First Write collections::lrem;
    "LTRIM" 4 First Write collections::ltrim;
    "MEMORY" -2 Second Read server::memory;
    "MGET" -2 All Read strings::mget;
    "MSET" -3 EveryOther Grow strings::mset;
    "MSETNX" -3 EveryOther Grow strings::msetnx;
    "OBJECT" -2 Second Read keys::object;
    "PERSIST" 2 First Write keys::persist;
    "PEXPIRE" -3 First Write keys::pexpire;
    "PEXPIREAT" -3 First Write keys::pexpireat;
    "PEXPIRETIME" 2 First Read keys::pexpiretime;
    "PING" -1 Nowhere Read server::ping;
    "PSETEX" 4 First Grow strings::psetex;
    "PTTL" 2 First Read keys::pttl;
    "RANDOMKEY" 1 Nowhere Read keys::randomkey;
    "RENAME" 3 FirstTwo Write keys::rename;
    "RENAMENX" 3 FirstTwo Write keys::renamenx;
    "RPOP" -2 First Write collections::rpop;
    "RPUSH" -3 First Grow collections::rpush;
    "SADD" -3 First Grow collections::sadd;
    "SCAN" -2 Nowhere Read keys::scan;
    "SCARD" 2 First Read collections::scard;
    "SELECT" 2 Nowhere Read server::select;
    "SET" -3 First Grow strings::set;
    "SETEX" 4 First Grow strings::setex;
    "SETNX" 3 First Grow strings::setnx;
    "SETRANGE" 4 First Grow strings::setrange;
    "SISMEMBER" 3 First Read collections::sismember;
    "SMEMBERS" 2 First Read collections::smembers;
    "SREM" -3 First Write collections::srem;
    "STRLEN" 2 First Read strings::strlen;
    "TIME" 1 Nowhere Read server::time;
    "TOUCH" -2 All Read keys::touch;
    "TTL" 2 First Read keys::ttl;
    "TYPE" 2 First Read keys::type_of;
    "UNLINK" -2 All Write keys::del;
    "ZADD" -4 First Grow sorted::zadd;
    "ZCARD" 2 First Read sorted::zcard;
    "ZCOUNT" 4 First Read sorted::zcount;
    "ZINCRBY" 4 First Grow sorted::zincrby;
    "ZRANGE" -4 First Read sorted::zrange;
    "ZRANGEBYSCORE" -4 First Read sorted::zrangebyscore;
    "ZRANK" 3 First Read sorted::zrank;
    "ZREM" -3 First Write sorted::zrem;
    "ZREVRANGE" -4 First Read sorted::zrevrange;
    "ZREVRANK" 3 First Read sorted::zrevrank;
    "ZSCORE" 3 First Read sorted::zscore;
}

/// A word as a whole number, as the server reads one.
fn integer(word: &[u8]) -> Result<i64, Reply> {
    parse_integer(word).ok_or_else(not_an_integer)
}

/// A word as a floating-point number that is not NaN.
fn float(word: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(word).ok()?;
    let number: f64 = text.parse().ok()?;
    // Rust reads words such as `nan` and `infinity`; of these the server takes only infinities.
    (!number.is_nan() && !text.starts_with(char::is_whitespace)).then_some(number)
}

/// A number as the server writes it: without a fraction where there is none.
fn float_text(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "inf".to_owned() } else { "-inf".to_owned() };
    }
    if number != 0.0 && (number.abs() >= 1e17 || number.abs() < 1e-5) {
        let text = format!("{number:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, size) = match exponent.strip_prefix('-') {
            Some(size) => ('-', size),
            None => ('+', exponent),
        };
        return format!("{digits}e{sign}{size:0>2}");
    }
    format!("{number}")
}

fn is(word: &[u8], expected: &str) -> bool {
    word.eq_ignore_ascii_case(expected.as_bytes())
}

/// The string under a key for reading: `None` if there is no key.
fn read_text(context: &mut Context<'_>, key: &[u8]) -> Result<Option<Bytes>, Reply> {
    match context.keys.read(key, context.now, context.chance) {
        None => Ok(None),
        Some(Value::Text(text)) => Ok(Some(Bytes::clone(text))),
        Some(_) => Err(wrong_type()),
    }
}

/// Turns `Result<Reply, Reply>` into the reply, so that functions can use `?`.
fn settle(result: Result<Reply, Reply>) -> Reply {
    result.unwrap_or_else(|error| error)
}

/// The places `start..=stop` of a row of `len`, counted as LRANGE and GETRANGE count: negative numbers
/// from the end.
fn places(start: i64, stop: i64, len: usize) -> std::ops::Range<usize> {
    let len = i64::try_from(len).unwrap_or(i64::MAX);
    let from_end = |place: i64| if place < 0 { place.saturating_add(len) } else { place };
    let start = from_end(start).max(0);
    let stop = from_end(stop).min(len - 1);
    if start > stop { 0..0 } else { start as usize..stop as usize + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_every_command_is_found() {
        assert!(Command::TABLE.windows(2).all(|pair| pair[0].name < pair[1].name));
        for name in Command::names() {
            assert_eq!(Command::find(name.to_lowercase().as_bytes()).unwrap().name, name);
        }
        assert!(Command::find(b"").is_none());
        assert!(Command::find(&[b'A'; 600]).is_none());
    }

    #[test]
    fn numbers_are_written_as_the_server_writes_them() {
        for (number, text) in
            [(3.0, "3"), (-0.5, "-0.5"), (1e21, "1e+21"), (1e-7, "1e-07"), (0.0, "0")]
        {
            assert_eq!(float_text(number), text);
        }
    }
}
