//! DynamoDB: puts, gets and queries a second on one core, from 10^3 to 10^6 items.

#![expect(clippy::unwrap_used, reason = "a bench")]

use std::collections::BTreeMap;

use awslearn::services::chance::Chance;
use awslearn::services::dynamodb::{
    AttributeValue, CreateTable, DynamoDb, GetItem, Item, Operation, PutItem, Query,
};
use awslearn::services::time::{Span, Time};
use awslearn::services::{Answer, Service};
use divan::counter::ItemsCount;
use serde_json::json;

fn main() {
    divan::main();
}

const SIZES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];
const NOW: Time = Time(1_000);

fn text(text: impl AsRef<str>) -> AttributeValue {
    AttributeValue::S(text.as_ref().into())
}

/// Ten items under each partition key.
fn item(number: u64) -> Item {
    Item::from_iter([
        ("p", text(format!("user#{}", number / 10))),
        ("r", text(format!("order#{:03}", number % 10))),
        ("total", AttributeValue::N((number as i64).into())),
    ])
}

fn key(number: u64) -> Item {
    let whole = item(number);
    Item::from_iter(["p", "r"].map(|name| (name, whole.get(name).unwrap().clone())))
}

/// A table of so many items that never throttles.
fn table(items: u64) -> (DynamoDb, Chance) {
    let mut service = DynamoDb::default();
    service.settings.create_table = Span::ZERO;
    let mut chance = Chance::new(1);
    let create: CreateTable = serde_json::from_value(json!({
        "TableName": "orders",
        "KeySchema": [{ "AttributeName": "p", "KeyType": "HASH" }, { "AttributeName": "r", "KeyType": "RANGE" }],
        "AttributeDefinitions": [{ "AttributeName": "p", "AttributeType": "S" }, { "AttributeName": "r", "AttributeType": "S" }],
        "ProvisionedThroughput": { "ReadCapacityUnits": 1_000_000_000, "WriteCapacityUnits": 1_000_000_000 },
    }))
    .unwrap();
    ask(&mut service, &mut chance, Operation::CreateTable(create));
    service.advance(NOW, &mut chance);
    let table = service.table_mut("orders").unwrap();
    (0..items).for_each(|number| table.seed(item(number)));
    (service, chance)
}

fn ask(service: &mut DynamoDb, chance: &mut Chance, operation: Operation) {
    let Answer::Now(result) = service.call(NOW, chance, operation) else { unreachable!() };
    divan::black_box(result.unwrap());
}

/// 1,000 calls with numbers all over the table; their making is not measured.
fn run(bencher: divan::Bencher<'_, '_>, items: u64, make: impl Fn(u64) -> Operation + Sync) {
    const CALLS: u64 = 1_000;
    let (mut service, mut chance) = table(items);
    let mut round = 0;
    bencher
        .counter(ItemsCount::new(CALLS))
        .with_inputs(|| {
            round += 1;
            let calls =
                (0..CALLS).map(|call| (round * CALLS + call).wrapping_mul(2_654_435_761) % items);
            calls.map(&make).collect::<Vec<Operation>>()
        })
        .bench_local_values(|calls| {
            calls.into_iter().for_each(|call| ask(&mut service, &mut chance, call));
        });
}

#[divan::bench(args = SIZES, sample_count = 40)]
fn put(bencher: divan::Bencher<'_, '_>, items: u64) {
    run(bencher, items, |number| {
        Operation::PutItem(PutItem {
            table_name: "orders".to_owned(),
            item: item(number),
            ..PutItem::default()
        })
    });
}

#[divan::bench(args = SIZES, sample_count = 40)]
fn get(bencher: divan::Bencher<'_, '_>, items: u64) {
    run(bencher, items, |number| {
        Operation::GetItem(GetItem {
            table_name: "orders".to_owned(),
            key: key(number),
            ..GetItem::default()
        })
    });
}

#[divan::bench(args = SIZES, sample_count = 40)]
fn query(bencher: divan::Bencher<'_, '_>, items: u64) {
    run(bencher, items, |number| {
        let values = Item::from_iter([
            (":p", text(format!("user#{}", number / 10))),
            (":r", text("order#004")),
        ]);
        let names = BTreeMap::from([("#p".to_owned(), "p".to_owned())]);
        Operation::Query(Query {
            table_name: "orders".to_owned(),
            key_condition_expression: Some("#p = :p AND r < :r".to_owned()),
            expression_attribute_names: Some(names),
            expression_attribute_values: Some(values),
            ..Query::default()
        })
    });
}
