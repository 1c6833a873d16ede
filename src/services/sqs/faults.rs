//! What goes wrong in a standard queue by itself, on demand: models ask for it.

use super::{MessageId, Sqs};
use crate::services::time::Time;

impl Sqs {
    /// Lets one of the servers of a standard queue forget that a message was received, so that it is
    /// delivered once more although its timeout runs: what "at least once" allows. Says whether
    /// there was such a message in flight. A receive that waits is served at the next call or step.
    pub fn forget_receive(&mut self, now: Time, queue: &str, message: MessageId) -> bool {
        let found = self.queues.get_mut(queue).filter(|queue| !queue.is_fifo());
        let forgot = found.is_some_and(|queue| queue.forget_receive(now, message, &mut self.trace));
        self.look_ahead();
        forgot
    }
}
