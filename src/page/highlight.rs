//! Highlighting: one small lexer, driven by a row of a table for each language.

use std::ops::Range;

use super::line::Token;

mod languages;

use languages::{Keys, LANGUAGES, Language, Quoted};

/// The pieces of a line that are more than plain code, from left to right.
pub(super) type Tokens = Vec<(Range<usize>, Token)>;

/// Finds the tokens of each line. A language that has no row gives none.
pub(super) fn highlight(name: &str, lines: &[&str]) -> Vec<Tokens> {
    let name = name.to_ascii_lowercase();
    if languages::TRANSCRIPTS.contains(&name.as_str()) {
        return transcript(lines);
    }
    let Some(language) = find(&name) else { return vec![Tokens::new(); lines.len()] };
    let mut lexer = Lexer::new(language);
    lines.iter().map(|line| lexer.line(line, 0)).collect()
}

fn find(name: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.names.contains(&name))
}

/// Commands behind a prompt, and what they printed.
fn transcript(lines: &[&str]) -> Vec<Tokens> {
    let shell = find("sh").expect("the table has a row for the shell");
    let mut lexer = Lexer::new(shell);
    let mut goes_on = false;
    lines
        .iter()
        .map(|line| {
            let prompt = ["$ ", "% ", "aws> "].iter().find(|prompt| line.starts_with(**prompt));
            let prompt = prompt.map_or(0, |prompt| prompt.len());
            if prompt == 0 && !goes_on {
                return if line.is_empty() {
                    Tokens::new()
                } else {
                    vec![(0..line.len(), Token::Output)]
                };
            }
            if !goes_on {
                lexer = Lexer::new(shell);
            }
            let continued = if goes_on && line.starts_with("> ") { 2 } else { 0 };
            let start = if goes_on { continued } else { prompt };
            let mut tokens = Tokens::new();
            if start > 0 {
                tokens.push((0..start - 1, Token::Prompt));
            }
            tokens.extend(lexer.line(line, start));
            goes_on = line.ends_with('\\') || matches!(lexer.inside, Inside::String(_));
            tokens
        })
        .collect()
}

/// What a line begins in.
#[derive(Clone, Copy)]
enum Inside {
    Code,
    Comment,
    String(&'static Quoted),
}

struct Lexer {
    language: &'static Language,
    inside: Inside,
}

impl Lexer {
    fn new(language: &'static Language) -> Lexer {
        Lexer { language, inside: Inside::Code }
    }

    fn line(&mut self, line: &str, from: usize) -> Tokens {
        let mut tokens = Tokens::new();
        let mut at = from;
        if let Inside::Code = self.inside
            && let Some((key, end)) = self.key(line, from)
        {
            tokens.push((key, Token::Key));
            at = end;
        }
        while at < line.len() {
            let (end, token) = self.next(line, at);
            if let Some(token) = token {
                tokens.push((at..end, token));
            }
            at = end;
        }
        tokens
    }

    /// The key at the start of a line of a configuration file.
    fn key(&self, line: &str, from: usize) -> Option<(Range<usize>, usize)> {
        let separator = match self.language.keys {
            Keys::Colon => ':',
            Keys::Equals => '=',
            Keys::Quoted | Keys::None => return None,
        };
        let mut start = from + line[from..].len() - line[from..].trim_start().len();
        while line[start..].starts_with("- ") {
            start += 2;
            start += line[start..].len() - line[start..].trim_start().len();
        }
        let found = start + line[start..].find(separator)?;
        let key = line[start..found].trim_end();
        let after = line[found + 1..].chars().next();
        let plain = key.chars().all(|c| c.is_alphanumeric() || "_-./ \"'*".contains(c));
        let parted = separator == '=' || after.is_none_or(char::is_whitespace);
        (!key.is_empty() && plain && parted).then(|| (start..start + key.len(), found))
    }

    /// The token that begins at `at`, and where it ends.
    fn next(&mut self, line: &str, at: usize) -> (usize, Option<Token>) {
        let rest = &line[at..];
        match self.inside {
            Inside::Comment => {
                let close = self.language.block_comment.map_or("", |(_, close)| close);
                let found = rest.find(close).map(|found| at + found + close.len());
                if found.is_some() {
                    self.inside = Inside::Code;
                }
                (found.unwrap_or(line.len()), Some(Token::Comment))
            }
            Inside::String(quoted) => (self.string(line, at, quoted), Some(Token::String)),
            Inside::Code => self.code(line, at, rest),
        }
    }

    fn code(&mut self, line: &str, at: usize, rest: &str) -> (usize, Option<Token>) {
        let language = self.language;
        let first = rest.chars().next().unwrap_or(' ');
        let before = line[..at].chars().next_back();
        let starts_word = before.is_none_or(|c| !is_word(c));
        if language.line_comments.iter().any(|mark| {
            rest.starts_with(mark) && (*mark != "#" || before.is_none_or(char::is_whitespace))
        }) {
            return (line.len(), Some(Token::Comment));
        }
        if let Some((open, _)) = language.block_comment
            && rest.starts_with(open)
        {
            self.inside = Inside::Comment;
            return (at + open.len(), Some(Token::Comment));
        }
        if let Some(quoted) = language.strings.iter().find(|quoted| rest.starts_with(quoted.open))
            && (!quoted.character || is_character(rest))
        {
            self.inside = Inside::String(quoted);
            let end = self.string(line, at + quoted.open.len(), quoted);
            let is_key =
                matches!(language.keys, Keys::Quoted) && line[end..].trim_start().starts_with(':');
            return (end, Some(if is_key { Token::Key } else { Token::String }));
        }
        if language.shell && first == '$' {
            let name = rest[1..].find(|c: char| !is_word(c) && !"{}".contains(c));
            return (name.map_or(line.len(), |name| at + 1 + name), Some(Token::Variable));
        }
        if language.shell && first == '-' && before.is_none_or(char::is_whitespace) {
            let end = rest.find(|c: char| c.is_whitespace() || c == '=');
            return (end.map_or(line.len(), |end| at + end), Some(Token::Key));
        }
        if language.attributes.is_some_and(|mark| rest.starts_with(mark)) && starts_word {
            let mark = language.attributes.map_or(0, str::len);
            let end = rest[mark..].find(|c: char| !is_word(c) && c != '.');
            return (end.map_or(line.len(), |end| at + mark + end), Some(Token::Key));
        }
        if first.is_ascii_digit() && starts_word {
            let end = rest.find(|c: char| !is_word(c) && c != '.').unwrap_or(rest.len());
            return (at + end, Some(Token::Number));
        }
        if first.is_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            return (at + end, language.word(&rest[..end], &rest[end..]));
        }
        let end = at + first.len_utf8();
        (end, (first.is_ascii_punctuation() && !language.shell).then_some(Token::Punctuation))
    }

    /// Where a string that is open at `at` ends on this line.
    fn string(&mut self, line: &str, at: usize, quoted: &'static Quoted) -> usize {
        let mut chars = line[at..].char_indices();
        while let Some((offset, c)) = chars.next() {
            if quoted.escapes && c == '\\' {
                chars.next();
            } else if line[at + offset..].starts_with(quoted.close) {
                self.inside = Inside::Code;
                return at + offset + quoted.close.len();
            }
        }
        if !quoted.over_lines {
            self.inside = Inside::Code;
        }
        line.len()
    }
}

impl Language {
    fn word(&self, word: &str, after: &str) -> Option<Token> {
        let lower;
        let known = if self.ignores_case {
            lower = word.to_ascii_lowercase();
            lower.as_str()
        } else {
            word
        };
        let listed = |words: &[&str]| words.contains(&known);
        if listed(self.keywords) {
            Some(Token::Keyword)
        } else if listed(self.constants) {
            Some(Token::Constant)
        } else if listed(self.types)
            || (self.capitals_are_types && word.starts_with(char::is_uppercase))
        {
            Some(Token::Type)
        } else if self.calls && (after.starts_with('(') || after.starts_with("!(")) {
            Some(Token::Function)
        } else {
            None
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether `'…` is a character and not a lifetime.
fn is_character(rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    match chars.next() {
        Some('\\') => true,
        Some(_) => chars.next() == Some('\''),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str, text: &str) -> Vec<(String, Token)> {
        let lines: Vec<&str> = text.lines().collect();
        highlight(name, &lines)
            .into_iter()
            .zip(&lines)
            .flat_map(|(tokens, line)| {
                tokens
                    .into_iter()
                    .filter(|(_, token)| *token != Token::Punctuation)
                    .map(|(range, token)| (line[range].to_owned(), token))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    fn is(text: &str, token: Token) -> (String, Token) {
        (text.to_owned(), token)
    }

    #[test]
    fn a_transcript_tells_prompt_command_and_output_apart() {
        assert_eq!(
            shown("console", "$ aws sqs send-message \\\n    --queue-url \"$URL\"\n{\"a\": 1}"),
            [
                is("$", Token::Prompt),
                is("--queue-url", Token::Key),
                is("\"$URL\"", Token::String),
                is("{\"a\": 1}", Token::Output),
            ]
        );
    }

    #[test]
    fn keys_of_json_yaml_and_toml_are_keys() {
        assert_eq!(
            shown("json", "{\"a\": [1, true]}"),
            [is("\"a\"", Token::Key), is("1", Token::Number), is("true", Token::Constant)]
        );
        assert_eq!(
            shown("yaml", "- name: x # c"),
            [is("name", Token::Key), is("# c", Token::Comment)]
        );
        assert_eq!(shown("toml", "a.b = 'x'"), [is("a.b", Token::Key), is("'x'", Token::String)]);
    }

    #[test]
    fn strings_and_comments_run_over_lines_where_the_language_says_so() {
        assert_eq!(
            shown("python", "x = \"\"\"a\nb\"\"\" # c"),
            [is("\"\"\"a", Token::String), is("b\"\"\"", Token::String), is("# c", Token::Comment)]
        );
        assert_eq!(
            shown("rust", "/* a\nb */ fn f<'a>(c: char) { 'x' }"),
            [
                is("/*", Token::Comment),
                is(" a", Token::Comment),
                is("b */", Token::Comment),
                is("fn", Token::Keyword),
                is("char", Token::Type),
                is("'x'", Token::String),
            ]
        );
        assert_eq!(shown("sql", "SELECT 'a' -- c").first(), Some(&is("SELECT", Token::Keyword)));
    }

    #[test]
    fn every_language_has_names_of_its_own() {
        let mut names: Vec<&str> =
            LANGUAGES.iter().flat_map(|language| language.names.iter().copied()).collect();
        names.extend(languages::TRANSCRIPTS);
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
