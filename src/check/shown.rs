//! A finding as people read it: what, where, and the line it is about.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::problem::{Problem, Severity};

/// With which signs and colours findings are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Colours and box drawing.
    Coloured,
    /// Box drawing.
    Plain,
    /// ASCII only, for files and pipes.
    Ascii,
}

/// The finding with its place and the line it is about; `text` is its file's. Control characters
/// of the file are left out.
pub fn shown(problem: &Problem, text: &str, look: Look) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let file = printable(&problem.file);
    let title = level.primary_title(printable(&problem.message)).id(problem.code);
    let group: Group<'_> = if text.is_empty() || problem.span == (0..0) {
        // The file as a whole: no line of it is to blame, so none is shown.
        title.element(Origin::path(file).line(1).char_column(1))
    } else {
        let annotation = AnnotationKind::Primary.span(first_line(text, &problem.span));
        title.element(Snippet::source(text).path(file).annotation(annotation))
    };
    let group = match &problem.help {
        Some(help) => {
            let lines: Vec<String> = help.lines().map(printable).collect();
            group.element(Level::HELP.message(lines.join("\n")))
        }
        None => group,
    };
    let renderer = match look {
        Look::Coloured => Renderer::styled().decor_style(DecorStyle::Unicode),
        Look::Plain => Renderer::plain().decor_style(DecorStyle::Unicode),
        Look::Ascii => Renderer::plain().decor_style(DecorStyle::Ascii),
    };
    renderer.render(&[group])
}

/// The first line of `span`, within the text.
fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let inside = |at: usize| {
        (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
    };
    let start = inside(span.start);
    let end = inside(span.end).max(start);
    let line = text[start..end].find(['\n', '\r']).map_or(end, |newline| start + newline);
    start..line
}

/// A terminal obeys control characters, so a file must not send any.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
