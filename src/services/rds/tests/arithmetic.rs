//! What can be computed: sizes, credits, connections.

use super::*;
use crate::services::rds::engine::{Engine, Family, memory};
use crate::services::rds::storage::{Credits, gp2_baseline, gp2_peak, gp3_baseline};

#[test]
fn rds_27_gp2_earns_three_for_each_gib_and_bursts_from_its_bucket() {
    for (gib, baseline) in [(20, 100), (34, 102), (100, 300), (1000, 3000), (65_536, 64_000)] {
        assert_eq!(gp2_baseline(gib, Family::MySql), baseline);
    }
    assert_eq!(gp2_baseline(16_384, Family::SqlServer), 16_000);
    for (gib, peak) in [(100, 3000), (399, 3000), (400, 12_000), (4000, 12_000), (5000, 15_000)] {
        assert_eq!(gp2_peak(gib, Family::Postgres), peak);
    }
    assert_eq!(gp3_baseline(399, Family::MySql), (3000, 125));
    assert_eq!(gp3_baseline(400, Family::MySql), (12_000, 500));
    assert_eq!(gp3_baseline(200, Family::Oracle), (12_000, 500));

    let at = |second: u64| Time::START + Span::seconds(second);
    let mut credits = Credits::full(at(0));
    credits.demand(at(0), 300, 3000, 3000);
    assert_eq!(credits.lasts(at(0), 300, 3000), Some(Span::seconds(2000)));
    assert_eq!(credits.served(at(1999), 300, 3000), 3000);
    assert_eq!(credits.balance(at(1000), 300, 3000), 50);
    assert_eq!(credits.served(at(2000), 300, 3000), 300);
    credits.demand(at(2000), 300, 3000, 0);
    assert_eq!(credits.balance(at(2000 + 18_000), 300, 3000), 100);
}

#[test]
fn an_instance_shows_its_burst_balance() {
    let mut account = Account::with_mydb(json!({"StorageType": "gp2", "AllocatedStorage": 100}));
    let now = account.now();
    account.rds().demand_io(now, "mydb", 3000);
    let later = now + Span::seconds(1000);
    assert_eq!(account.rds().instance("mydb").unwrap().burst_balance(later), 50);
}

#[test]
fn rds_28_max_connections_follows_from_the_memory() {
    let memories = [1, 2, 4, 8, 16, 32, 64].map(|gib: u64| gib << 30);
    for (engine, expected) in [
        ("mysql", [85, 170, 341, 682, 1365, 2730, 5461]),
        ("postgres", [112, 225, 450, 901, 1802, 3604, 5000]),
        ("mariadb", [42, 85, 170, 341, 682, 1365, 2730]),
    ] {
        let engine = Engine::named(engine).unwrap();
        assert_eq!(memories.map(|memory| engine.max_connections(memory).unwrap()), expected);
    }
    for (class, gib) in [
        ("db.t3.micro", 1),
        ("db.t4g.medium", 4),
        ("db.m7g.large", 8),
        ("db.r6g.large", 16),
        ("db.r6g.2xlarge", 64),
    ] {
        assert_eq!(memory(class), Some(gib << 30), "{class}");
    }
    assert_eq!(memory("db.serverless"), None);
}
