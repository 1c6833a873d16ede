//! The world before the first request: a small database, a proxy in front of it, and a table.

use serde_json::{Value, json};

use super::copies::Due;
use super::{Connections, Path, SHOP, Tally, tables};
use crate::models::agenda::Agenda;
use crate::models::catalog::Setup;
use crate::models::dials::Dials;
use crate::models::prompt::Prompt;
use crate::models::workload::{Arrivals, Shape};
use crate::services::Answer;
use crate::services::chance::Chance;
use crate::services::rds::operation as rds;
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, Response, ServiceId, World};

/// The number of the stream of chance.
const ARRIVALS: u64 = 301;
/// `max_connections` of Aurora MySQL with at most one ACU (Aurora User Guide).
const OF_ONE_ACU: u64 = 90;
/// The DynamoDB table.
pub(super) const ORDERS: &str = "orders";

impl Connections {
    pub(super) fn set_up(setup: &Setup) -> Connections {
        let dials = Dials::new(tables::KNOBS, setup);
        let mut agenda = Agenda::default();
        agenda.enter(Time::START, Due::Begin);
        let chance = Chance::stream(setup.seed, ARRIVALS);
        let mut scene = Connections {
            world: World::new(setup.seed),
            prompt: Prompt::default(),
            arrivals: Arrivals::new(Shape::Random, 0, chance),
            next: None,
            life: 0,
            copies: std::collections::BTreeMap::new(),
            made: 0,
            tickets: std::collections::BTreeMap::new(),
            requests: 0,
            slow: false,
            tally: Tally::default(),
            began: None,
            flow: None,
            yours: None,
            database: None,
            dials,
            agenda,
        };
        scene.make_database();
        scene.make_table();
        scene.world.rds.trace.watch();
        scene
    }

    fn make_database(&mut self) {
        let target = if self.is_aurora() { self.make_aurora() } else { self.make_instance() };
        let proxy = json!({
            "DBProxyName": SHOP, "EngineFamily": "MYSQL",
            "RoleArn": "arn:aws:iam::123456789012:role/shop",
            "VpcSubnetIds": ["subnet-a", "subnet-b"],
        });
        // A proxy keeps a serverless cluster awake: only where the path leads through it, there is one.
        if !self.is_aurora() || self.path() == Path::Proxy {
            self.prepare(ServiceId::Rds, "CreateDBProxy", proxy);
            self.prepare(ServiceId::Rds, "RegisterDBProxyTargets", target);
            self.prepare(ServiceId::Rds, "ModifyDBProxyTargetGroup", self.pool());
        }
        self.world.rds.finish_making(Time::START);
        self.set_max_connections();
    }

    /// A small instance; what the proxy's target is.
    fn make_instance(&mut self) -> Value {
        let database = json!({
            "DBInstanceIdentifier": SHOP, "DBInstanceClass": "db.t4g.micro", "Engine": "mysql",
            "AllocatedStorage": 20,
        });
        self.prepare(ServiceId::Rds, "CreateDBInstance", database);
        json!({ "DBProxyName": SHOP, "DBInstanceIdentifiers": [SHOP] })
    }

    /// A serverless cluster that may pause, and has the Data API; what the proxy's target is.
    fn make_aurora(&mut self) -> Value {
        let cluster = json!({
            "DBClusterIdentifier": SHOP, "Engine": "aurora-mysql", "EnableHttpEndpoint": true,
            "ServerlessV2ScalingConfiguration": { "MinCapacity": 0, "MaxCapacity": 1 },
        });
        let writer = json!({
            "DBInstanceIdentifier": SHOP, "DBClusterIdentifier": SHOP,
            "DBInstanceClass": "db.serverless", "Engine": "aurora-mysql",
        });
        self.prepare(ServiceId::Rds, "CreateDBCluster", cluster);
        self.prepare(ServiceId::Rds, "CreateDBInstance", writer);
        json!({ "DBProxyName": SHOP, "DBClusterIdentifiers": [SHOP] })
    }

    fn make_table(&mut self) {
        let takes = self.world.dynamodb.settings.create_table;
        self.world.dynamodb.settings.create_table = Span::ZERO;
        let capacity = self.dials.get("write-capacity");
        let table = json!({
            "TableName": ORDERS,
            "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
            "ProvisionedThroughput": { "ReadCapacityUnits": 5, "WriteCapacityUnits": capacity },
        });
        self.prepare(ServiceId::DynamoDb, "CreateTable", table);
        let _ = self.world.advance(Time::START);
        self.world.dynamodb.settings.create_table = takes;
    }

    fn prepare(&mut self, service: ServiceId, name: &str, params: Value) {
        let operation = Operation::from_json(service, name, params)
            .expect("written here with parameters that AWS takes");
        let _ = self.world.call(Time::START, operation);
    }

    /// How the proxy treats its pool, as the knobs say.
    pub(super) fn pool(&self) -> Value {
        json!({
            "DBProxyName": SHOP, "TargetGroupName": "default",
            "ConnectionPoolConfig": {
                "MaxConnectionsPercent": self.dials.get("pool-percent"),
                "ConnectionBorrowTimeout": self.dials.get("borrow-timeout") / 1000,
            },
        })
    }

    pub(super) fn set_max_connections(&mut self) {
        let own = self.is_aurora().then_some(OF_ONE_ACU);
        let most = Some(self.number("max-connections")).filter(|most| *most > 0).or(own);
        self.world.rds.set_max_connections(SHOP, most);
    }

    /// What a client of the database does.
    pub(super) fn ask_database(
        &mut self,
        now: Time,
        operation: rds::Operation,
    ) -> Answer<Response> {
        self.world.call(now, Operation::Rds(operation))
    }

    pub(super) fn ask(
        &mut self,
        now: Time,
        service: ServiceId,
        name: &str,
        params: Value,
    ) -> Answer<Response> {
        match Operation::from_json(service, name, params) {
            Ok(operation) => self.world.call(now, operation),
            Err(error) => Answer::Now(Err(error)),
        }
    }
}
