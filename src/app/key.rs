//! What comes from the terminal, in words of our own: keys, the mouse, pasted text, a new size.
//!
//! Every key has one spelling (`j`, `ctrl-d`, `s-tab`, `pgdn`), which is what the footer, the help
//! and the tests use.

use std::fmt;
use std::str::FromStr;

use super::settings::SymbolSet;

/// Something the learner did, or the terminal told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key was pressed.
    Key(Key),
    /// The mouse was used.
    Mouse(Mouse),
    /// Text was pasted.
    Paste(String),
    /// The terminal has this size now.
    Resize(Size),
    /// The terminal told its background colour.
    Background(Shade),
}

/// A size in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Size {
    /// A size of so many columns and rows.
    pub const fn new(width: u16, height: u16) -> Size {
        Size { width, height }
    }
}

/// Whether a background is dark or light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shade {
    /// Light text is read well on it.
    #[default]
    Dark,
    /// Dark text is read well on it.
    Light,
}

/// A key with the modifiers that were held. Shift is part of a character, not a modifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Control was held.
    pub ctrl: bool,
    /// Alt (or Option, or Meta) was held.
    pub alt: bool,
    /// Shift was held; only for keys that are not characters.
    pub shift: bool,
}

/// Which key was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those on the keys")]
pub enum Code {
    Char(char),
    F(u8),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
}

/// The keys that have a name, with the name.
const NAMED: &[(Code, &str)] = &[
    (Code::Enter, "enter"),
    (Code::Esc, "esc"),
    (Code::Tab, "tab"),
    (Code::Char(' '), "space"),
    (Code::Backspace, "backspace"),
    (Code::Delete, "del"),
    (Code::Insert, "ins"),
    (Code::Up, "up"),
    (Code::Down, "down"),
    (Code::Left, "left"),
    (Code::Right, "right"),
    (Code::Home, "home"),
    (Code::End, "end"),
    (Code::PageUp, "pgup"),
    (Code::PageDown, "pgdn"),
];

impl Key {
    /// A key without modifiers.
    pub const fn plain(code: Code) -> Key {
        Key { code, ctrl: false, alt: false, shift: false }
    }

    /// A character.
    pub const fn ch(c: char) -> Key {
        Key::plain(Code::Char(c))
    }

    /// A character with control held.
    pub const fn ctrl(c: char) -> Key {
        Key { code: Code::Char(c), ctrl: true, alt: false, shift: false }
    }

    /// A key with alt held.
    pub const fn alt(code: Code) -> Key {
        Key { code, ctrl: false, alt: true, shift: false }
    }

    /// A key that is not a character, with shift held.
    pub const fn shift(code: Code) -> Key {
        Key { code, ctrl: false, alt: false, shift: true }
    }

    /// As it is shown: arrows as arrows, where they can be.
    pub fn sign(self, symbols: SymbolSet) -> String {
        let name = self.to_string();
        if symbols == SymbolSet::Ascii {
            return name;
        }
        let arrow = match self.code {
            Code::Up => ("up", "↑"),
            Code::Down => ("down", "↓"),
            Code::Left => ("left", "←"),
            Code::Right => ("right", "→"),
            _ => return name,
        };
        name.replace(arrow.0, arrow.1)
    }

    /// The character that this key types, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// The key at the same place of the keyboard when a Hangul layout (Dubeolsik) is on, so that
    /// `ㅓ` scrolls as `j` does. Any other key stays what it is.
    pub fn without_hangul(self) -> Key {
        const JAMO: &str = "ㅂqㅈwㄷeㄱrㅅtㅛyㅕuㅑiㅐoㅔpㅁaㄴsㅇdㄹfㅎgㅗhㅓjㅏkㅣlㅋzㅌxㅊcㅍvㅠbㅜnㅡm\
                            ㅃQㅉWㄸEㄲRㅆTㅒOㅖP";
        let Code::Char(c) = self.code else { return self };
        if !('ㄱ'..='ㅣ').contains(&c) {
            return self;
        }
        let latin = JAMO.chars().skip_while(|jamo| *jamo != c).nth(1);
        Key { code: Code::Char(latin.unwrap_or(c)), ..self }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let modifiers = [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "s-")];
        for (_, name) in modifiers.iter().filter(|(held, _)| *held) {
            f.write_str(name)?;
        }
        match self.code {
            Code::F(n) => write!(f, "f{n}"),
            code => match NAMED.iter().find(|(named, _)| *named == code) {
                Some((_, name)) => f.write_str(name),
                None => match code {
                    Code::Char(c) => write!(f, "{c}"),
                    other => write!(f, "{other:?}"),
                },
            },
        }
    }
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Key, String> {
        let mut key = Key::plain(Code::Esc);
        let mut rest = text;
        loop {
            if let Some(after) = rest.strip_prefix("ctrl-") {
                (key.ctrl, rest) = (true, after);
            } else if let Some(after) = rest.strip_prefix("alt-") {
                (key.alt, rest) = (true, after);
            } else if let Some(after) = rest.strip_prefix("s-").filter(|after| !after.is_empty()) {
                (key.shift, rest) = (true, after);
            } else {
                break;
            }
        }
        let mut characters = rest.chars();
        key.code = match (characters.next(), characters.next()) {
            (Some(c), None) => Code::Char(c),
            _ => match NAMED.iter().find(|(_, name)| *name == rest) {
                Some((code, _)) => *code,
                None => rest
                    .strip_prefix('f')
                    .and_then(|number| number.parse().ok())
                    .map(Code::F)
                    .ok_or_else(|| format!("no such key: `{text}`"))?,
            },
        };
        Ok(key)
    }
}

/// One use of the mouse, at a cell counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    /// What was done.
    pub kind: MouseKind,
    /// Column, from 0.
    pub x: u16,
    /// Row, from 0.
    pub y: u16,
}

/// What was done with the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseKind {
    /// The left button went down.
    Press,
    /// The mouse moved with the left button held.
    Drag,
    /// The left button was let go.
    Release,
    /// The wheel turned up (away from the hand).
    WheelUp,
    /// The wheel turned down.
    WheelDown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read_back_from_its_spelling() {
        let codes = NAMED
            .iter()
            .map(|(code, _)| *code)
            .chain((1..=12).map(Code::F))
            .chain("jG/?<>-[s한é".chars().map(Code::Char));
        for code in codes {
            for bits in 0..8u8 {
                let key =
                    Key { code, ctrl: bits & 1 != 0, alt: bits & 2 != 0, shift: bits & 4 != 0 };
                assert_eq!(key.to_string().parse(), Ok(key), "{key}");
            }
        }
        assert!("nonsense".parse::<Key>().is_err());
    }

    #[test]
    fn a_hangul_layout_still_presses_the_same_keys() {
        assert_eq!(Key::ch('ㅓ').without_hangul(), Key::ch('j'));
        assert_eq!(Key::ch('ㅔ').without_hangul(), Key::ch('p'));
        assert_eq!(Key::ch('ㅃ').without_hangul(), Key::ch('Q'));
        assert_eq!(Key::ch('한').without_hangul(), Key::ch('한'));
        assert_eq!(Key::plain(Code::Up).without_hangul(), Key::plain(Code::Up));
    }
}
