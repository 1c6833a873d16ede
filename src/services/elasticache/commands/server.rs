//! Commands about the server itself.

use super::super::eviction::Policy;
use super::super::reply::{Bytes, Reply, syntax_error};
use super::super::slots;
use super::super::value::key_bytes;
use super::numbers::integer;
use super::scan::glob;
use super::{Context, Ran, Words, count, is, wrong_number};

pub fn ping(_context: &mut Context<'_>, words: Words<'_>) -> Ran {
    match words {
        [_] => Ok(Reply::Simple("PONG")),
        [_, text] => Ok(Reply::text(text)),
        _ => Err(wrong_number("PING")),
    }
}

pub fn echo(_context: &mut Context<'_>, words: Words<'_>) -> Ran {
    Ok(Reply::text(words[1]))
}

/// The connection forgets the keys that it watches before it comes to this.
pub fn unwatch(_context: &mut Context<'_>, _words: Words<'_>) -> Ran {
    Ok(Reply::OK)
}

/// Nobody subscribes here: a message reaches no one.
pub fn publish(_context: &mut Context<'_>, _words: Words<'_>) -> Ran {
    Ok(Reply::Integer(0))
}

pub fn dbsize(context: &mut Context<'_>, _words: Words<'_>) -> Ran {
    Ok(count(context.keys.len()))
}

pub fn flush(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    match words {
        [_] => {}
        [_, how] if is(how, "SYNC") || is(how, "ASYNC") => {}
        _ => return Err(syntax_error()),
    }
    context.keys.clear();
    Ok(Reply::OK)
}

pub fn select(_context: &mut Context<'_>, words: Words<'_>) -> Ran {
    // The model keeps one database; in cluster mode the cluster refuses before this is asked (EC-7).
    match integer(words[1])? {
        0 => Ok(Reply::OK),
        1..=15 => Err(Reply::error("ERR this model keeps database 0 only")),
        _ => Err(Reply::error("ERR DB index is out of range")),
    }
}

pub fn time(context: &mut Context<'_>, _words: Words<'_>) -> Ran {
    let millis = context.now.unix_millis();
    let parts = [millis / 1000, millis % 1000 * 1000];
    Ok(Reply::Array(parts.iter().map(|part| Reply::text(part.to_string())).collect()))
}

pub fn memory(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let key = words[2];
    for pair in words[3..].chunks(2) {
        match pair {
            [option, samples] if is(option, "SAMPLES") && integer(samples)? >= 0 => {}
            _ => return Err(syntax_error()),
        }
    }
    let expires = context.keys.expiry(key).flatten().is_some();
    let bytes = context.keys.peek(key).map(|value| key_bytes(key, expires) + value.bytes());
    Ok(bytes.map_or(Reply::Nil, |bytes| Reply::Integer(bytes as i64)))
}

/// `CLUSTER KEYSLOT`: answered by a node without slots, too.
pub fn cluster(_context: &mut Context<'_>, words: Words<'_>) -> Ran {
    Ok(Reply::Integer(i64::from(slots::slot(words[2]))))
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

/// Changes a parameter, or says what it must be.
fn set_parameter(context: &mut Context<'_>, name: &str, value: &str) -> Result<(), String> {
    let settings = context.keys.settings_mut();
    let number = || value.parse::<i64>().map_err(|_| "argument couldn't be parsed into an integer");
    let within = |most: i64, least: i64| {
        let number = number()?;
        let fits = (least..=most).contains(&number).then_some(number);
        fits.ok_or_else(|| format!("argument must be between {least} and {most} inclusive"))
    };
    match name {
        "lfu-decay-time" => settings.lfu_decay_time = within(MOST, 0)?.unsigned_abs(),
        "lfu-log-factor" => settings.lfu_log_factor = within(MOST, 0)?.unsigned_abs(),
        "maxmemory" => {
            settings.maxmemory = bytes(value).ok_or("argument must be a memory value")?;
        }
        "maxmemory-policy" => {
            settings.policy = Policy::from_name(value).ok_or_else(|| {
                let names = "volatile-lru, volatile-lfu, volatile-random, volatile-ttl, allkeys-lru, \
                             allkeys-lfu, allkeys-random, noeviction";
                format!("argument(s) must be one of the following: {names}")
            })?;
        }
        _ => settings.samples = within(MOST, 1)?.unsigned_abs() as u32,
    }
    Ok(())
}

/// The largest number that a parameter takes.
const MOST: i64 = i32::MAX as i64;

fn word(word: &[u8]) -> String {
    String::from_utf8_lossy(word).to_ascii_lowercase()
}

pub fn config(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let rest = &words[2..];
    if is(words[1], "SET") {
        return configure(context, rest);
    }
    if is(words[1], "RESETSTAT") {
        context.keys.reset_stats();
        return Ok(Reply::OK);
    }
    let asked: Vec<String> = rest.iter().map(|pattern| word(pattern)).collect();
    let fits = |name: &&&str| asked.iter().any(|asked| glob(asked.as_bytes(), name.as_bytes()));
    let shown = PARAMETERS.iter().filter(fits);
    let pairs = shown.flat_map(|name| [(*name).to_owned(), parameter(context, name)]);
    Ok(Reply::Array(pairs.map(Reply::text).collect()))
}

/// `CONFIG SET`: all of the pairs, or none. Where memory is full now, keys go at once.
fn configure(context: &mut Context<'_>, pairs: Words<'_>) -> Ran {
    if pairs.len() % 2 == 1 {
        return Err(syntax_error());
    }
    let before = *context.keys.settings();
    for pair in pairs.chunks_exact(2) {
        let (name, value) = (word(pair[0]), word(pair[1]));
        let error = if PARAMETERS.contains(&name.as_str()) {
            set_parameter(context, &name, &value).err().map(|why| {
                format!("ERR CONFIG SET failed (possibly related to argument '{name}') - {why}")
            })
        } else {
            Some(format!("ERR Unknown option or number of arguments for CONFIG SET - '{name}'"))
        };
        if let Some(error) = error {
            *context.keys.settings_mut() = before;
            return Err(Reply::error(error));
        }
    }
    context.keys.make_room(context.now, context.chance);
    Ok(Reply::OK)
}

/// The sections of `INFO` that the model has something to say in.
pub fn info(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let (keys, stats) = (&context.keys, context.keys.stats());
    let whole = words.len() == 1;
    let wants = |section: &str| {
        let all = ["all", "default", "everything"];
        whole
            || words[1..]
                .iter()
                .any(|word| is(word, section) || all.iter().any(|all| is(word, all)))
    };
    let used = keys.used_bytes();
    let sections = [
        (
            "Memory",
            format!(
                "used_memory:{used}\r\nused_memory_dataset:{used}\r\nmaxmemory:{}\r\nmaxmemory_policy:{}\r\n",
                keys.settings().maxmemory,
                keys.settings().policy.name(),
            ),
        ),
        (
            "Stats",
            format!(
                "expired_keys:{}\r\nevicted_keys:{}\r\nkeyspace_hits:{}\r\nkeyspace_misses:{}\r\n",
                stats.expired_keys, stats.evicted_keys, stats.keyspace_hits, stats.keyspace_misses,
            ),
        ),
        (
            "Keyspace",
            match keys.len() {
                0 => String::new(),
                keys_now => format!("db0:keys={keys_now},expires={}\r\n", keys.expiring()),
            },
        ),
    ];
    let told = sections.into_iter().filter(|(name, _)| wants(name));
    let told: Vec<String> = told.map(|(name, lines)| format!("# {name}\r\n{lines}")).collect();
    Ok(Reply::Bulk(Bytes::from(told.join("\r\n").as_bytes())))
}
