//! A message as a queue keeps it, its identity, and the checks and digests of what is in it.

use std::collections::BTreeMap;
use std::fmt;

use compact_str::CompactString;
use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};

use super::error;
use super::operation::AttributeValue;
use crate::services::ServiceError;
use crate::services::chance::split_mix;
use crate::services::time::Time;

/// The longest body with attributes: 1 MiB.
pub(super) const LARGEST_MESSAGE: u64 = 1_048_576;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// A message's identity: a count within the world, written as a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageId(pub u64);

impl MessageId {
    /// As AWS writes it.
    pub fn to_uuid(self) -> String {
        let high = split_mix(self.0) & !0xf000 | 0x4000;
        let low = split_mix(self.0 ^ 0x5157_5331) & !(0xc << 60) | (0x8 << 60);
        let bits = u128::from(high) << 64 | u128::from(low);
        let mut out = [b'-'; 36];
        let digits = (0..36).filter(|place| !matches!(place, 8 | 13 | 18 | 23));
        for (nibble, place) in (0..32).rev().zip(digits) {
            out[place] = HEX[(bits >> (nibble * 4)) as usize & 0xf];
        }
        str::from_utf8(&out).expect("hex digits are ASCII").to_owned()
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_uuid())
    }
}

/// Which of its states a message is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not deliverable before this time.
    Delayed(Time),
    /// Waiting for a receive.
    Visible,
    /// Received; hidden until this time unless it is deleted.
    InFlight(Time),
}

/// The number of a message group (or tenant) within its queue.
pub(super) type GroupNumber = u32;

/// Not in any group.
pub(super) const NO_GROUP: GroupNumber = GroupNumber::MAX;

/// A message in a queue.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Message {
    /// Its place in the order of arrival in this queue, from 1.
    pub serial: u64,
    pub id: MessageId,
    /// When it was sent, from which retention counts.
    pub sent: Time,
    pub body: Box<str>,
    /// What most messages do not have.
    pub extras: Option<Box<Extras>>,
    pub state: State,
    /// The first receive ever; only meaningful once received.
    pub first_received: Time,
    /// The latest receive, from which the 12 hours count.
    pub last_received: Time,
    /// How often it was received from this queue.
    pub receives: u32,
    pub group: GroupNumber,
}

/// What most messages do not have.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Extras {
    pub attributes: BTreeMap<String, AttributeValue>,
    pub trace_header: Option<String>,
    pub deduplication_id: Option<CompactString>,
    /// The name of the queue it came from as a dead letter.
    pub dead_letter_source: Option<String>,
    /// Receives in queues it was in before.
    pub receives_before: u32,
}

impl Message {
    /// Receives in this and earlier queues, as `ApproximateReceiveCount` tells.
    pub fn total_receives(&self) -> u32 {
        self.receives + self.extras.as_ref().map_or(0, |extras| extras.receives_before)
    }

    /// What is beside the body, made when first needed.
    pub fn extras_mut(&mut self) -> &mut Extras {
        self.extras.get_or_insert_default()
    }
}

/// The `SequenceNumber` of a message of this serial.
pub(super) fn sequence_number(serial: u64) -> String {
    // AWS's first number is 18849496460467696128, which 64 bits do not hold: its leading 1 is apart.
    let rest: u64 = 8_849_496_460_467_696_128 + serial * 256;
    format!("1{rest}")
}

/// MD5 in hex.
pub(super) fn md5_hex(bytes: &[u8]) -> String {
    hex(&Md5::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    let digits = |byte: &u8| [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 0xf)]];
    let out: Vec<u8> = bytes.iter().flat_map(digits).collect();
    String::from_utf8(out).expect("hex digits are ASCII")
}

/// The MD5 of attributes: sorted by name, each part after its length (four bytes, big-endian), a
/// byte 1 before texts and 2 before bytes. Nothing when there are none.
pub(super) fn md5_of_attributes<'a>(
    attributes: impl IntoIterator<Item = (&'a String, &'a AttributeValue)>,
) -> Option<String> {
    let mut digest = Md5::new();
    let part = |digest: &mut Md5, bytes: &[u8]| {
        digest.update((bytes.len() as u32).to_be_bytes());
        digest.update(bytes);
    };
    let mut any = false;
    for (name, value) in attributes {
        any = true;
        part(&mut digest, name.as_bytes());
        part(&mut digest, value.data_type.as_bytes());
        if let Some(text) = &value.string_value {
            digest.update([1]);
            part(&mut digest, text.as_bytes());
        } else if let Some(bytes) = &value.binary_value {
            digest.update([2]);
            part(&mut digest, &bytes.0);
        }
    }
    any.then(|| hex(&digest.finalize()))
}

/// Body and attributes in bytes, as the limits count them.
pub(super) fn size(body: &str, attributes: Option<&BTreeMap<String, AttributeValue>>) -> u64 {
    let attributes: usize = attributes
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            name.len()
                + value.data_type.len()
                + value.string_value.as_ref().map_or(0, String::len)
                + value.binary_value.as_ref().map_or(0, |bytes| bytes.0.len())
        })
        .sum();
    (body.len() + attributes) as u64
}

const INVALID_CHARACTERS: &str = "Invalid characters found. Valid unicode characters are #x9 | #xA \
     | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";

fn has_only_valid_characters(text: &str) -> bool {
    let ascii = text.bytes().all(|byte| byte >= 0x20 || matches!(byte, 0x9 | 0xa | 0xd));
    ascii && (text.is_ascii() || !text.contains(['\u{fffe}', '\u{ffff}']))
}

/// Whether a body may be sent: not empty, not over `largest`, only XML's characters.
pub(super) fn check_body(
    body: &str,
    attributes: Option<&BTreeMap<String, AttributeValue>>,
    largest: u64,
) -> Result<(), ServiceError> {
    if body.is_empty() {
        return Err(error::missing("MessageBody"));
    }
    if size(body, attributes) > largest {
        return Err(error::invalid(format!(
            "One or more parameters are invalid. Reason: Message must be shorter than {largest} bytes."
        )));
    }
    if !has_only_valid_characters(body) {
        return Err(ServiceError::new("InvalidMessageContents", INVALID_CHARACTERS));
    }
    Ok(())
}

/// The most attributes of a message.
pub(super) const MOST_ATTRIBUTES: usize = 10;

/// Whether user attributes may be sent.
pub(super) fn check_attributes(
    attributes: Option<&BTreeMap<String, AttributeValue>>,
) -> Result<(), ServiceError> {
    let Some(attributes) = attributes else { return Ok(()) };
    if attributes.len() > MOST_ATTRIBUTES {
        return Err(error::invalid(format!(
            "Number of message attributes [{}] exceeds the allowed maximum [{MOST_ATTRIBUTES}].",
            attributes.len()
        )));
    }
    for (name, value) in attributes {
        check_attribute_name(name)?;
        check_attribute_value(name, value)?;
    }
    Ok(())
}

fn check_attribute_name(name: &str) -> Result<(), ServiceError> {
    if name.chars().count() > 256 || name.is_empty() {
        return Err(error::invalid(
            "Message (user) attribute names must be shorter than 256 Bytes",
        ));
    }
    // Recorded: letters with accents are let through, although the page names only ASCII.
    let allowed = |c: char| {
        c.is_ascii_alphanumeric() || "_-.".contains(c) || ('\u{c0}'..='\u{17f}').contains(&c)
    };
    if !name.chars().all(allowed) {
        return Err(error::invalid(
            "Message (user) attributes name can only contain upper and lower score characters, \
             digits, periods, hyphens and underscores. ",
        ));
    }
    let lower = name.to_lowercase();
    if lower.starts_with("aws.") || lower.starts_with("amazon.") {
        return Err(error::invalid(
            "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These \
             strings are reserved for internal use. Additionally, they cannot start or end with '.'.",
        ));
    }
    if name.starts_with('.') || name.ends_with('.') || name.contains("..") {
        return Err(error::invalid(
            "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These \
             strings are reserved for internal use. Additionally, they cannot start or end with '.'.",
        ));
    }
    Ok(())
}

fn check_attribute_value(name: &str, value: &AttributeValue) -> Result<(), ServiceError> {
    let kind = &value.data_type;
    if kind.is_empty() {
        return Err(error::invalid(format!(
            "The message attribute '{name}' must contain non-empty message attribute type."
        )));
    }
    if kind.len() > 256 {
        return Err(error::invalid(
            "Message (user) attribute types must be shorter than 256 Bytes",
        ));
    }
    let base = kind.split('.').next().unwrap_or_default();
    let present = match base {
        "String" | "Number" => value.string_value.as_ref().is_some_and(|text| !text.is_empty()),
        "Binary" => value.binary_value.as_ref().is_some_and(|bytes| !bytes.0.is_empty()),
        _ => {
            return Err(error::invalid(format!(
                "The type of message (user) attribute '{name}' is invalid. You must use only the \
                 following supported type prefixes: Binary, Number, String."
            )));
        }
    };
    if !present {
        return Err(error::invalid(format!(
            "Message (user) attribute '{name}' must contain a non-empty value of type '{}'.",
            if base == "Binary" { "Binary" } else { "String" }
        )));
    }
    match &value.string_value {
        Some(text) if !has_only_valid_characters(text) => Err(error::invalid(INVALID_CHARACTERS)),
        Some(text) if base == "Number" && !is_number(text) => Err(error::invalid(format!(
            "Can't cast the value of message (user) attribute '{name}' to a number."
        ))),
        _ => Ok(()),
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// The trace header among the system attributes, the only one that may be sent.
pub(super) fn trace_header(
    attributes: Option<&BTreeMap<String, AttributeValue>>,
) -> Result<Option<String>, ServiceError> {
    let mut header = None;
    for (name, value) in attributes.into_iter().flatten() {
        if name != "AWSTraceHeader" {
            return Err(error::invalid(format!(
                "Message system attribute name '{name}' is invalid."
            )));
        }
        check_attribute_value(name, value)?;
        header = value.string_value.clone();
    }
    Ok(header)
}

/// Whether a group or deduplication id is one: 1 to 128 characters, ASCII without space.
pub(super) fn check_fifo_id(id: Option<&String>, parameter: &str) -> Result<(), ServiceError> {
    match id {
        Some(id)
            if id.is_empty() || id.len() > 128 || !id.bytes().all(|b| b.is_ascii_graphic()) =>
        {
            Err(error::invalid_value(
                id,
                parameter,
                format_args!(
                    "{parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length."
                ),
            ))
        }
        _ => Ok(()),
    }
}
