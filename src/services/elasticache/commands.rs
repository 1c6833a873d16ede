//! The commands of a Valkey or Redis node: one table, one function a command.

mod access;
mod algebra;
mod bits;
mod hashes;
mod keys;
mod lists;
mod numbers;
mod ranges;
mod scan;
mod server;
mod sets;
mod sorted;
mod strings;

use super::keyspace::Keyspace;
use super::reply::{Bytes, Reply, syntax_error};
use crate::services::chance::Chance;
use crate::services::time::Time;

/// The words of a command, its name first.
pub type Words<'a> = &'a [&'a [u8]];

/// What a command came to: a reply, or an error reply.
type Ran = Result<Reply, Reply>;

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
    /// As many as the first word after the name says, after it.
    Counted,
    /// The first word, and as many as the second says, after it.
    FirstAndCounted,
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
    run: fn(&mut Context<'_>, Words<'_>) -> Ran,
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

    /// The reply to a subcommand that is none, or to a wrong number of words; `None` if all is right.
    pub fn refusal(&self, words: Words<'_>) -> Option<Reply> {
        if !fits(self.arity, words.len()) {
            return Some(wrong_number(self.name));
        }
        let mut own = SUBCOMMANDS.iter().filter(|(name, ..)| *name == self.name).peekable();
        own.peek()?;
        let verb = words.get(1)?;
        match own.find(|(_, known, _)| is(verb, known)) {
            None => Some(unknown_subcommand(self.name, verb)),
            Some((name, verb, arity)) => {
                (!fits(*arity, words.len())).then(|| wrong_number(&format!("{name}|{verb}")))
            }
        }
    }

    /// The keys among the words of a call.
    pub fn keys_of<'a>(&self, words: Words<'a>) -> Vec<&'a [u8]> {
        let after = words.get(1..).unwrap_or_default();
        let counted = |at: usize| {
            let count = after.get(at).and_then(|count| numbers::whole(count));
            let count = count.and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
            after.iter().skip(at + 1).take(count).copied()
        };
        match self.keys {
            KeysAt::Nowhere => Vec::new(),
            KeysAt::First => after.iter().take(1).copied().collect(),
            KeysAt::FirstTwo => after.iter().take(2).copied().collect(),
            KeysAt::Second => after.iter().skip(1).take(1).copied().collect(),
            KeysAt::All => after.to_vec(),
            KeysAt::EveryOther => after.iter().step_by(2).copied().collect(),
            KeysAt::Counted => counted(0).collect(),
            KeysAt::FirstAndCounted => after.iter().take(1).copied().chain(counted(1)).collect(),
        }
    }

    /// Runs the command. The number of words has been checked and expired keys are gone.
    pub fn run(&self, context: &mut Context<'_>, words: Words<'_>) -> Reply {
        (self.run)(context, words).unwrap_or_else(|error| error)
    }
}

/// The commands whose first word is a command of its own, and how many words it takes in all.
pub const SUBCOMMANDS: &[(&str, &str, i8)] = &[
    ("CLUSTER", "KEYSLOT", 3),
    ("CONFIG", "GET", -3),
    ("CONFIG", "RESETSTAT", 2),
    ("CONFIG", "SET", -4),
    ("MEMORY", "USAGE", -3),
    ("OBJECT", "ENCODING", 3),
    ("OBJECT", "FREQ", 3),
    ("OBJECT", "IDLETIME", 3),
    ("OBJECT", "REFCOUNT", 3),
];

fn fits(arity: i8, count: usize) -> bool {
    let least = usize::from(arity.unsigned_abs());
    if arity < 0 { count >= least } else { count == least }
}

/// The reply to a wrong number of words; a subcommand is named after its command and `|`.
fn wrong_number(name: &str) -> Reply {
    Reply::error(format!(
        "ERR wrong number of arguments for '{}' command",
        name.to_ascii_lowercase()
    ))
}

fn unknown_subcommand(name: &str, verb: &[u8]) -> Reply {
    let verb = String::from_utf8_lossy(&verb[..verb.len().min(128)]).into_owned();
    Reply::error(format!("ERR unknown subcommand '{verb}'. Try {name} HELP."))
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
    "BITCOUNT" -2 First Read bits::bitcount;
    "CLUSTER" -2 Nowhere Read server::cluster;
    "CONFIG" -2 Nowhere Read server::config;
    "COPY" -3 FirstTwo Grow keys::copy;
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
    "GETBIT" 3 First Read bits::getbit;
    "GETDEL" 2 First Write strings::getdel;
    "GETEX" -2 First Write strings::getex;
    "GETRANGE" 4 First Read strings::getrange;
    "GETSET" 3 First Grow strings::getset;
    "HDEL" -3 First Write hashes::hdel;
    "HEXISTS" 3 First Read hashes::hexists;
    "HGET" 3 First Read hashes::hget;
    "HGETALL" 2 First Read hashes::hgetall;
    "HINCRBY" 4 First Grow hashes::hincrby;
    "HINCRBYFLOAT" 4 First Grow hashes::hincrbyfloat;
    "HKEYS" 2 First Read hashes::hkeys;
    "HLEN" 2 First Read hashes::hlen;
    "HMGET" -3 First Read hashes::hmget;
    "HMSET" -4 First Grow hashes::hmset;
    "HRANDFIELD" -2 First Read hashes::hrandfield;
    "HSCAN" -3 First Read scan::hscan;
    "HSET" -4 First Grow hashes::hset;
    "HSETNX" 4 First Grow hashes::hsetnx;
    "HSTRLEN" 3 First Read hashes::hstrlen;
    "HVALS" 2 First Read hashes::hvals;
    "INCR" 2 First Grow strings::incr;
    "INCRBY" 3 First Grow strings::incrby;
    "INCRBYFLOAT" 3 First Grow strings::incrbyfloat;
    "INFO" -1 Nowhere Read server::info;
    "KEYS" 2 Nowhere Read scan::keys;
    "LINDEX" 3 First Read lists::lindex;
    "LINSERT" 5 First Grow lists::linsert;
    "LLEN" 2 First Read lists::llen;
    "LMOVE" 5 FirstTwo Grow lists::lmove;
    "LMPOP" -4 Counted Write lists::lmpop;
    "LPOP" -2 First Write lists::lpop;
    "LPOS" -3 First Read lists::lpos;
    "LPUSH" -3 First Grow lists::lpush;
    "LPUSHX" -3 First Grow lists::lpushx;
    "LRANGE" 4 First Read lists::lrange;
    "LREM" 4 First Write lists::lrem;
    "LSET" 4 First Grow lists::lset;
    "LTRIM" 4 First Write lists::ltrim;
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
    "PUBLISH" 3 Nowhere Read server::publish;
    "RANDOMKEY" 1 Nowhere Read keys::randomkey;
    "RENAME" 3 FirstTwo Write keys::rename;
    "RENAMENX" 3 FirstTwo Write keys::renamenx;
    "RPOP" -2 First Write lists::rpop;
    "RPOPLPUSH" 3 FirstTwo Grow lists::rpoplpush;
    "RPUSH" -3 First Grow lists::rpush;
    "RPUSHX" -3 First Grow lists::rpushx;
    "SADD" -3 First Grow sets::sadd;
    "SCAN" -2 Nowhere Read scan::scan;
    "SCARD" 2 First Read sets::scard;
    "SDIFF" -2 All Read algebra::sdiff;
    "SDIFFSTORE" -3 All Grow algebra::sdiffstore;
    "SELECT" 2 Nowhere Read server::select;
    "SET" -3 First Grow strings::set;
    "SETBIT" 4 First Grow bits::setbit;
    "SETEX" 4 First Grow strings::setex;
    "SETNX" 3 First Grow strings::setnx;
    "SETRANGE" 4 First Grow strings::setrange;
    "SINTER" -2 All Read algebra::sinter;
    "SINTERCARD" -3 Counted Read algebra::sintercard;
    "SINTERSTORE" -3 All Grow algebra::sinterstore;
    "SISMEMBER" 3 First Read sets::sismember;
    "SMEMBERS" 2 First Read sets::smembers;
    "SMISMEMBER" -3 First Read sets::smismember;
    "SMOVE" 4 FirstTwo Write sets::smove;
    "SPOP" -2 First Write sets::spop;
    "SRANDMEMBER" -2 First Read sets::srandmember;
    "SREM" -3 First Write sets::srem;
    "SSCAN" -3 First Read scan::sscan;
    "STRLEN" 2 First Read strings::strlen;
    "SUBSTR" 4 First Read strings::getrange;
    "SUNION" -2 All Read algebra::sunion;
    "SUNIONSTORE" -3 All Grow algebra::sunionstore;
    "TIME" 1 Nowhere Read server::time;
    "TOUCH" -2 All Read keys::touch;
    "TTL" 2 First Read keys::ttl;
    "TYPE" 2 First Read keys::type_of;
    "UNLINK" -2 All Write keys::del;
    "UNWATCH" 1 Nowhere Read server::unwatch;
    "ZADD" -4 First Grow sorted::zadd;
    "ZCARD" 2 First Read sorted::zcard;
    "ZCOUNT" 4 First Read ranges::zcount;
    "ZDIFF" -3 Counted Read algebra::zdiff;
    "ZDIFFSTORE" -4 FirstAndCounted Grow algebra::zdiffstore;
    "ZINCRBY" 4 First Grow sorted::zincrby;
    "ZINTER" -3 Counted Read algebra::zinter;
    "ZINTERCARD" -3 Counted Read algebra::zintercard;
    "ZINTERSTORE" -4 FirstAndCounted Grow algebra::zinterstore;
    "ZLEXCOUNT" 4 First Read ranges::zlexcount;
    "ZMPOP" -4 Counted Write sorted::zmpop;
    "ZMSCORE" -3 First Read sorted::zmscore;
    "ZPOPMAX" -2 First Write sorted::zpopmax;
    "ZPOPMIN" -2 First Write sorted::zpopmin;
    "ZRANDMEMBER" -2 First Read sorted::zrandmember;
    "ZRANGE" -4 First Read ranges::zrange;
    "ZRANGEBYLEX" -4 First Read ranges::zrangebylex;
    "ZRANGEBYSCORE" -4 First Read ranges::zrangebyscore;
    "ZRANGESTORE" -5 FirstTwo Grow ranges::zrangestore;
    "ZRANK" 3 First Read sorted::zrank;
    "ZREM" -3 First Write sorted::zrem;
    "ZREMRANGEBYLEX" 4 First Write ranges::zremrangebylex;
    "ZREMRANGEBYRANK" 4 First Write ranges::zremrangebyrank;
    "ZREMRANGEBYSCORE" 4 First Write ranges::zremrangebyscore;
    "ZREVRANGE" -4 First Read ranges::zrevrange;
    "ZREVRANGEBYLEX" -4 First Read ranges::zrevrangebylex;
    "ZREVRANGEBYSCORE" -4 First Read ranges::zrevrangebyscore;
    "ZREVRANK" 3 First Read sorted::zrevrank;
    "ZSCAN" -3 First Read scan::zscan;
    "ZSCORE" 3 First Read sorted::zscore;
    "ZUNION" -3 Counted Read algebra::zunion;
    "ZUNIONSTORE" -4 FirstAndCounted Grow algebra::zunionstore;
}

fn is(word: &[u8], expected: &str) -> bool {
    word.eq_ignore_ascii_case(expected.as_bytes())
}

fn bulk(bytes: &Bytes) -> Reply {
    Reply::Bulk(Bytes::clone(bytes))
}

fn bulk_or_nil(bytes: Option<Bytes>) -> Reply {
    bytes.map_or(Reply::Nil, Reply::Bulk)
}

fn count(number: usize) -> Reply {
    Reply::Integer(number as i64)
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

/// How SRANDMEMBER and its kin draw: different members, or any so many times.
fn drawn(chance: &mut Chance, len: usize, wanted: i64) -> Vec<usize> {
    let many = usize::try_from(wanted.unsigned_abs()).unwrap_or(usize::MAX);
    if wanted < 0 {
        return (0..if len == 0 { 0 } else { many })
            .map(|_| chance.below(len as u64) as usize)
            .collect();
    }
    let mut places: Vec<usize> = (0..len).collect();
    if many < len {
        chance.shuffle(&mut places);
        places.truncate(many);
    }
    places
}

/// A count of `SRANDMEMBER` and its kin, which may be negative but not beyond what can be answered.
fn draw_count(word: &[u8]) -> Result<i64, Reply> {
    const MOST: i64 = 1 << 24;
    let wanted = numbers::integer(word)?;
    if wanted < -MOST {
        return Err(Reply::error("ERR value is out of range"));
    }
    Ok(wanted)
}

/// How many HRANDFIELD and ZRANDMEMBER shall draw, if that was said, and whether what goes with them is
/// told, too.
fn draw_options(words: Words<'_>, with: &str) -> Result<(Option<i64>, bool), Reply> {
    let [wanted, rest @ ..] = &words[2..] else { return Ok((None, false)) };
    let wanted = draw_count(wanted)?;
    match rest {
        [] => Ok((Some(wanted), false)),
        [option] if is(option, with) => Ok((Some(wanted), true)),
        _ => Err(syntax_error()),
    }
}

/// The keys after a count of them, and the options after these.
fn counted<'a>(words: Words<'a>, keys: usize) -> Result<(Words<'a>, Words<'a>), Reply> {
    words.split_at_checked(keys).ok_or_else(syntax_error)
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
    fn the_keys_of_a_command_are_found_among_its_words() {
        let keys = |line: &str| {
            let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            let keys = Command::find(words[0]).unwrap().keys_of(&words).into_iter();
            keys.map(|key| String::from_utf8_lossy(key).into_owned()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(keys("MSET a 1 b 2"), "a b");
        assert_eq!(keys("OBJECT FREQ a"), "a");
        assert_eq!(keys("ZUNIONSTORE d 2 a b WEIGHTS 1 2"), "d a b");
        assert_eq!(keys("SINTERCARD 2 a b LIMIT 1"), "a b");
        assert_eq!(keys("SINTERCARD x a b"), "");
    }
}
