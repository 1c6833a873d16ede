//! A command line as a POSIX shell splits it: words, quotes, `$NAME`, `$(…)`. Whatever would reach
//! beyond the model (pipes, files, other programs) is refused in words.

use super::Mistake;

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text as it is.
    Text(String),
    /// The value of a variable. Outside of double quotes it is split at blanks.
    Variable {
        /// Its name.
        name: String,
        /// Whether it stands within double quotes.
        quoted: bool,
    },
    /// The output of a command.
    Command {
        /// The command line within the parentheses.
        line: String,
        /// Whether it stands within double quotes.
        quoted: bool,
    },
}

/// One word of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word {
    /// Its parts, in order.
    pub pieces: Vec<Piece>,
}

impl Word {
    fn push(&mut self, c: char) {
        match self.pieces.last_mut() {
            Some(Piece::Text(text)) => text.push(c),
            _ => self.pieces.push(Piece::Text(c.to_string())),
        }
    }

    /// Makes sure that the word exists even if nothing is in it: `''`.
    fn touch(&mut self) {
        if self.pieces.is_empty() {
            self.pieces.push(Piece::Text(String::new()));
        }
    }

    /// `NAME=` at the beginning of the word: the name, and the word without it.
    pub fn assignment(&self) -> Option<(String, Word)> {
        let Some(Piece::Text(text)) = self.pieces.first() else { return None };
        let (name, rest) = text.split_once('=')?;
        let first = name.chars().next()?;
        let fits = (first.is_ascii_alphabetic() || first == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !fits {
            return None;
        }
        let mut pieces = self.pieces.clone();
        pieces[0] = Piece::Text(rest.to_owned());
        Some((name.to_owned(), Word { pieces }))
    }
}

/// The words of a line. A `#` at the start of a word begins a comment; a backslash before a line's end
/// joins two lines.
///
/// # Errors
/// A quotation mark or parenthesis that is not closed, and everything that only a shell could do.
pub fn split(line: &str) -> Result<Vec<Word>, Mistake> {
    let mut reader = Reader { rest: line };
    let mut words = Vec::new();
    let mut word = Word::default();
    while let Some(c) = reader.next() {
        match c {
            c if c.is_ascii_whitespace() => {
                if !word.pieces.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            '#' if word.pieces.is_empty() => {
                reader.skip_line();
            }
            '\'' => {
                word.touch();
                let inside = reader.until('\'')?;
                inside.chars().for_each(|c| word.push(c));
            }
            '"' => {
                word.touch();
                reader.double_quoted(&mut word)?;
            }
            '\\' => match reader.next() {
                Some('\n') | None => {}
                Some(c) => word.push(c),
            },
            '$' => reader.dollar(&mut word, false)?,
            '|' | '&' | ';' | '<' | '>' | '`' | '(' | ')' => return Err(Mistake::ShellOnly(c)),
            c => word.push(c),
        }
    }
    if !word.pieces.is_empty() {
        words.push(word);
    }
    Ok(words)
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn skip_line(&mut self) {
        self.rest = self.rest.find('\n').map_or("", |end| &self.rest[end..]);
    }

    fn until(&mut self, end: char) -> Result<&'a str, Mistake> {
        let at = self.rest.find(end).ok_or(Mistake::Unclosed(end))?;
        let inside = &self.rest[..at];
        self.rest = &self.rest[at + end.len_utf8()..];
        Ok(inside)
    }

    fn double_quoted(&mut self, word: &mut Word) -> Result<(), Mistake> {
        loop {
            match self.next().ok_or(Mistake::Unclosed('"'))? {
                '"' => return Ok(()),
                '\\' => match self.next() {
                    Some('\n') => {}
                    Some(c @ ('"' | '\\' | '$' | '`')) => word.push(c),
                    Some(c) => {
                        word.push('\\');
                        word.push(c);
                    }
                    None => return Err(Mistake::Unclosed('"')),
                },
                '`' => return Err(Mistake::ShellOnly('`')),
                '$' => self.dollar(word, true)?,
                c => word.push(c),
            }
        }
    }

    /// What follows a `$`.
    fn dollar(&mut self, word: &mut Word, quoted: bool) -> Result<(), Mistake> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        match self.rest.chars().next() {
            Some('(') => {
                self.next();
                let line = self.parenthesis()?;
                word.pieces.push(Piece::Command { line, quoted });
            }
            Some('{') => {
                self.next();
                let name = self.until('}')?;
                if name.is_empty() || !name.chars().all(is_name) {
                    return Err(Mistake::BadSubstitution(name.to_owned()));
                }
                word.pieces.push(Piece::Variable { name: name.to_owned(), quoted });
            }
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                let end = self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len());
                let name = self.rest[..end].to_owned();
                self.rest = &self.rest[end..];
                word.pieces.push(Piece::Variable { name, quoted });
            }
            _ => word.push('$'),
        }
        Ok(())
    }

    /// Everything up to the parenthesis that closes the one just read.
    fn parenthesis(&mut self) -> Result<String, Mistake> {
        let whole = self.rest;
        let mut depth = 1;
        let mut quote = None;
        while let Some(c) = self.next() {
            match (quote, c) {
                (None | Some('"'), '\\') => {
                    self.next();
                }
                (None, '\'' | '"') => quote = Some(c),
                (Some(open), c) if c == open => quote = None,
                (None, '(') => depth += 1,
                (None, ')') => {
                    depth -= 1;
                    if depth == 0 {
                        let length = whole.len() - self.rest.len() - 1;
                        return Ok(whole[..length].to_owned());
                    }
                }
                _ => {}
            }
        }
        Err(Mistake::Unclosed('('))
    }
}

/// A text as one word of a shell line.
pub fn quote(text: &str) -> String {
    shell_words::quote(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<String> {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Variable { name, quoted } => {
                format!("<{name}{}>", if *quoted { "!" } else { "" })
            }
            Piece::Command { line, .. } => format!("<<{line}>>"),
        };
        split(line).unwrap().iter().map(|word| word.pieces.iter().map(text).collect()).collect()
    }

    #[test]
    fn lines_split_as_a_shell_splits_them() {
        assert_eq!(texts(r#"a 'b c' "d \"e\" $F" g\ h"#), ["a", "b c", r#"d "e" <F!>"#, "g h"]);
        assert_eq!(texts("a \\\n  b # comment"), ["a", "b"]);
        assert_eq!(texts("'' \"\""), ["", ""]);
        assert_eq!(texts("a#b 'x'\\''y'"), ["a#b", "x'y"]);
        assert_eq!(
            texts("X=$(aws a --b 'c)' --d \"(\") ${Y}z"),
            ["X=<<aws a --b 'c)' --d \"(\">>", "<Y>z"]
        );
        assert_eq!(texts("cost: 5$"), ["cost:", "5$"]);
    }

    #[test]
    fn what_only_a_shell_can_do_is_refused() {
        for line in ["a | b", "a > f", "a && b", "a; b", "`a`", "a < f", "(a)"] {
            assert!(matches!(split(line), Err(Mistake::ShellOnly(_))), "{line}");
        }
        for line in ["'a", "\"a", "$(a", "${a"] {
            assert!(matches!(split(line), Err(Mistake::Unclosed(_))), "{line}");
        }
    }

    #[test]
    fn an_assignment_is_a_name_an_equals_sign_and_a_word() {
        let word = |line: &str| split(line).unwrap().remove(0);
        assert_eq!(word("URL=x=y").assignment(), Some(("URL".to_owned(), word("x=y"))));
        assert_eq!(word("--a=b").assignment(), None);
        assert_eq!(word("1A=b").assignment(), None);
    }
}
