//! The command line against the services: what one types is what AWS is asked, and back.

use awslearn::awscli::{Ran, Session, command_for, complete, parse};
use awslearn::services::shape::{Kind, Member};
use awslearn::services::world::{Operation, ServiceId, World};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

/// Runs lines in one session and gives what the last one printed.
fn run(world: &mut World, session: &mut Session, lines: &[&str]) -> String {
    let mut last = String::new();
    for line in lines {
        last = match session.run(line, &mut |operation| world.call(world.now(), operation)) {
            Ran::Printed(printed) => printed.text,
            Ran::Sleep(span) => {
                world.advance(world.now() + span);
                String::new()
            }
            Ran::Waits(..) => panic!("{line} waits"),
        };
    }
    last
}

fn fresh(lines: &[&str]) -> String {
    run(&mut World::new(1), &mut Session::default(), lines)
}

#[test]
fn a_variable_takes_the_output_of_a_command() {
    let printed = fresh(&[
        "aws sqs create-queue --queue-name orders --attributes VisibilityTimeout=45,DelaySeconds=0",
        "URL=$(aws sqs get-queue-url --queue-name orders --query QueueUrl --output text)",
        "aws sqs get-queue-attributes --queue-url $URL --attribute-names VisibilityTimeout DelaySeconds \
         --query 'Attributes.[VisibilityTimeout,DelaySeconds]' --output text",
    ]);
    assert_eq!(printed, "45\t0");
}

#[test]
fn answers_are_json_indented_by_four() {
    let printed = fresh(&["aws sqs create-queue --queue-name orders"]);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!((lines[0], lines[2]), ("{", "}"));
    assert!(lines[1].starts_with("    \"QueueUrl\": \""), "{printed}");
}

#[test]
fn a_name_that_is_like_none_is_answered_with_all_there_are() {
    let services = fresh(&["aws help"]);
    assert!(services.starts_with(
        "aws: [ERROR]: argument command: Found invalid choice 'help', choose from sqs, "
    ));
    let operations = fresh(&["aws sns help"]);
    assert!(
        operations.contains("choose from ") && operations.contains(", publish, "),
        "{operations}"
    );
}

#[test]
fn mistakes_read_like_the_real_command_lines() {
    for (line, expected) in [
        ("aws", "aws: [ERROR]: the following arguments are required: command"),
        (
            "aws sqss list-queues",
            "aws: [ERROR]: argument command: Found invalid choice 'sqss', maybe you meant:\n\n  * sqs",
        ),
        (
            "aws sqs recieve-message",
            "aws: [ERROR]: argument operation: Found invalid choice 'recieve-message', maybe you \
             meant:\n\n  * receive-message",
        ),
        (
            "aws sqs send-message --message-body hi",
            "aws: [ERROR]: the following arguments are required: --queue-url",
        ),
        (
            "aws sqs delete-queue --queue-ur x",
            "aws: [ERROR]: Unknown options: --queue-ur, x, maybe you meant:\n\n  * --queue-url",
        ),
        (
            "aws sqs receive-message --queue-url x --wait-time-seconds soon",
            "aws: [ERROR]: Error parsing parameter '--wait-time-seconds': invalid literal for int() with \
             base 10: 'soon'",
        ),
        (
            "aws sqs send-message --queue-url",
            "aws: [ERROR]: argument --queue-url: expected one argument",
        ),
        ("ls -l", "ls: command not found"),
        ("aw sqs", "aw: command not found, maybe you meant:\n\n  * aws"),
        ("sleep never", "sleep: invalid time interval 'never'"),
    ] {
        assert_eq!(fresh(&[line]), expected, "{line}");
    }
}

#[test]
fn what_would_reach_out_of_the_model_is_refused_in_words() {
    for line in [
        "aws sqs list-queues | head",
        "aws sqs list-queues > out.json",
        "aws sqs list-queues --endpoint-url http://localhost:4566",
        "aws sqs list-queues --profile prod",
        "aws sqs create-queue --queue-name q --attributes file://attributes.json",
        "aws sqs list-queues; rm -rf /",
        "curl example.com",
    ] {
        let mut session = Session::default();
        let mut called = false;
        let ran = session.run(line, &mut |operation| {
            called = true;
            World::new(1).call(awslearn::services::time::Time(0), operation)
        });
        let Ran::Printed(printed) = ran else { panic!("{line}") };
        assert!(printed.failed && !printed.text.is_empty() && !called, "{line}");
    }
}

#[test]
fn a_service_error_names_the_operation() {
    let printed = fresh(&["aws sqs get-queue-url --queue-name missing"]);
    assert!(
        printed.starts_with("An error occurred (AWS.SimpleQueueService.NonExistentQueue) when calling the GetQueueUrl operation: "),
        "{printed}"
    );
}

#[test]
fn a_cache_answers_as_its_client_prints() {
    let printed = |lines: &[&str]| fresh(lines);
    assert_eq!(printed(&["valkey-cli set k v"]), "OK");
    assert_eq!(printed(&["valkey-cli SET k v EX 10", "sleep 4", "redis-cli ttl k"]), "(integer) 6");
    assert_eq!(printed(&["valkey-cli get nothing"]), "(nil)");
    assert_eq!(
        printed(&["valkey-cli rpush l a b", "valkey-cli lrange l 0 -1"]),
        "1) \"a\"\n2) \"b\""
    );
    assert_eq!(
        printed(&["valkey-cli rpush l a", "valkey-cli incr l"]),
        "(error) WRONGTYPE Operation against a key holding the wrong kind of value"
    );
    assert_eq!(
        printed(&["valkey-cli set k v ex 0"]),
        "(error) ERR invalid expire time in 'set' command"
    );
}

#[test]
fn what_may_follow_is_offered() {
    assert_eq!(complete("aws sqs rec"), ["receive-message"]);
    assert!(complete("aws ").contains(&"sqs".to_owned()));
    assert_eq!(complete("aws sqs get-queue-url --queue-n"), ["--queue-name"]);
    assert!(
        !complete("aws sqs get-queue-url --queue-name x --").contains(&"--queue-name".to_owned())
    );
    assert!(complete("aws sqs receive-message --attribute-names A").contains(&"All".to_owned()));
    assert!(complete("aws nosuch x --").is_empty());
}

#[test]
fn a_value_may_look_like_a_flag_or_a_file() {
    for body in [
        "--query",
        "-x",
        "--a=b",
        "file://etc/passwd",
        "it's \"quoted\" $HOME `x` \\",
        "[1]",
        "한글 😀\nline",
    ] {
        let operation = Operation::from_json(
            ServiceId::Sqs,
            "SendMessage",
            json!({"QueueUrl": "orders", "MessageBody": body}),
        )
        .unwrap();
        let line = command_for(&operation);
        assert_eq!(parse(&line), Ok(operation), "{line}");
    }
}

/// Any value of a kind, nested at most so deep: some shapes hold themselves.
fn value(kind: Kind, depth: u32) -> BoxedStrategy<Json> {
    let text = || {
        prop_oneof![
            3 => "[a-zA-Z0-9_.:/-]{1,12}",
            1 => "\\PC{1,10}",
            1 => prop_oneof![
                Just("a b".to_owned()), Just("--x".to_owned()), Just("{\"a\":[1]}".to_owned()),
                Just("[x".to_owned()), Just("k=v,w".to_owned()), Just("'\"$A\\".to_owned()),
            ],
        ]
    };
    match kind {
        Kind::Text(_) => text().prop_map(Json::from).boxed(),
        Kind::Choice(choices) => proptest::sample::select(choices).prop_map(Json::from).boxed(),
        Kind::Blob(_) => proptest::collection::vec(any::<u8>(), 0..8)
            .prop_map(|bytes| {
                use base64::Engine as _;
                Json::from(base64::engine::general_purpose::STANDARD.encode(bytes))
            })
            .boxed(),
        Kind::Integer(limits) => {
            let (min, max) = (limits.min.unwrap_or(-1000), limits.max.unwrap_or(100_000));
            (min..=max.max(min)).prop_map(Json::from).boxed()
        }
        Kind::Number => (0u32..1000).prop_map(|n| Json::from(f64::from(n) + 0.5)).boxed(),
        Kind::Boolean => any::<bool>().prop_map(Json::from).boxed(),
        Kind::Timestamp => (1_700_000_000u32..1_800_000_000).prop_map(Json::from).boxed(),
        Kind::List(..) if depth == 0 => Just(json!([])).boxed(),
        Kind::Map(..) if depth == 0 => Just(json!({})).boxed(),
        Kind::List(item, _) => {
            proptest::collection::vec(value(*item, depth - 1), 0..3).prop_map(Json::from).boxed()
        }
        Kind::Map(item, _) => {
            proptest::collection::btree_map("[a-zA-Z .]{1,6}", value(*item, depth - 1), 0..3)
                .prop_map(|map| map.into_iter().collect::<Map<String, Json>>().into())
                .boxed()
        }
        Kind::Structure(members) => structure(members, depth),
        Kind::Document => Just(json!({"any": [1, "x", null]})).boxed(),
    }
}

fn structure(members: &'static [Member], depth: u32) -> BoxedStrategy<Json> {
    let each: Vec<BoxedStrategy<Option<Json>>> = members
        .iter()
        .map(|member| {
            if member.required {
                value(member.kind, depth.saturating_sub(1)).prop_map(Some).boxed()
            } else if depth == 0 {
                Just(None).boxed()
            } else {
                proptest::option::weighted(0.4, value(member.kind, depth - 1)).boxed()
            }
        })
        .collect();
    each.prop_map(move |values| {
        let given = members
            .iter()
            .zip(values)
            .filter_map(|(member, value)| Some((member.name.to_owned(), value?)));
        Json::Object(given.collect())
    })
    .boxed()
}

fn operation() -> impl Strategy<Value = (ServiceId, &'static str, Json)> {
    let all: Vec<(ServiceId, &'static str, &'static [Member])> = ServiceId::ALL
        .iter()
        .filter(|service| service.name() != "memcached")
        .flat_map(|service| {
            service.api().operations.iter().map(|shape| (*service, shape.name, shape.input))
        })
        .collect();
    proptest::sample::select(all).prop_flat_map(|(service, name, input)| {
        structure(input, 4).prop_map(move |params| (service, name, params))
    })
}

/// Commands that mean something only on a connection that lasts.
const TRANSACTIONS: [&str; 4] = ["DISCARD", "EXEC", "MULTI", "WATCH"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_operation_printed_as_a_command_is_read_back_as_itself((service, name, params) in operation()) {
        // Texts outside of an operation's own limits are refused at the door: nothing to print then.
        if let Ok(operation) = Operation::from_json(service, name, params) {
            let line = command_for(&operation);
            if TRANSACTIONS.contains(&name) {
                let refused = parse(&line).expect_err("a line is a connection of its own");
                prop_assert!(refused.contains("a connection of its own"), "{line}: {refused}");
            } else {
                prop_assert_eq!(parse(&line), Ok(operation), "{}", line);
            }
        }
    }

    #[test]
    fn no_line_makes_the_prompt_panic(line in "\\PC{0,60}", tail in "[a-z $()'\"{}=,\\[\\]-]{0,40}") {
        let mut session = Session::default();
        let mut world = World::new(1);
        for line in [line.clone(), format!("aws sqs send-message --queue-url q --message-attributes {tail}"), format!("aws {tail}"), tail.clone()] {
            session.run(&line, &mut |operation| world.call(world.now(), operation));
            complete(&line);
        }
    }
}
