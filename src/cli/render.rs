//! `awslearn render FILE|LESSON`: a page as the workbook shows it, on standard output.

use std::io::{IsTerminal, Read, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;

use super::{Global, Outcome, course};
use crate::course::{Files, read_chapter};
use crate::page::{self, Document, Options, Page};
use crate::problem::Severity;
use crate::shell::folder::Folder;

/// The width where there is no terminal, and the measure that lessons are set in.
const MEASURE: usize = 80;

#[derive(Debug, Args)]
pub(super) struct Render {
    /// A Markdown file, `-` for standard input, or a lesson of the course
    #[arg(value_name = "FILE|LESSON")]
    what: String,
    /// Cells of the longest line [default: the terminal's, at most 80]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    width: Option<u16>,
    /// Without colours and links, as it is when standard output is no terminal
    #[arg(long)]
    plain: bool,
}

impl Render {
    pub(super) fn run(&self, global: &Global, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let text = self.text(global)?;
        let width = self.width.map_or_else(terminal_width, usize::from);
        let options = Options { width, lang: global.lang(), ..Options::default() };
        let lines = Page::new(Document::parse(&text), options).all();
        let shown = if self.plain || !global.is_coloured() {
            page::ansi::plain(&lines)
        } else {
            page::ansi::ansi(&lines, width)
        };
        out.write_all(shown.as_bytes())?;
        Ok(Outcome::Fine)
    }

    fn text(&self, global: &Global) -> anyhow::Result<String> {
        if self.what == "-" {
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes).context("standard input")?;
            return Ok(String::from_utf8_lossy(&bytes).into_owned());
        }
        let path = Path::new(&self.what);
        if path.is_file() {
            return file_text(path);
        }
        let (course, _) = course::open(global)?;
        let lesson = match course::lesson(&course, &self.what) {
            Ok(lesson) => lesson,
            // Only what looks like a name can be a misspelt lesson.
            Err(_) if path.is_absolute() || self.what.starts_with('.') => {
                bail!("there is no file `{}`", self.what)
            }
            Err(error) => return Err(error),
        };
        let (text, problems) = course.text(lesson);
        if let Some(problem) = problems.iter().find(|problem| problem.code == "chapter-file") {
            bail!("{}", problem.message);
        }
        Ok(text.into_string())
    }
}

/// A file's text with its directives expanded; they may reach as far as the book that it is in.
fn file_text(path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    let path = path.canonicalize().with_context(|| format!("cannot read `{shown}`"))?;
    let own = path.parent().unwrap_or(Path::new("/"));
    let book = own.ancestors().find(|folder| folder.join("book.toml").is_file()).unwrap_or(own);
    let files: Arc<dyn Files> =
        Arc::new(Folder::open(book).with_context(|| format!("cannot read `{shown}`"))?);
    let relative = path.strip_prefix(book).unwrap_or(&path);
    let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
    let (text, problems) = read_chapter(&*files, &parts.join("/"));
    for problem in problems.iter().filter(|problem| problem.severity == Severity::Error) {
        if problem.code == "chapter-file" {
            bail!("{}", problem.message);
        }
    }
    Ok(text.into_string())
}

fn terminal_width() -> usize {
    if !std::io::stdout().is_terminal() {
        return MEASURE;
    }
    crossterm::terminal::size().map_or(MEASURE, |(columns, _)| usize::from(columns).min(MEASURE))
}
