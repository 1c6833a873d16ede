use serde_json::json;

use super::*;

/// A function of so many milliseconds in an account of this concurrency.
fn play(limit: u64, init: u64, handler: u64) -> Play {
    let mut play = Play::new();
    play.world.lambda.set_account_limit(limit);
    let script = json!({"InitMillis": init, "DurationMillis": handler});
    play.function("f", 900, script);
    play
}

fn reserve(play: &mut Play, function: &str, concurrency: u64) -> Result<Value, ServiceError> {
    let params = json!({"FunctionName": function, "ReservedConcurrentExecutions": concurrency});
    let now = play.world.now().0;
    play.try_call(now, "lambda", "PutFunctionConcurrency", params)
}

#[test]
fn l_1_a_request_takes_an_idle_environment_or_a_new_one_or_is_throttled() {
    let mut play = play(1000, 0, 1000);
    assert_eq!(play.burst(0, "f", 1500), [1000, 0, 500]);
    assert_eq!(play.burst(1000, "f", 1500), [0, 1000, 500]);
    assert_eq!(play.walls(), [Wall::Account], "the limit, not the scaling rate, is the wall");
}

#[test]
fn l_2_an_environment_serves_one_request_at_a_time() {
    let mut play = play(1000, 0, 1000);
    play.burst(0, "f", 3);
    assert_eq!(play.world.lambda.busy("f"), 3);
    let environments: std::collections::BTreeSet<u64> = play
        .facts()
        .iter()
        .filter_map(|fact| match fact.what {
            Happened::InvocationStarted { environment, .. } => Some(environment),
            _ => None,
        })
        .collect();
    assert_eq!(environments.len(), 3);
    play.until(1000);
    assert_eq!(play.world.lambda.busy("f"), 0);
    assert_eq!(play.world.lambda.idle("f", Time(1000)), 3);
}

#[test]
fn l_3_a_cold_request_lasts_its_init_and_its_handler_and_a_warm_one_its_handler() {
    let mut play = play(1000, 400, 100);
    play.burst(0, "f", 1);
    play.burst(1000, "f", 1);
    play.until(5000);
    let ends = play.moments(|what| matches!(what, Happened::InvocationSucceeded { .. }));
    assert_eq!(ends, [500, 1100]);
}

#[test]
fn l_4_a_function_adds_1000_environments_at_once_and_100_a_second_after() {
    let mut play = play(10_000, 0, 1000);
    let all = [0, 1, 2, 3].map(|at| play.burst(at * 1000, "f", 3000));
    assert_eq!(all, [[1000, 0, 2000], [100, 1000, 1900], [100, 1100, 1800], [100, 1200, 1700]]);
    assert_eq!(play.walls(), [Wall::ScalingRate]);
}

#[test]
fn l_4_init_time_keeps_the_first_thousand_busy() {
    let mut play = play(10_000, 500, 1000);
    let all = [0, 1, 2, 3].map(|at| play.burst(at * 1000, "f", 3000));
    assert_eq!(all, [[1000, 0, 2000], [100, 0, 2900], [100, 1000, 1900], [100, 1100, 1800]]);
}

#[test]
fn l_4_scaling_room_refills_with_time_and_is_not_saved_up() {
    let mut long = play(10_000, 0, 60_000);
    let cold = [0, 1, 5, 10, 20].map(|at| long.burst(at * 1000, "f", 5000)[0]);
    assert_eq!(cold, [1000, 100, 400, 500, 1000]);
    let mut idle = play(10_000, 0, 1000);
    assert_eq!(idle.burst(0, "f", 3000), [1000, 0, 2000]);
    assert_eq!(idle.burst(100_000, "f", 3000), [1000, 1000, 1000]);
}

#[test]
fn l_5_a_reservation_is_a_cap_and_is_taken_from_all_others() {
    let mut play = play(1000, 0, 60_000);
    for name in ["a", "b"] {
        play.function(name, 900, json!({"InitMillis": 0, "DurationMillis": 60_000}));
    }
    reserve(&mut play, "a", 400).expect("room");
    reserve(&mut play, "b", 300).expect("room");
    assert_eq!(play.burst(0, "f", 400), [300, 0, 100]);
    assert_eq!(play.burst(0, "a", 500), [400, 0, 100]);
    let settings = play.call(0, "lambda", "GetAccountSettings", json!({}));
    assert_eq!(settings["AccountLimit"]["UnreservedConcurrentExecutions"], 300);
}

#[test]
fn l_6_reserved_zero_is_an_off_switch_and_100_stay_unreserved() {
    let mut play = play(1000, 0, 1000);
    reserve(&mut play, "f", 0).expect("room");
    assert_eq!(play.burst(0, "f", 3), [0, 0, 3]);
    let why = play.refused(
        0,
        "lambda",
        "Invoke",
        json!({"FunctionName": "f"}),
        "TooManyRequestsException",
    );
    assert!(why.contains("ReservedFunctionConcurrentInvocationLimitExceeded"), "{why}");
    for (name, wanted) in [("a", 400), ("b", 300)] {
        play.function(name, 3, json!({}));
        reserve(&mut play, name, wanted).expect("room");
    }
    play.function("c", 3, json!({}));
    let error = reserve(&mut play, "c", 250).expect_err("only 50 would stay");
    assert_eq!(error.code, "InvalidParameterValueException");
    assert!(error.message.contains("below its minimum value of [100]"), "{error}");
    assert!(reserve(&mut play, "c", 201).is_err());
    reserve(&mut play, "c", 200).expect("200 is the most");
}

#[test]
fn l_6_five_reserved_environments_are_reused_as_they_come_free() {
    let mut play = play(1000, 400, 100);
    reserve(&mut play, "f", 5).expect("room");
    let all = [0, 200, 500, 600].map(|at| play.burst(at, "f", 8));
    assert_eq!(all, [[5, 0, 3], [0, 0, 8], [0, 5, 3], [0, 5, 3]]);
}

#[test]
fn l_7_provisioned_environments_start_without_init_and_the_overflow_is_cold() {
    let mut play = play(1000, 500, 1000);
    play.call(0, "lambda", "PublishVersion", json!({"FunctionName": "f"}));
    let alias = json!({"FunctionName": "f", "Name": "live", "FunctionVersion": "1"});
    play.call(0, "lambda", "CreateAlias", alias);
    let put = json!({
        "FunctionName": "f", "Qualifier": "live", "ProvisionedConcurrentExecutions": 10,
    });
    let answer = play.call(0, "lambda", "PutProvisionedConcurrencyConfig", put);
    assert_eq!(answer["Status"], "IN_PROGRESS");
    play.until(60_000);
    let get = json!({"FunctionName": "f", "Qualifier": "live"});
    let answer = play.call(60_000, "lambda", "GetProvisionedConcurrencyConfig", get);
    assert_eq!(answer["Status"], "READY");
    assert_eq!(play.burst(60_000, "f:live", 12), [2, 10, 0]);
    let on_latest = json!({
        "FunctionName": "f", "Qualifier": "$LATEST", "ProvisionedConcurrentExecutions": 1,
    });
    let invalid = "InvalidParameterValueException";
    play.refused(60_000, "lambda", "PutProvisionedConcurrencyConfig", on_latest, invalid);
    assert!(reserve(&mut play, "f", 9).is_err(), "provisioned is at most reserved");
    reserve(&mut play, "f", 10).expect("room");
    let more = json!({
        "FunctionName": "f", "Qualifier": "live", "ProvisionedConcurrentExecutions": 11,
    });
    play.refused(60_000, "lambda", "PutProvisionedConcurrencyConfig", more, invalid);
}

#[test]
fn l_10_requests_a_second_are_ten_times_the_concurrency_whatever_is_warm() {
    let mut play = play(1000, 0, 10);
    let mut throttled = 0;
    for step in 0..100 {
        throttled += play.burst(step * 10, "f", 200)[2];
    }
    // 20,000 asked in one second; 10,000 at once, and what refills within that second.
    assert!((100..=10_000).contains(&throttled), "{throttled}");
    assert_eq!(play.walls(), [Wall::RequestRate]);
}

#[test]
fn l_11_idle_environments_go_after_ten_minutes() {
    let mut play = play(1000, 0, 1000);
    play.burst(0, "f", 1);
    assert_eq!(play.burst(600_999, "f", 1), [0, 1, 0], "599.999 s after it fell idle");
    assert_eq!(play.burst(1_201_999, "f", 1), [1, 0, 0], "600 s after it fell idle");
}

#[test]
fn l_12_what_an_environment_keeps_is_seen_by_its_own_invocations_only() {
    let mut play = play(1000, 0, 1000);
    play.burst(0, "f", 2);
    play.burst(2000, "f", 1);
    let served: Vec<(u64, u64)> = play
        .facts()
        .iter()
        .filter_map(|fact| match fact.what {
            Happened::InvocationStarted { environment, served, .. } => Some((environment, served)),
            _ => None,
        })
        .collect();
    let [(first, 1), (second, 1), (again, 2)] = served[..] else { panic!("{served:?}") };
    assert_ne!(first, second);
    assert!(again == first || again == second);
}

#[test]
fn l_13_a_new_version_starts_with_zero_environments() {
    let mut play = play(1000, 500, 1000);
    play.burst(0, "f", 3);
    assert_eq!(play.burst(10_000, "f", 3), [0, 3, 0]);
    play.call(20_000, "lambda", "PublishVersion", json!({"FunctionName": "f"}));
    assert_eq!(play.burst(20_000, "f:1", 3), [3, 0, 0]);
    assert_eq!(play.burst(30_000, "f:1", 3), [0, 3, 0]);
    let update = json!({"FunctionName": "f", "MemorySize": 256});
    play.call(40_000, "lambda", "UpdateFunctionConfiguration", update);
    assert_eq!(play.burst(40_000, "f", 1), [1, 0, 0], "a new configuration, a new environment");
}
