use proptest::prelude::*;

use super::{Live, SaidSort};
use crate::app::Action;
use crate::app::effect::Effect;
use crate::app::key::Shade;
use crate::app::key::{Code, Input, Key, Size};
use crate::app::keys::Mode;
use crate::app::overlay::Overlay;
use crate::app::panes::Pane;
use crate::app::settings::ThemeChoice;
use crate::app::testing::Desk;
use crate::models::cache::KEY;
use crate::models::command::{Command, read_all};
use crate::models::journal::Keeping;
use crate::models::registry::{Model, ModelId};
use crate::services::time::Time;
use crate::ui;
use crate::ui::theme::{Depth, Theme};
use crate::words::Lang;

/// In the model beside the lesson `mq/standard`.
fn at_the_model() -> Desk {
    let mut desk = Desk::new(140, 40);
    desk.press("enter ] 3");
    assert_eq!((desk.app.mode(), desk.app.focus), (Mode::Model, Pane::Model));
    desk
}

fn live(desk: &Desk) -> &Live {
    desk.app.right.live.as_ref().expect("the lesson's model is alive")
}

fn now(desk: &Desk) -> u64 {
    live(desk).bench().now().at.0
}

/// Lets real time pass as the loop does: a tick whenever the app wants one.
fn pass(desk: &mut Desk, millis: u64) {
    let end = desk.app.now_ms + millis;
    while let Some(due) = desk.app.deadline().filter(|due| *due <= end) {
        desk.app.now_ms = due;
        desk.act(Action::Tick);
    }
    desk.app.now_ms = end;
}

#[test]
fn paused_it_asks_for_no_wake_up_and_playing_it_keeps_real_time() {
    let mut desk = at_the_model();
    assert_eq!(desk.app.deadline(), None);
    desk.press("space");
    pass(&mut desk, 5_000);
    assert!((4_800..=5_000).contains(&now(&desk)), "{}", now(&desk));
    desk.press("space");
    assert_eq!(desk.app.deadline(), None);
}

#[test]
fn out_of_sight_it_stands_still_and_goes_on_where_it_was() {
    let mut desk = at_the_model();
    desk.press("space");
    pass(&mut desk, 1_000);
    let before = now(&desk);
    desk.press("H");
    assert_eq!(desk.app.deadline(), None);
    desk.app.now_ms += 60_000;
    desk.press("enter 3");
    pass(&mut desk, 100);
    assert!(now(&desk) <= before + 200, "{} after {before}", now(&desk));
}

#[test]
fn no_frame_comes_sooner_than_thirty_times_a_second() {
    let mut desk = at_the_model();
    desk.press("space + + + + + + + + + + + +");
    let (mut frames, end) = (0, desk.app.now_ms + 1_000);
    while let Some(due) = desk.app.deadline().filter(|due| *due <= end) {
        desk.app.now_ms = due;
        desk.act(Action::Tick);
        frames += 1;
    }
    assert!(frames <= 31, "{frames}");
}

#[test]
fn stepping_forth_and_back_ends_where_it_began() {
    let mut desk = at_the_model();
    desk.press(". . . . .");
    let (at, events) = (now(&desk), live(&desk).bench().events());
    desk.press(", , . .");
    assert_eq!((now(&desk), live(&desk).bench().events()), (at, events));
    desk.press("home");
    assert_eq!(now(&desk), 0);
    desk.press("end");
    assert_eq!(now(&desk), at);
}

#[test]
fn what_is_done_is_taken_back_and_done_again() {
    let mut desk = at_the_model();
    desk.press("right right s");
    assert_eq!(live(&desk).bench().commands().len(), 1);
    assert!(live(&desk).hint.is_some(), "the key shows what it stands for");
    desk.press("u");
    assert_eq!(live(&desk).bench().commands().len(), 0);
    desk.press("U");
    assert_eq!(live(&desk).bench().commands().len(), 1);
    desk.press("u u");
    assert!(desk.app.notice.is_some(), "nothing is left to take back, and it says so");
}

#[test]
fn acting_in_the_past_says_that_it_forks_and_keeps_the_old_future() {
    let mut desk = at_the_model();
    desk.press("right right right right left left");
    assert!(live(&desk).is_in_past());
    desk.press("s");
    assert_eq!(live(&desk).bench().branches().len(), 2);
    assert!(desk.app.notice.as_ref().is_some_and(|notice| notice.contains("branch 1")));
    desk.press("G g enter end");
    assert_eq!(now(&desk), 4_000, "the old future is still there");
}

#[test]
fn a_share_line_replays_the_same_history() {
    let mut desk = at_the_model();
    desk.press("right s right K right right esc i");
    for c in "aws sqs list-queues".chars() {
        desk.input(&Input::Key(Key::ch(c)));
    }
    desk.press("enter esc right y");
    let Some(Effect::Copy(line)) = desk.effects.last() else { panic!("{:?}", desk.effects) };
    let words = shell_words::split(line).expect("it is one line of a shell");
    assert_eq!(words[..3], ["awslearn", "model", "queue"]);
    let at = words.iter().position(|word| word == "--commands").expect("there are commands");
    let commands = read_all(&words[at + 1]).expect("they can be read back");
    let old = live(&desk).bench();
    let again = Model::replay(live(&desk).model.id(), old.setup().clone(), &commands);
    let mut again = again.expect("they fit");
    again.bench_mut().play(old.now().at, 100_000);
    assert_eq!(again.bench().events(), old.events());
    assert_eq!(again.bench().commands(), old.commands());
}

#[test]
fn an_action_that_needs_nothing_selected_is_about_what_is() {
    let id = ModelId::from_id("cache").expect("a model");
    let setup = id.setup(None, &[], 1).expect("its first preset");
    let mut live = Live::of(Model::new(id, setup, Keeping::All));
    let read = id.actions().iter().position(|action| action.id == "read").expect("an action");
    live.act(read, Lang::En);
    let mut keys = live.bench().objects().into_iter().filter(|object| object.kind == KEY);
    live.selected = keys.next_back();
    let name = live.bench().name(live.selected.expect("there is a key"));
    live.act(read, Lang::En);
    let commands = live.bench().commands();
    let targets = commands.iter().map(|one| match &one.command {
        Command::Do { target, .. } => target.clone(),
        other => panic!("{other:?}"),
    });
    assert_eq!(targets.collect::<Vec<_>>(), [None, Some(name)]);
}

#[test]
fn a_line_that_is_refused_stays_to_be_mended_and_changes_nothing() {
    let mut desk = at_the_model();
    desk.press("i");
    assert_eq!(desk.app.mode(), Mode::ModelLine);
    for c in "aws sqs snd-message".chars() {
        desk.input(&Input::Key(Key::ch(c)));
    }
    desk.press("enter");
    let live = live(&desk);
    assert_eq!(
        live.line.as_ref().map(super::super::prompt::Prompt::text),
        Some("aws sqs snd-message")
    );
    assert!(live.said.iter().any(|said| said.sort == SaidSort::Failed));
    assert_eq!(live.bench().commands().len(), 0);
}

#[test]
fn tab_completes_and_arrows_bring_back_what_was_typed() {
    let mut desk = at_the_model();
    desk.press("i");
    for c in "aws sqs list-q".chars() {
        desk.input(&Input::Key(Key::ch(c)));
    }
    desk.press("tab");
    let line = |desk: &Desk| live(desk).line.as_ref().map(|line| line.text().to_owned());
    assert_eq!(line(&desk).as_deref(), Some("aws sqs list-queue"));
    assert_eq!(live(&desk).candidates, ["list-queue-tags", "list-queues"]);
    desk.press("s enter up");
    assert_eq!(line(&desk).as_deref(), Some("aws sqs list-queues"));
    assert!(live(&desk).said.iter().any(|said| said.text.contains("orders")));
}

#[test]
fn a_long_poll_lets_time_run_until_it_is_answered() {
    let mut desk = at_the_model();
    desk.press("K");
    // The actors stand still, so that the queue stays empty.
    while live(&desk).model.id().knobs()[selected(&desk)].id != "actors" {
        desk.press("j");
    }
    desk.press("right esc i");
    for line in [
        "URL=$(aws sqs get-queue-url --queue-name orders --query QueueUrl --output text)",
        "aws sqs receive-message --queue-url $URL --wait-time-seconds 2",
    ] {
        for c in line.chars() {
            desk.input(&Input::Key(Key::ch(c)));
        }
        desk.press("enter");
    }
    assert!(live(&desk).is_waiting() && live(&desk).playback.is_playing());
    pass(&mut desk, 3_000);
    assert!(!live(&desk).is_waiting() && !live(&desk).playback.is_playing());
    assert!(now(&desk) >= 2_000, "{}", now(&desk));
}

fn selected(desk: &Desk) -> usize {
    match desk.app.overlays.last() {
        Some(Overlay::Sheet(sheet)) => sheet.list.selected,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_preset_is_one_list_away_and_starts_from_the_beginning() {
    let mut desk = at_the_model();
    desk.press("right right P j enter");
    assert_eq!(now(&desk), 0);
    assert_ne!(live(&desk).bench().setup().preset, "basic");
}

#[test]
fn every_event_opens_its_causes_and_leads_to_its_moment() {
    let mut desk = at_the_model();
    desk.press("right right right right right enter");
    let Some(Overlay::Sheet(sheet)) = desk.app.overlays.last() else { panic!("no sheet") };
    assert!(!sheet.chain(live(&desk)).is_empty());
    desk.press("G enter");
    assert!(desk.app.overlays.is_empty());
    desk.press("E g enter enter");
    assert_eq!(live(&desk).bench().events(), 1, "one stands after the first event");
}

#[test]
fn two_settings_run_beside_each_other_on_the_same_arrivals() {
    let mut desk = at_the_model();
    desk.press("s C");
    while live(&desk).model.id().knobs()[selected(&desk)].id != "workers" {
        desk.press("j");
    }
    desk.press("right enter right right right");
    let other = live(&desk).other.as_ref().expect("two sides");
    assert_eq!(other.model.bench().now().at, Time(3_000));
    assert_ne!(other.model.bench().knob("workers"), live(&desk).bench().knob("workers"));
    desk.press("C");
    assert!(live(&desk).other.is_none());
    assert_eq!(live(&desk).bench().commands().len(), 1, "what was before is back");
}

#[test]
fn a_lessons_block_runs_beside_it_and_its_output_stands_under_it() {
    let mut desk = Desk::new(140, 40);
    desk.press("enter ] r");
    let lesson = desk.app.lesson.as_ref().expect("a lesson");
    let page: String = lesson.page.all().iter().map(|line| line.text() + "\n").collect();
    assert!(page.contains("as written above"), "{page}");
    assert!(live(&desk).is_still());
    assert_eq!(live(&desk).bench().commands().len(), 1);
    desk.press("3 R 2");
    let lesson = desk.app.lesson.as_ref().expect("a lesson");
    let page: String = lesson.page.all().iter().map(|line| line.text() + "\n").collect();
    assert!(!page.contains("as written above"), "a new start takes it away");
}

#[test]
fn the_model_takes_the_whole_screen_and_gives_it_back() {
    let mut desk = at_the_model();
    desk.press("Z");
    assert_eq!(desk.app.panes().model.width, 140);
    desk.press("esc");
    assert!(desk.app.panes().lesson.width > 0);
    assert_eq!(desk.app.focus, Pane::Lesson);
}

#[test]
fn another_language_leaves_the_model_as_it_is() {
    let mut desk = at_the_model();
    desk.press("right right s L");
    assert_eq!(live(&desk).bench().commands().len(), 1);
    assert_eq!(now(&desk), 2_000);
}

fn any_input() -> impl Strategy<Value = Input> {
    let letters = " .,+-=uUyPKGECWZRijksbvdwpzxocaefmLq?:3gG".chars().collect::<Vec<_>>();
    let named = [
        Code::Enter,
        Code::Esc,
        Code::Left,
        Code::Right,
        Code::Up,
        Code::Down,
        Code::Home,
        Code::End,
        Code::Tab,
        Code::Backspace,
        Code::PageUp,
        Code::PageDown,
    ];
    prop_oneof![
        8 => prop::sample::select(letters).prop_map(|c| Input::Key(Key::ch(c))),
        6 => prop::sample::select(named.to_vec()).prop_map(|code| Input::Key(Key::plain(code))),
        1 => (0u16..210, 0u16..70).prop_map(|(w, h)| Input::Resize(Size::new(w, h))),
        1 => Just(Input::Paste("aws sqs list-queues".to_owned())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn no_keys_at_any_size_break_the_model(
        inputs in prop::collection::vec((any_input(), 0u64..400), 1..40),
    ) {
        let mut desk = at_the_model();
        for (input, millis) in inputs {
            desk.input(&input);
            pass(&mut desk, millis);
            let theme = Theme::new(ThemeChoice::Dark, Shade::Dark, Depth::True, desk.app.settings.symbols);
            let area = ratatui::layout::Rect::new(0, 0, desk.app.size.width, desk.app.size.height);
            let mut buf = ratatui::buffer::Buffer::empty(area);
            ui::render(&desk.app, &theme, area, &mut buf);
            let _ = ui::cursor(&desk.app);
            if let Some(live) = &desk.app.right.live {
                let bench = live.bench();
                prop_assert!(bench.now() <= bench.end());
                prop_assert!(bench.events() <= bench.journal().len());
                if let Some(selected) = live.selected {
                    prop_assert!(bench.objects().contains(&selected) || !desk.app.overlays.is_empty());
                }
            }
        }
    }
}
