use super::effect::Effect;
use super::key::{Input, Mouse, MouseKind, Size};
use super::keys::Mode;
use super::overlay::Overlay;
use super::panes::Pane;
use super::settings::ThemeChoice;
use super::testing::Desk;
use super::{Action, Screen, link};
use crate::words::Lang;

/// In the lesson `mq/standard`, on a wide screen.
fn reading() -> Desk {
    let mut desk = Desk::new(140, 40);
    desk.press("enter ]");
    assert_eq!(desk.lesson(), "mq/standard");
    desk
}

#[test]
fn the_first_start_is_at_home_and_enter_opens_the_first_lesson() {
    let mut desk = Desk::new(140, 40);
    assert_eq!(desk.app.mode(), Mode::Home);
    desk.press("enter");
    assert_eq!((desk.app.mode(), desk.lesson()), (Mode::Lesson, "before"));
}

#[test]
fn a_part_on_the_home_screen_opens_its_first_unread_lesson() {
    let mut desk = Desk::new(140, 40);
    desk.press("j j enter");
    assert_eq!(desk.lesson(), "mq/standard");
    desk.press("m H j j enter");
    assert_eq!(desk.lesson(), "mq/fifo");
}

#[test]
fn scrolling_stops_at_both_ends_and_the_end_marks_the_lesson_as_read() {
    let mut desk = reading();
    let start = desk.top_line();
    desk.press("k u b g");
    assert_eq!(desk.top_line(), start);
    desk.press("G j j space");
    let end = desk.top_line();
    desk.press("ctrl-d");
    assert_eq!(desk.top_line(), end);
    desk.press("]");
    assert!(desk.app.progress.is_read("mq/standard"));
    assert!(desk.app.progress.is_read("before"), "it fits on one page");
    assert!(!desk.app.progress.is_read("mq/fifo"), "it is still open");
}

#[test]
fn lessons_follow_each_other_and_drafts_are_passed_over() {
    let mut desk = reading();
    desk.press("]");
    assert_eq!(desk.lesson(), "mq/fifo");
    desk.press("]");
    assert_eq!(desk.lesson(), "mq/fifo");
    assert!(desk.app.notice.is_some(), "the end is said");
    desk.press("[ [");
    assert_eq!(desk.lesson(), "before");
}

#[test]
fn a_lesson_is_left_and_found_again_at_the_same_place() {
    let mut desk = reading();
    desk.press("} } } } } }");
    let line = desk.top_line();
    desk.press("] [");
    assert_ne!(desk.top_line(), line, "`[` begins a lesson at its start");
    desk.press("backspace backspace");
    assert_eq!((desk.lesson(), desk.top_line().as_str()), ("mq/standard", line.as_str()));
    desk.press("F F F");
    assert_eq!(desk.lesson(), "mq/standard");
}

#[test]
fn a_link_is_followed_to_its_heading_and_back_again() {
    let mut desk = reading();
    desk.press("f");
    assert_eq!(desk.app.mode(), Mode::Links);
    desk.press("a");
    assert_eq!(desk.lesson(), "mq/fifo");
    desk.press("B");
    assert_eq!(desk.lesson(), "mq/standard");
    desk.press("f tab enter");
    let Some(Overlay::Card(link::Target::Outside(address))) = desk.app.overlays.last() else {
        panic!("{:?}", desk.app.overlays)
    };
    assert_eq!(address, "https://aws.amazon.com/sqs/");
    desk.press("esc f d");
    assert!(
        matches!(desk.app.overlays.last(), Some(Overlay::Card(link::Target::Fact(key, None))) if key == "sqs.timeout")
    );
}

#[test]
fn finding_goes_along_while_typing_and_esc_goes_back() {
    let mut desk = reading();
    let start = desk.top_line();
    desk.press("/ v i s i b l e space m e s s a g e space 2 2");
    let there = desk.top_line();
    assert_ne!(there, start);
    desk.press("esc");
    assert_eq!(desk.top_line(), start);
    assert_eq!(desk.app.mode(), Mode::Lesson);
    desk.press("/ m e s s a g e enter n n N");
    assert_eq!(desk.app.mode(), Mode::Found);
    let found = desk.app.lesson.as_ref().and_then(|lesson| lesson.found.as_ref());
    assert_eq!(found.map(|found| (found.current, found.hits.len())), Some((1, 31)));
    desk.press("esc n");
    assert_eq!(desk.app.mode(), Mode::Notes, "n is for notes again");
}

#[test]
fn the_whole_course_is_searched_and_a_hit_is_shown_in_its_lesson() {
    let mut desk = Desk::new(140, 40);
    desk.press("s m e s s a g e space 1 7 enter");
    assert_eq!(desk.lesson(), "mq/standard");
    assert_eq!(desk.app.mode(), Mode::Found);
    desk.press("s f i f o enter");
    assert_eq!(desk.lesson(), "mq/fifo");
}

#[test]
fn notes_are_kept_with_their_lesson_and_are_found() {
    let mut desk = reading();
    desk.press("n a s k space K i m esc");
    assert_eq!(desk.app.progress.note("mq/standard"), Some("ask Kim"));
    desk.press("] s k i m enter");
    assert_eq!((desk.lesson(), desk.app.mode()), ("mq/standard", Mode::Notes));
    desk.press("x ctrl-g");
    assert_eq!(desk.app.progress.note("mq/standard"), Some("ask Kim"), "not saved");
}

#[test]
fn the_language_is_switched_in_place() {
    let mut desk = reading();
    desk.press("} } } } }");
    let heading = desk.top_line();
    desk.press("L");
    assert_eq!(desk.app.lang, Lang::Ko);
    assert_eq!(desk.app.course.title(), "작은 강의");
    assert_eq!(desk.top_line(), heading, "the same part, whose title is the same in both");
    desk.press("L");
    assert_eq!(desk.top_line(), heading);
}

#[test]
fn panes_take_the_focus_in_turn_and_a_hidden_one_cannot_have_it() {
    let mut desk = reading();
    desk.press("tab");
    assert_eq!(desk.app.focus, Pane::Model);
    desk.press("2 v tab tab");
    assert_eq!(desk.app.focus, Pane::Lesson);
    desk.press("3");
    assert_eq!(desk.app.focus, Pane::Model, "going there shows it");
    desk.press("2 z");
    assert_eq!(desk.app.panes().contents.width + desk.app.panes().model.width, 0);
    desk.press("z");
    assert!(desk.app.panes().contents.width > 0);
}

#[test]
fn the_divider_is_dragged_and_the_place_in_the_text_stays() {
    let mut desk = reading();
    desk.press("} } } } } } }");
    let line = desk.top_line();
    let x = desk.app.panes().right.x;
    let at = |kind, x| Input::Mouse(Mouse { kind, x, y: 20 });
    desk.input(&at(MouseKind::Press, x)).input(&at(MouseKind::Drag, x - 15));
    assert!(desk.app.panes().right.x < x - 10);
    desk.input(&at(MouseKind::Release, x - 15));
    assert_eq!(desk.app.held, None);
    assert_eq!(desk.top_line(), line);
    assert!(desk.app.progress.setting("panes").is_some(), "the width is kept");
}

#[test]
fn the_mouse_opens_lessons_follows_links_and_scrolls() {
    let mut desk = reading();
    let panes = desk.app.panes();
    let row = |desk: &Desk, title: &str| {
        let rows = &desk.app.contents.rows;
        let at = rows.iter().position(
            |row| matches!(row, super::contents::Row::Lesson { title: known, .. } if known == title),
        );
        at.expect("the lesson has a row") as u16
    };
    let press = |x, y| Input::Mouse(Mouse { kind: MouseKind::Press, x, y });
    let y = panes.contents.y + row(&desk, "FIFO queues");
    desk.input(&press(3, y));
    assert_eq!(desk.lesson(), "mq/fifo");
    desk.press("B");
    let top = desk.app.lesson.as_ref().map(|lesson| lesson.top);
    let page = desk.app.panes().page();
    desk.input(&Input::Mouse(Mouse { kind: MouseKind::WheelDown, x: page.x, y: page.y }));
    assert_ne!(desk.app.lesson.as_ref().map(|lesson| lesson.top), top);
    desk.press("g M");
    assert_eq!(desk.effects.last(), Some(&Effect::Mouse(false)));
    desk.input(&press(3, y));
    assert_eq!(desk.lesson(), "mq/standard", "the mouse is off");
}

#[test]
fn any_size_comes_and_goes_and_the_place_stays() {
    let mut desk = reading();
    desk.press("} } } } } } } } }");
    let line = desk.top_line();
    for (width, height) in [(1, 1), (300, 100), (24, 6), (80, 24), (3, 50), (140, 40)] {
        desk.input(&Input::Resize(Size::new(width, height)));
    }
    assert_eq!(desk.top_line(), line);
}

#[test]
fn a_hangul_layout_steers_as_well_but_types_hangul() {
    let mut desk = reading();
    let start = desk.top_line();
    desk.press("ㅇ");
    assert_ne!(desk.top_line(), start, "ㅇ is the key of d");
    desk.press("s ㅁ");
    let Some(Overlay::Search(search)) = desk.app.overlays.last() else { panic!("no search") };
    assert_eq!(search.prompt.text(), "ㅁ");
}

#[test]
fn the_palette_does_what_it_names() {
    let mut desk = reading();
    desk.press(": t h e m e enter");
    assert_eq!(desk.app.settings.theme, ThemeChoice::Dark);
    assert_eq!(desk.app.progress.setting("theme"), Some("dark"));
    assert!(desk.app.overlays.is_empty());
}

#[test]
fn what_lies_over_the_screen_takes_every_key() {
    let mut desk = reading();
    desk.press("? L T");
    assert_eq!((desk.app.lang, desk.app.mode()), (Lang::En, Mode::Help));
    desk.press("q");
    assert_eq!(desk.app.mode(), Mode::Lesson);
    assert!(desk.effects.is_empty(), "q closed the help and did not quit");
    desk.press("q");
    assert_eq!(desk.effects, [Effect::Quit]);
}

#[test]
fn ctrl_c_and_ctrl_z_work_whatever_is_going_on() {
    for keys in ["", "enter", "enter ?", "enter n x", "s x", "enter /", ": x"] {
        let mut desk = Desk::new(100, 30);
        desk.press(keys).press("ctrl-z ctrl-c");
        assert_eq!(desk.effects, [Effect::Suspend, Effect::Quit], "after `{keys}`");
    }
}

#[test]
fn a_course_without_lessons_says_so_and_breaks_nothing() {
    let files = crate::course::InMemory::new([("SUMMARY.md", "# Empty\n")]);
    let (course, _) = crate::course::Course::open(std::sync::Arc::new(files), Lang::En);
    let mut desk = Desk::new(80, 24);
    desk.app = super::App::new(super::launch::Launch {
        size: Size::new(80, 24),
        course: std::sync::Arc::new(course),
        lang: Lang::En,
        progress: crate::progress::State::new(""),
        settings: super::Settings::default(),
        start: super::launch::Start::Home,
        seed: 7,
        notice: None,
        wall: super::launch::Wall::default(),
    });
    desk.press("enter j k esc G } f o / x enter esc n t ] [ s x enter esc tab tab L m");
    desk.act(Action::Read);
    assert_eq!(desk.app.screen, Screen::Reader);
}
