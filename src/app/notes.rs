//! The learner's notes on a lesson, while they are being written.

use ratatui::style::{Modifier, Style};
use tui_textarea::{Input as AreaInput, Key as AreaKey, TextArea, WrapMode};

use super::key::{Code, Key};
use crate::course::LessonId;

/// Notes being written.
#[derive(Debug, Clone)]
pub struct Notes {
    /// On which lesson.
    pub lesson: LessonId,
    /// The text.
    pub area: TextArea<'static>,
    before: String,
}

impl Notes {
    /// Opens the notes on a lesson.
    pub fn on(lesson: LessonId, text: &str) -> Notes {
        let mut area = TextArea::from(text.lines());
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        area.set_cursor_line_style(Style::new());
        area.set_cursor_style(Style::new().add_modifier(Modifier::REVERSED));
        area.move_cursor(tui_textarea::CursorMove::Bottom);
        area.move_cursor(tui_textarea::CursorMove::End);
        Notes { lesson, area, before: text.to_owned() }
    }

    /// The text as it stands.
    pub fn text(&self) -> String {
        self.area.lines().join("\n").trim_end().to_owned()
    }

    /// Whether the text differs from what it was.
    pub fn is_changed(&self) -> bool {
        self.text() != self.before.trim_end()
    }

    /// Takes a key.
    pub fn key(&mut self, key: Key) {
        self.area.input(area_input(key));
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let clean: String =
            text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        self.area.insert_str(clean);
    }
}

/// A key as a text area takes it.
pub(super) fn area_input(key: Key) -> AreaInput {
    AreaInput { key: area_key(key.code), ctrl: key.ctrl, alt: key.alt, shift: key.shift }
}

fn area_key(code: Code) -> AreaKey {
    match code {
        Code::Char(c) => AreaKey::Char(c),
        Code::F(n) => AreaKey::F(n),
        Code::Enter => AreaKey::Enter,
        Code::Esc => AreaKey::Esc,
        Code::Tab => AreaKey::Tab,
        Code::Backspace => AreaKey::Backspace,
        Code::Delete => AreaKey::Delete,
        Code::Insert => AreaKey::Null,
        Code::Up => AreaKey::Up,
        Code::Down => AreaKey::Down,
        Code::Left => AreaKey::Left,
        Code::Right => AreaKey::Right,
        Code::Home => AreaKey::Home,
        Code::End => AreaKey::End,
        Code::PageUp => AreaKey::PageUp,
        Code::PageDown => AreaKey::PageDown,
    }
}
