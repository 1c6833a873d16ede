//! ElastiCache for Memcached: nodes that know nothing of each other, and the clients' hashing.
//!
//! Through the door an operation is a command with its words as `args`, in the order of the text
//! protocol but without the count of bytes: `set` with `["key", "0", "60", "value"]`. It goes to the
//! node of the key, or to the one it names.

mod api;
pub mod cluster;
pub mod hashing;
pub mod slabs;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use self::slabs::{Slabs, Stored};
use super::time::{Span, Time, WORLD_START_UNIX_MS};
use super::{ServiceError, constants};

/// The service's numbers by name.
pub(super) const CONSTANTS: &[constants::Constant] = &[
    constants::bytes("memcached.item.max", LARGEST_ITEM as u64),
    constants::time("memcached.relative.days", Span::seconds(LONGEST_RELATIVE_SECONDS as u64)),
];

/// The largest exptime that counts from now: 30 days. A larger one is a moment since 1970 (MC-3).
pub const LONGEST_RELATIVE_SECONDS: i64 = 60 * 60 * 24 * 30;
/// The longest key in bytes (MC-2).
pub const LONGEST_KEY: usize = 250;
/// The largest value in bytes (MC-2, `max_item_size`); the item's own overhead counts too.
pub const LARGEST_ITEM: usize = 1_048_576;

/// One node.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Memcached {
    slabs: Slabs,
    cas: u64,
}

/// What a node answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// A word of the protocol: `STORED`, `NOT_FOUND`, `DELETED`, …
    Word(&'static str),
    /// A value, or none: `get` of one key.
    Value(Option<String>),
    /// Keys and values, with their flags and CAS numbers.
    Values(Vec<Found>),
    /// Names and numbers: `stats`.
    Stats(Vec<(String, u64)>),
    /// A number: `incr`, `decr`.
    Number(u64),
    /// An error line, such as `CLIENT_ERROR bad command line format`.
    Error(String),
}

/// A value that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its key.
    pub key: String,
    /// The value.
    pub value: String,
    /// The client's own number with it.
    pub flags: u32,
    /// The number of the write that stored it.
    pub cas: u64,
}

impl Reply {
    /// The reply as an answer of the service door: a word as a string, a value as a string or null,
    /// several as an object, statistics as pairs. The code of an error is its first word.
    pub fn into_result(self) -> Result<Response, ServiceError> {
        let json = match self {
            Reply::Word(word) => Json::from(word),
            Reply::Value(value) => value.map_or(Json::Null, Json::from),
            Reply::Number(number) => Json::from(number),
            Reply::Values(values) => values.into_iter().map(Found::into_json).collect(),
            Reply::Stats(stats) => stats.into_iter().map(|(name, n)| json!([name, n])).collect(),
            Reply::Error(text) => {
                let code = text.split(' ').next().unwrap_or("ERROR").to_owned();
                return Err(ServiceError::new(code, text));
            }
        };
        Ok(Response(json))
    }
}

impl Found {
    fn into_json(self) -> (String, Json) {
        let mut found = json!({ "value": self.value, "cas": self.cas });
        if self.flags > 0 {
            found["flags"] = Json::from(self.flags);
        }
        (self.key, found)
    }
}

/// One call: a command and its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Json>", into = "Map<String, Json>")]
pub struct Operation {
    /// The command's name in lower case.
    pub name: String,
    /// Its words.
    pub args: Vec<String>,
    /// The very node; none for the one at which the clients look for the key.
    pub node: Option<String>,
}

/// What ElastiCache tells a cluster that shall have another number of nodes; no client can.
const RESIZE: &str = "elasticache:resize";

impl Operation {
    /// The errand of ElastiCache that changes the number of nodes.
    pub fn resize(nodes: i64) -> Operation {
        Operation { name: RESIZE.to_owned(), args: vec![nodes.to_string()], node: None }
    }

    /// The number of nodes that ElastiCache wants.
    fn resized(&self) -> Option<usize> {
        self.args.first().filter(|_| self.name == RESIZE)?.parse().ok()
    }
}

impl TryFrom<Map<String, Json>> for Operation {
    type Error = serde_json::Error;

    fn try_from(call: Map<String, Json>) -> Result<Operation, serde_json::Error> {
        let (name, mut params) = call.into_iter().next().unwrap_or_default();
        let args = params.get_mut("args").map(Json::take);
        let node = params.get_mut("Node").map(Json::take);
        Ok(Operation {
            name,
            args: args.map(serde_json::from_value).transpose()?.unwrap_or_default(),
            node: node.map(serde_json::from_value).transpose()?,
        })
    }
}

impl From<Operation> for Map<String, Json> {
    fn from(operation: Operation) -> Map<String, Json> {
        let mut params = json!({ "args": operation.args });
        if let Some(node) = operation.node {
            params["Node"] = Json::from(node);
        }
        [(operation.name, params)].into_iter().collect()
    }
}

/// What a call answers: a word as a string, a value as a string or null, several as an object.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Response(pub Json);

/// How a storing command treats what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Storing {
    Set,
    Add,
    Replace,
    Append,
    Prepend,
    Cas(u64),
}

impl Memcached {
    /// A node with so many bytes for items (`-m`), in pages of 1 MiB.
    pub fn with_memory(bytes: u64) -> Memcached {
        Memcached { slabs: Slabs::new(bytes), cas: 0 }
    }

    /// The node's memory and items.
    pub fn slabs(&self) -> &Slabs {
        &self.slabs
    }

    /// Runs one command: its name and its words.
    pub fn run(&mut self, now: Time, name: &str, args: &[&str]) -> Reply {
        self.slabs.expire(now);
        let wrong = || Reply::Error("ERROR".to_owned());
        if args.iter().take(1).any(|key| key.len() > LONGEST_KEY) {
            return Reply::Error("CLIENT_ERROR bad command line format".to_owned());
        }
        match (name, args) {
            ("set", [key, flags, exptime, value]) => {
                self.store(now, Storing::Set, key, [flags, exptime], value)
            }
            ("add", [key, flags, exptime, value]) => {
                self.store(now, Storing::Add, key, [flags, exptime], value)
            }
            ("replace", [key, flags, exptime, value]) => {
                self.store(now, Storing::Replace, key, [flags, exptime], value)
            }
            ("append", [key, flags, exptime, value]) => {
                self.store(now, Storing::Append, key, [flags, exptime], value)
            }
            ("prepend", [key, flags, exptime, value]) => {
                self.store(now, Storing::Prepend, key, [flags, exptime], value)
            }
            ("cas", [key, flags, exptime, value, cas]) => match cas.parse() {
                Ok(cas) => self.store(now, Storing::Cas(cas), key, [flags, exptime], value),
                Err(_) => bad_format(),
            },
            ("get", [key]) => Reply::Value(self.slabs.get(key).map(|item| item.value.clone())),
            ("get" | "gets", keys @ [_, ..]) => self.values(keys),
            ("gat", [exptime, keys @ ..]) if !keys.is_empty() => match exptime.parse() {
                Ok(exptime) => {
                    let values = self.values(keys);
                    keys.iter().for_each(|key| {
                        self.touch(now, key, exptime);
                    });
                    values
                }
                Err(_) => Reply::Error("CLIENT_ERROR invalid exptime argument".to_owned()),
            },
            ("stats", ["slabs"]) => Reply::Stats(self.slabs.page_stats()),
            ("stats", ["items"]) => Reply::Stats(self.slabs.item_stats()),
            ("delete", [key]) => found(self.slabs.remove(key).is_some(), "DELETED"),
            ("touch", [key, exptime]) => match exptime.parse() {
                Ok(exptime) => found(self.touch(now, key, exptime), "TOUCHED"),
                Err(_) => Reply::Error("CLIENT_ERROR invalid exptime argument".to_owned()),
            },
            ("incr", [key, amount]) => self.add(now, key, amount, u64::wrapping_add),
            ("decr", [key, amount]) => self.add(now, key, amount, u64::saturating_sub),
            ("flush_all", []) => {
                self.slabs.clear();
                Reply::Word("OK")
            }
            _ => wrong(),
        }
    }

    /// Removes the items whose time is up.
    pub fn expire(&mut self, now: Time) {
        self.slabs.expire(now);
    }

    fn values(&mut self, keys: &[&str]) -> Reply {
        let mut found = Vec::new();
        for key in keys {
            if let Some(item) = self.slabs.get(key) {
                let (value, flags, cas) = (item.value.clone(), item.flags, item.cas);
                found.push(Found { key: (*key).to_owned(), value, flags, cas });
            }
        }
        Reply::Values(found)
    }

    fn store(
        &mut self,
        now: Time,
        storing: Storing,
        key: &str,
        [flags, exptime]: [&str; 2],
        value: &str,
    ) -> Reply {
        let (Ok(flags), Ok(exptime)) = (flags.parse::<u32>(), exptime.parse::<i64>()) else {
            return bad_format();
        };
        if key.is_empty() {
            return Reply::Error("ERROR".to_owned());
        }
        let old = self.slabs.peek(key);
        match (storing, old) {
            (Storing::Add, Some(_)) => {
                // A failed `add` still counts as a use of the item.
                self.slabs.get(key);
                return Reply::Word("NOT_STORED");
            }
            (Storing::Replace | Storing::Append | Storing::Prepend, None) => {
                return Reply::Word("NOT_STORED");
            }
            (Storing::Cas(_), None) => return Reply::Word("NOT_FOUND"),
            (Storing::Cas(cas), Some(old)) if old.cas != cas => return Reply::Word("EXISTS"),
            _ => {}
        }
        let (value, flags, expires) = match (storing, old) {
            // What is there keeps its own flags and time.
            (Storing::Append, Some(old)) => {
                (format!("{}{value}", old.value), old.flags, Expires::At(old.expires))
            }
            (Storing::Prepend, Some(old)) => {
                (format!("{value}{}", old.value), old.flags, Expires::At(old.expires))
            }
            _ => (value.to_owned(), flags, expiry(now, exptime)),
        };
        let Expires::At(expires) = expires else {
            // Stored and gone in the same moment (MC-3).
            self.slabs.remove(key);
            return Reply::Word("STORED");
        };
        self.cas += 1;
        match self.slabs.insert(key, value, flags, expires, self.cas) {
            Stored::Yes => Reply::Word("STORED"),
            Stored::TooLarge => {
                // The old value goes too: a client must not read it after a failed write.
                self.slabs.remove(key);
                Reply::Error("SERVER_ERROR object too large for cache".to_owned())
            }
            Stored::NoMemory => {
                Reply::Error("SERVER_ERROR out of memory storing object".to_owned())
            }
        }
    }

    fn touch(&mut self, now: Time, key: &str, exptime: i64) -> bool {
        if self.slabs.peek(key).is_none() {
            return false;
        }
        match expiry(now, exptime) {
            Expires::At(expires) => self.slabs.set_expiry(key, expires),
            Expires::AtOnce => {
                self.slabs.remove(key);
            }
        }
        true
    }

    fn add(&mut self, _now: Time, key: &str, amount: &str, sum: fn(u64, u64) -> u64) -> Reply {
        let Ok(amount) = amount.parse::<u64>() else {
            return Reply::Error("CLIENT_ERROR invalid numeric delta argument".to_owned());
        };
        let Some(old) = self.slabs.get(key) else { return Reply::Word("NOT_FOUND") };
        let Ok(number) = old.value.trim_end_matches(' ').parse::<u64>() else {
            return Reply::Error(
                "CLIENT_ERROR cannot increment or decrement non-numeric value".to_owned(),
            );
        };
        let (flags, expires, length) = (old.flags, old.expires, old.value.len());
        let new = sum(number, amount);
        self.cas += 1;
        // A number that grew shorter is padded with blanks, as the server pads it.
        self.slabs.insert(key, format!("{new:<length$}"), flags, expires, self.cas);
        Reply::Number(new)
    }
}

enum Expires {
    At(Option<Time>),
    AtOnce,
}

/// What an exptime means: nothing is never, up to 30 days counts from now, more is a moment since 1970, a
/// negative one has passed (MC-3).
fn expiry(now: Time, exptime: i64) -> Expires {
    let at_once_or = |at: Option<u64>| match at {
        Some(at) if at > now.0 => Expires::At(Some(Time(at))),
        _ => Expires::AtOnce,
    };
    match exptime {
        0 => Expires::At(None),
        1..=LONGEST_RELATIVE_SECONDS => at_once_or(Some(now.0 + exptime as u64 * 1000)),
        ..0 => Expires::AtOnce,
        _ => {
            let unix = (exptime as u64).saturating_mul(1000);
            at_once_or(unix.checked_sub(WORLD_START_UNIX_MS))
        }
    }
}

fn found(found: bool, word: &'static str) -> Reply {
    Reply::Word(if found { word } else { "NOT_FOUND" })
}

fn bad_format() -> Reply {
    Reply::Error("CLIENT_ERROR bad command line format".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(reply: &str) -> Reply {
        Reply::Word(match reply {
            "STORED" => "STORED",
            "NOT_STORED" => "NOT_STORED",
            "NOT_FOUND" => "NOT_FOUND",
            "EXISTS" => "EXISTS",
            "DELETED" => "DELETED",
            _ => "TOUCHED",
        })
    }

    fn value(text: &str) -> Reply {
        Reply::Value(Some(text.to_owned()))
    }

    #[test]
    fn mc_1_a_value_is_one_string_and_lives_on_one_node_only() {
        let (mut a, mut b) = (Memcached::default(), Memcached::default());
        assert_eq!(a.run(Time(0), "set", &["k", "0", "0", "v"]), word("STORED"));
        assert_eq!(a.run(Time(0), "get", &["k"]), value("v"));
        assert_eq!(b.run(Time(0), "get", &["k"]), Reply::Value(None));
        for absent in ["lpush", "publish", "hset", "replicaof"] {
            assert_eq!(a.run(Time(0), absent, &["k", "v"]), Reply::Error("ERROR".to_owned()));
        }
    }

    #[test]
    fn mc_2_conditions_and_limits_answer_in_the_protocols_words() {
        let mut node = Memcached::default();
        assert_eq!(node.run(Time(0), "add", &["k", "0", "0", "1"]), word("STORED"));
        assert_eq!(node.run(Time(0), "add", &["k", "0", "0", "2"]), word("NOT_STORED"));
        assert_eq!(node.run(Time(0), "delete", &["missing"]), word("NOT_FOUND"));
        assert_eq!(node.run(Time(0), "incr", &["missing", "1"]), word("NOT_FOUND"));
        assert_eq!(node.run(Time(0), "incr", &["k", "9"]), Reply::Number(10));
        assert_eq!(node.run(Time(0), "decr", &["k", "11"]), Reply::Number(0));
        let large = "x".repeat(LARGEST_ITEM);
        assert_eq!(
            node.run(Time(0), "set", &["k", "0", "0", &large]),
            Reply::Error("SERVER_ERROR object too large for cache".to_owned())
        );
        let (fits, long) = ("k".repeat(250), "k".repeat(251));
        assert_eq!(node.run(Time(0), "set", &[&fits, "0", "0", "v"]), word("STORED"));
        assert_eq!(
            node.run(Time(0), "set", &[&long, "0", "0", "v"]),
            Reply::Error("CLIENT_ERROR bad command line format".to_owned())
        );
    }

    #[test]
    fn mc_3_more_than_thirty_days_is_a_date_in_1970() {
        let mut node = Memcached::default();
        let mut set = |exptime: &str| {
            node.run(Time(0), "set", &["k", "0", exptime, "v"]);
            node.clone()
        };
        let later = |span| Time(0) + span;
        let mut month = set("2592000");
        assert_eq!(month.run(later(Span::days(30) + Span(0)), "get", &["k"]), Reply::Value(None));
        assert_eq!(set("2592000").run(later(Span::days(29)), "get", &["k"]), value("v"));
        assert_eq!(set("2678400").run(Time(0), "get", &["k"]), Reply::Value(None));
        assert_eq!(set("-1").run(Time(0), "get", &["k"]), Reply::Value(None));
        assert_eq!(set("0").run(later(Span::days(999)), "get", &["k"]), value("v"));
        let tomorrow = (WORLD_START_UNIX_MS / 1000 + 86_400).to_string();
        assert_eq!(set(&tomorrow).run(later(Span::hours(23)), "get", &["k"]), value("v"));
        assert_eq!(set(&tomorrow).run(later(Span::hours(24)), "get", &["k"]), Reply::Value(None));
    }

    #[test]
    fn a_cas_number_lets_only_the_first_of_two_writers_win() {
        let mut node = Memcached::default();
        node.run(Time(0), "set", &["k", "0", "0", "v"]);
        let Reply::Values(read) = node.run(Time(0), "gets", &["k"]) else { panic!("values") };
        let cas = read[0].cas.to_string();
        assert_eq!(node.run(Time(0), "cas", &["k", "0", "0", "a", &cas]), word("STORED"));
        assert_eq!(node.run(Time(0), "cas", &["k", "0", "0", "b", &cas]), word("EXISTS"));
        assert_eq!(node.run(Time(0), "get", &["k"]), value("a"));
    }
}
