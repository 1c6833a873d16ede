//! Inline text while a block is read: which marks are open, and the runs collected so far.

use std::ops::Range;
use std::sync::Arc;

use super::block::Run;
use super::html;
use super::line::{Link, Marks, Role};
use super::text;
use super::wrap::is_han_or_kana;

/// What an open element does to the text in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Look {
    pub(super) marks: Marks,
    pub(super) role: Option<Role>,
    pub(super) link: Option<Arc<Link>>,
}

/// Collects the runs of one block.
pub(super) struct Inline<'a> {
    text: &'a str,
    runs: Vec<Run>,
    looks: Vec<Look>,
    /// Elements opened by tags, with the number of looks below each.
    tags: Vec<(String, usize)>,
    soft: Option<Range<usize>>,
    /// How many runs there were when the image that is open began, and its name if it has no text.
    images: Vec<(usize, String)>,
}

impl<'a> Inline<'a> {
    pub(super) fn new(text: &'a str) -> Inline<'a> {
        Inline {
            text,
            runs: Vec::new(),
            looks: Vec::new(),
            tags: Vec::new(),
            soft: None,
            images: Vec::new(),
        }
    }

    /// The runs so far; everything open is closed.
    pub(super) fn take(&mut self) -> Vec<Run> {
        self.looks.clear();
        self.tags.clear();
        self.images.clear();
        self.soft = None;
        link_bare_addresses(std::mem::take(&mut self.runs))
    }

    pub(super) fn open(&mut self, marks: Marks) {
        self.looks.push(Look { marks, ..Look::default() });
    }

    pub(super) fn close(&mut self) {
        self.looks.pop();
    }

    pub(super) fn open_look(&mut self, look: Look) {
        self.looks.push(look);
    }

    pub(super) fn open_link(&mut self, target: &str, title: &str, source: Range<usize>) {
        let role = if target.starts_with("fact:") { Role::Fact } else { Role::Link };
        let link = Link { target: target.to_owned(), title: title.to_owned(), source };
        self.looks.push(Look { role: Some(role), link: Some(Arc::new(link)), marks: Marks::NONE });
    }

    pub(super) fn close_link(&mut self) {
        self.looks.pop();
    }

    pub(super) fn open_image(&mut self, target: &str, title: &str, source: Range<usize>) {
        let file = target.rsplit('/').next().unwrap_or(target);
        self.images.push((self.runs.len(), file.to_owned()));
        let around = self.looks.iter().rev().find_map(|look| look.link.clone());
        let link = around.unwrap_or_else(|| {
            Arc::new(Link { target: target.to_owned(), title: title.to_owned(), source })
        });
        self.looks.push(Look { role: Some(Role::Image), link: Some(link), marks: Marks::NONE });
    }

    /// An image without a description shows the name of its file.
    pub(super) fn close_image(&mut self, source: Range<usize>) {
        if let Some((before, file)) = self.images.pop()
            && self.runs.len() == before
            && !file.is_empty()
        {
            self.add(&file, source, true);
            if let Some(run) = self.runs.last_mut() {
                run.source = None;
            }
        }
        self.looks.pop();
    }

    pub(super) fn text(&mut self, text: &str, range: Range<usize>) {
        self.add(text, range, false);
    }

    /// Inline code: its place is that of the text between the backticks.
    pub(super) fn code(&mut self, code: &str, range: Range<usize>) {
        let inner = self.text[range.clone()].find(code).map(|at| range.start + at);
        let place = inner.map_or(range, |start| start..start + code.len());
        self.looks.push(Look { role: Some(Role::Code), ..Look::default() });
        self.add(code, place, true);
        self.looks.pop();
    }

    pub(super) fn footnote(&mut self, label: &str, range: Range<usize>) {
        self.looks.push(Look { role: Some(Role::Footnote), ..Look::default() });
        self.add(&format!("[{label}]"), range, true);
        self.looks.pop();
    }

    pub(super) fn soft_break(&mut self, range: Range<usize>) {
        self.soft = Some(range);
    }

    pub(super) fn hard_break(&mut self) {
        self.soft = None;
        match self.runs.last_mut() {
            Some(run) if !run.breaks => run.breaks = true,
            _ => self.runs.push(Run { breaks: true, ..Run::default() }),
        }
    }

    /// A tag or comment inside a line.
    pub(super) fn html(&mut self, tag: &str, range: Range<usize>) {
        if let Some(tag) = html::Tag::read(tag) {
            self.tag(&tag, range);
        }
    }

    /// What a tag means for the text after it.
    pub(super) fn tag(&mut self, tag: &html::Tag<'_>, range: Range<usize>) {
        match tag.name.as_str() {
            "br" => self.hard_break(),
            "img" => {
                let alt = tag.attribute("alt").filter(|alt| !alt.trim().is_empty());
                let file =
                    || tag.attribute("src").map(|file| file.rsplit('/').next().unwrap_or(file));
                if let Some(shown) = alt.or_else(file) {
                    self.looks.push(Look { role: Some(Role::Image), ..Look::default() });
                    self.add(&html::decoded(shown), range, false);
                    if let Some(run) = self.runs.last_mut()
                        && alt.is_none()
                    {
                        run.source = None;
                    }
                    self.looks.pop();
                }
            }
            name if tag.closing => {
                if let Some(at) = self.tags.iter().rposition(|(open, _)| open == name) {
                    let (_, below) = self.tags[at];
                    self.tags.truncate(at);
                    if below < self.looks.len() {
                        self.looks.remove(below);
                    }
                }
            }
            name => {
                if let Some(look) = html::look_of(tag, range)
                    && !tag.empty
                {
                    self.tags.push((name.to_owned(), self.looks.len()));
                    self.open_look(look);
                }
            }
        }
    }

    /// A mark that has no place in the source.
    pub(super) fn added(&mut self, text: &str, role: Role) {
        self.soft = None;
        self.runs.push(Run { text: text.to_owned(), role, ..Run::default() });
    }

    pub(super) fn last_char(&self) -> Option<char> {
        let run = self.runs.last()?;
        if run.breaks { None } else { run.text.chars().next_back() }
    }

    fn add(&mut self, added: &str, range: Range<usize>, whole: bool) {
        if let Some(soft) = self.soft.take() {
            // A line break between Chinese or Japanese characters is no space.
            let before = self.last_char();
            let joins = before.is_some_and(is_han_or_kana)
                && added.chars().next().is_some_and(is_han_or_kana);
            if !joins && before.is_some() {
                self.push(" ", soft, false, false);
            }
        }
        let verbatim = self.text.get(range.clone()) == Some(added);
        for piece in text::safe_pieces(added) {
            let place = if verbatim {
                range.start + piece.from.start..range.start + piece.from.end
            } else {
                range.clone()
            };
            self.push(&piece.text, place, whole, piece.escaped);
        }
    }

    fn push(&mut self, text: &str, source: Range<usize>, whole: bool, escaped: bool) {
        let mut run = Run { text: text.to_owned(), whole, ..Run::default() };
        for look in &self.looks {
            run.marks = run.marks.with(look.marks);
            if let Some(role) = look.role
                && run.role != Role::Fact
            {
                run.role = role;
            }
            if look.link.is_some() {
                run.link.clone_from(&look.link);
            }
        }
        if escaped {
            run.role = Role::Escaped;
        }
        if run.marks.has(Marks::SUPER) {
            run.text = text::raised(&run.text);
        } else if run.marks.has(Marks::SUB) {
            run.text = text::lowered(&run.text);
        }
        if let Some(last) = self.runs.last_mut()
            && !last.breaks
            && !whole
            && !last.whole
            && last.role == run.role
            && last.marks == run.marks
            && last.link == run.link
            && let Some(before) = &mut last.source
            && before.end == source.start
            && before.len() == last.text.len()
            && source.len() == text.len()
            && run.text == text
        {
            last.text.push_str(text);
            before.end = source.end;
            return;
        }
        run.source = Some(source);
        self.runs.push(run);
    }
}

/// Web addresses in running text become links, as on GitHub.
fn link_bare_addresses(runs: Vec<Run>) -> Vec<Run> {
    let is_bare = |run: &Run| run.link.is_none() && !run.whole && run.text.contains("://");
    if !runs.iter().any(is_bare) {
        return runs;
    }
    let mut out = Vec::new();
    for mut run in runs {
        while is_bare(&run) {
            let Some((start, end)) = bare_address(&run.text) else { break };
            let rest = split(&mut run, end);
            let mut address = split(&mut run, start);
            let place = address.source.clone().unwrap_or(0..0);
            let target = address.text.clone();
            address.link = Some(Arc::new(Link { target, title: String::new(), source: place }));
            address.role = Role::Link;
            out.push(run);
            out.push(address);
            run = rest;
        }
        out.push(run);
    }
    out.retain(|run| !run.text.is_empty() || run.breaks);
    out
}

fn bare_address(text: &str) -> Option<(usize, usize)> {
    let start = ["https://", "http://"].iter().filter_map(|scheme| text.find(scheme)).min()?;
    let end = text[start..]
        .find(|c: char| c.is_whitespace() || !c.is_ascii() || matches!(c, '<' | '>' | '"' | '`'))
        .map_or(text.len(), |at| start + at);
    let mut address = &text[start..end];
    loop {
        let trimmed = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~']);
        let open = trimmed.matches('(').count();
        let trimmed = match trimmed.strip_suffix(')') {
            Some(inner) if trimmed.matches(')').count() > open => inner,
            _ => trimmed,
        };
        if trimmed.len() == address.len() {
            break;
        }
        address = trimmed;
    }
    (address.len() > "https://".len()).then_some((start, start + address.len()))
}

/// Cuts a run in two; the second part is returned.
pub(super) fn split(run: &mut Run, at: usize) -> Run {
    let mut rest = run.clone();
    rest.text = run.text.split_off(at);
    if let Some(source) = &mut run.source
        && source.len() == run.text.len() + rest.text.len()
    {
        rest.source = Some(source.start + at..source.end);
        source.end = source.start + at;
    }
    run.breaks = false;
    rest
}
