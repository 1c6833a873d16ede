//! From the terminal's bytes to inputs: keys, the mouse, pasted text, what the terminal tells.
//!
//! Pure: bytes come in as they were read, cut anywhere. What is not understood is swallowed whole,
//! so that an answer of the terminal is never taken for typing.

use crate::app::key::{Code, Input, Key, Mouse, MouseKind, Shade};

/// Bytes of a sequence that is not complete yet, and pasted text so far.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    pending: Vec<u8>,
    paste: Option<Vec<u8>>,
}

/// A sequence longer than this is no sequence.
const LONGEST: usize = 4096;
const PASTE_END: &[u8] = b"\x1b[201~";

/// What the bytes at the start of the pending ones are.
enum Piece {
    /// So many bytes that mean this, if anything.
    Done(usize, Option<Input>),
    /// So many bytes that begin pasted text.
    Paste(usize),
    /// More bytes are needed to tell.
    More,
}

impl Decoder {
    /// Takes bytes as they were read and adds what they mean to `inputs`.
    pub(crate) fn feed(&mut self, bytes: &[u8], inputs: &mut Vec<Input>) {
        self.pending.extend_from_slice(bytes);
        let mut at = 0;
        loop {
            if self.paste.is_some() {
                match self.pasted(at, inputs) {
                    Some(next) => at = next,
                    None => return,
                }
            }
            let rest = &self.pending[at..];
            if rest.is_empty() {
                break;
            }
            match piece(rest) {
                Piece::Done(len, input) => {
                    at += len;
                    inputs.extend(input);
                }
                Piece::Paste(len) => {
                    at += len;
                    self.paste = Some(Vec::new());
                }
                Piece::More if rest.len() > LONGEST => at = self.pending.len(),
                Piece::More => break,
            }
        }
        self.pending.drain(..at);
    }

    /// Takes pasted text from `at` on; where it ends, if it does.
    fn pasted(&mut self, at: usize, inputs: &mut Vec<Input>) -> Option<usize> {
        let text = self.paste.as_mut()?;
        let rest = &self.pending[at..];
        match rest.windows(PASTE_END.len()).position(|window| window == PASTE_END) {
            Some(end) => {
                text.extend_from_slice(&rest[..end]);
                let text = self.paste.take()?;
                inputs.push(Input::Paste(String::from_utf8_lossy(&text).into_owned()));
                Some(at + end + PASTE_END.len())
            }
            None => {
                // The end may be cut in two: its possible beginning waits for the rest.
                let keep = rest.len().min(PASTE_END.len() - 1);
                let take = rest.len() - keep;
                text.extend_from_slice(&rest[..take]);
                self.pending.drain(..at + take);
                None
            }
        }
    }
}

fn key(key: Key) -> Option<Input> {
    Some(Input::Key(key))
}

fn piece(bytes: &[u8]) -> Piece {
    match bytes {
        [0x1b] => Piece::Done(1, key(Key::plain(Code::Esc))),
        [0x1b, b'[', ..] => csi(bytes),
        [0x1b, b'O', rest @ ..] => match rest {
            [] => Piece::More,
            [last, ..] => Piece::Done(3, letter(*last).map(|code| Input::Key(Key::plain(code)))),
        },
        [0x1b, b']' | b'P' | b'_' | b'^' | b'X', ..] => string(bytes),
        [0x1b, 0x1b, ..] => Piece::Done(1, key(Key::plain(Code::Esc))),
        [0x1b, rest @ ..] => match plain(rest) {
            Piece::Done(len, Some(Input::Key(pressed))) => {
                Piece::Done(len + 1, key(Key { alt: true, ..pressed }))
            }
            Piece::Done(len, _) => Piece::Done(len + 1, None),
            other => other,
        },
        _ => plain(bytes),
    }
}

/// A character, or a control character.
fn plain(bytes: &[u8]) -> Piece {
    let first = bytes[0];
    let pressed = match first {
        b'\r' => Key::plain(Code::Enter),
        b'\t' => Key::plain(Code::Tab),
        0x7f | 0x08 => Key::plain(Code::Backspace),
        0 => Key::ctrl(' '),
        1..=26 => Key::ctrl(char::from(first - 1 + b'a')),
        27..=31 => return Piece::Done(1, None),
        32..=126 => Key::ch(char::from(first)),
        _ => return wide(bytes),
    };
    Piece::Done(1, key(pressed))
}

fn wide(bytes: &[u8]) -> Piece {
    let len = match bytes[0] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Piece::Done(1, None),
    };
    let known = bytes.len().min(len);
    match std::str::from_utf8(&bytes[..known]) {
        Ok(text) => Piece::Done(known, text.chars().next().and_then(|c| key(Key::ch(c)))),
        Err(error) if error.error_len().is_none() => Piece::More,
        Err(_) => Piece::Done(1, None),
    }
}

/// `ESC [ parameters letter`.
fn csi(bytes: &[u8]) -> Piece {
    if bytes.len() > 2 && bytes[2] == b'M' {
        // The old way of telling the mouse: three bytes that we did not ask for.
        return if bytes.len() < 6 { Piece::More } else { Piece::Done(6, None) };
    }
    if bytes.len() > 2 && bytes[2] == b'[' {
        // F1 to F5 of the Linux console.
        return match bytes.get(3) {
            None => Piece::More,
            Some(last) => {
                let function = last.checked_sub(b'A').filter(|n| *n < 5);
                Piece::Done(4, function.and_then(|n| key(Key::plain(Code::F(n + 1)))))
            }
        };
    }
    let body = &bytes[2..];
    let Some(end) = body.iter().position(|byte| !(0x20..=0x3f).contains(byte)) else {
        return Piece::More;
    };
    let (parameters, last) = (&body[..end], body[end]);
    if !(0x40..=0x7e).contains(&last) {
        // Not a sequence after all: what broke it off is read anew.
        return Piece::Done(2 + end, None);
    }
    let len = 3 + end;
    if parameters == b"200" && last == b'~' {
        return Piece::Paste(len);
    }
    if let Some(parameters) = parameters.strip_prefix(b"<") {
        return Piece::Done(len, mouse(parameters, last == b'm'));
    }
    if parameters.iter().any(|byte| !matches!(byte, b'0'..=b'9' | b';' | b':')) {
        return Piece::Done(len, None);
    }
    let numbers = numbers(parameters);
    let first = numbers.first().copied().unwrap_or(0);
    let code = match last {
        b'~' => tilde(first),
        b'u' => char::from_u32(first).and_then(unicode),
        b'Z' => Some(Code::Tab),
        other => letter(other),
    };
    let held = numbers.get(1).copied().unwrap_or(1).saturating_sub(1);
    let input = code.map(|code| {
        let is_character = matches!(code, Code::Char(_));
        Input::Key(Key {
            code,
            shift: (held & 1 != 0 || last == b'Z') && !is_character,
            alt: held & 2 != 0,
            ctrl: held & 4 != 0,
        })
    });
    Piece::Done(len, input)
}

fn numbers(parameters: &[u8]) -> Vec<u32> {
    parameters
        .split(|byte| *byte == b';')
        .map(|part| {
            let digits = part.split(|byte| *byte == b':').next().unwrap_or_default();
            std::str::from_utf8(digits).ok().and_then(|text| text.parse().ok()).unwrap_or(0)
        })
        .collect()
}

fn letter(last: u8) -> Option<Code> {
    Some(match last {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'H' => Code::Home,
        b'F' => Code::End,
        b'P' => Code::F(1),
        b'Q' => Code::F(2),
        b'R' => Code::F(3),
        b'S' => Code::F(4),
        b'M' => Code::Enter,
        _ => return None,
    })
}

fn tilde(number: u32) -> Option<Code> {
    Some(match number {
        1 | 7 => Code::Home,
        2 => Code::Insert,
        3 => Code::Delete,
        4 | 8 => Code::End,
        5 => Code::PageUp,
        6 => Code::PageDown,
        11..=15 => Code::F(number as u8 - 10),
        17..=21 => Code::F(number as u8 - 11),
        23 | 24 => Code::F(number as u8 - 12),
        _ => return None,
    })
}

/// A key told by its character's number.
fn unicode(c: char) -> Option<Code> {
    Some(match c {
        '\u{1b}' => Code::Esc,
        '\r' => Code::Enter,
        '\t' => Code::Tab,
        '\u{7f}' | '\u{8}' => Code::Backspace,
        c if c.is_control() => return None,
        c => Code::Char(c),
    })
}

fn mouse(parameters: &[u8], released: bool) -> Option<Input> {
    let numbers = numbers(parameters);
    let [button, x, y] = numbers[..] else { return None };
    let kind = match (button & !28, released) {
        (0, true) => MouseKind::Release,
        (0, false) => MouseKind::Press,
        (32, _) => MouseKind::Drag,
        (64, false) => MouseKind::WheelUp,
        (65, false) => MouseKind::WheelDown,
        _ => return None,
    };
    let cell = |number: u32| u16::try_from(number.saturating_sub(1)).unwrap_or(u16::MAX);
    Some(Input::Mouse(Mouse { kind, x: cell(x), y: cell(y) }))
}

/// `ESC ] … BEL` or `ESC ] … ESC \`, and the other strings that a terminal may send.
fn string(bytes: &[u8]) -> Piece {
    let body = &bytes[2..];
    let Some(end) = body.iter().position(|byte| matches!(byte, 0x07 | 0x1b)) else {
        return Piece::More;
    };
    let len = match (body[end], body.get(end + 1)) {
        (0x07, _) => 2 + end + 1,
        (_, Some(b'\\')) => 2 + end + 2,
        (_, None) => return Piece::More,
        (_, Some(_)) => return Piece::Done(2 + end, None),
    };
    Piece::Done(len, background(&body[..end]).map(Input::Background))
}

/// `11;rgb:RRRR/GGGG/BBBB`: what the background is like.
fn background(body: &[u8]) -> Option<Shade> {
    let body = std::str::from_utf8(body).ok()?.strip_prefix("11;")?;
    let colours = body.strip_prefix("rgb:").or_else(|| body.strip_prefix("rgba:"))?;
    let mut channels = colours.split('/').map(|digits| {
        let most = (16u32.checked_pow(digits.len() as u32)? - 1) as f32;
        Some(u32::from_str_radix(digits, 16).ok()? as f32 / most)
    });
    let mut next = || channels.next().flatten();
    let luminance = 0.299 * next()? + 0.587 * next()? + 0.114 * next()?;
    Some(if luminance > 0.5 { Shade::Light } else { Shade::Dark })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(bytes: &[u8]) -> Vec<Input> {
        let mut inputs = Vec::new();
        Decoder::default().feed(bytes, &mut inputs);
        inputs
    }

    fn keys(bytes: &[u8]) -> String {
        let spelled: Vec<String> = decode(bytes)
            .iter()
            .map(|input| match input {
                Input::Key(key) => key.to_string(),
                other => format!("{other:?}"),
            })
            .collect();
        spelled.join(" ")
    }

    #[test]
    fn keys_are_told_apart() {
        assert_eq!(keys(b"jG \r\t\x7f\x03"), "j G space enter tab backspace ctrl-c");
        assert_eq!(
            keys(b"\x1b[A\x1b[B\x1bOC\x1b[1;5D\x1b[5~\x1b[6~"),
            "up down right ctrl-left pgup pgdn"
        );
        assert_eq!(keys(b"\x1b[Z\x1b[H\x1b[4~\x1bOP\x1b[15~\x1b[24~"), "s-tab home end f1 f5 f12");
        assert_eq!(keys(b"\x1b"), "esc");
        assert_eq!(keys(b"\x1b\x1b[A"), "esc up");
        assert_eq!(keys(b"\x1bf"), "alt-f");
        assert_eq!(keys("한é".as_bytes()), "한 é");
        assert_eq!(keys(b"\x1b[97;5u"), "ctrl-a");
    }

    #[test]
    fn answers_of_the_terminal_are_never_typing() {
        assert_eq!(decode(b"\x1b]11;rgb:ffff/ffff/f0f0\x07"), [Input::Background(Shade::Light)]);
        assert_eq!(decode(b"\x1b]11;rgb:1e/1e/1e\x1b\\"), [Input::Background(Shade::Dark)]);
        assert_eq!(decode(b"\x1b[?62;22c\x1bP>|tmux 3.4\x1b\\\x1b[2;1$y\x1b]0;title\x07"), []);
    }

    #[test]
    fn the_mouse_is_told_by_cell() {
        let at = |kind, x, y| Input::Mouse(Mouse { kind, x, y });
        assert_eq!(
            decode(b"\x1b[<0;1;1M\x1b[<32;5;2M\x1b[<0;5;2m"),
            [at(MouseKind::Press, 0, 0), at(MouseKind::Drag, 4, 1), at(MouseKind::Release, 4, 1),]
        );
        assert_eq!(decode(b"\x1b[<65;300;70M"), [at(MouseKind::WheelDown, 299, 69)]);
    }

    #[test]
    fn pasted_text_is_one_input_whatever_is_in_it() {
        let bytes = "\x1b[200~a\nj\x1b[A한\x1b[201~k".as_bytes();
        assert_eq!(
            decode(bytes),
            [Input::Paste("a\nj\x1b[A한".to_owned()), Input::Key(Key::ch('k')),]
        );
    }

    proptest! {
        #[test]
        fn any_bytes_cut_anywhere_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in 0usize..200) {
            let mut decoder = Decoder::default();
            let mut inputs = Vec::new();
            let cut = cut.min(bytes.len());
            decoder.feed(&bytes[..cut], &mut inputs);
            decoder.feed(&bytes[cut..], &mut inputs);
        }

        #[test]
        fn sequences_cut_in_two_mean_the_same(which in 0usize..6, cut in 2usize..12) {
            let whole: &[u8] = [
                b"\x1b[1;5D".as_slice(), b"\x1b[<0;10;20M", b"\x1b]11;rgb:00/00/00\x07",
                "\x1b[200~한\x1b[201~".as_bytes(), b"\x1b[15~", b"\x1bOA",
            ][which];
            let cut = cut.min(whole.len());
            let mut decoder = Decoder::default();
            let mut inputs = Vec::new();
            decoder.feed(&whole[..cut], &mut inputs);
            decoder.feed(&whole[cut..], &mut inputs);
            prop_assert_eq!(inputs, decode(whole));
        }
    }
}
