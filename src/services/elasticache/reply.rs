//! What a Valkey or Redis server replies, and how replies are written as JSON.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::services::ServiceError;

/// A key or a value: any bytes, cheap to copy.
pub type Bytes = Arc<[u8]>;

/// A server's reply.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// A status such as `OK`.
    Simple(&'static str),
    /// A string.
    Bulk(Bytes),
    /// A number.
    Integer(i64),
    /// No value.
    Nil,
    /// Several replies.
    Array(Vec<Reply>),
    /// An error reply, its prefix included: `ERR syntax error`.
    Error(Cow<'static, str>),
}

impl Reply {
    /// `OK`.
    pub const OK: Reply = Reply::Simple("OK");

    /// A string made of text.
    pub fn text(text: impl AsRef<[u8]>) -> Reply {
        Reply::Bulk(Bytes::from(text.as_ref()))
    }

    /// 1 or 0.
    pub fn truth(truth: bool) -> Reply {
        Reply::Integer(i64::from(truth))
    }

    /// The error with this text.
    pub fn error(text: impl Into<Cow<'static, str>>) -> Reply {
        Reply::Error(text.into())
    }

    /// Whether it is an error reply.
    pub fn is_error(&self) -> bool {
        matches!(self, Reply::Error(_))
    }

    /// The reply as JSON: strings, numbers, null and arrays. Bytes that are not UTF-8 are replaced.
    /// An error reply within an array becomes its text.
    pub fn to_json(&self) -> Json {
        match self {
            Reply::Simple(text) => Json::from(*text),
            Reply::Bulk(bytes) => Json::from(String::from_utf8_lossy(bytes)),
            Reply::Integer(number) => Json::from(*number),
            Reply::Nil => Json::Null,
            Reply::Array(items) => items.iter().map(Reply::to_json).collect(),
            Reply::Error(text) => Json::from(text.as_ref()),
        }
    }

    /// The reply as an answer of the service door. The code of an error is its first word; the bare
    /// prefix `ERR` says nothing and is left off first, as clients do, so `ERR syntax error` has the code
    /// `syntax` and `WRONGTYPE Operation against …` the code `WRONGTYPE`.
    pub fn into_result(self) -> Result<Reply, ServiceError> {
        match self {
            Reply::Error(text) => {
                let text = text.strip_prefix("ERR ").unwrap_or(&text);
                let code = text.split(' ').next().unwrap_or(text).to_owned();
                Err(ServiceError::new(code, text))
            }
            reply => Ok(reply),
        }
    }
}

/// The error of an operation on a value of another type (EC-29).
pub fn wrong_type() -> Reply {
    Reply::error("WRONGTYPE Operation against a key holding the wrong kind of value")
}

/// The error of arguments that do not fit the command's syntax.
pub fn syntax_error() -> Reply {
    Reply::error("ERR syntax error")
}

/// The error of a number that is none, or too large.
pub fn not_an_integer() -> Reply {
    Reply::error("ERR value is not an integer or out of range")
}
