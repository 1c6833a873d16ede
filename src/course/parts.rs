//! Takes parts of an included file: lines, or what stands between two anchors.

use std::ops::Range;

use super::directive::Part;
use super::text::Text;

type Place = (usize, Range<usize>);

/// The lines of `text` without their ends (`\n` or `\r\n`).
pub(super) fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let begin = start;
            start += line.len();
            let bare = line.strip_suffix('\n').unwrap_or(line);
            let bare = if bare.len() < line.len() {
                bare.strip_suffix('\r').unwrap_or(bare)
            } else {
                bare
            };
            begin..begin + bare.len()
        })
        .collect()
}

/// Adds `lines` of `from` with a line's end between them and `prefix` before all but the first.
/// What `from` does not have itself is made for `place`.
pub(super) fn push_lines(
    out: &mut Text,
    from: &Text,
    lines: &[Range<usize>],
    prefix: &str,
    place: &Place,
) {
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            // A line's own end is copied where there is one, so that pieces stay few.
            let end = lines[index - 1].end;
            if from.as_str()[end..].starts_with('\n') {
                out.push(from, end..end + 1);
            } else {
                out.push_made("\n", place);
            }
            out.push_made(prefix, place);
        }
        out.push(from, line.clone());
    }
}

/// The part of `file` that `part` names.
pub(super) fn taken(file: &Text, part: &Part<'_>, place: &Place) -> Text {
    let all = lines(file.as_str());
    let kept: Vec<_> = match part {
        Part::Lines(range) => {
            let start = range.start.min(all.len());
            all[start..range.end.clamp(start, all.len())].to_vec()
        }
        Part::Anchor(name) => anchored(file.as_str(), &all, name)
            .take_while(|(_, line)| *line != Line::After)
            .filter(|(_, line)| *line == Line::Inside)
            .map(|(range, _)| range)
            .collect(),
    };
    let mut out = Text::default();
    push_lines(&mut out, file, &kept, "", place);
    out
}

/// All of `file`, with `# ` before what `part` does not name: rustdoc hides such lines.
pub(super) fn rustdoc(file: &Text, part: &Part<'_>, place: &Place) -> Text {
    let all = lines(file.as_str());
    let shown: Vec<(Range<usize>, bool)> = match part {
        Part::Lines(range) => {
            all.into_iter().enumerate().map(|(i, line)| (line, range.contains(&i))).collect()
        }
        Part::Anchor(name) => anchored(file.as_str(), &all, name)
            .filter(|(_, line)| *line != Line::Marker)
            .map(|(range, line)| (range, line == Line::Inside))
            .collect(),
    };
    let mut out = Text::default();
    for (index, (line, shown)) in shown.iter().enumerate() {
        if index > 0 {
            out.push_made("\n", place);
        }
        if !shown {
            out.push_made("# ", place);
        }
        out.push(file, line.clone());
    }
    out
}

/// What of `part` the text does not have, in words.
pub(super) fn missing(text: &str, part: &Part<'_>) -> Option<String> {
    match part {
        Part::Lines(range) => {
            let count = lines(text).len();
            (range.start > 0 && range.start >= count)
                .then(|| format!("line {}; it ends with line {count}", range.start + 1))
        }
        Part::Anchor(name) => text
            .lines()
            .all(|line| marker(line, "ANCHOR:") != Some(name))
            .then(|| format!("anchor `{name}`")),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Before,
    Inside,
    After,
    /// The line of an anchor itself, ours or another.
    Marker,
}

/// Each line with where it stands as seen from the anchor `name`. An anchor may open again after
/// it was closed.
fn anchored<'a>(
    text: &'a str,
    lines: &'a [Range<usize>],
    name: &'a str,
) -> impl Iterator<Item = (Range<usize>, Line)> + 'a {
    let mut now = Line::Before;
    lines.iter().map(move |range| {
        let line = &text[range.clone()];
        let seen = match (marker(line, "ANCHOR_END:"), marker(line, "ANCHOR:")) {
            (Some(end), _) if end == name && now == Line::Inside => {
                now = Line::After;
                Line::Marker
            }
            (_, Some(start)) if start == name && now != Line::Inside => {
                now = Line::Inside;
                Line::Marker
            }
            (None, None) => now,
            _ => Line::Marker,
        };
        (range.clone(), seen)
    })
}

/// The name after `mark` in `line`, if there is one.
fn marker<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    line.match_indices(mark).find_map(|(at, _)| {
        let rest = line[at + mark.len()..].trim_start();
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        (end > 0).then(|| &rest[..end])
    })
}
