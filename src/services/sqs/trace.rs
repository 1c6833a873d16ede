//! What happens to messages and why, for whoever watches.

use compact_str::CompactString;

use super::message::MessageId;
use crate::services::time::Time;

/// Something that happened to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// Sent; not receivable before `visible_at`.
    Sent {
        /// The queue's name.
        queue: CompactString,
        /// Which message.
        message: MessageId,
        /// When it can first be received.
        visible_at: Time,
    },
    /// A send that repeated a deduplication id: nothing was put into the queue.
    Duplicate {
        /// The queue's name.
        queue: CompactString,
        /// The message that the id was first sent with.
        first: MessageId,
    },
    /// Received.
    Received {
        /// The queue's name.
        queue: CompactString,
        /// Which message.
        message: MessageId,
        /// How often it has been received from this queue.
        receives: u32,
        /// When it becomes visible again unless it is deleted.
        hidden_until: Time,
    },
    /// Its visibility timeout was restarted.
    VisibilityChanged {
        /// The queue's name.
        queue: CompactString,
        /// Which message.
        message: MessageId,
        /// When it becomes visible again unless it is deleted.
        hidden_until: Time,
    },
    /// Receivable (again).
    VisibleAgain {
        /// The queue's name.
        queue: CompactString,
        /// Which message.
        message: MessageId,
        /// Why now.
        why: Why,
    },
    /// Gone from the world.
    Gone {
        /// The queue's name.
        queue: CompactString,
        /// Which message.
        message: MessageId,
        /// Why.
        why: Why,
    },
    /// Moved to the dead-letter queue, on a receive that would have been one too many.
    DeadLettered {
        /// The queue it left.
        queue: CompactString,
        /// The dead-letter queue.
        target: CompactString,
        /// Which message; it keeps its id.
        message: MessageId,
        /// How often it had been received.
        receives: u32,
    },
    /// Moved out of a dead-letter queue by a move task: a new message.
    Redriven {
        /// The dead-letter queue.
        queue: CompactString,
        /// Where it went.
        target: CompactString,
        /// Which message it was.
        message: MessageId,
        /// Which it is now.
        new: MessageId,
    },
    /// The whole queue was purged.
    Purged {
        /// The queue's name.
        queue: CompactString,
    },
    /// The queue was deleted with all its messages.
    QueueDeleted {
        /// The queue's name.
        queue: CompactString,
    },
}

/// Why something happened to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its delay is over.
    DelayOver,
    /// Its visibility timeout ended undeleted.
    TimeoutOver,
    /// `ChangeMessageVisibility` said so.
    VisibilityChanged,
    /// One of the servers had not heard of the receive.
    ReceiveForgotten,
    /// `DeleteMessage` with its handle.
    Deleted,
    /// It became older than the queue keeps messages.
    RetentionOver,
}
