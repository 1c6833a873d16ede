//! The rules of the Data API, through the door.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::services::time::Time;
use crate::services::world::{Operation as WorldOperation, ServiceId, World};

const CLUSTER: &str = "arn:aws:rds:us-east-1:000000000000:cluster:shop";
const SECRET: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:shop";
const MADE: Span = Span::minutes(15);

struct Account {
    world: World,
}

impl Account {
    /// An account with the Aurora MySQL cluster `shop` and its writer `w`.
    fn new(cluster: Json, writer: Json) -> Account {
        let mut account = Account { world: World::new(1) };
        let mut params = json!({"DBClusterIdentifier": "shop", "Engine": "aurora-mysql",
                                "EnableHttpEndpoint": true});
        merge(&mut params, cluster);
        account.rds("CreateDBCluster", params);
        account.wait(MADE);
        let mut params = json!({"DBInstanceIdentifier": "w", "DBClusterIdentifier": "shop",
                                "DBInstanceClass": "db.r6g.large", "Engine": "aurora-mysql"});
        merge(&mut params, writer);
        account.rds("CreateDBInstance", params);
        account.wait(MADE);
        account
    }

    fn usual() -> Account {
        Account::new(json!({}), json!({}))
    }

    fn rds(&mut self, name: &str, params: Json) {
        let operation = WorldOperation::from_json(ServiceId::Rds, name, params).unwrap();
        let Answer::Now(result) = self.world.call(self.world.now(), operation) else {
            panic!("{name} is answered at once");
        };
        result.unwrap();
    }

    fn wait(&mut self, span: Span) {
        self.world.advance(self.world.now() + span);
    }

    fn begin(&mut self, name: &str, params: Json) -> Result<Ticket, String> {
        let mut all = json!({"resourceArn": CLUSTER, "secretArn": SECRET});
        merge(&mut all, params);
        let operation = WorldOperation::from_json(ServiceId::RdsData, name, all)
            .map_err(|error| error.code.into_owned())?;
        match self.world.call(self.world.now(), operation) {
            Answer::Later(ticket) => Ok(ticket),
            Answer::Now(result) => Err(result.expect_err("never at once").code.into_owned()),
        }
    }

    /// The answer, and how long it took.
    fn timed(&mut self, name: &str, params: Json) -> (Result<Json, String>, Span) {
        let began = self.world.now();
        let ticket = match self.begin(name, params) {
            Ok(ticket) => ticket,
            Err(code) => return (Err(code), Span::ZERO),
        };
        let late = loop {
            let at = self.world.next_wakeup().expect("an answer comes");
            if let Some(late) =
                self.world.advance(at).into_iter().find(|late| late.ticket == ticket)
            {
                break late;
            }
        };
        let result = late.result.map(|response| response.to_json());
        (result.map_err(|error| error.code.into_owned()), late.at.since(began))
    }

    fn call(&mut self, name: &str, params: Json) -> Result<Json, String> {
        self.timed(name, params).0
    }

    fn sql(&mut self, sql: &str) -> Result<Json, String> {
        self.call("ExecuteStatement", json!({"sql": sql}))
    }

    fn within(&mut self, transaction: &Json, sql: &str) -> Result<Json, String> {
        self.call("ExecuteStatement", json!({"sql": sql, "transactionId": transaction}))
    }

    fn begin_transaction(&mut self) -> Json {
        self.call("BeginTransaction", json!({})).unwrap()["transactionId"].clone()
    }

    fn connections(&self) -> u64 {
        self.world.rds.connections_of("w")
    }

    fn total(&mut self) -> Json {
        self.sql("SELECT total FROM orders WHERE id = 1").unwrap()["records"].clone()
    }
}

fn merge(params: &mut Json, more: Json) {
    let Json::Object(more) = more else { return };
    for (key, value) in more {
        params[key] = value;
    }
}

#[test]
fn rd_1_a_statement_is_a_call_and_leaves_no_connection_behind() {
    let mut account = Account::usual();
    let one = account.sql("select 1").unwrap();
    assert_eq!(one["records"], json!([[{"longValue": 1}]]));
    let made = account.sql("INSERT INTO orders (id, total, note) VALUES (1, 42, 'it''s new')");
    assert_eq!(made.unwrap(), json!({"numberOfRecordsUpdated": 1, "generatedFields": []}));
    assert_eq!(account.connections(), 0);
    let parameters = json!({
        "sql": "SELECT total, note FROM orders WHERE id = :id", "includeResultMetadata": true,
        "parameters": [{"name": "id", "value": {"longValue": 1}}],
    });
    let read = account.call("ExecuteStatement", parameters).unwrap();
    assert_eq!(read["records"], json!([[{"longValue": 42}, {"stringValue": "it's new"}]]));
    assert_eq!(read["columnMetadata"][1]["name"], "note");
    let all = json!({"sql": "SELECT * FROM orders WHERE id = 1;", "formatRecordsAs": "JSON"});
    let all = account.call("ExecuteStatement", all).unwrap();
    assert_eq!(all["formattedRecords"], r#"[{"id":1,"total":42,"note":"it's new"}]"#);
    let slow = account.begin("ExecuteStatement", json!({"sql": "select sleep(2)"})).unwrap();
    assert_eq!(account.connections(), 1, "the Data API has one meanwhile");
    let late = account.world.advance(account.world.now() + Span::seconds(2));
    assert!(late.iter().any(|late| late.ticket == slow));
    assert_eq!(account.connections(), 0);
    let secret = json!({"sql": "select 1", "secretArn": "shop-secret"});
    assert_eq!(account.call("ExecuteStatement", secret), Err("SecretsErrorException".to_owned()));
}

#[test]
fn rd_1_two_hundred_callers_at_once_hold_no_more_than_the_database_has() {
    let mut account = Account::usual();
    let calls: Vec<_> = (0..200)
        .map(|_| account.begin("ExecuteStatement", json!({"sql": "select sleep(1)"})).unwrap())
        .collect();
    let late = account.world.advance(account.world.now() + Span::seconds(1));
    let answered = late.iter().filter(|late| calls.contains(&late.ticket) && late.result.is_ok());
    assert_eq!((answered.count(), account.connections()), (200, 0));
}

#[test]
fn rd_1_a_call_that_finds_no_connection_left_comes_to_its_turn() {
    let mut account = Account::usual();
    account.world.rds.set_max_connections("w", Some(2));
    let half = json!({"sql": "select sleep(0.5)"});
    let began = account.world.now();
    for _ in 0..5 {
        account.begin("ExecuteStatement", half.clone()).unwrap();
    }
    let late = account.world.advance(began + Span::seconds(2));
    let after: Vec<u64> = late.iter().map(|late| late.at.since(began).0).collect();
    assert_eq!(after, [500, 500, 1_000, 1_000, 1_500], "two at a time");
    let held = json!({"sql": "select sleep(50)", "continueAfterTimeout": true});
    account.begin("ExecuteStatement", held.clone()).unwrap();
    account.begin("ExecuteStatement", held).unwrap();
    let (answer, took) = account.timed("ExecuteStatement", half);
    assert_eq!((answer, took), (Err("StatementTimeoutException".to_owned()), CALL_TIMEOUT));
}

#[test]
fn what_the_database_refuses_is_a_database_error() {
    let mut account = Account::usual();
    account.sql("INSERT INTO orders (id, total) VALUES (1, 42)").unwrap();
    for wrong in [
        "INSERT INTO orders (id, total) VALUES (1, 43)",
        "INSERT INTO orders (id, total) VALUES (1)",
        "SELECT",
        "SELECT total FROM orders",
        "SELECT total FROM orders WHERE id = :id",
        "DROP TABLE orders",
        "SELECT 'open",
        "SELECT 1 2",
        "",
    ] {
        assert_eq!(account.sql(wrong), Err("DatabaseErrorException".to_owned()), "{wrong}");
    }
    assert_eq!(account.total(), json!([[{"longValue": 42}]]));
    assert_eq!(
        account.sql("DELETE FROM orders WHERE id = 1").unwrap()["numberOfRecordsUpdated"],
        1
    );
    assert_eq!(
        account.sql("DELETE FROM orders WHERE id = 1").unwrap()["numberOfRecordsUpdated"],
        0
    );
    assert_eq!(account.total(), json!([]));
    let update = account.sql("UPDATE orders SET total = 1 WHERE id = 1").unwrap();
    assert_eq!(update["numberOfRecordsUpdated"], 0);
}

#[test]
fn a_batch_runs_its_statement_once_for_each_set_all_or_none() {
    let mut account = Account::usual();
    let set = |id: i64| json!([{"name": "id", "value": {"longValue": id}}]);
    let batch = |ids: &[i64]| {
        json!({"sql": "INSERT INTO orders (id, total) VALUES (:id, 5)",
               "parameterSets": ids.iter().map(|id| set(*id)).collect::<Vec<_>>()})
    };
    let done = account.call("BatchExecuteStatement", batch(&[1, 2, 3])).unwrap();
    assert_eq!(done["updateResults"].as_array().unwrap().len(), 3);
    let refused = account.call("BatchExecuteStatement", batch(&[4, 1]));
    assert_eq!(refused, Err("DatabaseErrorException".to_owned()));
    let four = account.sql("SELECT total FROM orders WHERE id = 4").unwrap();
    assert_eq!(four["records"], json!([]));
}

#[test]
fn rd_2_a_transaction_sees_its_own_writes_and_nobody_else_does_until_it_commits() {
    let mut account = Account::usual();
    let id = account.begin_transaction();
    account.within(&id, "INSERT INTO orders (id, total) VALUES (1, 42)").unwrap();
    let own = account.within(&id, "SELECT total FROM orders WHERE id = 1").unwrap();
    assert_eq!(own["records"], json!([[{"longValue": 42}]]));
    assert_eq!(account.total(), json!([]));
    assert_eq!(account.connections(), 1, "it keeps the Data API's connection");
    let ended = account.call("CommitTransaction", json!({"transactionId": id})).unwrap();
    assert_eq!(ended["transactionStatus"], "Transaction Committed");
    assert_eq!((account.total(), account.connections()), (json!([[{"longValue": 42}]]), 0));
    let again = account.call("CommitTransaction", json!({"transactionId": id}));
    assert_eq!(again, Err("TransactionNotFoundException".to_owned()));

    let id = account.begin_transaction();
    account.within(&id, "UPDATE orders SET total = 7 WHERE id = 1").unwrap();
    let ended = account.call("RollbackTransaction", json!({"transactionId": id})).unwrap();
    assert_eq!(ended["transactionStatus"], "Rollback Complete");
    assert_eq!((account.total(), account.connections()), (json!([[{"longValue": 42}]]), 0));
}

#[test]
fn rd_3_a_transaction_that_is_left_alone_is_rolled_back() {
    let mut account = Account::usual();
    let id = account.begin_transaction();
    for _ in 0..10 {
        account.wait(Span(TRANSACTION_IDLE.0 - 1));
        account.within(&id, "select 1").expect("it is used again and again");
    }
    account.wait(TRANSACTION_IDLE);
    assert_eq!(account.within(&id, "select 1"), Err("TransactionNotFoundException".to_owned()));
    assert_eq!((account.world.rds_data.open_transactions(), account.connections()), (0, 0));

    let id = account.begin_transaction();
    account.within(&id, "INSERT INTO orders (id, total) VALUES (1, 42)").unwrap();
    let began = account.world.now();
    while account.world.now() + Span::minutes(2) < began + TRANSACTION_LASTS {
        account.wait(Span::minutes(2));
        account.within(&id, "select 1").unwrap();
    }
    account.wait(Span::minutes(2));
    assert_eq!(account.within(&id, "select 1"), Err("TransactionNotFoundException".to_owned()));
    assert_eq!(account.total(), json!([]));
}

#[test]
fn rd_4_a_call_is_over_after_45_seconds_whether_or_not_the_statement_is() {
    let mut account = Account::usual();
    let (answer, took) = account.timed("ExecuteStatement", json!({"sql": "select sleep(44)"}));
    assert_eq!((answer.is_ok(), took), (true, Span::seconds(44)));
    let (answer, took) = account.timed("ExecuteStatement", json!({"sql": "select sleep(60)"}));
    assert_eq!(answer, Err("StatementTimeoutException".to_owned()));
    assert_eq!((took, account.connections()), (CALL_TIMEOUT, 0));
    let goes_on = json!({"sql": "select sleep(60)", "continueAfterTimeout": true});
    let (answer, took) = account.timed("ExecuteStatement", goes_on);
    assert_eq!((answer, took), (Err("StatementTimeoutException".to_owned()), CALL_TIMEOUT));
    assert_eq!(account.connections(), 1, "it runs on");
    account.wait(Span::seconds(15));
    assert_eq!(account.connections(), 0);
}

#[test]
fn rd_5_only_a_writer_that_answers_is_asked() {
    let mut account = Account::usual();
    let now = account.world.now();
    account.world.rds.lose_instance(now, "w");
    assert_eq!(account.sql("select 1"), Err("DatabaseUnavailableException".to_owned()));
    account.wait(Span::hours(1));
    account.sql("select 1").unwrap();
    let other = json!({"sql": "select 1",
                       "resourceArn": "arn:aws:rds:us-east-1:000000000000:cluster:none"});
    assert_eq!(
        account.call("ExecuteStatement", other),
        Err("DatabaseNotFoundException".to_owned())
    );
    account.rds("DeleteDBInstance", json!({"DBInstanceIdentifier": "w"}));
    account.wait(MADE);
    assert_eq!(account.sql("select 1"), Err("DatabaseNotFoundException".to_owned()));
    let mut small = Account::new(json!({}), json!({"DBInstanceClass": "db.t4g.medium"}));
    assert_eq!(small.sql("select 1"), Err("InvalidResourceStateException".to_owned()));
}

#[test]
fn rd_6_a_paused_cluster_is_woken_and_the_call_refused_until_it_answers() {
    let scaling = json!({"ServerlessV2ScalingConfiguration": {"MinCapacity": 0, "MaxCapacity": 4}});
    let mut account = Account::new(scaling, json!({"DBInstanceClass": "db.serverless"}));
    account.wait(Span::hours(1));
    assert!(account.world.rds.instance("w").unwrap().is_paused());
    let resuming = Err("DatabaseResumingException".to_owned());
    assert_eq!(account.sql("select 1"), resuming);
    account.wait(Span::seconds(14));
    assert_eq!(account.sql("select 1"), resuming);
    account.wait(Span::seconds(1));
    account.sql("select 1").unwrap();
    account.wait(Span::minutes(6));
    assert!(account.world.rds.instance("w").unwrap().is_paused(), "nothing holds a connection");
}

#[test]
fn rd_7_the_http_endpoint_has_to_be_enabled() {
    let mut account = Account::new(json!({"EnableHttpEndpoint": false}), json!({}));
    assert_eq!(account.sql("select 1"), Err("HttpEndpointNotEnabledException".to_owned()));
    account.rds(
        "ModifyDBCluster",
        json!({"DBClusterIdentifier": "shop", "EnableHttpEndpoint": true, "ApplyImmediately": true}),
    );
    account.wait(MADE);
    account.sql("select 1").unwrap();
}

#[test]
fn rd_8_statements_answers_and_rows_have_their_limits() {
    let mut account = Account::usual();
    let fits = format!("SELECT '{}'", "a".repeat(65_527));
    assert_eq!(fits.len(), 65_536);
    account.sql(&fits).unwrap();
    assert_eq!(account.sql(&format!("{fits} ")), Err("ValidationException".to_owned()));
    let wide = "a".repeat(40_000);
    for column in ["a", "b"] {
        let insert = json!({
            "sql": format!("INSERT INTO pages (id, {column}) VALUES ('{column}', :text)"),
            "parameters": [{"name": "text", "value": {"stringValue": wide}}],
        });
        account.call("ExecuteStatement", insert).unwrap();
    }
    account.sql("SELECT a FROM pages WHERE id = 'a'").unwrap();
    let both = json!({
        "sql": "UPDATE pages SET b = :text WHERE id = 'a'",
        "parameters": [{"name": "text", "value": {"stringValue": wide}}],
    });
    account.call("ExecuteStatement", both).unwrap();
    let row = account.sql("SELECT a, b FROM pages WHERE id = 'a'");
    assert_eq!(row, Err("UnsupportedResultException".to_owned()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn absurd_statements_never_panic(
        sql in prop_oneof![".{0,40}", "(SELECT|INSERT INTO|UPDATE|DELETE FROM|sleep|:a|'|\\(|\\)|,|=|[0-9]{1,20}|t| ){0,12}"]
    ) {
        drop(sql::parse(&sql, &BTreeMap::from([("a".to_owned(), sql::Value::Null)])));
        let mut account = Account::usual();
        drop(account.sql(&sql));
        prop_assert_eq!(account.connections(), 0, "nothing is left behind");
        prop_assert_eq!(account.world.rds_data.calls_under_way(), 0);
    }

    #[test]
    fn rd_2_whatever_a_transaction_does_all_of_it_is_there_or_nothing(
        totals in prop::collection::vec(0_i64..100, 1..6), commits in any::<bool>()
    ) {
        let mut account = Account::usual();
        let id = account.begin_transaction();
        for (key, total) in totals.iter().enumerate() {
            let sql = format!("INSERT INTO orders (id, total) VALUES ({key}, {total})");
            account.within(&id, &sql).unwrap();
        }
        let end = if commits { "CommitTransaction" } else { "RollbackTransaction" };
        account.call(end, json!({"transactionId": id})).unwrap();
        for (key, total) in totals.iter().enumerate() {
            let sql = format!("SELECT total FROM orders WHERE id = {key}");
            let found = account.sql(&sql).unwrap()["records"].clone();
            let wanted = if commits { json!([[{"longValue": total}]]) } else { json!([]) };
            prop_assert_eq!(found, wanted);
        }
    }
}

#[test]
fn two_copies_that_are_asked_the_same_stay_equal() {
    let (mut one, mut other) = (Account::usual(), Account::usual());
    for account in [&mut one, &mut other] {
        account.sql("INSERT INTO orders (id, total) VALUES (1, 42)").unwrap();
        account.begin_transaction();
        account.world.advance(Time::START + Span::days(2));
    }
    assert_eq!(one.world, other.world);
}
