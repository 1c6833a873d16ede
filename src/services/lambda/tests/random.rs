use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use super::*;

#[derive(Debug, Clone)]
struct Setting {
    seed: u64,
    batch: i64,
    window: i64,
    concurrency: i64,
    reports: bool,
    duration: u64,
    how: &'static str,
    sends: Vec<(u64, bool)>,
}

prop_compose! {
    fn setting()(
        seed in any::<u64>(),
        batch in 1..=10_i64,
        window in 0..=3_i64,
        concurrency in 2..=6_i64,
        reports in any::<bool>(),
        duration in 1..4000_u64,
        how in prop::sample::select(vec!["Throw", "Report", "ReportFromFirst"]),
        sends in prop::collection::vec((0..20_000_u64, prop::bool::weighted(0.1)), 1..30),
    ) -> Setting {
        let mut sends = sends;
        sends.sort_unstable();
        Setting { seed, batch, window, concurrency, reports, duration, how, sends }
    }
}

fn run(setting: &Setting) -> Play {
    let mut play = Play::seeded(setting.seed);
    let dead = play.queue("dead", json!({}));
    let redrive = json!({"deadLetterTargetArn": dead, "maxReceiveCount": 3});
    let attributes = json!({"VisibilityTimeout": "6", "RedrivePolicy": redrive.to_string()});
    let source = play.queue("jobs", attributes);
    let script = json!({
        "DurationMillis": setting.duration, "FailOn": ["poison"], "OnFailedItem": setting.how,
    });
    play.function("f", 3, script);
    let types: &[&str] = if setting.reports { &["ReportBatchItemFailures"] } else { &[] };
    let more = json!({
        "BatchSize": setting.batch, "MaximumBatchingWindowInSeconds": setting.window,
        "ScalingConfig": {"MaximumConcurrency": setting.concurrency},
        "FunctionResponseTypes": types,
    });
    play.mapping(&source, "f", more);
    for (nth, (at, poison)) in setting.sends.iter().enumerate() {
        let body = if *poison { format!("poison-{nth}") } else { format!("good-{nth}") };
        play.send(*at, "jobs", &body);
    }
    play.until(400_000);
    play
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn every_message_is_handled_or_dead_and_concurrency_keeps_its_limits(setting in setting()) {
        let mut play = run(&setting);
        prop_assert_eq!(play.counts("jobs"), [0, 0, 0], "nothing is left behind");
        let done: u32 = play.facts().iter().map(|fact| match fact.what {
            Happened::BatchDone { items, .. } => items,
            _ => 0,
        }).sum();
        let dead = play.counts("dead")[0];
        prop_assert!(u64::from(done) + dead >= setting.sends.len() as u64, "no message is lost");
        prop_assert!(play.most_at_once() <= setting.concurrency);
        let environments: BTreeSet<u64> = play.facts().iter().filter_map(|fact| match fact.what {
            Happened::InvocationStarted { environment, .. } => Some(environment),
            _ => None,
        }).collect();
        prop_assert!(environments.len() as i64 <= setting.concurrency);
    }

    #[test]
    fn a_replay_and_an_unwatched_run_end_in_an_equal_world(setting in setting()) {
        let (one, two) = (run(&setting), run(&setting));
        prop_assert!(one.world == two.world);
        let mut clone = one.world.clone();
        let mut original = one.world;
        clone.advance(Time(500_000));
        original.advance(Time(500_000));
        prop_assert!(clone == original);
    }

    #[test]
    fn on_a_stream_every_key_keeps_its_order_and_no_record_is_passed_over(
        seed in any::<u64>(),
        shards in 1..4_u64,
        lanes in 1..4_i64,
        batch in 1..9_i64,
        bisect in any::<bool>(),
        retries in 0..3_i64,
        puts in prop::collection::vec((0..6_usize, prop::bool::weighted(0.15)), 1..40),
    ) {
        let mut play = Play::seeded(seed);
        let source = play.stream("clicks", shards);
        play.function("f", 3, json!({"FailOn": ["poison"]}));
        play.mapping(&source, "f", json!({
            "StartingPosition": "TRIM_HORIZON", "ParallelizationFactor": lanes,
            "BatchSize": batch, "BisectBatchOnFunctionError": bisect,
            "MaximumRetryAttempts": retries,
        }));
        let mut by_key: [Vec<String>; 6] = Default::default();
        for (nth, (key, poison)) in puts.iter().enumerate() {
            let data = if *poison { "poison" } else { "good" };
            let name = format!("key-{key}");
            let put = play.put(1000 + nth as u64 * 300, "clicks", &[(&name, data)]);
            by_key[*key].push(put[0].1.clone());
        }
        play.until(400_000);
        let mut firsts: Vec<String> = Vec::new();
        for id in play.handed().concat() {
            if !firsts.contains(&id) {
                firsts.push(id);
            }
        }
        for ids in &by_key {
            let seen: Vec<&String> = firsts.iter().filter(|id| ids.contains(id)).collect();
            prop_assert_eq!(seen, ids.iter().collect::<Vec<_>>());
        }
        prop_assert!(play.most_at_once() <= shards as i64 * lanes);
    }

    #[test]
    fn absurd_parameters_never_panic(
        which in 0..super::super::api::API.operations.len(),
        texts in prop::collection::vec("\\PC{0,12}", 3),
        number in any::<i64>(),
        flag in any::<bool>(),
    ) {
        let mut play = Play::new();
        play.function("f", 3, json!({}));
        let operation = super::super::api::API.operations[which];
        let mut params = serde_json::Map::new();
        for (at, member) in operation.input.iter().enumerate() {
            let value = match (&member.kind, at % 4) {
                (crate::services::shape::Kind::Integer(_), _) => json!(number),
                (crate::services::shape::Kind::Boolean, _) => json!(flag),
                (crate::services::shape::Kind::Text(_), 0) => json!("f"),
                (crate::services::shape::Kind::Text(_), which) => json!(texts[which - 1]),
                _ => json!([number, texts[0]]),
            };
            params.insert(member.name.to_owned(), value);
        }
        let _ = play.try_call(0, "lambda", operation.name, params.into());
        play.until(10_000);
    }
}
