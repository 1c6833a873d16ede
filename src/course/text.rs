//! A chapter's text with its directives expanded, and the way back to the files it came from.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::directive::{self, Kind};

/// A text put together from pieces of files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    text: String,
    files: Vec<String>,
    pieces: Vec<Piece>,
    title: Option<String>,
}

/// A stretch of the text, up to where the next one starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    start: usize,
    file: usize,
    source: usize,
    /// How long the source is if the text was made for it; a copied piece is as long as its source.
    made_for: Option<usize>,
}

impl Text {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Gives the text away.
    pub fn into_string(self) -> String {
        self.text
    }

    /// What `{{#title …}}` says.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    pub(super) fn set_title(&mut self, title: Option<String>) {
        self.title = title;
    }

    /// The files that the text came from; the chapter's own is the first.
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// Where the bytes `range` of the text came from: a file, from the course's root, and a range
    /// in what [`read_text`](super::read_text) gives for it. Text that a directive made (the `# `
    /// before a hidden line) came from that directive.
    pub fn source(&self, range: Range<usize>) -> (&str, Range<usize>) {
        let (file, source) = self.place(range);
        (self.files.get(file).map_or("", String::as_str), source)
    }

    pub(super) fn place(&self, range: Range<usize>) -> (usize, Range<usize>) {
        let Some(first) = self.piece_at(range.start) else { return (0, 0..0) };
        let start = match first.made_for {
            None => first.source + (range.start - first.start),
            Some(_) => first.source,
        };
        // The last byte decides where the range ends, so that it does not reach into a next file.
        let end = if range.end > range.start {
            let last = self.piece_at(range.end - 1).unwrap_or(first);
            match last.made_for {
                _ if last.file != first.file => self.end_of(first, range.end),
                None => last.source + (range.end - last.start),
                Some(length) => last.source + length,
            }
        } else {
            start
        };
        (first.file, start..end.max(start))
    }

    fn piece_at(&self, offset: usize) -> Option<Piece> {
        let after = self.pieces.partition_point(|piece| piece.start <= offset);
        after.checked_sub(1).map(|index| self.pieces[index])
    }

    /// Where the source of `piece` ends, up to `limit` in the text.
    fn end_of(&self, piece: Piece, limit: usize) -> usize {
        let next = self.pieces.partition_point(|other| other.start <= piece.start);
        let end = self.pieces.get(next).map_or(limit, |next| next.start).min(limit);
        piece.source + piece.made_for.unwrap_or(end - piece.start)
    }

    /// The quizzes the text embeds outside of code and comments, in order: the path as it is
    /// written, and where.
    pub fn quizzes(&self) -> Vec<(&str, Range<usize>)> {
        if !self.text.contains("{{#quiz ") {
            return Vec::new();
        }
        let silent = silent_ranges(&self.text);
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(directive) = directive::find(&self.text, from) {
            from = directive.span.end;
            if let Kind::Quiz(path) = directive.kind
                && !silent.iter().any(|range| range.contains(&directive.span.start))
            {
                found.push((path, directive.span));
            }
        }
        found
    }

    /// The whole text of one file.
    pub(super) fn whole(files: Vec<String>, file: usize, text: String) -> Text {
        let pieces = vec![Piece { start: 0, file, source: 0, made_for: None }];
        Text { text, files, pieces, title: None }
    }

    pub(super) fn set_files(&mut self, files: Vec<String>) {
        self.files = files;
    }

    /// Adds the bytes `range` of `other`, with where they came from.
    pub(super) fn push(&mut self, other: &Text, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let mut index =
            other.pieces.partition_point(|piece| piece.start <= range.start).saturating_sub(1);
        while let Some(piece) = other.pieces.get(index).filter(|piece| piece.start < range.end) {
            let start = piece.start.max(range.start);
            let end = other.pieces.get(index + 1).map_or(other.text.len(), |next| next.start);
            let source = match piece.made_for {
                None => piece.source + (start - piece.start),
                Some(_) => piece.source,
            };
            self.begin(Piece { start: self.text.len(), source, ..*piece });
            self.text.push_str(&other.text[start..end.min(range.end)]);
            index += 1;
        }
    }

    /// Adds a text that was made for the place `source` in `file`.
    pub(super) fn push_made(&mut self, made: &str, (file, source): &(usize, Range<usize>)) {
        if !made.is_empty() {
            let made_for = Some(source.len());
            let start = self.text.len();
            self.begin(Piece { start, file: *file, source: source.start, made_for });
            self.text.push_str(made);
        }
    }

    /// Begins a piece, unless it only goes on where the last one ends.
    fn begin(&mut self, piece: Piece) {
        if let Some(last) = self.pieces.last() {
            let same_file = last.file == piece.file;
            let goes_on = match (last.made_for, piece.made_for) {
                (None, None) => last.source + (piece.start - last.start) == piece.source,
                (Some(a), Some(b)) => a == b && last.source == piece.source,
                _ => false,
            };
            if same_file && goes_on {
                return;
            }
        }
        self.pieces.push(piece);
    }
}

/// Where a quiz directive says nothing: in code and in comments.
pub(super) fn silent_ranges(text: &str) -> Vec<Range<usize>> {
    Parser::new(text)
        .into_offset_iter()
        .filter_map(|(event, range)| match event {
            Event::Code(_) | Event::Start(Tag::CodeBlock(_)) => Some(range),
            Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_)
                if text[range.clone()].starts_with("<!--") =>
            {
                Some(range)
            }
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quiz_counts_outside_of_code_and_comments_only() {
        let text = "\
{{#quiz ../quizzes/a.toml}}

Write `{{#quiz b.toml}}`, or

```
{{#quiz c.toml}}
```

    {{#quiz d.toml}}

<!-- {{#quiz e.toml}} -->

and {{#quiz f.toml}}, \\{{#quiz g.toml}}
";
        let text = Text::whole(vec!["a.md".into()], 0, text.to_owned());
        let paths: Vec<_> = text.quizzes().into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["../quizzes/a.toml", "f.toml"]);
    }

    #[test]
    fn pieces_lead_back_to_their_files() {
        let mut text = Text::default();
        let a = Text::whole(vec![], 0, "alpha beta".to_owned());
        let b = Text::whole(vec![], 1, "gamma".to_owned());
        text.push(&a, 0..6);
        text.push_made("# ", &(0, 6..10));
        text.push(&b, 1..5);
        text.push(&a, 6..10);
        text.set_files(vec!["a".into(), "b".into()]);
        assert_eq!(text.as_str(), "alpha # ammabeta");
        assert_eq!(text.source(0..5), ("a", 0..5));
        assert_eq!(text.source(6..8), ("a", 6..10));
        assert_eq!(text.source(8..10), ("b", 1..3));
        assert_eq!(text.source(9..14), ("b", 2..5), "not beyond its file");
        assert_eq!(text.source(12..16), ("a", 6..10));
        assert_eq!(text.source(99..99).0, "a");
    }
}
