//! What holds whatever happens.

use proptest::prelude::*;

use super::*;
use crate::services::Service as _;
use crate::services::chance::Chance;
use crate::services::rds::operation::Operation as RdsOperation;

/// One thing that is done to a Multi-AZ instance with a replica.
#[derive(Debug, Clone)]
enum Deed {
    Write(u8),
    Wait(u64),
    LoseHost,
    LoseZone(usize),
    RestoreZone(usize),
    Reboot,
    Promote,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => any::<u8>().prop_map(Deed::Write),
        5 => (0_u64..400_000).prop_map(Deed::Wait),
        1 => Just(Deed::LoseHost),
        1 => (0_usize..3).prop_map(Deed::LoseZone),
        2 => (0_usize..3).prop_map(Deed::RestoreZone),
        1 => Just(Deed::Reboot),
        1 => Just(Deed::Promote),
    ]
}

fn pair(account: &mut Account, endpoint: &str) -> Option<(Json, Json)> {
    let connection = account.connect(endpoint).ok()?;
    let read = json!({"ConnectionId": connection, "Reads": ["x", "y"]});
    let read = account.call("Execute", read).ok()?;
    account.ok("Disconnect", json!({"ConnectionId": connection}));
    Some((read["Values"]["x"].clone(), read["Values"]["y"].clone()))
}

impl Account {
    fn deed(&mut self, deed: &Deed, last: &mut Option<u8>) {
        let now = self.now();
        match deed {
            Deed::Write(value) => {
                let Ok(connection) = self.connect("mydb") else { return };
                let both = json!({"x": value.to_string(), "y": value.to_string()});
                self.ok("Execute", json!({"ConnectionId": connection, "Writes": both}));
                self.ok("Disconnect", json!({"ConnectionId": connection}));
                *last = Some(*value);
            }
            Deed::Wait(millis) => self.wait(Span::millis(*millis)),
            Deed::LoseHost => drop(self.rds().lose_instance(now, "mydb")),
            Deed::LoseZone(zone) => self.rds().lose_zone(now, *zone),
            Deed::RestoreZone(zone) => self.rds().restore_zone(now, *zone),
            Deed::Reboot => {
                let forced = json!({"DBInstanceIdentifier": "mydb", "ForceFailover": true});
                drop(self.call("RebootDBInstance", forced));
            }
            Deed::Promote => {
                drop(self.call("PromoteReadReplica", json!({"DBInstanceIdentifier": "r"})));
            }
        }
    }
}

fn start() -> Account {
    let mut account = Account::with_mydb(json!({"MultiAZ": true}));
    account.ok(
        "CreateDBInstanceReadReplica",
        json!({"DBInstanceIdentifier": "r", "SourceDBInstanceIdentifier": "mydb"}),
    );
    account.wait(AFTERWARDS);
    account
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_acknowledged_commit_is_lost_and_no_read_is_a_mix(deeds in prop::collection::vec(deed(), 1..60)) {
        let mut account = start();
        let mut last = None;
        for deed in &deeds {
            account.deed(deed, &mut last);
            let newest = last.map_or(Json::Null, |value| json!(value.to_string()));
            if let Some(read) = pair(&mut account, "mydb") {
                prop_assert_eq!(read, (newest.clone(), newest), "after {:?}", deed);
            }
            if let Some((x, y)) = pair(&mut account, "r") {
                prop_assert_eq!(x, y, "a replica shows a whole transaction or none");
            }
        }
        for zone in 0..3 {
            account.deed(&Deed::RestoreZone(zone), &mut last);
        }
        account.wait(Span::hours(1));
        let newest = last.map_or(Json::Null, |value| json!(value.to_string()));
        prop_assert_eq!(pair(&mut account, "mydb"), Some((newest.clone(), newest)), "it comes back by itself");
    }

    #[test]
    fn a_clone_and_a_replay_are_the_same(deeds in prop::collection::vec(deed(), 1..40), cut in 0_usize..40) {
        let (mut account, mut again) = (start(), start());
        let (mut last, mut same) = (None, None);
        let cut = cut.min(deeds.len());
        for deed in &deeds[..cut] {
            account.deed(deed, &mut last);
            again.deed(deed, &mut same);
        }
        prop_assert_eq!(&account.world, &again.world);
        let mut fork = account.clone();
        let mut forked = last;
        fork.rds().trace.watch();
        for deed in &deeds[cut..] {
            account.deed(deed, &mut last);
            fork.deed(deed, &mut forked);
        }
        prop_assert_eq!(account.world, fork.world);
    }

    #[test]
    fn absurd_parameters_never_panic(
        operation in prop::sample::select(Rds::API.operations),
        texts in prop::collection::vec(prop_oneof![Just("mydb".to_owned()), Just("r".to_owned()),
                                                   Just("shop".to_owned()), ".{0,20}"], 12),
        numbers in prop::collection::vec(
            prop_oneof![any::<i64>(), -2_i64..70, Just(i64::MAX), Just(i64::MIN)], 12),
        present in prop::collection::vec(any::<bool>(), 24),
    ) {
        use crate::services::shape::Kind;
        let mut account = start();
        account.create_cluster("shop", json!({"BacktrackWindow": 3600}));
        account.wait(AFTERWARDS);
        account.add("w", json!({}));
        account.wait(AFTERWARDS);
        let mut params = json!({});
        for (index, member) in operation.input.iter().enumerate() {
            if !member.required && !present[index % 24] {
                continue;
            }
            let (text, number) = (&texts[index % 12], numbers[index % 12]);
            params[member.name] = match member.kind {
                Kind::Integer(_) | Kind::Number | Kind::Timestamp => json!(number),
                Kind::Boolean => json!(number % 2 == 0),
                Kind::List(..) => json!([text]),
                Kind::Map(..) => json!({text: text}),
                Kind::Structure(_) | Kind::Document => json!({}),
                Kind::Text(_) | Kind::Choice(_) | Kind::Blob(_) => json!(text),
            };
        }
        if account.call(operation.name, params).is_ok() {
            account.wait(Span::days(8));
        }
    }
}

#[test]
fn an_operation_is_read_as_it_was_written() {
    let read: RdsOperation = serde_json::from_value(
        json!({"CreateDBInstance": {"DBInstanceIdentifier": "a", "DBInstanceClass": "db.t4g.micro",
                                     "Engine": "mysql", "MultiAZ": true}}),
    )
    .unwrap();
    let written = serde_json::to_value(&read).unwrap();
    assert_eq!(written["CreateDBInstance"]["MultiAZ"], true);
    let mut rds = Rds::default();
    drop(rds.call(Time::START, &mut Chance::new(1), read));
}
