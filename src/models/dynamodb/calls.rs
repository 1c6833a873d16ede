//! The calls of the actors, as typed operations of DynamoDB.

use super::actors::Key;
use super::{Dynamo, INDEX_NAME, TABLE_NAME};
use crate::services::Answer;
use crate::services::ServiceError;
use crate::services::dynamodb::{
    self as ddb, AttributeValue, Item, Number, Operation, Response, TransactUpdate,
    TransactWriteItem,
};
use crate::services::time::Time;
use crate::services::world;

/// The partition key's and the sort key's name.
const PK: &str = "pk";
const SK: &str = "sk";
/// The attribute that counts a user's writes.
pub(super) const VERSION: &str = "v";
/// What is left of an article.
pub(super) const STOCK: &str = "stock";
/// What an account holds.
pub(super) const BALANCE: &str = "won";
/// The attribute that says when an item expires.
pub(super) const EXPIRES: &str = "expires_at";
/// The key of the global secondary index.
pub(super) const EMAIL: &str = "email";
/// The article that clerks sell.
pub const ARTICLE: &str = "tea";
/// What clerks move from account to account at once.
const AMOUNT: i64 = 10;

pub(super) fn text(text: impl AsRef<str>) -> AttributeValue {
    AttributeValue::S(text.as_ref().into())
}

pub(super) fn number(number: i64) -> AttributeValue {
    AttributeValue::N(Number::from(number))
}

fn item<const N: usize>(attributes: [(&str, AttributeValue); N]) -> Item {
    attributes.into_iter().collect()
}

/// What lies under a partition key in the scene's table.
fn sort_key(pk: &str) -> &'static str {
    match pk {
        ARTICLE => "stock",
        _ if pk.starts_with("acct-") => "balance",
        _ => "cart",
    }
}

/// The whole primary key of what lies under a partition key.
pub(super) fn primary_key(pk: &str) -> Item {
    item([(PK, text(pk)), (SK, text(sort_key(pk)))])
}

pub(super) fn account(index: u32) -> String {
    format!("acct-{}", index + 1)
}

/// The number that an item has under a name.
pub(super) fn number_in(item: &Item, name: &str) -> Option<i64> {
    match item.get(name)? {
        AttributeValue::N(number) => number.as_i64(),
        _ => None,
    }
}

/// One of a user's orders, filled up to a size.
pub(super) fn order(pk: &str, index: u32, size: u64) -> Item {
    fill(item([(PK, text(pk)), (SK, text(format!("order-{:02}", index + 1)))]), size)
}

/// The article's item.
pub(super) fn article(stock: i64) -> Item {
    item([(PK, text(ARTICLE)), (SK, text(sort_key(ARTICLE))), (STOCK, number(stock))])
}

/// An account's item.
pub(super) fn balance(pk: &str, won: i64) -> Item {
    item([(PK, text(pk)), (SK, text(sort_key(pk))), (BALANCE, number(won))])
}

/// The item with as much data in it as is missing to its size.
fn fill(mut item: Item, size: u64) -> Item {
    const DATA: &str = "data";
    let missing = size.saturating_sub(item.size() + DATA.len() as u64);
    if missing > 0 {
        item.set(DATA, text(".".repeat(usize::try_from(missing).unwrap_or_default())));
    }
    item
}

impl Dynamo {
    /// Calls DynamoDB, which always answers at once.
    pub(super) fn call(
        &mut self,
        now: Time,
        operation: Operation,
    ) -> Result<Response, ServiceError> {
        match self.world.call(now, world::Operation::DynamoDb(operation)) {
            Answer::Now(Ok(world::Response::DynamoDb(response))) => Ok(response),
            Answer::Now(Err(error)) => Err(error),
            // Another service's answer, or a late one, cannot come of this call.
            _ => Err(ServiceError::new("InternalServerError", "")),
        }
    }

    /// A user's cart.
    fn cart(&self, now: Time, pk: &str, version: i64) -> Item {
        let mut cart = primary_key(pk);
        cart.set(VERSION, number(version));
        if self.has_index() {
            cart.set(EMAIL, text(format!("{pk}@shop")));
        }
        let ttl = self.settings.ttl;
        if ttl.0 > 0 {
            let moment = (now + ttl).unix_millis() as i64;
            let moment = if self.settings.ttl_in_millis { moment } else { moment / 1000 };
            cart.set(EXPIRES, number(moment));
        }
        cart
    }

    pub(super) fn put_cart(&self, now: Time, pk: &str, version: i64) -> Operation {
        let item = fill(self.cart(now, pk, version), self.settings.item_size);
        Operation::PutItem(ddb::PutItem { item, ..put_into_table() })
    }

    /// The same put without what fills the item up, to be shown.
    pub(super) fn put_cart_in_short(&self, now: Time, pk: &str) -> Operation {
        let item = self.cart(now, pk, self.client.version + 1);
        Operation::PutItem(ddb::PutItem { item, ..put_into_table() })
    }

    /// Puts an item as it is already; nothing when there is none.
    pub(super) fn put_same(&self, pk: &str) -> Option<Operation> {
        let item = (**self.item_of(pk)?).clone();
        Some(Operation::PutItem(ddb::PutItem { item, ..put_into_table() }))
    }

    pub(super) fn get(&self, pk: &str, consistent: bool) -> Operation {
        Operation::GetItem(ddb::GetItem {
            table_name: TABLE_NAME.to_owned(),
            key: primary_key(pk),
            consistent_read: consistent.then_some(true),
            ..ddb::GetItem::default()
        })
    }

    pub(super) fn query(&self, pk: &str) -> Operation {
        Operation::Query(ddb::Query {
            table_name: TABLE_NAME.to_owned(),
            key_condition_expression: Some("pk = :p".to_owned()),
            expression_attribute_values: Some(item([(":p", text(pk))])),
            consistent_read: self.settings.strong.then_some(true),
            ..ddb::Query::default()
        })
    }

    pub(super) fn query_index(&self, pk: &str) -> Operation {
        Operation::Query(ddb::Query {
            table_name: TABLE_NAME.to_owned(),
            index_name: Some(INDEX_NAME.to_owned()),
            key_condition_expression: Some("email = :e".to_owned()),
            expression_attribute_values: Some(item([(":e", text(format!("{pk}@shop")))])),
            ..ddb::Query::default()
        })
    }

    pub(super) fn scan(&self, pk: &str, start: Option<Item>) -> Operation {
        Operation::Scan(ddb::Scan {
            table_name: TABLE_NAME.to_owned(),
            filter_expression: Some("pk = :p".to_owned()),
            expression_attribute_values: Some(item([(":p", text(pk))])),
            consistent_read: self.settings.strong.then_some(true),
            exclusive_start_key: start,
            ..ddb::Scan::default()
        })
    }
}

fn put_into_table() -> ddb::PutItem {
    ddb::PutItem { table_name: TABLE_NAME.to_owned(), ..ddb::PutItem::default() }
}

/// Writes the whole item with a new stock.
pub(super) fn overwrite(stock: i64) -> Operation {
    Operation::PutItem(ddb::PutItem { item: article(stock), ..put_into_table() })
}

fn update_article(expression: &str, values: Item) -> ddb::UpdateItem {
    ddb::UpdateItem {
        table_name: TABLE_NAME.to_owned(),
        key: primary_key(ARTICLE),
        update_expression: Some(expression.to_owned()),
        expression_attribute_values: Some(values),
        ..ddb::UpdateItem::default()
    }
}

/// Writes a new stock if the old one is still there.
pub(super) fn write_if_unchanged(seen: i64) -> Operation {
    let values = item([(":new", number(seen - 1)), (":old", number(seen))]);
    Operation::UpdateItem(ddb::UpdateItem {
        condition_expression: Some("stock = :old".to_owned()),
        ..update_article("SET stock = :new", values)
    })
}

/// Lets DynamoDB take one off the stock.
pub(super) fn take_one() -> Operation {
    Operation::UpdateItem(update_article("ADD stock :n", item([(":n", number(-1))])))
}

/// Moves money from one account to another, if the first has it.
pub(super) fn transfer(from: u32, to: u32) -> Operation {
    let update = |index: u32, expression: &str, condition: Option<&str>| {
        let update = TransactUpdate {
            table_name: TABLE_NAME.to_owned(),
            key: primary_key(&account(index)),
            update_expression: expression.to_owned(),
            condition_expression: condition.map(str::to_owned),
            expression_attribute_names: None,
            expression_attribute_values: Some(item([(":n", number(AMOUNT))])),
            return_values_on_condition_check_failure: None,
        };
        TransactWriteItem { condition_check: None, put: None, delete: None, update: Some(update) }
    };
    Operation::TransactWriteItems(ddb::TransactWriteItems {
        transact_items: vec![
            update(from, "SET won = won - :n", Some("won >= :n")),
            update(to, "SET won = won + :n", None),
        ],
        ..ddb::TransactWriteItems::default()
    })
}

impl Dynamo {
    /// What lies under a partition key of the scene's table, as the leader has it.
    pub(super) fn item_of(&self, pk: &str) -> Option<&ddb::SharedItem> {
        let table = self.world.dynamodb.table(TABLE_NAME)?;
        let key = ddb::TableKey {
            hash: ddb::KeyValue::S(pk.into()),
            range: Some(ddb::KeyValue::S(sort_key(pk).into())),
        };
        table.item(&key)
    }

    /// The key that is written so; a word is remembered.
    pub(super) fn key_called(&mut self, pk: &str) -> Key {
        if let Some(key) = Key::parse(pk) {
            return key;
        }
        let known = self.words.iter().position(|word| word == pk);
        let index = known.unwrap_or_else(|| {
            self.words.push(pk.to_owned());
            self.words.len() - 1
        });
        Key::word(index)
    }

    /// How a key is written.
    pub fn key_text(&self, key: Key) -> String {
        match key.as_word() {
            Some(index) => self.words.get(index).cloned().unwrap_or_default(),
            None => key.text(),
        }
    }
}
