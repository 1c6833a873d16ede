//! How commands come to the value of a key: one way to read, one to change and one to make, for each type.

use std::collections::VecDeque;

use super::super::reply::{Bytes, Reply, wrong_type};
use super::super::value::{Names, Sorted, Table, Value};
use super::Context;

/// Declares, for one type of value, how it is read, how it is made or changed, and how it is changed
/// only where it is.
macro_rules! access {
    ($variant:ident, $of:ty, $read:ident, $change:ident, $alter:ident) => {
        /// Reads the value under a key; `None` if there is no key.
        pub fn $read<T>(
            context: &mut Context<'_>,
            key: &[u8],
            read: impl FnOnce(&$of) -> T,
        ) -> Result<Option<T>, Reply> {
            match context.keys.read(key, context.now, context.chance) {
                None => Ok(None),
                Some(Value::$variant(value)) => Ok(Some(read(value))),
                Some(_) => Err(wrong_type()),
            }
        }

        /// Changes the value under a key; an empty one is made where there is none.
        pub fn $change<T>(
            context: &mut Context<'_>,
            key: &[u8],
            change: impl FnOnce(&mut $of) -> T,
        ) -> Result<T, Reply> {
            if context.keys.peek(key).is_none() {
                let empty = Value::$variant(Box::default());
                context.keys.set(key, empty, None, context.now);
            }
            $alter(context, key, change)?.ok_or_else(wrong_type)
        }

        /// Changes the value under a key; `None` if there is no key.
        pub fn $alter<T>(
            context: &mut Context<'_>,
            key: &[u8],
            change: impl FnOnce(&mut $of) -> T,
        ) -> Result<Option<T>, Reply> {
            match context.keys.peek(key) {
                None => return Ok(None),
                Some(Value::$variant(_)) => {}
                Some(_) => return Err(wrong_type()),
            }
            let changed =
                context.keys.change(key, context.now, context.chance, |value| match value {
                    Value::$variant(value) => Some(change(value)),
                    _ => None,
                });
            Ok(changed.flatten())
        }
    };
}

access!(Hash, Table<Bytes>, read_hash, change_hash, alter_hash);
access!(List, VecDeque<Bytes>, read_list, change_list, alter_list);
access!(Set, Names, read_set, change_set, alter_set);
access!(Sorted, Sorted, read_sorted, change_sorted, alter_sorted);

/// The string under a key for reading: `None` if there is no key.
pub fn read_text(context: &mut Context<'_>, key: &[u8]) -> Result<Option<Bytes>, Reply> {
    match context.keys.read(key, context.now, context.chance) {
        None => Ok(None),
        Some(Value::Text(text)) => Ok(Some(Bytes::clone(text))),
        Some(_) => Err(wrong_type()),
    }
}

/// A string as it is, without counting a hit.
pub fn peek_text(context: &Context<'_>, key: &[u8]) -> Result<Option<Bytes>, Reply> {
    match context.keys.peek(key) {
        None => Ok(None),
        Some(Value::Text(text)) => Ok(Some(Bytes::clone(text))),
        Some(_) => Err(wrong_type()),
    }
}

/// Replaces a string and keeps its expiry; says how long it is now.
pub fn replace_text(context: &mut Context<'_>, key: &[u8], text: Bytes) -> usize {
    let length = text.len();
    let expires = context.keys.expiry(key).flatten();
    context.keys.touch(key, context.now, context.chance);
    context.keys.set(key, Value::Text(text), expires, context.now);
    length
}

/// Puts a collection in the place of whatever a key holds; an empty one leaves no key.
pub fn put(context: &mut Context<'_>, key: &[u8], value: Value) {
    if value.is_empty() {
        context.keys.remove(key);
    } else {
        context.keys.set(key, value, None, context.now);
    }
}
