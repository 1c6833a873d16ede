//! Each preset teaches what it says.

use super::*;

#[test]
fn a_timeout_shorter_than_the_work_does_work_twice() {
    let short = played("visibility-too-short", &[], 600);
    assert!(metric(&short, "WorkDoneTwice") > 20, "{}", metric(&short, "WorkDoneTwice"));
    let long = played("visibility-too-short", &[("visibility-timeout", 30_000)], 600);
    assert_eq!(metric(&long, "WorkDoneTwice"), 0);
}

#[test]
fn dlq_1_poison_reaches_the_dlq_after_exactly_the_deliveries_allowed() {
    for most in [1, 3, 7] {
        let timeline = played("poison-message", &[("max-receive-count", most)], 900);
        let dead: Vec<&Event> = timeline
            .journal()
            .range(0..usize::MAX)
            .filter(|event| event.what == "dead-lettered")
            .collect();
        assert!(dead.len() > 10, "{}", dead.len());
        for event in dead {
            assert_eq!(event.args[0], Some(Arg::Count(most)));
            let deliveries = timeline.journal().of_object(event.object, event.id.0 as usize);
            assert_eq!(deliveries.filter(|event| event.what == "received").count() as i64, most);
        }
        assert_eq!(metric(&timeline, "MessagesLost"), 0);
    }
}

#[test]
fn sqs_16_without_a_dlq_poison_is_lost_when_it_is_too_old() {
    let timeline = played("no-dlq", &[], 1_200);
    assert!(metric(&timeline, "MessagesLost") > 10);
    assert_eq!(metric(&timeline, "DeadLetters"), 0);
}

#[test]
fn fifo_4_each_group_is_worked_on_in_the_order_of_sending() {
    let timeline = played("fifo-groups", &[("poison", 0)], 900);
    let scene = timeline.scene();
    let mut last = std::collections::BTreeMap::new();
    let mut count = 0;
    for event in timeline.journal().range(0..usize::MAX).filter(|event| event.what == "done") {
        let order = event.object.number;
        // The order's group is drawn anew from the same stream.
        let group = group_of(scene, order);
        assert!(last.insert(group, order).is_none_or(|before| before < order), "group {group}");
        count += 1;
    }
    assert!(count > 1_000, "{count}");
    assert_eq!(last.len(), 5);
}

/// The group of the message of a number, when each order is one message.
fn group_of(scene: &Queue, number: u32) -> u32 {
    let fresh = timeline("fifo-groups", &[("poison", 0)], scene.seed);
    let mut fresh = fresh.scene().clone();
    (0..number).map(|_| fresh.next_order()).last().and_then(|order| order.group).unwrap()
}

#[test]
fn fifo_12_one_group_keeps_one_worker_busy() {
    let mut one = timeline("one-group", &[], 7);
    let mut many = timeline("fifo-groups", &[], 7);
    for second in 1..600 {
        one.play(Time(second * 1000), 100_000);
        many.play(Time(second * 1000), 100_000);
        assert!(metric(&one, "WorkersBusy") <= 1);
    }
    assert!(metric(&many, "WorkDone") > 2 * metric(&one, "WorkDone"));
    let age = "ApproximateAgeOfOldestMessage";
    assert!(metric(&one, age) > 10 * metric(&many, age));
}

#[test]
fn fifo_2_a_repeated_send_is_dropped_in_the_window_and_doubles_after_it() {
    let timeline = played("dedup-window", &[], 3_600);
    assert!(metric(&timeline, "DuplicateSendsDropped") > 20);
    assert!(metric(&timeline, "WorkDoneTwice") > 5);
    let soon = played("dedup-window", &[("retry-after", 10_000)], 3_600);
    assert_eq!(metric(&soon, "WorkDoneTwice"), 0);
}

#[test]
fn fair_1_quiet_tenants_do_not_wait_behind_the_noisy_one() {
    let fair = played("noisy-tenant", &[], 300);
    assert_eq!(fair.scene().noisy(fair.now().at), ["tenant-a"]);
    let (all, others) = (metric(&fair, "TimeToDone"), metric(&fair, "TimeToDoneOfOthers"));
    assert!(others * 3 < all, "{others} against {all}");
}

#[test]
fn bursts_pile_up_and_age_and_are_worked_off() {
    let mut timeline = timeline("backlog-and-age", &[], 7);
    let (mut highest, mut oldest) = (0, 0);
    for second in 1..239 {
        timeline.play(Time(second * 1000), 100_000);
        highest = highest.max(metric(&timeline, "ApproximateNumberOfMessagesVisible"));
        oldest = oldest.max(metric(&timeline, "ApproximateAgeOfOldestMessage"));
    }
    assert!(highest >= 110 && oldest > 40_000, "{highest} {oldest}");
    assert_eq!(metric(&timeline, "ApproximateNumberOfMessagesVisible"), 0);
}

#[test]
fn sqs_2_a_crash_costs_the_visibility_timeout() {
    let timeline = played("worker-crash", &[], 1_200);
    let journal = timeline.journal();
    let back: Vec<&Event> =
        journal.range(0..usize::MAX).filter(|event| event.why == "holder-died").collect();
    assert!(back.len() > 10);
    for event in back {
        let cause = journal.get(event.because.unwrap()).unwrap();
        assert_eq!(cause.what, "crashed");
        assert!(event.at.since(cause.at) > Span::seconds(290));
    }
}

#[test]
fn sqs_14_a_short_poller_comes_back_empty_far_more_often_than_a_long_one() {
    let timeline = played("polling", &[], 600);
    let [short, long] = timeline.scene().workers() else { panic!("two workers") };
    assert!(short.empty > 10 * long.empty.max(1), "{} against {}", short.empty, long.empty);
    let missed = |event: &&Event| event.why == "servers-missed";
    assert!(timeline.journal().range(0..usize::MAX).any(|event| missed(&event)));
}

#[test]
fn ls_2_lambda_deletes_what_succeeded_and_leaves_what_was_reported() {
    let timeline = played("lambda-consumer", &[], 900);
    assert!(metric(&timeline, "WorkDone") > 2_000, "{}", metric(&timeline, "WorkDone"));
    assert!(metric(&timeline, "DeadLetters") > 10);
    let whole = played("lambda-consumer", &[("partial-responses", 0)], 900);
    let repeated = |timeline: &Timeline<Queue>| {
        metric(timeline, "NumberOfMessagesReceived") - metric(timeline, "NumberOfMessagesSent")
    };
    assert!(repeated(&whole) > 2 * repeated(&timeline));
}

#[test]
fn what_the_learner_breaks_is_told_and_mended() {
    let mut timeline = timeline("basic", &[("arrival-rate", 0)], 1);
    timeline.play(Time(1_000), 100);
    timeline.act(act("send", None)).unwrap();
    timeline.play(Time(1_100), 100);
    timeline.act(act("duplicate", Some("m1"))).unwrap();
    timeline.play(Time(10_000), 100);
    assert_eq!(metric(&timeline, "WorkDoneTwice"), 1);
    timeline.act(act("send", None)).unwrap();
    timeline.play(Time(10_100), 100);
    timeline.act(act("lose-delete", Some("m2"))).unwrap();
    timeline.play(Time(60_000), 100);
    assert_eq!(metric(&timeline, "WorkDoneTwice"), 2);
    assert_eq!(metric(&timeline, "NumberOfMessagesDeleted"), 2);
    insta::assert_snapshot!("what_the_learner_breaks", log(&timeline, 100));
}

#[test]
fn dlq_8_what_died_runs_again_once_the_code_is_fixed() {
    let mut timeline = played("poison-message", &[("workers", 4)], 300);
    timeline.act(act("pause", None)).unwrap();
    timeline.play(Time(500_000), 100_000);
    let dead = metric(&timeline, "DeadLetters");
    assert!(dead > 5);
    timeline.act(act("fix", None)).unwrap();
    timeline.act(act("redrive", None)).unwrap();
    timeline.play(Time(700_000), 100_000);
    assert_eq!(metric(&timeline, "DeadLetters"), 0);
    assert_eq!(metric(&timeline, "ApproximateNumberOfMessagesVisible"), 0);
    assert_eq!(metric(&timeline, "MessagesLost"), 0);
}

#[test]
fn with_standing_actors_a_preset_is_four_empty_queues_with_their_defaults() {
    for preset in Queue::PRESETS {
        let mut still = timeline(preset.id, &[("actors", 1)], 7);
        still.play(Time(100_000), 1000);
        let names: Vec<&str> = still.scene().world().sqs.views().map(|view| view.name()).collect();
        assert_eq!(names, ["orders", "orders-dlq", "orders-dlq.fifo", "orders.fifo"]);
        assert_eq!(metric(&still, "NumberOfMessagesSent"), 0);
    }
    let mut basic = timeline("basic", &[("actors", 1)], 7);
    let mut ask = |text: &str| basic.act(Command::Aws(text.to_owned())).unwrap();
    ask("aws sqs send-message --queue-url orders --message-body pack-1");
    let received = ask(
        "aws sqs receive-message --queue-url orders --wait-time-seconds 5 --query 'Messages[0].Body'",
    );
    assert_eq!(received.output.trim(), "\"pack-1\"");
    let late = ask("aws sqs receive-message --queue-url orders --wait-time-seconds 5");
    assert!(late.waits);
    basic.play(Time(6_000), 100);
    assert!(basic.scene().prompt().answered().is_some());
    assert!(log(&basic, 9).contains("m1 received [you 1 30000ms]"), "{}", log(&basic, 9));
}

#[test]
fn actions_show_the_command_that_they_stand_for() {
    let mut timeline = played("basic", &[], 30);
    timeline.act(act("pause", None)).unwrap();
    let scene = timeline.scene();
    let shown = |command: &Command| scene.aws_equivalent(command, timeline.now().at);
    let send = shown(&act("send", None)).unwrap();
    assert!(send.starts_with("aws sqs send-message --queue-url https://sqs."), "{send}");
    assert!(shown(&set("visibility-timeout", 5000)).unwrap().contains("set-queue-attributes"));
    assert!(shown(&act("redrive", None)).unwrap().contains("start-message-move-task"));
    assert_eq!(shown(&act("kill", Some("worker-1"))), None);
    // What is shown is what is done.
    let body = send.split("--message-body ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    timeline.act(act("send", None)).unwrap();
    let view = timeline.scene().world().sqs.view("orders").unwrap();
    assert!(view.messages().iter().any(|message| message.body == body), "{body}");
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let mut timeline = played("basic", &[], 10);
    let before = timeline.scene().clone();
    for command in [
        act("kill", None),
        act("kill", Some("worker-9")),
        act("revive", Some("worker-1")),
        act("poison", Some("m99999")),
        act("fly", None),
        set("workers", -1),
        set("wings", 2),
        Command::Aws("aws sqs fly".to_owned()),
    ] {
        timeline.act(command.clone()).expect_err(&command.to_string());
    }
    assert_eq!(timeline.scene(), &before);
}
