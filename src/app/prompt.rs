//! One line of text being typed, with a cursor.

use unicode_segmentation::UnicodeSegmentation;

use super::key::{Code, Key};

/// One line of text being typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prompt {
    text: String,
    /// Byte offset of the cursor, at a grapheme's edge.
    cursor: usize,
}

impl Prompt {
    /// A prompt that holds `text`, with the cursor after it.
    pub fn with(text: impl Into<String>) -> Prompt {
        let text = text.into();
        Prompt { cursor: text.len(), text }
    }

    /// What has been typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What stands before the cursor.
    pub fn before_cursor(&self) -> &str {
        &self.text[..self.cursor]
    }

    /// Takes a key that edits; says whether the text changed.
    pub fn key(&mut self, key: Key) -> bool {
        match (key.code, key.ctrl, key.alt) {
            (Code::Char(c), false, false) => self.insert(&c.to_string()),
            (Code::Backspace, false, false) | (Code::Char('h'), true, false) => {
                let from = self.left();
                self.cut(from, self.cursor)
            }
            (Code::Delete, ..) => self.cut(self.cursor, self.right()),
            (Code::Char('w'), true, _) | (Code::Backspace, ..) => {
                let from = self.word_left();
                self.cut(from, self.cursor)
            }
            (Code::Char('u'), true, _) => self.cut(0, self.cursor),
            (Code::Char('k'), true, _) => self.cut(self.cursor, self.text.len()),
            (Code::Left, ..) => self.go(self.left()),
            (Code::Right, ..) => self.go(self.right()),
            (Code::Home, ..) | (Code::Char('a'), true, _) => self.go(0),
            (Code::End, ..) | (Code::Char('e'), true, _) => self.go(self.text.len()),
            _ => false,
        }
    }

    /// Puts text in at the cursor; line breaks and other control characters become blanks.
    pub fn insert(&mut self, text: &str) -> bool {
        let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.text.insert_str(self.cursor, &clean);
        self.cursor += clean.len();
        !clean.is_empty()
    }

    fn go(&mut self, to: usize) -> bool {
        self.cursor = to;
        false
    }

    fn cut(&mut self, from: usize, to: usize) -> bool {
        self.text.replace_range(from..to, "");
        self.cursor = from;
        from < to
    }

    fn left(&self) -> usize {
        self.before_cursor().grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn right(&self) -> usize {
        let rest = &self.text[self.cursor..];
        self.cursor + rest.graphemes(true).next().map_or(0, str::len)
    }

    fn word_left(&self) -> usize {
        let trimmed = self.before_cursor().trim_end();
        trimmed
            .rfind(char::is_whitespace)
            .map_or(0, |at| at + trimmed[at..].chars().next().map_or(0, char::len_utf8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &str) -> Prompt {
        let mut prompt = Prompt::default();
        for key in keys.split(' ') {
            prompt.key(key.parse().expect("a key"));
        }
        prompt
    }

    #[test]
    fn keys_edit_whole_graphemes() {
        assert_eq!(typed("a 한 글 backspace b").text(), "a한b");
        assert_eq!(typed("a b left left c").text(), "cab");
        assert_eq!(typed("a space b c ctrl-w d").text(), "a d");
        assert_eq!(typed("a b c home del").text(), "bc");
        assert_eq!(typed("a b c left ctrl-u").text(), "c");
        let mut family = Prompt::with("👨‍👩‍👧");
        family.key(Key::plain(Code::Backspace));
        assert_eq!(family.text(), "");
    }

    #[test]
    fn pasted_line_breaks_become_blanks() {
        let mut prompt = Prompt::with("x");
        prompt.insert("a\nb\u{1b}c");
        assert_eq!(prompt.text(), "xa b c");
    }
}
