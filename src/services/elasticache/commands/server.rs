//! Commands about the server itself.

use super::super::eviction::Policy;
use super::super::reply::{Bytes, Reply};
use super::super::slots;
use super::{Context, Words, integer, is, settle, wrong_number};

pub fn ping(_context: &mut Context<'_>, words: Words<'_>) -> Reply {
    match words {
        [_] => Reply::Simple("PONG"),
        [_, text] => Reply::text(text),
        _ => wrong_number("PING"),
    }
}

pub fn echo(_context: &mut Context<'_>, words: Words<'_>) -> Reply {
    Reply::text(words[1])
}

pub fn dbsize(context: &mut Context<'_>, _words: Words<'_>) -> Reply {
    Reply::Integer(context.keys.len() as i64)
}

pub fn flush(context: &mut Context<'_>, _words: Words<'_>) -> Reply {
    context.keys.clear();
    Reply::OK
}

pub fn select(_context: &mut Context<'_>, words: Words<'_>) -> Reply {
    // The model keeps one database; in cluster mode the cluster refuses before this is asked (EC-7).
    settle(integer(words[1]).map(|index| match index {
        0 => Reply::OK,
        1..=15 => Reply::error("ERR this model keeps database 0 only"),
        _ => Reply::error("ERR DB index is out of range"),
    }))
}

pub fn time(context: &mut Context<'_>, _words: Words<'_>) -> Reply {
    let millis = context.now.unix_millis();
    let parts = [millis / 1000, millis % 1000 * 1000];
    Reply::Array(parts.iter().map(|part| Reply::text(part.to_string())).collect())
}

pub fn memory(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    match words {
        [_, verb, key] if is(verb, "USAGE") => {
            let expires = context.keys.expiry(key).flatten().is_some();
            context.keys.peek(key).map_or(Reply::Nil, |value| {
                let bytes = super::super::value::key_bytes(key, expires) + value.bytes();
                Reply::Integer(bytes as i64)
            })
        }
        _ => Reply::error("ERR unknown subcommand or wrong number of arguments. Try MEMORY HELP."),
    }
}

pub fn cluster(_context: &mut Context<'_>, words: Words<'_>) -> Reply {
    match words {
        [_, verb, key] if is(verb, "KEYSLOT") => Reply::Integer(i64::from(slots::slot(key))),
        _ => Reply::error("ERR This instance has cluster support disabled"),
    }
}

/// What `CONFIG` shows and takes.
const PARAMETERS: [&str; 5] =
    ["lfu-decay-time", "lfu-log-factor", "maxmemory", "maxmemory-policy", "maxmemory-samples"];

fn parameter(context: &Context<'_>, name: &str) -> String {
    let settings = context.keys.settings();
    match name {
        "lfu-decay-time" => settings.lfu_decay_time.to_string(),
        "lfu-log-factor" => settings.lfu_log_factor.to_string(),
        "maxmemory" => settings.maxmemory.to_string(),
        "maxmemory-policy" => settings.policy.name().to_owned(),
        _ => settings.samples.to_string(),
    }
}

/// A number of bytes as the configuration takes it: `100mb`, `1g`, `4096`.
fn bytes(word: &str) -> Option<u64> {
    let digits = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    let number: u64 = word[..digits].parse().ok()?;
    let unit = match word[digits..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" => 1_000,
        "kb" => 1 << 10,
        "m" => 1_000_000,
        "mb" => 1 << 20,
        "g" => 1_000_000_000,
        "gb" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(unit)
}

fn set_parameter(context: &mut Context<'_>, name: &str, value: &str) -> Option<()> {
    let settings = context.keys.settings_mut();
    match name {
        "lfu-decay-time" => settings.lfu_decay_time = value.parse().ok()?,
        "lfu-log-factor" => settings.lfu_log_factor = value.parse().ok()?,
        "maxmemory" => settings.maxmemory = bytes(value)?,
        "maxmemory-policy" => settings.policy = Policy::from_name(value)?,
        _ => settings.samples = value.parse().ok().filter(|samples| (1..=64).contains(samples))?,
    }
    Some(())
}

pub fn config(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let text = |word: &[u8]| String::from_utf8_lossy(word).to_ascii_lowercase();
    match words {
        [_, verb, patterns @ ..] if is(verb, "GET") && !patterns.is_empty() => {
            let asked: Vec<String> = patterns.iter().map(|pattern| text(pattern)).collect();
            let shown = PARAMETERS.iter().filter(|name| {
                asked.iter().any(|asked| {
                    asked == *name
                        || asked.strip_suffix('*').is_some_and(|start| name.starts_with(start))
                })
            });
            let pairs = shown.flat_map(|name| [(*name).to_owned(), parameter(context, name)]);
            Reply::Array(pairs.map(Reply::text).collect())
        }
        [_, verb, name, value] if is(verb, "SET") => {
            let (name, value) = (text(name), text(value));
            if !PARAMETERS.contains(&name.as_str()) {
                return Reply::error(format!(
                    "ERR Unknown option or number of arguments for CONFIG SET - '{name}'"
                ));
            }
            match set_parameter(context, &name, &value) {
                Some(()) => Reply::OK,
                None => Reply::error(format!(
                    "ERR CONFIG SET failed (possibly related to argument '{name}') - argument couldn't \
                     be parsed into a valid value"
                )),
            }
        }
        _ => Reply::error("ERR unknown subcommand or wrong number of arguments. Try CONFIG HELP."),
    }
}

pub fn info(context: &mut Context<'_>, _words: Words<'_>) -> Reply {
    let (keys, stats) = (&context.keys, context.keys.stats());
    let text = format!(
        "# Memory\r\nused_memory_dataset:{}\r\nmaxmemory:{}\r\nmaxmemory_policy:{}\r\n\r\n\
         # Stats\r\nexpired_keys:{}\r\nevicted_keys:{}\r\nkeyspace_hits:{}\r\nkeyspace_misses:{}\r\n\r\n\
         # Keyspace\r\ndb0:keys={},expires={}\r\n",
        keys.used_bytes(),
        keys.settings().maxmemory,
        keys.settings().policy.name(),
        stats.expired_keys,
        stats.evicted_keys,
        stats.keyspace_hits,
        stats.keyspace_misses,
        keys.len(),
        keys.expiring(),
    );
    Reply::Bulk(Bytes::from(text.as_bytes()))
}
