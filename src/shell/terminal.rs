//! The terminal: taken, drawn on, and always given back.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ratatui::Terminal as Drawn;
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size as Cells};

use crate::app::App;
use crate::app::key::Size;
use crate::shell::halves::Halves;
use crate::ui::theme::Theme;
use crate::ui::{self, HYPERLINK_END};

/// Whether the terminal is ours now. The panic hook has no other way to know.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Main screen off; bracketed paste on.
const TAKE: &str = "\x1b[?1049h\x1b[?2004h";
/// Buttons, drags and the wheel, told in the form without limits; no bare movement.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";
/// Hyperlink closed, colours and paste mode off, cursor shown, main screen on.
const GIVE_BACK: &str = "\x1b]8;;\x1b\\\x1b[0m\x1b[?2004l\x1b[?25h\x1b[?1049l";
/// Asks for the background's colour; the answer comes as input.
const ASK_BACKGROUND: &str = "\x1b]11;?\x1b\\";

/// Gathers a frame, so that it goes out in one write. Nothing goes out when the terminal is not
/// ours: after a panic, half a frame must not follow what gives the terminal back.
struct Out {
    frame: Vec<u8>,
    terminal: File,
}

impl Out {
    fn new() -> io::Result<Out> {
        let terminal = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        Ok(Out { frame: Vec::with_capacity(1 << 13), terminal })
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let is_ours = TAKEN.load(Ordering::SeqCst);
        let written = if is_ours { self.terminal.write_all(&self.frame) } else { Ok(()) };
        self.frame.clear();
        written
    }
}

/// The terminal while it is ours. Dropping it gives it back.
pub(crate) struct Terminal {
    drawn: Drawn<Joined>,
}

impl Terminal {
    /// Takes the terminal. What this writes goes out with the first frame.
    pub(crate) fn take(mouse: bool) -> io::Result<Terminal> {
        let out = Out::new()?;
        let drawn = Drawn::new(Joined::new(CrosstermBackend::new(out)))?;
        let mut terminal = Terminal { drawn };
        terminal.enter(mouse)?;
        Ok(terminal)
    }

    fn enter(&mut self, mouse: bool) -> io::Result<()> {
        TAKEN.store(true, Ordering::SeqCst);
        crossterm::terminal::enable_raw_mode()?;
        self.queue(TAKE)?;
        self.queue(if mouse { MOUSE_ON } else { "" })
    }

    /// Takes the terminal again after it was given back, or after somebody else had it.
    pub(crate) fn retake(&mut self, mouse: bool) -> io::Result<()> {
        // The mode that the shell has set meanwhile is the one to give back.
        crossterm::terminal::disable_raw_mode().ok();
        self.enter(mouse)?;
        self.forget()
    }

    /// Forgets what is on the screen: the next frame draws everything.
    pub(crate) fn forget(&mut self) -> io::Result<()> {
        // `clear` would ask where the cursor is, and take the answer from our input.
        let size = self.drawn.size()?;
        self.drawn.resize(size.into())
    }

    /// Switches the mouse on or off.
    pub(crate) fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        self.queue(if on { MOUSE_ON } else { MOUSE_OFF })
    }

    /// Puts a text on the clipboard, where the terminal lets us (OSC 52).
    pub(crate) fn copy(&mut self, text: &str) -> io::Result<()> {
        let text = STANDARD.encode(text);
        self.queue(&format!("\x1b]52;c;{text}\x1b\\"))
    }

    /// Asks for the background's colour, with the next frame.
    pub(crate) fn ask_background(&mut self) -> io::Result<()> {
        self.queue(ASK_BACKGROUND)
    }

    /// Draws the app: only cells that changed are written.
    pub(crate) fn draw(&mut self, app: &App, theme: &Theme) -> io::Result<()> {
        self.drawn.draw(|frame| {
            let area = frame.area();
            ui::render(app, theme, area, frame.buffer_mut());
            if let Some((x, y)) = ui::cursor(app) {
                frame.set_cursor_position(Position { x, y });
            }
        })?;
        Ok(())
    }

    fn queue(&mut self, sequence: &str) -> io::Result<()> {
        self.out().write_all(sequence.as_bytes())
    }

    fn out(&mut self) -> &mut CrosstermBackend<Out> {
        &mut self.drawn.backend_mut().out
    }

    /// Gives the terminal back for a while.
    pub(crate) fn leave(&mut self) {
        Write::flush(self.out()).ok();
        give_back();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Gives the terminal back, if it is ours. Errors are of no use here: it may be gone.
pub(crate) fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    out.write_all(MOUSE_OFF.as_bytes()).ok();
    out.write_all(GIVE_BACK.as_bytes()).ok();
    out.flush().ok();
    crossterm::terminal::disable_raw_mode().ok();
}

/// The size of the terminal, as far as it tells.
pub(crate) fn size() -> Size {
    let (width, height) = crossterm::terminal::size().unwrap_or((80, 24));
    Size { width, height }
}

/// A backend that joins neighbouring cells of one hyperlink: each cell carries the whole link, and
/// only the first and the last one of a run need to say so. It leaves no half of a wide character.
struct Joined {
    out: CrosstermBackend<Out>,
    halves: Halves,
}

/// The opening of a hyperlink cell, and what it shows.
fn parts(cell: &Cell) -> Option<(&str, &str)> {
    let symbol = cell.symbol();
    if !symbol.starts_with("\x1b]8;") {
        return None;
    }
    let body = symbol.strip_suffix(HYPERLINK_END)?;
    let end = body.find("\x1b\\")? + 2;
    Some(body.split_at(end))
}

/// What of a cell is seen.
fn shown(cell: &Cell) -> &str {
    parts(cell).map_or_else(|| cell.symbol(), |(_, shown)| shown)
}

impl Joined {
    fn new(out: CrosstermBackend<Out>) -> Joined {
        Joined { out, halves: Halves::default() }
    }

    /// Puts a blank into each of these columns, behind the cell of that index.
    fn with_blanks<'a>(
        content: Vec<(u16, u16, &'a Cell)>,
        left: &[(usize, u16)],
        blanks: &'a [Cell],
    ) -> Vec<(u16, u16, &'a Cell)> {
        let mut left = left.iter().zip(blanks).peekable();
        let mut all = Vec::with_capacity(content.len() + blanks.len());
        for (at, (x, y, cell)) in content.into_iter().enumerate() {
            all.push((x, y, cell));
            if let Some(((_, column), blank)) = left.next_if(|((index, _), _)| *index == at) {
                all.push((*column, y, blank));
            }
        }
        all
    }

    fn joined<'a>(content: impl Iterator<Item = (u16, u16, &'a Cell)>) -> Vec<(u16, u16, Cell)> {
        let mut cells: Vec<(u16, u16, Cell)> =
            content.map(|(x, y, cell)| (x, y, cell.clone())).collect();
        let opening = |cell: &(u16, u16, Cell)| parts(&cell.2).map(|(open, _)| open.to_owned());
        let mut before: Option<(u16, u16, String)> = None;
        for at in 0..cells.len() {
            let Some(open) = opening(&cells[at]) else {
                before = None;
                continue;
            };
            let (x, y, _) = cells[at];
            let goes_on = before
                .as_ref()
                .is_some_and(|(last, row, link)| *row == y && x <= last + 2 && *link == open);
            let ends = match cells.get(at + 1) {
                Some(next) => {
                    next.1 != y || next.0 > x + 2 || opening(next).as_deref() != Some(&open)
                }
                None => true,
            };
            let mut symbol = String::new();
            if let Some((open, shown)) = parts(&cells[at].2) {
                let start = if goes_on { "" } else { open };
                let close = if ends { HYPERLINK_END } else { "" };
                let _ = write!(symbol, "{start}{shown}{close}");
            }
            cells[at].2.set_symbol(&symbol);
            before = Some((x, y, open));
        }
        cells
    }
}

impl Backend for Joined {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let content: Vec<(u16, u16, &Cell)> = content.collect();
        let left = self.halves.left_over(&content, shown);
        let blanks: Vec<Cell> = left
            .iter()
            .map(|(at, _)| {
                let mut blank = Cell::EMPTY;
                blank.set_bg(content[*at].2.bg);
                blank
            })
            .collect();
        let content = match left.is_empty() {
            true => content,
            false => Joined::with_blanks(content, &left, &blanks),
        };
        if content.iter().any(|(_, _, cell)| cell.symbol().starts_with('\x1b')) {
            let cells = Joined::joined(content.into_iter());
            return self.out.draw(cells.iter().map(|(x, y, cell)| (*x, *y, cell)));
        }
        self.out.draw(content.into_iter())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.out.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.out.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        // Asking the terminal would take the answer from our input; nothing here needs it.
        Ok(Position::ORIGIN)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.out.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.halves.clear();
        self.out.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        if clear_type == ClearType::All {
            self.halves.clear();
        }
        self.out.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Cells> {
        self.out.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.out.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_of_one_hyperlink_say_so_once() {
        let cell = |shown: &str| {
            let mut cell = Cell::EMPTY;
            cell.set_symbol(&format!("\x1b]8;id=1;https://a\x1b\\{shown}{HYPERLINK_END}"));
            cell
        };
        let (a, b, plain) = (cell("a"), cell("한"), Cell::EMPTY);
        let joined = Joined::joined(
            [(0, 0, &a), (1, 0, &b), (3, 0, &a), (4, 0, &plain), (5, 0, &a)].into_iter(),
        );
        let text: String = joined.iter().map(|(_, _, cell)| cell.symbol()).collect();
        let link = |shown: &str| format!("\x1b]8;id=1;https://a\x1b\\{shown}{HYPERLINK_END}");
        assert_eq!(text, format!("{} {}", link("a한a"), link("a")));
    }
}
