//! Receipt handles and task handles: opaque to the caller, and all that is needed to find the thing
//! again without a table.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::services::chance::split_mix;

/// What a receipt handle names: one act of receiving one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ReceiptHandle {
    /// The queue's number in its world.
    pub queue: u32,
    /// The message's slot in the queue.
    pub slot: u32,
    /// The message's serial in the queue.
    pub serial: u64,
    /// Which receive of the message from this queue, from 1.
    pub receive: u32,
}

const LENGTH: usize = 24;
/// AWS's handles begin like this, too.
const PREFIX: &str = "AQEB";

impl ReceiptHandle {
    pub fn write(self) -> String {
        let mut bytes = [0; LENGTH];
        bytes[0..4].copy_from_slice(&self.queue.to_be_bytes());
        bytes[4..8].copy_from_slice(&self.slot.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.serial.to_be_bytes());
        bytes[16..20].copy_from_slice(&self.receive.to_be_bytes());
        bytes[20..24].copy_from_slice(&self.check().to_be_bytes());
        let mut out = String::with_capacity(PREFIX.len() + LENGTH.div_ceil(3) * 4);
        out.push_str(PREFIX);
        STANDARD.encode_string(bytes, &mut out);
        out
    }

    pub fn read(text: &str) -> Option<ReceiptHandle> {
        let mut bytes = [0; LENGTH];
        let length = STANDARD.decode_slice(text.strip_prefix(PREFIX)?, &mut bytes).ok()?;
        if length != LENGTH {
            return None;
        }
        let four =
            |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        let handle = ReceiptHandle {
            queue: four(0),
            slot: four(4),
            serial: u64::from_be_bytes(bytes[8..16].try_into().expect("eight bytes")),
            receive: four(16),
        };
        (handle.check() == four(20)).then_some(handle)
    }

    /// Tells a handle from a text that was made up or cut.
    fn check(self) -> u32 {
        let place = u64::from(self.queue) << 32 | u64::from(self.slot);
        (split_mix(place ^ split_mix(self.serial ^ u64::from(self.receive) << 40)) >> 32) as u32
    }
}

/// A task handle: the task's id and the ARN of its source, in JSON and base64 as AWS writes it.
pub(super) fn write_task(task: &str, source_arn: &str) -> String {
    STANDARD.encode(json!({ "taskId": task, "sourceArn": source_arn }).to_string())
}

/// The task id and source ARN in a task handle.
pub(super) fn read_task(handle: &str) -> Option<(String, String)> {
    let parsed: Value = serde_json::from_slice(&STANDARD.decode(handle).ok()?).ok()?;
    let text = |key: &str| parsed.get(key)?.as_str().map(str::to_owned);
    Some((text("taskId")?, text("sourceArn")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_read_back_and_anything_else_is_not_one() {
        let handle = ReceiptHandle { queue: 3, slot: 70_000, serial: u64::MAX / 3, receive: 9 };
        let text = handle.write();
        assert_eq!(ReceiptHandle::read(&text), Some(handle));
        assert_eq!(ReceiptHandle::read("garbage"), None);
        assert_eq!(ReceiptHandle::read(&text[..text.len() - 4]), None);
        assert_eq!(ReceiptHandle::read(&text.replace("AQEB", "AQEBAAAA")), None);
        let mut forged = text.into_bytes();
        let last = forged.len() - 1;
        forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
        assert_eq!(ReceiptHandle::read(&String::from_utf8(forged).unwrap()), None);
    }

    #[test]
    fn a_task_handle_is_read_back() {
        let handle = write_task("t-1", "arn:aws:sqs:us-east-1:000000000000:dlq");
        assert_eq!(
            read_task(&handle),
            Some(("t-1".into(), "arn:aws:sqs:us-east-1:000000000000:dlq".into()))
        );
        assert_eq!(read_task("foobar"), None);
    }
}
