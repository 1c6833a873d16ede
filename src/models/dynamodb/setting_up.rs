//! The world before anything happens: the table, what lies in it, and who uses it.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

use super::actors::{Clerk, Client, Due, Key, Phase, Reader, Tally};
use super::settings::Task;
use super::{Dynamo, INDEX_NAME, STOCK_AT_START, Settings, TABLE_NAME, calls, tables};
use crate::models::agenda::Agenda;
use crate::models::catalog::Setup;
use crate::models::dials::Dials;
use crate::models::prompt::Prompt;
use crate::models::workload::{Arrivals, Shape};
use crate::services::chance::Chance;
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, ServiceId, World};

/// The numbers of the actors' streams of chance; the clerks' follow.
const WRITES: u64 = 1;
const READS: u64 = 2;
const WRITE_KEYS: u64 = 3;
const READ_KEYS: u64 = 4;
const JITTER: u64 = 5;
const CLERKS: u64 = 10;

/// What each account holds at the start.
const BALANCE: i64 = 1_000;

impl Dynamo {
    pub(super) fn set_up(setup: &Setup) -> Dynamo {
        let dials = Dials::new(tables::KNOBS, setup);
        let settings = Settings::of(&dials);
        let stream = |number| Chance::stream(setup.seed, number);
        let client = Client {
            writes: Arrivals::new(settings.shape, settings.write_rate, stream(WRITES)),
            reads: Arrivals::new(Shape::Random, settings.read_rate, stream(READS)),
            write_keys: stream(WRITE_KEYS),
            read_keys: stream(READ_KEYS),
            jitter: stream(JITTER),
            next_write: None,
            next_read: None,
            paused: false,
            life: 0,
            version: 0,
            fresh: 0,
            flood: None,
            waiting: BTreeMap::new(),
            waits: 0,
            last: None,
            placed: VecDeque::new(),
        };
        let mut agenda = Agenda::default();
        agenda.enter(Time::START, Due::Begin);
        let world = world(setup.seed, &settings, &dials);
        let shape = world.dynamodb.table(TABLE_NAME).map_or((1, 0), |t| (t.throughput.ranges(), 0));
        let mut dynamo = Dynamo {
            seed: setup.seed,
            world,
            prompt: Prompt::default(),
            dials,
            settings,
            agenda,
            client,
            clerks: Vec::new(),
            clerks_life: 0,
            reader: Reader::default(),
            tally: Tally::default(),
            words: Vec::new(),
            tables: vec![TABLE_NAME.to_owned()],
            shown: TABLE_NAME.to_owned(),
            marked: None,
            shape,
            began: None,
            asked: None,
            last_change: None,
        };
        dynamo.recruit();
        dynamo
    }

    /// Brings the clerks to their number, and has what they deal in.
    pub(super) fn recruit(&mut self) {
        let wanted = self.settings.clerks as usize;
        self.clerks.truncate(wanted);
        while self.clerks.len() < wanted {
            let number = self.clerks.len() as u32 + 1;
            self.clerks.push(Clerk {
                number,
                phase: Phase::Resting,
                since: Time::START,
                done: 0,
                sent_back: 0,
                loses: false,
                chance: Chance::stream(self.seed, CLERKS + u64::from(number)),
                last: None,
            });
        }
        if wanted == 0 {
            return;
        }
        let accounts = match self.settings.task {
            Task::Transfer => self.settings.accounts,
            _ => 0,
        };
        let missing: Vec<_> = (0..accounts)
            .map(calls::account)
            .filter(|pk| self.item_of(pk).is_none())
            .map(|pk| calls::balance(&pk, BALANCE))
            .chain((accounts == 0 && !self.sells()).then(|| calls::article(STOCK_AT_START)))
            .collect();
        if let Some(table) = self.world.dynamodb.table_mut(TABLE_NAME) {
            missing.into_iter().for_each(|item| table.seed(item));
        }
    }
}

/// The parameters with which the scene's table is made.
fn definition(settings: &Settings, dials: &Dials) -> Value {
    let attribute = |name| json!({ "AttributeName": name, "AttributeType": "S" });
    let mut params = json!({
        "TableName": TABLE_NAME,
        "KeySchema": [
            { "AttributeName": "pk", "KeyType": "HASH" },
            { "AttributeName": "sk", "KeyType": "RANGE" },
        ],
        "AttributeDefinitions": [attribute("pk"), attribute("sk")],
        "BillingMode": "PAY_PER_REQUEST",
    });
    let units = |writes: &str| {
        json!({
            "ReadCapacityUnits": dials.get("read-capacity"),
            "WriteCapacityUnits": dials.get(writes),
        })
    };
    if settings.provisioned {
        params["BillingMode"] = json!("PROVISIONED");
        params["ProvisionedThroughput"] = units("write-capacity");
    }
    if dials.get("index") == tables::SECOND {
        params["AttributeDefinitions"] =
            json!([attribute("pk"), attribute("sk"), attribute(calls::EMAIL)]);
        let mut index = json!({
            "IndexName": INDEX_NAME,
            "KeySchema": [{ "AttributeName": calls::EMAIL, "KeyType": "HASH" }],
            "Projection": { "ProjectionType": "ALL" },
        });
        if settings.provisioned {
            index["ProvisionedThroughput"] = units("index-capacity");
        }
        params["GlobalSecondaryIndexes"] = json!([index]);
    }
    if dials.get("stream") == tables::SECOND {
        params["StreamSpecification"] = stream_on();
    }
    params
}

/// A stream with both images.
pub(super) fn stream_on() -> Value {
    json!({ "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" })
}

/// The TTL setting of the scene's table.
pub(super) fn ttl_setting(enabled: bool) -> Operation {
    operation(
        "UpdateTimeToLive",
        json!({
            "TableName": TABLE_NAME,
            "TimeToLiveSpecification": { "Enabled": enabled, "AttributeName": calls::EXPIRES },
        }),
    )
}

pub(super) fn operation(name: &str, params: Value) -> Operation {
    Operation::from_json(ServiceId::DynamoDb, name, params)
        .expect("written here with parameters that AWS takes")
}

/// Sets what AWS gives no figure for as the knobs say.
pub(super) fn set_delays(world: &mut World, dials: &Dials) {
    let span = |id: &str| Span(dials.get(id).unsigned_abs());
    let settings = &mut world.dynamodb.settings;
    settings.index_lag = span("index-lag");
    settings.replica_lag = span("replica-lag");
    settings.ttl_delay = span("ttl-delay");
    settings.transaction = span("transaction-time");
    if let Some(table) = world.dynamodb.table_mut(TABLE_NAME) {
        table.throughput.isolate_after = span("isolate-after");
    }
}

/// The world with its table ready.
fn world(seed: u64, settings: &Settings, dials: &Dials) -> World {
    let mut world = World::new(seed);
    let takes = std::mem::replace(&mut world.dynamodb.settings.create_table, Span::ZERO);
    let _ = world.call(Time::START, operation("CreateTable", definition(settings, dials)));
    world.advance(Time::START);
    world.dynamodb.settings.create_table = takes;
    if settings.ttl > Span::ZERO {
        let _ = world.call(Time::START, ttl_setting(true));
    }
    set_delays(&mut world, dials);
    let small = |id: &str| dials.get(id).unsigned_abs();
    let orders = u32::try_from(small("orders")).unwrap_or_default();
    if let Some(table) = world.dynamodb.table_mut(TABLE_NAME) {
        table.throughput.split_into(small("partitions") as usize);
        if small("previous-peak") > 0 {
            table.throughput.writes.set_previous_peak(Time::START, small("previous-peak"));
        }
        for index in 0..settings.keys {
            let pk = Key::user(index, None).text();
            (0..orders).for_each(|n| table.seed(calls::order(&pk, n, settings.item_size)));
        }
        let part = small("bucket");
        fill(&mut table.throughput, part);
        if let Some(index) = table.global_index_mut(INDEX_NAME) {
            fill(&mut index.throughput, part);
        }
    }
    world.dynamodb.trace.watch();
    world
}

/// Fills the burst buckets to so many ten thousandths.
fn fill(throughput: &mut crate::services::dynamodb::Throughput, part: u64) {
    for meter in [&mut throughput.reads, &mut throughput.writes] {
        let whole = meter.burst_capacity().halves / 2;
        meter.fill_burst(Time::START, whole * part / 10_000);
    }
}
