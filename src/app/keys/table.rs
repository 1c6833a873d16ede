//! The rows of the table: every key of the program, by scope.

use super::super::key::{Code, Key};
use super::super::model::sheet::Turn;
use super::super::overlay::Kind;
use super::super::panes::Pane;
use super::super::{Action, console, contents, home, lesson, model, overlay, quiz};
use super::{Binding, Label, Scope};
use crate::models::catalog::Direction;
use crate::quiz::Confidence;

const fn row(
    scope: Scope,
    keys: &'static [Key],
    action: Action,
    label: Label,
    foot: Option<Label>,
) -> Binding {
    Binding { scope, keys, action, label, foot }
}

const UP: Key = Key::plain(Code::Up);
const DOWN: Key = Key::plain(Code::Down);
const LEFT: Key = Key::plain(Code::Left);
const RIGHT: Key = Key::plain(Code::Right);
const ENTER: Key = Key::plain(Code::Enter);
const ESC: Key = Key::plain(Code::Esc);
const TAB: Key = Key::plain(Code::Tab);
const BACK_TAB: Key = Key::shift(Code::Tab);
const HOME: Key = Key::plain(Code::Home);
const END: Key = Key::plain(Code::End);
const PAGE_UP: Key = Key::plain(Code::PageUp);
const PAGE_DOWN: Key = Key::plain(Code::PageDown);
const BACKSPACE: Key = Key::plain(Code::Backspace);
const SPACE: Key = Key::ch(' ');

const fn read(action: lesson::Action) -> Action {
    Action::Lesson(action)
}

const fn quiz(action: quiz::Action) -> Action {
    Action::Quiz(action)
}

const fn trial(action: model::Action) -> Action {
    Action::Quiz(quiz::Action::Trial(action))
}

const fn live(action: model::Action) -> Action {
    Action::Model(action)
}

const fn over(action: overlay::Action) -> Action {
    Action::Overlay(action)
}

/// Every key of the program.
#[rustfmt::skip]
pub static KEYS: &[Binding] = &[
    row(Scope::Home, &[Key::ch('j'), DOWN], Action::Home(home::Action::Step(1)), |w| w.down, Some(|w| w.f_move)),
    row(Scope::Home, &[Key::ch('k'), UP], Action::Home(home::Action::Step(-1)), |w| w.up, Some(|w| w.f_move)),
    row(Scope::Home, &[ENTER, SPACE], Action::Home(home::Action::Choose), |w| w.open, Some(|w| w.f_open)),
    row(Scope::Home, &[ESC], Action::Read, |w| w.to_lesson, None),

    row(Scope::Contents, &[Key::ch('j'), DOWN], Action::Contents(contents::Action::Step(1)), |w| w.down, Some(|w| w.f_move)),
    row(Scope::Contents, &[Key::ch('k'), UP], Action::Contents(contents::Action::Step(-1)), |w| w.up, Some(|w| w.f_move)),
    row(Scope::Contents, &[ENTER, Key::ch('l'), RIGHT], Action::Contents(contents::Action::Open), |w| w.open, Some(|w| w.f_open)),
    row(Scope::Contents, &[Key::ch('d'), Key::ctrl('d'), PAGE_DOWN], Action::Contents(contents::Action::Page(1)), |w| w.page_down, None),
    row(Scope::Contents, &[Key::ch('u'), Key::ctrl('u'), PAGE_UP], Action::Contents(contents::Action::Page(-1)), |w| w.page_up, None),
    row(Scope::Contents, &[Key::ch('g'), HOME], Action::Contents(contents::Action::Step(-100_000)), |w| w.top, None),
    row(Scope::Contents, &[Key::ch('G'), END], Action::Contents(contents::Action::Step(100_000)), |w| w.end, None),
    row(Scope::Contents, &[ESC], Action::Focus(Pane::Lesson), |w| w.to_lesson, None),

    row(Scope::Found, &[Key::ch('n')], read(lesson::Action::Hit(1)), |w| w.next_hit, Some(|w| w.f_hit)),
    row(Scope::Found, &[Key::ch('N')], read(lesson::Action::Hit(-1)), |w| w.previous_hit, Some(|w| w.f_hit)),
    row(Scope::Found, &[ESC], read(lesson::Action::Forget), |w| w.clear_hits, Some(|w| w.f_clear)),

    row(Scope::Lesson, &[Key::ch('j'), DOWN], read(lesson::Action::Scroll(1)), |w| w.scroll_down, Some(|w| w.f_scroll)),
    row(Scope::Lesson, &[Key::ch('k'), UP], read(lesson::Action::Scroll(-1)), |w| w.scroll_up, Some(|w| w.f_scroll)),
    row(Scope::Lesson, &[SPACE, PAGE_DOWN, Key::ctrl('f')], read(lesson::Action::Page(1)), |w| w.page_down, Some(|w| w.f_page)),
    row(Scope::Lesson, &[Key::ch('b'), PAGE_UP, Key::ctrl('b')], read(lesson::Action::Page(-1)), |w| w.page_up, Some(|w| w.f_page)),
    row(Scope::Lesson, &[Key::ch('d'), Key::ctrl('d')], read(lesson::Action::Half(1)), |w| w.half_down, None),
    row(Scope::Lesson, &[Key::ch('u'), Key::ctrl('u')], read(lesson::Action::Half(-1)), |w| w.half_up, None),
    row(Scope::Lesson, &[Key::ch('g'), HOME], read(lesson::Action::Top), |w| w.top, None),
    row(Scope::Lesson, &[Key::ch('G'), END], read(lesson::Action::End), |w| w.end, None),
    row(Scope::Lesson, &[Key::ch('}')], read(lesson::Action::Heading(1)), |w| w.next_heading, None),
    row(Scope::Lesson, &[Key::ch('{')], read(lesson::Action::Heading(-1)), |w| w.previous_heading, None),
    row(Scope::Lesson, &[Key::ch('h'), LEFT], read(lesson::Action::Shift(-4)), |w| w.code_left, None),
    row(Scope::Lesson, &[Key::ch('l'), RIGHT], read(lesson::Action::Shift(4)), |w| w.code_right, None),
    row(Scope::Lesson, &[Key::ch('r')], Action::Run(console::Amount::Block), |w| w.run_block, Some(|w| w.f_run)),
    row(Scope::Lesson, &[ENTER], Action::Run(console::Amount::Line), |w| w.run_line, None),
    row(Scope::Lesson, &[Key::ch('f')], Action::Show(Kind::Links), |w| w.links, Some(|w| w.f_links)),
    row(Scope::Lesson, &[Key::ch('o')], Action::Show(Kind::Outline), |w| w.outline, Some(|w| w.f_outline)),
    row(Scope::Lesson, &[Key::ch('/')], Action::Show(Kind::Find), |w| w.find, Some(|w| w.f_find)),
    row(Scope::Lesson, &[Key::ch('.')], read(lesson::Action::Hidden), |w| w.hidden_lines, None),
    row(Scope::Lesson, &[Key::ch('m')], Action::MarkRead, |w| w.mark_read, None),

    row(Scope::Model, &[SPACE], live(model::Action::Play), |w| w.play, Some(|w| w.f_play)),
    row(Scope::Model, &[Key::ch(',')], live(model::Action::Step(Direction::Down)), |w| w.step_back, Some(|w| w.f_step)),
    row(Scope::Model, &[Key::ch('.')], live(model::Action::Step(Direction::Up)), |w| w.step, Some(|w| w.f_step)),
    row(Scope::Model, &[LEFT], live(model::Action::Scrub(-1_000)), |w| w.earlier, Some(|w| w.f_time)),
    row(Scope::Model, &[RIGHT], live(model::Action::Scrub(1_000)), |w| w.later, Some(|w| w.f_time)),
    row(Scope::Model, &[Key::shift(Code::Left)], live(model::Action::Scrub(-30_000)), |w| w.much_earlier, None),
    row(Scope::Model, &[Key::shift(Code::Right)], live(model::Action::Scrub(30_000)), |w| w.much_later, None),
    row(Scope::Model, &[HOME], live(model::Action::Start), |w| w.to_start, None),
    row(Scope::Model, &[END], live(model::Action::End), |w| w.to_latest, None),
    row(Scope::Model, &[Key::ch('+'), Key::ch('=')], live(model::Action::Speed(Direction::Up)), |w| w.faster, Some(|w| w.f_speed)),
    row(Scope::Model, &[Key::ch('-')], live(model::Action::Speed(Direction::Down)), |w| w.slower, Some(|w| w.f_speed)),
    row(Scope::Model, &[DOWN, Key::ch('j')], live(model::Action::Select(1)), |w| w.next_thing, Some(|w| w.f_select)),
    row(Scope::Model, &[UP, Key::ch('k')], live(model::Action::Select(-1)), |w| w.previous_thing, Some(|w| w.f_select)),
    row(Scope::Model, &[ENTER], live(model::Action::Why), |w| w.why, Some(|w| w.f_why)),
    row(Scope::Model, &[Key::ch('i')], live(model::Action::Type), |w| w.type_command, Some(|w| w.f_type)),
    row(Scope::Model, &[Key::ch('P')], Action::Show(Kind::Presets), |w| w.presets, Some(|w| w.f_presets)),
    row(Scope::Model, &[Key::ch('K')], Action::Show(Kind::Knobs), |w| w.knobs, Some(|w| w.f_knobs)),
    row(Scope::Model, &[Key::ch('u')], live(model::Action::Undo), |w| w.undo, Some(|w| w.f_undo)),
    row(Scope::Model, &[Key::ch('U')], live(model::Action::Redo), |w| w.redo, None),
    row(Scope::Model, &[Key::ch('G')], Action::Show(Kind::Branches), |w| w.branches, None),
    row(Scope::Model, &[Key::ch('E')], Action::Show(Kind::Events), |w| w.events, None),
    row(Scope::Model, &[Key::ch('C')], live(model::Action::Compare), |w| w.compare, None),
    row(Scope::Model, &[Key::ch('y')], live(model::Action::Share), |w| w.share, None),
    row(Scope::Model, &[Key::ch('W')], Action::Show(Kind::LeavesOut), |w| w.leaves_out, None),
    row(Scope::Model, &[Key::ch('Z')], live(model::Action::Whole), |w| w.whole, None),
    row(Scope::Model, &[Key::ch('R')], live(model::Action::Reset(model::Seed::Same)), |w| w.reset, None),
    row(Scope::Model, &[Key::ctrl('r')], live(model::Action::Reset(model::Seed::Next)), |w| w.reseed, None),
    row(Scope::Model, &[ESC], Action::Focus(Pane::Lesson), |w| w.to_lesson, None),

    row(Scope::ModelLine, &[ENTER], live(model::Action::Enter), |w| w.run_typed, Some(|w| w.f_run)),
    row(Scope::ModelLine, &[TAB], live(model::Action::Complete), |w| w.complete, Some(|w| w.f_complete)),
    row(Scope::ModelLine, &[UP, Key::ctrl('p')], live(model::Action::Recall(Direction::Down)), |w| w.recall_older, Some(|w| w.f_recall)),
    row(Scope::ModelLine, &[DOWN, Key::ctrl('n')], live(model::Action::Recall(Direction::Up)), |w| w.recall_newer, Some(|w| w.f_recall)),
    row(Scope::ModelLine, &[ESC], live(model::Action::Untype), |w| w.stop_typing, Some(|w| w.f_close)),

    row(Scope::Turn, &[LEFT, Key::ch('h')], Action::Turn(Turn::To(Direction::Down)), |w| w.turn_down, Some(|w| w.f_turn)),
    row(Scope::Turn, &[RIGHT, Key::ch('l')], Action::Turn(Turn::To(Direction::Up)), |w| w.turn_up, Some(|w| w.f_turn)),
    row(Scope::Turn, &[BACKSPACE], Action::Turn(Turn::Default), |w| w.turn_default, Some(|w| w.f_default)),

    row(Scope::Reader, &[Key::ch('t')], Action::TakeQuiz, |w| w.quiz, Some(|w| w.f_quiz)),
    row(Scope::Plain, &[Key::ch('n')], Action::Show(Kind::Notes), |w| w.notes, Some(|w| w.f_notes)),
    row(Scope::Pages, &[Key::ch('a')], Action::Show(Kind::Notes), |w| w.notes, None),
    row(Scope::Reader, &[Key::ch(']')], Action::NextLesson(1), |w| w.next_lesson, None),
    row(Scope::Reader, &[Key::ch('[')], Action::NextLesson(-1), |w| w.previous_lesson, None),
    row(Scope::Reader, &[TAB], Action::FocusNext(1), |w| w.next_pane, Some(|w| w.f_pane)),
    row(Scope::Reader, &[BACK_TAB], Action::FocusNext(-1), |w| w.previous_pane, None),
    row(Scope::Reader, &[Key::ch('1')], Action::Focus(Pane::Contents), |w| w.to_contents, None),
    row(Scope::Reader, &[Key::ch('2')], Action::Focus(Pane::Lesson), |w| w.to_lesson, None),
    row(Scope::Reader, &[Key::ch('3')], Action::Focus(Pane::Model), |w| w.to_model, None),
    row(Scope::Pages, &[Key::ch('c')], Action::Toggle(Pane::Contents), |w| w.toggle_contents, None),
    row(Scope::Pages, &[Key::ch('v')], Action::Toggle(Pane::Model), |w| w.toggle_model, None),
    row(Scope::Pages, &[Key::ch('z')], Action::Zoom, |w| w.zoom, None),
    row(Scope::Reader, &[Key::ch('<')], Action::MoveDivider(-2), |w| w.narrower, None),
    row(Scope::Reader, &[Key::ch('>')], Action::MoveDivider(2), |w| w.wider, None),
    row(Scope::Reader, &[BACKSPACE, Key::ch('B'), Key::alt(Code::Left), Key::ctrl('o')], Action::Back, |w| w.back, None),
    row(Scope::Reader, &[Key::ch('F'), Key::alt(Code::Right)], Action::Forward, |w| w.forward, None),

    row(Scope::Seek, &[Key::ch('s')], Action::Show(Kind::Search), |w| w.search, Some(|w| w.f_search)),
    row(Scope::Program, &[Key::ch('H')], Action::GoHome, |w| w.home, None),
    row(Scope::Program, &[Key::ch('L')], Action::SwitchLanguage, |w| w.language, Some(|w| w.f_language)),
    row(Scope::Program, &[Key::ch('T')], Action::NextTheme, |w| w.theme, Some(|w| w.f_theme)),
    row(Scope::Program, &[Key::ctrl('a')], Action::ToggleMotion, |w| w.motion, None),
    row(Scope::Program, &[Key::ch('M')], Action::ToggleMouse, |w| w.mouse, None),
    row(Scope::Program, &[Key::ch(':'), Key::ctrl('p')], Action::Show(Kind::Palette), |w| w.palette, None),
    row(Scope::Program, &[Key::ch('?'), Key::plain(Code::F(1))], Action::Show(Kind::Help), |w| w.help, Some(|w| w.f_help)),
    row(Scope::Program, &[Key::ch('q')], Action::Quit, |w| w.quit, Some(|w| w.f_quit)),

    row(Scope::List, &[Key::ch('j'), DOWN, Key::ctrl('n'), TAB], over(overlay::Action::Step(1)), |w| w.down, Some(|w| w.f_move)),
    row(Scope::List, &[Key::ch('k'), UP, Key::ctrl('p'), BACK_TAB], over(overlay::Action::Step(-1)), |w| w.up, Some(|w| w.f_move)),
    row(Scope::List, &[Key::ch('d'), Key::ctrl('d'), PAGE_DOWN, SPACE], over(overlay::Action::Page(1)), |w| w.page_down, None),
    row(Scope::List, &[Key::ch('u'), Key::ctrl('u'), PAGE_UP], over(overlay::Action::Page(-1)), |w| w.page_up, None),
    row(Scope::List, &[Key::ch('g'), HOME], over(overlay::Action::Step(-100_000)), |w| w.top, None),
    row(Scope::List, &[Key::ch('G'), END], over(overlay::Action::Step(100_000)), |w| w.end, None),
    row(Scope::List, &[ENTER], over(overlay::Action::Choose), |w| w.choose, Some(|w| w.choose)),
    row(Scope::List, &[ESC, Key::ch('q'), Key::ch('o')], Action::Close, |w| w.close, Some(|w| w.f_close)),

    row(Scope::Search, &[DOWN, Key::ctrl('n'), Key::ctrl('j'), TAB], over(overlay::Action::Step(1)), |w| w.down, Some(|w| w.f_move)),
    row(Scope::Search, &[UP, Key::ctrl('p'), BACK_TAB], over(overlay::Action::Step(-1)), |w| w.up, Some(|w| w.f_move)),
    row(Scope::Search, &[PAGE_DOWN, Key::ctrl('d')], over(overlay::Action::Page(1)), |w| w.page_down, None),
    row(Scope::Search, &[PAGE_UP], over(overlay::Action::Page(-1)), |w| w.page_up, None),
    row(Scope::Search, &[ENTER], over(overlay::Action::Choose), |w| w.open, Some(|w| w.f_open)),
    row(Scope::Search, &[ESC], Action::Close, |w| w.close, Some(|w| w.f_close)),

    row(Scope::Find, &[ENTER], over(overlay::Action::Choose), |w| w.find, Some(|w| w.f_find)),
    row(Scope::Find, &[DOWN, Key::ctrl('n'), TAB], over(overlay::Action::Step(1)), |w| w.next_hit, Some(|w| w.f_hit)),
    row(Scope::Find, &[UP, Key::ctrl('p'), BACK_TAB], over(overlay::Action::Step(-1)), |w| w.previous_hit, Some(|w| w.f_hit)),
    row(Scope::Find, &[ESC], Action::Close, |w| w.close, Some(|w| w.f_close)),

    row(Scope::Links, &[TAB, DOWN], over(overlay::Action::Step(1)), |w| w.next_link, Some(|w| w.f_move)),
    row(Scope::Links, &[BACK_TAB, UP], over(overlay::Action::Step(-1)), |w| w.previous_link, Some(|w| w.f_move)),
    row(Scope::Links, &[ENTER], over(overlay::Action::Choose), |w| w.links, Some(|w| w.f_open)),
    row(Scope::Links, &[ESC], Action::Close, |w| w.close, Some(|w| w.f_close)),

    row(Scope::Notes, &[ESC, Key::ctrl('s')], over(overlay::Action::Choose), |w| w.save_notes, Some(|w| w.f_save)),
    row(Scope::Notes, &[Key::ctrl('g')], Action::Close, |w| w.drop_notes, Some(|w| w.f_drop)),

    row(Scope::Help, &[Key::ch('j'), DOWN], over(overlay::Action::Step(1)), |w| w.scroll_down, Some(|w| w.f_scroll)),
    row(Scope::Help, &[Key::ch('k'), UP], over(overlay::Action::Step(-1)), |w| w.scroll_up, Some(|w| w.f_scroll)),
    row(Scope::Help, &[SPACE, PAGE_DOWN, Key::ch('d'), Key::ctrl('d')], over(overlay::Action::Page(1)), |w| w.page_down, None),
    row(Scope::Help, &[Key::ch('b'), PAGE_UP, Key::ch('u'), Key::ctrl('u')], over(overlay::Action::Page(-1)), |w| w.page_up, None),
    row(Scope::Help, &[Key::ch('g'), HOME], over(overlay::Action::Step(-100_000)), |w| w.top, None),
    row(Scope::Help, &[Key::ch('G'), END], over(overlay::Action::Step(100_000)), |w| w.end, None),
    row(Scope::Help, &[ESC, Key::ch('q'), Key::ch('?'), ENTER], Action::Close, |w| w.close, Some(|w| w.f_close)),

    row(Scope::Card, &[ESC, ENTER, Key::ch('q'), SPACE], Action::Close, |w| w.close, Some(|w| w.f_close)),

    row(Scope::Aside, &[ESC], Action::TakeQuiz, |w| w.to_quiz, Some(|w| w.f_to_quiz)),

    row(Scope::QuizCover, &[Key::ch('j'), DOWN], quiz(quiz::Action::Step(1)), |w| w.down, Some(|w| w.f_move)),
    row(Scope::QuizCover, &[Key::ch('k'), UP], quiz(quiz::Action::Step(-1)), |w| w.up, Some(|w| w.f_move)),
    row(Scope::QuizCover, &[ENTER, SPACE], quiz(quiz::Action::Submit), |w| w.choose, Some(|w| w.f_open)),
    row(Scope::QuizCover, &[ESC], quiz(quiz::Action::Leave), |w| w.leave_quiz, Some(|w| w.f_leave)),

    row(Scope::QuizChoice, &[Key::ch('j'), DOWN], quiz(quiz::Action::Step(1)), |w| w.down, None),
    row(Scope::QuizChoice, &[Key::ch('k'), UP], quiz(quiz::Action::Step(-1)), |w| w.up, None),
    row(Scope::QuizChoice, &[SPACE], quiz(quiz::Action::Toggle), |w| w.tick, Some(|w| w.f_tick)),
    row(Scope::QuizChoice, &[ENTER], quiz(quiz::Action::Submit), |w| w.answer, Some(|w| w.f_answer)),
    row(Scope::QuizOrder, &[Key::ch('j'), DOWN], quiz(quiz::Action::Step(1)), |w| w.down, None),
    row(Scope::QuizOrder, &[Key::ch('k'), UP], quiz(quiz::Action::Step(-1)), |w| w.up, None),
    row(Scope::QuizOrder, &[SPACE], quiz(quiz::Action::Toggle), |w| w.hold, Some(|w| w.f_hold)),
    row(Scope::QuizOrder, &[Key::ch('J'), Key::alt(Code::Down)], quiz(quiz::Action::Carry(1)), |w| w.carry_down, Some(|w| w.f_carry)),
    row(Scope::QuizOrder, &[Key::ch('K'), Key::alt(Code::Up)], quiz(quiz::Action::Carry(-1)), |w| w.carry_up, Some(|w| w.f_carry)),
    row(Scope::QuizOrder, &[ENTER], quiz(quiz::Action::Submit), |w| w.answer, Some(|w| w.f_answer)),
    row(Scope::QuizPairs, &[Key::ch('j'), DOWN], quiz(quiz::Action::Step(1)), |w| w.down, None),
    row(Scope::QuizPairs, &[Key::ch('k'), UP], quiz(quiz::Action::Step(-1)), |w| w.up, None),
    row(Scope::QuizPairs, &[Key::ch('l'), RIGHT, SPACE], quiz(quiz::Action::Turn(1)), |w| w.next_side, Some(|w| w.f_side)),
    row(Scope::QuizPairs, &[Key::ch('h'), LEFT], quiz(quiz::Action::Turn(-1)), |w| w.previous_side, Some(|w| w.f_side)),
    row(Scope::QuizPairs, &[ENTER], quiz(quiz::Action::Submit), |w| w.answer, Some(|w| w.f_answer)),
    row(Scope::QuizTrace, &[Key::ch('y')], quiz(quiz::Action::Pick(0)), |w| w.compiles, Some(|w| w.f_compiles)),
    row(Scope::QuizTrace, &[Key::ch('n')], quiz(quiz::Action::Pick(1)), |w| w.compiles_not, Some(|w| w.f_compiles_not)),
    row(Scope::QuizTrace, &[Key::ch('j'), DOWN], quiz(quiz::Action::Step(1)), |w| w.down, None),
    row(Scope::QuizTrace, &[Key::ch('k'), UP], quiz(quiz::Action::Step(-1)), |w| w.up, None),
    row(Scope::QuizTrace, &[ENTER], quiz(quiz::Action::Submit), |w| w.answer, Some(|w| w.f_answer)),

    row(Scope::QuizOpen, &[Key::ch('p')], quiz(quiz::Action::Peek), |w| w.peek, Some(|w| w.f_peek)),
    row(Scope::QuizOpen, &[Key::ch('1')], quiz(quiz::Action::Pick(0)), |w| w.pick, None),
    row(Scope::QuizOpen, &[Key::ch('2')], quiz(quiz::Action::Pick(1)), |w| w.pick, None),
    row(Scope::QuizOpen, &[Key::ch('3')], quiz(quiz::Action::Pick(2)), |w| w.pick, None),
    row(Scope::QuizOpen, &[Key::ch('4')], quiz(quiz::Action::Pick(3)), |w| w.pick, None),
    row(Scope::QuizOpen, &[Key::ch('5')], quiz(quiz::Action::Pick(4)), |w| w.pick, None),
    row(Scope::QuizOpen, &[Key::ch('6')], quiz(quiz::Action::Pick(5)), |w| w.pick, None),
    row(Scope::QuizOpen, &[Key::ch('7')], quiz(quiz::Action::Pick(6)), |w| w.pick, None),
    row(Scope::QuizOpen, &[Key::ch('8')], quiz(quiz::Action::Pick(7)), |w| w.pick, None),
    row(Scope::QuizOpen, &[Key::ch('9')], quiz(quiz::Action::Pick(8)), |w| w.pick, None),
    row(Scope::QuizOpen, &[PAGE_DOWN, Key::ctrl('d')], quiz(quiz::Action::Half(1)), |w| w.half_down, None),
    row(Scope::QuizOpen, &[PAGE_UP, Key::ctrl('u')], quiz(quiz::Action::Half(-1)), |w| w.half_up, None),
    row(Scope::QuizOpen, &[Key::ch('C')], quiz(quiz::Action::ToggleConfidence), |w| w.ask_confidence, None),
    row(Scope::QuizOpen, &[ESC], quiz(quiz::Action::Leave), |w| w.leave_quiz, Some(|w| w.f_leave)),
    row(Scope::QuizOpen, &[Key::ch('i')], quiz(quiz::Action::Hint), |w| w.hint, Some(|w| w.f_hint)),

    row(Scope::QuizLine, &[ENTER], quiz(quiz::Action::Submit), |w| w.answer, Some(|w| w.f_answer)),
    row(Scope::QuizText, &[Key::ctrl('s'), Key::alt(Code::Enter)], quiz(quiz::Action::Submit), |w| w.answer, Some(|w| w.f_answer)),
    row(Scope::QuizOutput, &[ENTER, Key::ctrl('s')], quiz(quiz::Action::Submit), |w| w.answer, Some(|w| w.f_answer)),
    row(Scope::QuizOutput, &[Key::ctrl('j'), Key::alt(Code::Enter)], Action::Type(Key::plain(Code::Enter)), |w| w.next_line, Some(|w| w.f_line)),
    row(Scope::QuizOutput, &[TAB, BACK_TAB], quiz(quiz::Action::Undecide), |w| w.undecide, Some(|w| w.f_compiles_not)),
    row(Scope::QuizTyping, &[Key::ctrl('p')], quiz(quiz::Action::Peek), |w| w.peek, Some(|w| w.f_peek)),
    row(Scope::QuizTyping, &[Key::ctrl('t')], quiz(quiz::Action::Hint), |w| w.hint, Some(|w| w.f_hint)),
    row(Scope::QuizTyping, &[PAGE_DOWN], quiz(quiz::Action::Half(1)), |w| w.half_down, None),
    row(Scope::QuizTyping, &[PAGE_UP], quiz(quiz::Action::Half(-1)), |w| w.half_up, None),
    row(Scope::QuizTyping, &[Key::plain(Code::F(1))], Action::Show(Kind::Help), |w| w.help, Some(|w| w.f_help)),
    row(Scope::QuizTyping, &[ESC], quiz(quiz::Action::Leave), |w| w.leave_quiz, Some(|w| w.f_leave)),

    row(Scope::QuizSure, &[Key::ch('1')], quiz(quiz::Action::Confide(Confidence::Guess)), |w| w.guess, Some(|w| w.guess)),
    row(Scope::QuizSure, &[Key::ch('2')], quiz(quiz::Action::Confide(Confidence::Likely)), |w| w.likely, Some(|w| w.likely)),
    row(Scope::QuizSure, &[Key::ch('3')], quiz(quiz::Action::Confide(Confidence::Sure)), |w| w.sure, Some(|w| w.sure)),
    row(Scope::QuizSure, &[Key::ch('j'), DOWN], quiz(quiz::Action::Step(1)), |w| w.down, None),
    row(Scope::QuizSure, &[Key::ch('k'), UP], quiz(quiz::Action::Step(-1)), |w| w.up, None),
    row(Scope::QuizSure, &[ENTER, SPACE], quiz(quiz::Action::Submit), |w| w.choose, None),
    row(Scope::QuizSure, &[Key::ch('C')], quiz(quiz::Action::ToggleConfidence), |w| w.ask_confidence, Some(|w| w.f_dont_ask)),
    row(Scope::QuizSure, &[ESC], quiz(quiz::Action::Reconsider), |w| w.reconsider, Some(|w| w.f_back)),

    row(Scope::QuizTrial, &[SPACE], trial(model::Action::Play), |w| w.play, Some(|w| w.f_play)),
    row(Scope::QuizTrial, &[ENTER, END], trial(model::Action::End), |w| w.to_verdict, Some(|w| w.f_verdict)),
    row(Scope::QuizTrial, &[Key::ch(',')], trial(model::Action::Step(Direction::Down)), |w| w.step_back, Some(|w| w.f_step)),
    row(Scope::QuizTrial, &[Key::ch('.')], trial(model::Action::Step(Direction::Up)), |w| w.step, Some(|w| w.f_step)),
    row(Scope::QuizTrial, &[LEFT], trial(model::Action::Scrub(-1_000)), |w| w.earlier, Some(|w| w.f_time)),
    row(Scope::QuizTrial, &[RIGHT], trial(model::Action::Scrub(1_000)), |w| w.later, Some(|w| w.f_time)),
    row(Scope::QuizTrial, &[Key::ch('+'), Key::ch('=')], trial(model::Action::Speed(Direction::Up)), |w| w.faster, Some(|w| w.f_speed)),
    row(Scope::QuizTrial, &[Key::ch('-')], trial(model::Action::Speed(Direction::Down)), |w| w.slower, Some(|w| w.f_speed)),
    row(Scope::QuizTrial, &[ESC], quiz(quiz::Action::Leave), |w| w.leave_quiz, Some(|w| w.f_leave)),

    row(Scope::QuizShown, &[ENTER, SPACE, Key::ch('n')], quiz(quiz::Action::Next), |w| w.next_question, Some(|w| w.f_next)),
    row(Scope::QuizShown, &[Key::ch('r')], quiz(quiz::Action::Reread), |w| w.reread, Some(|w| w.f_reread)),
    row(Scope::QuizShown, &[Key::ch('w')], quiz(quiz::Action::Watch), |w| w.watch_again, None),
    row(Scope::QuizShown, &[Key::ch('j'), DOWN], quiz(quiz::Action::Scroll(1)), |w| w.scroll_down, Some(|w| w.f_scroll)),
    row(Scope::QuizShown, &[Key::ch('k'), UP], quiz(quiz::Action::Scroll(-1)), |w| w.scroll_up, Some(|w| w.f_scroll)),
    row(Scope::QuizShown, &[PAGE_DOWN, Key::ch('d'), Key::ctrl('d')], quiz(quiz::Action::Half(1)), |w| w.half_down, None),
    row(Scope::QuizShown, &[PAGE_UP, Key::ch('u'), Key::ctrl('u')], quiz(quiz::Action::Half(-1)), |w| w.half_up, None),
    row(Scope::QuizShown, &[Key::ch('C')], quiz(quiz::Action::ToggleConfidence), |w| w.ask_confidence, None),
    row(Scope::QuizShown, &[ESC], quiz(quiz::Action::Leave), |w| w.leave_quiz, Some(|w| w.f_leave)),

    row(Scope::QuizDone, &[Key::ch('j'), DOWN], quiz(quiz::Action::Step(1)), |w| w.down, Some(|w| w.f_move)),
    row(Scope::QuizDone, &[Key::ch('k'), UP], quiz(quiz::Action::Step(-1)), |w| w.up, Some(|w| w.f_move)),
    row(Scope::QuizDone, &[ENTER, SPACE, Key::ch('r')], quiz(quiz::Action::Submit), |w| w.reread, Some(|w| w.f_reread)),
    row(Scope::QuizDone, &[Key::ch('a')], quiz(quiz::Action::Again), |w| w.again, Some(|w| w.f_again)),
    row(Scope::QuizDone, &[PAGE_DOWN, Key::ch('d'), Key::ctrl('d')], quiz(quiz::Action::Half(1)), |w| w.half_down, None),
    row(Scope::QuizDone, &[PAGE_UP, Key::ch('u'), Key::ctrl('u')], quiz(quiz::Action::Half(-1)), |w| w.half_up, None),
    row(Scope::QuizDone, &[ESC], quiz(quiz::Action::Leave), |w| w.leave_quiz, Some(|w| w.f_leave)),

    row(Scope::Always, &[Key::ctrl('c')], Action::Quit, |w| w.quit, None),
    row(Scope::Always, &[Key::ctrl('z')], Action::Suspend, |w| w.suspend, None),
    row(Scope::Always, &[Key::ctrl('l')], Action::Redraw, |w| w.redraw, None),
];
