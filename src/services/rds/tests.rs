//! The rules of RDS, each by its id, through the door.

mod arithmetic;
mod availability;
mod backups;
mod clusters;
mod failovers;
mod globals;
mod lifecycle;
mod multi_az;
mod properties;
mod proxies;
mod replicas;
mod rewinding;
mod serverless;
mod volume;

use serde_json::{Value as Json, json};

use super::Rds;
use crate::services::Answer;
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, ServiceId, World};

/// An account whose databases are spoken to in AWS's JSON.
#[derive(Clone)]
struct Account {
    world: World,
}

/// More than anything in the life of an instance takes.
const AFTERWARDS: Span = Span::minutes(15);

impl Account {
    fn new() -> Account {
        Account { world: World::new(1) }
    }

    /// An account with the MySQL instance `mydb` of 1 GiB, made and available.
    fn with_mydb(more: Json) -> Account {
        let mut account = Account::new();
        account.create("mydb", more);
        account.wait(AFTERWARDS);
        account
    }

    fn create(&mut self, id: &str, more: Json) -> Json {
        self.try_create(id, more).unwrap()
    }

    fn try_create(&mut self, id: &str, more: Json) -> Result<Json, String> {
        let mut params = json!({"DBInstanceIdentifier": id, "DBInstanceClass": "db.t4g.micro",
                                "Engine": "mysql", "AllocatedStorage": 20});
        merge(&mut params, &more);
        self.call("CreateDBInstance", params)
    }

    /// An account with the Aurora MySQL cluster `shop` and its writer `w`, made and available.
    fn with_shop(more: Json) -> Account {
        let mut account = Account::new();
        account.create_cluster("shop", more);
        account.wait(AFTERWARDS);
        account.add("w", json!({}));
        account.wait(AFTERWARDS);
        account
    }

    fn create_cluster(&mut self, id: &str, more: Json) -> Json {
        let mut params = json!({"DBClusterIdentifier": id, "Engine": "aurora-mysql"});
        merge(&mut params, &more);
        self.ok("CreateDBCluster", params)["DBCluster"].clone()
    }

    /// Adds an instance to the cluster `shop`, or to another one.
    fn add(&mut self, id: &str, more: Json) {
        self.try_add(id, more).unwrap();
    }

    fn try_add(&mut self, id: &str, more: Json) -> Result<Json, String> {
        let mut params = json!({"DBInstanceIdentifier": id, "DBClusterIdentifier": "shop",
                                "DBInstanceClass": "db.r6g.large", "Engine": "aurora-mysql"});
        merge(&mut params, &more);
        self.call("CreateDBInstance", params)
    }

    fn cluster(&mut self, id: &str) -> Json {
        let found = self.ok("DescribeDBClusters", json!({"DBClusterIdentifier": id}));
        found["DBClusters"][0].clone()
    }

    /// An account with the Multi-AZ MySQL cluster `shop`, made and available.
    fn with_multi_az(more: Json) -> Account {
        let mut account = Account::new();
        account.create_multi_az("shop", more).unwrap();
        account.wait(AFTERWARDS);
        account
    }

    fn create_multi_az(&mut self, id: &str, more: Json) -> Result<Json, String> {
        let mut params = json!({"DBClusterIdentifier": id, "Engine": "mysql", "Iops": 1000,
                                "DBClusterInstanceClass": "db.m6gd.large", "AllocatedStorage": 100});
        merge(&mut params, &more);
        self.call("CreateDBCluster", params)
    }

    fn writer(&mut self) -> String {
        self.rds().writer_of("shop").map(|writer| writer.id.clone()).unwrap_or_default()
    }

    /// The name of the cluster's endpoint, or another one of it.
    fn endpoint(&mut self, member: &str) -> String {
        self.cluster("shop")[member].as_str().unwrap().to_owned()
    }

    fn call(&mut self, name: &str, params: Json) -> Result<Json, String> {
        let operation = Operation::from_json(ServiceId::Rds, name, params)
            .map_err(|error| error.to_string())?;
        match self.world.call(self.world.now(), operation) {
            Answer::Now(Ok(response)) => Ok(response.to_json()),
            Answer::Now(Err(error)) => Err(error.code.into_owned()),
            Answer::Later(_) => Err("later".to_owned()),
        }
    }

    fn ok(&mut self, name: &str, params: Json) -> Json {
        self.call(name, params).unwrap()
    }

    fn refused(&mut self, name: &str, params: Json) -> String {
        self.call(name, params).expect_err(name)
    }

    fn wait(&mut self, span: Span) {
        self.world.advance(self.world.now() + span);
    }

    fn until(&mut self, second: u64) {
        self.world.advance(Time::START + Span::seconds(second));
    }

    fn now(&self) -> Time {
        self.world.now()
    }

    fn rds(&mut self) -> &mut Rds {
        &mut self.world.rds
    }

    fn describe(&mut self, id: &str) -> Json {
        let found = self.ok("DescribeDBInstances", json!({"DBInstanceIdentifier": id}));
        found["DBInstances"][0].clone()
    }

    fn status(&mut self, id: &str) -> String {
        self.describe(id)["DBInstanceStatus"].as_str().unwrap().to_owned()
    }

    fn connect(&mut self, endpoint: &str) -> Result<u64, String> {
        let connected = self.call("Connect", json!({"Endpoint": endpoint}))?;
        Ok(connected["ConnectionId"].as_u64().unwrap())
    }

    fn write(&mut self, connection: u64, key: &str, value: &str) -> Result<(), String> {
        self.call("Execute", json!({"ConnectionId": connection, "Writes": {key: value}})).map(drop)
    }

    /// The value of a key, through a connection of its own.
    fn read(&mut self, endpoint: &str, key: &str) -> Result<Option<String>, String> {
        let connection = self.connect(endpoint)?;
        let read = self.call("Execute", json!({"ConnectionId": connection, "Reads": [key]}));
        self.ok("Disconnect", json!({"ConnectionId": connection}));
        Ok(read?["Values"][key].as_str().map(str::to_owned))
    }

    /// Writes through a connection of its own.
    fn put(&mut self, endpoint: &str, key: &str, value: &str) {
        let connection = self.connect(endpoint).unwrap();
        self.write(connection, key, value).unwrap();
        self.ok("Disconnect", json!({"ConnectionId": connection}));
    }
}

fn some(text: &str) -> Result<Option<String>, String> {
    Ok(Some(text.to_owned()))
}

fn merge(params: &mut Json, more: &Json) {
    for (key, value) in more.as_object().unwrap() {
        params[key] = value.clone();
    }
}
