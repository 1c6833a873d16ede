//! The least that a ratatui program can do with a Markdown file: read it, parse and wrap it whole,
//! show a page, scroll. What `benches/terminal/measure.py` measures the workbook beside.

#![expect(clippy::disallowed_methods, reason = "a program of its own, which reads its file")]

use pulldown_cmark::{Event as Markdown, Options, Parser, TagEnd};
use ratatui::crossterm::event::{self, Event, KeyCode};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

const WIDTH: usize = 100;

/// The text of the file, each block wrapped between words.
fn lines(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Markdown::Text(text) | Markdown::Code(text) => {
                for word in text.split_inclusive([' ', '\n']) {
                    let last = lines.last_mut().expect("there is always a last line");
                    if last.width() + word.trim_end().width() > WIDTH {
                        lines.push(word.trim_end_matches('\n').to_owned());
                    } else {
                        last.push_str(word.trim_end_matches('\n'));
                    }
                    if word.ends_with('\n') {
                        lines.push(String::new());
                    }
                }
            }
            Markdown::SoftBreak | Markdown::HardBreak => lines.push(String::new()),
            Markdown::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::TableRow) => {
                lines.extend([String::new(), String::new()]);
            }
            Markdown::End(TagEnd::Item | TagEnd::CodeBlock | TagEnd::TableCell) => {
                lines.push(String::new());
            }
            _ => {}
        }
    }
    lines
}

fn main() -> std::io::Result<()> {
    let file = std::env::args().nth(1).expect("usage: floor FILE");
    let lines = lines(&std::fs::read_to_string(file)?);
    let mut top = 0usize;
    let mut terminal = ratatui::init();
    let ended = loop {
        let drawn = terminal.draw(|frame| {
            let height = usize::from(frame.area().height);
            let shown = lines.iter().skip(top).take(height);
            let page: Vec<Line> = shown.map(|line| Line::raw(line.as_str())).collect();
            frame.render_widget(Paragraph::new(page), frame.area());
        });
        if let Err(error) = drawn {
            break Err(error);
        }
        match event::read() {
            Ok(Event::Key(key)) => match key.code {
                KeyCode::Char('q') => break Ok(()),
                KeyCode::Char('j') => top = (top + 1).min(lines.len().saturating_sub(1)),
                KeyCode::Char('k') => top = top.saturating_sub(1),
                _ => {}
            },
            Ok(_) => {}
            Err(error) => break Err(error),
        }
    };
    ratatui::restore();
    ended
}
