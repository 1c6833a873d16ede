//! Scripts over several services, as `awslearn sim world` runs them, with what they answer.

use crate::services::script::Script;

fn run(script: &str) -> String {
    let mut world = Script::new(None, 0);
    let mut lines = Vec::new();
    for line in script.lines() {
        lines.extend(world.line(line));
    }
    lines.extend(world.finish());
    lines.iter().map(|answer| answer.to_line() + "\n").collect()
}

macro_rules! worlds {
    ($($name:ident: $file:literal,)+) => {$(
        #[test]
        fn $name() {
            let script = include_str!(concat!("../../../../tests/worlds/", $file, ".jsonl"));
            let expected =
                include_str!(concat!("../../../../tests/worlds/", $file, ".expected.jsonl"));
            assert_eq!(run(script), expected);
        }
    )+};
}

worlds! {
    a_function_on_a_queue_leaves_the_poison_to_the_dlq: "lambda-on-a-queue",
    a_function_on_a_stream_points_at_the_poison_record: "lambda-on-a-stream",
    a_topic_fans_out_by_policy_and_filter: "fan-out",
}
