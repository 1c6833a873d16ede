//! The world before anything happens: the queues, their attributes, the actors.

use std::collections::BTreeMap;

use super::actors::{Due, Producer, Worker};
use super::function::Function;
use super::work::group_name;
use super::{Book, Queue, Settings, Tally, tables};
use crate::models::agenda::Agenda;
use crate::models::catalog::Setup;
use crate::models::dials::Dials;
use crate::models::prompt::Prompt;
use crate::models::workload::{Arrivals, Keys};
use crate::services::chance::Chance;
use crate::services::sqs::operation::{CreateQueue, SetQueueAttributes};
use crate::services::sqs::{Operation, queue_arn};
use crate::services::time::Time;
use crate::services::world::{self, World};

/// The numbers of the actors' streams of chance.
const ARRIVALS: u64 = 1;
const ORDERS: u64 = 2;

/// The queues that are always there, each after its dead-letter queue.
const QUEUES: [&str; 4] = ["orders-dlq", "orders", "orders-dlq.fifo", "orders.fifo"];

impl Queue {
    pub(super) fn set_up(setup: &Setup) -> Queue {
        let dials = Dials::new(tables::KNOBS, setup);
        let settings = Settings::of(&dials);
        let mut world = World::new(setup.seed);
        world.sqs.settings.servers = u32::try_from(dials.get("servers")).unwrap_or(1);
        for name in QUEUES {
            let fifo = [("FifoQueue".to_owned(), "true".to_owned())];
            let attributes = name.ends_with(".fifo").then(|| BTreeMap::from(fifo));
            let create = CreateQueue { queue_name: name.to_owned(), attributes, tags: None };
            // Four names that are names, in a world without queues.
            let _ = world.call(Time::START, sqs(Operation::CreateQueue(create)));
        }
        let set = SetQueueAttributes {
            queue_url: settings.queue().to_owned(),
            attributes: attributes_of(&dials, settings.dead_letters()),
        };
        let _ = world.call(Time::START, sqs(Operation::SetQueueAttributes(set)));
        let producer = Producer {
            arrivals: Arrivals::new(
                settings.shape,
                settings.rate,
                Chance::stream(setup.seed, ARRIVALS),
            ),
            chance: Chance::stream(setup.seed, ORDERS),
            paused: false,
            life: 0,
            orders: 0,
            sent: None,
            last: None,
        };
        let workers = (1..=settings.workers).map(|number| Worker::new(number, number)).collect();
        let mut agenda = Agenda::default();
        agenda.enter(Time::START, Due::Begin);
        let mut queue = Queue {
            seed: setup.seed,
            world,
            prompt: Prompt::default(),
            dials,
            settings: settings.clone(),
            agenda,
            producer,
            lives: settings.workers,
            workers,
            book: Book::default(),
            tally: Tally::default(),
            orders_done: Vec::new(),
            hands: BTreeMap::new(),
            fixed: false,
            function: Function::default(),
            began: None,
            queue_event: None,
            redrive: None,
            last_send: None,
        };
        queue.name_groups();
        queue.set_up_function();
        queue.world.sqs.trace.watch();
        queue.world.lambda.trace.watch();
        queue
    }
}

impl Queue {
    /// Numbers the groups or tenants as the producer does, so that the first is the hottest.
    pub(super) fn name_groups(&mut self) {
        let count = match &self.settings.groups {
            Some(Keys::Uniform { count } | Keys::OneHot { count, .. }) => *count,
            _ => 0,
        };
        for group in 0..count {
            self.book.group(&group_name(group, self.settings.is_fifo));
        }
    }
}

/// An operation of SQS as one of the world's.
pub(super) fn sqs(operation: Operation) -> world::Operation {
    world::Operation::Sqs(operation)
}

/// The attributes that knobs decide; what equals SQS's default is set too, and is the default.
pub(super) fn attributes_of(dials: &Dials, dead_letters: &str) -> BTreeMap<String, String> {
    let seconds = |id: &str| (dials.get(id) / 1000).to_string();
    let redrive = if dials.get("dlq") == tables::SECOND {
        format!(
            "{{\"deadLetterTargetArn\":\"{}\",\"maxReceiveCount\":\"{}\"}}",
            queue_arn(dead_letters),
            dials.get("max-receive-count")
        )
    } else {
        String::new()
    };
    BTreeMap::from([
        ("DelaySeconds".to_owned(), seconds("delay")),
        ("MessageRetentionPeriod".to_owned(), seconds("retention")),
        ("VisibilityTimeout".to_owned(), seconds("visibility-timeout")),
        ("RedrivePolicy".to_owned(), redrive),
    ])
}
