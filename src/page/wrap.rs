//! Wrapping: where a line of running text may end, in the scripts that our readers read.
//!
//! UAX #14 says where a line may end; on top of it, Latin words and addresses stay whole up to the
//! width of the page, and so do Korean ones (a line ends between 어절), while Chinese and Japanese
//! break between characters, with the punctuation rules that UAX #14 has for them.

use unicode_linebreak::{BreakOpportunity, linebreaks};

use super::block::Run;
use super::line::Span;
use super::text;

/// Whether a character is written without spaces between words: Han, Kana, and their punctuation.
pub(super) fn is_han_or_kana(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{312f}' | '\u{3190}'..='\u{33ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff01}'..='\u{ff9f}' | '\u{20000}'..='\u{3fffd}')
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7ff}')
}

/// Whether a line may end between these two characters, where UAX #14 allows it.
fn may_end(before: char, after: char) -> bool {
    if before.is_whitespace() {
        return true;
    }
    if is_hangul(before) || is_hangul(after) {
        return false;
    }
    is_han_or_kana(before)
        || is_han_or_kana(after)
        || (matches!(before, '-' | '–' | '—' | '·') && after.is_alphabetic())
}

/// One wrapped line of spans.
pub(super) type Wrapped = Vec<Span>;

/// The texts of all runs behind one another, and where each begins.
struct Flow<'a> {
    runs: &'a [Run],
    text: String,
    starts: Vec<usize>,
}

impl<'a> Flow<'a> {
    fn new(runs: &'a [Run]) -> Flow<'a> {
        let mut text = String::with_capacity(runs.iter().map(|run| run.text.len()).sum());
        let mut starts = Vec::with_capacity(runs.len());
        for run in runs {
            starts.push(text.len());
            text.push_str(&run.text);
        }
        Flow { runs, text, starts }
    }

    fn run_at(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    fn end_of(&self, run: usize) -> usize {
        self.starts[run] + self.runs[run].text.len()
    }

    /// Parts of the range that lie in one run each: what is drawn together is measured together.
    fn parts(&self, from: usize, to: usize) -> impl Iterator<Item = (usize, usize, usize)> {
        let first = self.run_at(from);
        (first..self.runs.len())
            .take_while(move |run| self.starts[*run] < to)
            .map(move |run| (run, self.starts[run].max(from), self.end_of(run).min(to)))
            .filter(|(_, from, to)| from < to)
    }

    fn width(&self, from: usize, to: usize) -> usize {
        self.parts(from, to).map(|(_, from, to)| text::width(&self.text[from..to])).sum()
    }

    /// Where lines may and must end: offset, must.
    fn ends(&self) -> Vec<(usize, bool)> {
        let mut ends: Vec<(usize, bool)> = if self.text.is_ascii() {
            self.ascii_ends()
        } else {
            linebreaks(&self.text)
                .filter(|(at, kind)| {
                    *kind == BreakOpportunity::Mandatory && *at == self.text.len()
                        || self.allows(*at)
                })
                .map(|(at, _)| (at, false))
                .collect()
        };
        if ends.last().is_none_or(|(at, _)| *at != self.text.len()) {
            ends.push((self.text.len(), false));
        }
        for index in (0..self.runs.len()).filter(|index| self.runs[*index].breaks) {
            let at = self.end_of(index);
            match ends.binary_search_by_key(&at, |(end, _)| *end) {
                // Several breaks may stand at one place: each ends a line.
                Ok(found) if !ends[found].1 => ends[found].1 = true,
                Ok(found) | Err(found) => ends.insert(found, (at, true)),
            }
        }
        ends
    }

    /// The same rules for text that has no other break than after a space or a hyphen.
    fn ascii_ends(&self) -> Vec<(usize, bool)> {
        let bytes = self.text.as_bytes();
        let mut ends = Vec::new();
        for at in 1..bytes.len() {
            let (before, after) = (bytes[at - 1], bytes[at]);
            let ends_here = match before {
                b' ' => after != b' ',
                b'-' => {
                    after.is_ascii_alphabetic() && at > 1 && bytes[at - 2].is_ascii_alphanumeric()
                }
                _ => false,
            };
            if ends_here && !self.inside_whole(at) {
                ends.push((at, false));
            }
        }
        ends
    }

    fn allows(&self, at: usize) -> bool {
        let before = self.text[..at].chars().next_back();
        let after = self.text[at..].chars().next();
        let (Some(before), Some(after)) = (before, after) else { return false };
        let hyphen_in_word = before != '-' || {
            let ahead = self.text[..at - 1].chars().next_back();
            ahead.is_some_and(char::is_alphanumeric)
        };
        may_end(before, after) && hyphen_in_word && !self.inside_whole(at)
    }

    fn inside_whole(&self, at: usize) -> bool {
        let run = self.run_at(at);
        self.runs[run].whole && self.starts[run] < at
    }

    fn span(&self, run: usize, from: usize, to: usize) -> Span {
        let Run { role, marks, link, source, .. } = &self.runs[run];
        let within = from - self.starts[run]..to - self.starts[run];
        let source = source.as_ref().map(|source| {
            if source.len() == self.runs[run].text.len() {
                source.start + within.start..source.start + within.end
            } else {
                source.clone()
            }
        });
        let text = self.text[from..to].to_owned();
        Span { text, role: *role, marks: *marks, link: link.clone(), source }
    }

    fn line(&self, from: usize, to: usize) -> Wrapped {
        self.parts(from, to).map(|(run, from, to)| self.span(run, from, to)).collect()
    }
}

/// Wraps runs to lines no wider than `width` (at least 1). Text always gives at least one line.
pub(super) fn wrap(runs: &[Run], width: usize) -> Vec<Wrapped> {
    let width = width.max(1);
    let flow = Flow::new(runs);
    let mut lines = Vec::new();
    let (mut start, mut end, mut used) = (0, 0, 0);
    // Spaces after the last word of the line: they count only when a word follows.
    let mut spaces = 0;
    let mut from = 0;
    for (to, must) in flow.ends() {
        let word_end = from + flow.text[from..to].trim_end_matches(' ').len();
        let word = flow.width(from, word_end);
        if word > 0 || word_end > from {
            if used + spaces + word > width && used > 0 {
                lines.push(flow.line(start, end));
                (start, used, spaces) = (from, 0, 0);
            }
            if used == 0 && spaces == 0 && word > width {
                let rest = break_word(&flow, from, word_end, width, &mut lines);
                start = rest;
                used = flow.width(rest, word_end);
            } else {
                used += spaces + word;
            }
            end = word_end;
            spaces = to - word_end;
        } else {
            spaces += to - from;
            if used == 0 {
                // Nothing but spaces so far: a line never begins with them.
                (start, end, spaces) = (to, to, 0);
            }
        }
        if must {
            lines.push(flow.line(start, end));
            (start, end, used, spaces) = (to, to, 0, 0);
        }
        from = to;
    }
    if end > start {
        lines.push(flow.line(start, end));
    }
    for line in &mut lines {
        replace_too_wide(line, width);
    }
    lines
}

/// Breaks what no line can hold: at its spaces if it has some, else between characters. All lines
/// but the last are pushed; returns where the last begins.
fn break_word(
    flow: &Flow<'_>,
    from: usize,
    to: usize,
    width: usize,
    lines: &mut Vec<Wrapped>,
) -> usize {
    let mut start = from;
    let mut used = 0;
    let mut space = None;
    for (_, part, part_end) in flow.parts(from, to) {
        for (at, cluster) in text::clusters(&flow.text[part..part_end]) {
            let at = part + at;
            let wide = text::width(cluster);
            if used + wide > width && used > 0 {
                let next = space.take().unwrap_or(at);
                lines.push(flow.line(start, next));
                start = next;
                used = flow.width(start, at);
            }
            used += wide;
            if cluster == " " && at > start {
                space = Some(at + 1);
            }
        }
    }
    start
}

/// A character that is wider than the whole page is shown as a box.
fn replace_too_wide(line: &mut [Span], width: usize) {
    if width >= 2 && line.iter().map(Span::width).sum::<usize>() <= width {
        return;
    }
    for span in line {
        if text::clusters(&span.text).any(|(_, cluster)| text::width(cluster) > width) {
            span.text = text::clusters(&span.text)
                .map(|(_, cluster)| if text::width(cluster) > width { "□" } else { cluster })
                .collect();
        }
    }
}

/// The width of the widest line if nothing wraps, and of the widest piece that may not be broken.
pub(super) fn widths(runs: &[Run]) -> (usize, usize) {
    let flow = Flow::new(runs);
    let (mut natural, mut least, mut line, mut from) = (0, 0, 0, 0);
    for (to, must) in flow.ends() {
        let word_end = from + flow.text[from..to].trim_end_matches(' ').len();
        least = least.max(flow.width(from, word_end));
        natural = natural.max(line + flow.width(from, word_end));
        line += flow.width(from, to);
        if must {
            line = 0;
        }
        from = to;
    }
    (natural, least)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, width: usize) -> Vec<String> {
        let run = Run { text: text.to_owned(), source: Some(0..text.len()), ..Run::default() };
        wrap(&[run], width)
            .into_iter()
            .map(|line| line.into_iter().map(|span| span.text).collect())
            .collect()
    }

    #[test]
    fn english_breaks_between_words_and_after_hyphens() {
        assert_eq!(wrapped("a dead-letter queue", 8), ["a dead-", "letter", "queue"]);
        assert_eq!(wrapped("use --no-color now", 8), ["use", "--no-", "color", "now"]);
    }

    #[test]
    fn korean_breaks_between_words_and_inside_only_when_one_does_not_fit() {
        assert_eq!(
            wrapped("메시지를 받으면 SQS는 숨깁니다.", 12),
            ["메시지를", "받으면 SQS는", "숨깁니다."]
        );
        assert_eq!(wrapped("가시성타임아웃", 6), ["가시성", "타임아", "웃"]);
    }

    #[test]
    fn japanese_breaks_between_characters_but_never_before_a_full_stop() {
        assert_eq!(wrapped("遅延キューです。次", 8), ["遅延", "キューで", "す。次"]);
        assert_eq!(wrapped("一二三四。", 8), ["一二三", "四。"]);
    }

    #[test]
    fn an_address_is_broken_only_when_it_is_wider_than_the_page() {
        assert_eq!(wrapped("see https://a.io/b/c ok", 15), ["see", "https://a.io/b/", "c ok"]);
        assert_eq!(wrapped("see https://a.io/b/c ok", 16), ["see", "https://a.io/b/c", "ok"]);
    }

    #[test]
    fn inline_code_stays_on_one_line_until_it_is_wider_than_the_page() {
        let run = |text: &str, whole| Run { text: text.to_owned(), whole, ..Run::default() };
        let runs = [run("run ", false), run("aws sqs x", true), run(" now", false)];
        let lines = |width| -> Vec<String> {
            wrap(&runs, width)
                .into_iter()
                .map(|line| line.into_iter().map(|span| span.text).collect())
                .collect()
        };
        assert_eq!(lines(11), ["run", "aws sqs x", "now"]);
        assert_eq!(lines(8), ["run", "aws sqs ", "x now"]);
    }
}
