//! Themes: what each role looks like, and which signs are drawn. The only file that names a colour.

use ratatui::style::{Color, Modifier, Style};

use crate::app::key::Shade;
use crate::app::settings::{SymbolSet, ThemeChoice};
use crate::page::{Alert, Marks, Role, Token};

/// What a piece of the screen is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Running text.
    Text,
    /// Text that counts more.
    Strong,
    /// Text that may be overlooked.
    Muted,
    /// Lines between panes, and whatever is barely there.
    Faint,
    /// The one colour that leads the eye.
    Accent,
    /// Right, done.
    Good,
    /// Needs attention.
    Warn,
    /// Wrong, failed.
    Bad,
    /// Good to know.
    Info,
    /// A link.
    Link,
    /// Code among text.
    Code,
    /// The ground that code stands on.
    CodeGround,
    /// What is selected where the keys go.
    Selected,
    /// What is selected elsewhere.
    Dimmed,
    /// What an overlay lies over.
    Below,
    /// A hit of a search.
    Match,
    /// The hit that one is at.
    MatchNow,
    /// A key to press.
    Key,
    /// A letter to type for a link.
    Hint,
}

/// How many colours the terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    /// 16 named ones.
    Sixteen,
    /// 256.
    #[default]
    Indexed,
    /// All.
    True,
}

/// What everything looks like.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    palette: &'static Palette,
    /// Whether the theme paints its own ground: it was chosen, not guessed from the terminal's.
    paints: bool,
    depth: Depth,
    /// The signs that are drawn.
    pub symbols: &'static Symbols,
    /// Whether links out of the course are made hyperlinks of the terminal.
    pub hyperlinks: bool,
}

/// A colour for terminals with many, and the nearest of the 16.
#[derive(Debug, PartialEq)]
struct Ink(u32, Color);

/// The colours of a theme. `None` is the terminal's own.
#[derive(Debug, PartialEq)]
struct Palette {
    /// Ink and ground of everything, when the theme was chosen and not guessed.
    base: Option<(Ink, Ink)>,
    muted: Option<Ink>,
    faint: Option<Ink>,
    accent: Option<Ink>,
    good: Option<Ink>,
    warn: Option<Ink>,
    bad: Option<Ink>,
    link: Option<Ink>,
    code: Option<Ink>,
    ground: Option<Ink>,
    selected: Option<Ink>,
    dimmed: Option<Ink>,
    below: Option<Ink>,
    /// Ground of a hit, and the ink on it.
    found: Option<(Ink, Ink)>,
    found_now: Option<(Ink, Ink)>,
    tokens: Option<Tokens>,
}

#[derive(Debug, PartialEq)]
struct Tokens {
    keyword: Ink,
    types: Ink,
    constant: Ink,
    string: Ink,
    function: Ink,
    key: Ink,
    comment: Ink,
}

static DARK: Palette = Palette {
    base: Some((Ink(0xd8dee9, Color::White), Ink(0x14161b, Color::Black))),
    muted: Some(Ink(0x8b93a1, Color::DarkGray)),
    faint: Some(Ink(0x3f4653, Color::DarkGray)),
    accent: Some(Ink(0xf2a65a, Color::Yellow)),
    good: Some(Ink(0x85c79a, Color::Green)),
    warn: Some(Ink(0xe5c07b, Color::Yellow)),
    bad: Some(Ink(0xef8a80, Color::LightRed)),
    link: Some(Ink(0x7fb4e8, Color::LightBlue)),
    code: Some(Ink(0xc9bde8, Color::LightMagenta)),
    ground: Some(Ink(0x1f232b, Color::Black)),
    selected: Some(Ink(0x323946, Color::DarkGray)),
    dimmed: Some(Ink(0x262b34, Color::Black)),
    below: Some(Ink(0x565d6a, Color::DarkGray)),
    found: Some((Ink(0x4f4524, Color::DarkGray), Ink(0xf3e3b3, Color::White))),
    found_now: Some((Ink(0xf2a65a, Color::Yellow), Ink(0x1b1206, Color::Black))),
    tokens: Some(Tokens {
        keyword: Ink(0xc792d8, Color::Magenta),
        types: Ink(0xe5c07b, Color::Yellow),
        constant: Ink(0xe0a17a, Color::LightRed),
        string: Ink(0x9ccb8d, Color::Green),
        function: Ink(0x7fb4e8, Color::LightBlue),
        key: Ink(0x84c5cf, Color::Cyan),
        comment: Ink(0x747c8a, Color::DarkGray),
    }),
};

static LIGHT: Palette = Palette {
    base: Some((Ink(0x1f2430, Color::Black), Ink(0xfdfdfc, Color::White))),
    muted: Some(Ink(0x667080, Color::DarkGray)),
    faint: Some(Ink(0xc9ced6, Color::Gray)),
    accent: Some(Ink(0xb3520c, Color::Red)),
    good: Some(Ink(0x2b7a3f, Color::Green)),
    warn: Some(Ink(0x8a5d00, Color::Yellow)),
    bad: Some(Ink(0xb42318, Color::Red)),
    link: Some(Ink(0x1c5fb8, Color::Blue)),
    code: Some(Ink(0x5b3c99, Color::Magenta)),
    ground: Some(Ink(0xf1f3f6, Color::White)),
    selected: Some(Ink(0xdfe5ee, Color::Gray)),
    dimmed: Some(Ink(0xeceff3, Color::White)),
    below: Some(Ink(0xa2a9b5, Color::Gray)),
    found: Some((Ink(0xffedb8, Color::LightYellow), Ink(0x3d2f00, Color::Black))),
    found_now: Some((Ink(0xb3520c, Color::Red), Ink(0xffffff, Color::White))),
    tokens: Some(Tokens {
        keyword: Ink(0x8b35a0, Color::Magenta),
        types: Ink(0x8a5d00, Color::Yellow),
        constant: Ink(0xa8451c, Color::Red),
        string: Ink(0x2f7434, Color::Green),
        function: Ink(0x1c5fb8, Color::Blue),
        key: Ink(0x0f6d7c, Color::Cyan),
        comment: Ink(0x7a8290, Color::DarkGray),
    }),
};

static HIGH_CONTRAST: Palette = Palette {
    base: Some((Ink(0xffffff, Color::White), Ink(0x000000, Color::Black))),
    muted: Some(Ink(0xd8d8d8, Color::Gray)),
    faint: Some(Ink(0xb0b0b0, Color::Gray)),
    accent: Some(Ink(0xffd21f, Color::LightYellow)),
    good: Some(Ink(0x5dff8f, Color::LightGreen)),
    warn: Some(Ink(0xffd21f, Color::LightYellow)),
    bad: Some(Ink(0xff8f8f, Color::LightRed)),
    link: Some(Ink(0x7fd4ff, Color::LightCyan)),
    code: Some(Ink(0xffffff, Color::White)),
    ground: Some(Ink(0x1c1c1c, Color::Black)),
    selected: Some(Ink(0x004a9f, Color::Blue)),
    dimmed: Some(Ink(0x333333, Color::DarkGray)),
    below: Some(Ink(0x8a8a8a, Color::DarkGray)),
    found: Some((Ink(0x6b5200, Color::DarkGray), Ink(0xffffff, Color::White))),
    found_now: Some((Ink(0xffd21f, Color::LightYellow), Ink(0x000000, Color::Black))),
    tokens: None,
};

static PLAIN: Palette = Palette {
    base: None,
    muted: None,
    faint: None,
    accent: None,
    good: None,
    warn: None,
    bad: None,
    link: None,
    code: None,
    ground: None,
    selected: None,
    dimmed: None,
    below: None,
    found: None,
    found_now: None,
    tokens: None,
};

impl Theme {
    /// The theme that was chosen, on a terminal like this.
    pub fn new(choice: ThemeChoice, shade: Shade, depth: Depth, symbols: SymbolSet) -> Theme {
        let palette = match (choice, shade) {
            (ThemeChoice::Dark, _) | (ThemeChoice::Auto, Shade::Dark) => &DARK,
            (ThemeChoice::Light, _) | (ThemeChoice::Auto, Shade::Light) => &LIGHT,
            (ThemeChoice::HighContrast, _) => &HIGH_CONTRAST,
            (ThemeChoice::None, _) => &PLAIN,
        };
        let symbols = match symbols {
            SymbolSet::Unicode => &UNICODE,
            SymbolSet::Ascii => &ASCII,
        };
        Theme { palette, paints: choice != ThemeChoice::Auto, depth, symbols, hyperlinks: false }
    }

    /// Whether nothing is told by colour.
    pub fn is_plain(&self) -> bool {
        std::ptr::eq(self.palette, &PLAIN)
    }

    /// What everything stands on.
    pub fn base(&self) -> Style {
        match &self.palette.base {
            Some((ink, ground)) if self.paints => {
                Style::new().fg(self.colour(ink)).bg(self.colour(ground))
            }
            _ => Style::new(),
        }
    }

    /// The look of a piece of the screen.
    pub fn style(&self, tone: Tone) -> Style {
        let p = self.palette;
        let plain = self.is_plain();
        let only_plain = |modifier: Modifier| if plain { modifier } else { Modifier::empty() };
        match tone {
            Tone::Text => Style::new(),
            Tone::Strong => Style::new().add_modifier(Modifier::BOLD),
            Tone::Muted => self.ink(&p.muted).add_modifier(only_plain(Modifier::DIM)),
            Tone::Faint => self.ink(&p.faint).add_modifier(only_plain(Modifier::DIM)),
            Tone::Accent => self.ink(&p.accent).add_modifier(Modifier::BOLD),
            Tone::Good => self.ink(&p.good),
            Tone::Warn => self.ink(&p.warn),
            Tone::Bad => self.ink(&p.bad).add_modifier(Modifier::BOLD),
            Tone::Info => self.ink(&p.link),
            Tone::Link => self.ink(&p.link).add_modifier(Modifier::UNDERLINED),
            Tone::Code => self.ink(&p.code),
            Tone::CodeGround => self.ground(&p.ground),
            Tone::Selected => self.ground(&p.selected).add_modifier(only_plain(Modifier::REVERSED)),
            Tone::Dimmed => self.ground(&p.dimmed).add_modifier(only_plain(Modifier::BOLD)),
            Tone::Below => self.ink(&p.below).add_modifier(only_plain(Modifier::DIM)),
            Tone::Match => self.pair(&p.found).add_modifier(only_plain(Modifier::UNDERLINED)),
            Tone::MatchNow => self.pair(&p.found_now).add_modifier(only_plain(Modifier::REVERSED)),
            Tone::Key => self.ink(&p.accent).add_modifier(only_plain(Modifier::BOLD)),
            Tone::Hint => self
                .pair(&p.found_now)
                .add_modifier(Modifier::BOLD)
                .add_modifier(only_plain(Modifier::REVERSED)),
        }
    }

    /// The look of a piece of a page.
    pub fn role(&self, role: Role, marks: Marks) -> Style {
        let mut style = match role {
            Role::Text | Role::Quote => Style::new(),
            Role::Heading(1) => self.style(Tone::Accent),
            Role::Heading(2) => self.style(Tone::Strong).add_modifier(self.if_plain_underlined()),
            Role::Heading(3 | 4) => self.style(Tone::Strong),
            Role::Heading(_) => self.style(Tone::Muted).add_modifier(Modifier::BOLD),
            Role::HeadingRule(_) | Role::TableRule | Role::Rule => self.style(Tone::Faint),
            Role::Code => self.style(Tone::Code),
            Role::Link => self.style(Tone::Link),
            Role::Fact => self.ink(&self.palette.accent).add_modifier(Modifier::UNDERLINED),
            Role::Image | Role::Muted | Role::CodeLabel | Role::More | Role::Slot => {
                self.style(Tone::Muted)
            }
            Role::ListMarker => self.ink(&self.palette.accent),
            Role::TaskDone => self.style(Tone::Good),
            Role::TaskOpen => self.style(Tone::Muted),
            Role::QuoteBar => self.style(Tone::Faint),
            Role::AlertBar(alert) => self.style(alert_tone(alert)).remove_modifier(Modifier::BOLD),
            Role::AlertTitle(alert) => self.style(alert_tone(alert)).add_modifier(Modifier::BOLD),
            Role::TableHead | Role::Term => self.style(Tone::Strong),
            Role::Footnote => self.style(Tone::Link).remove_modifier(Modifier::UNDERLINED),
            Role::Key => self.style(Tone::Strong),
            Role::Token(token) => self.token(token),
            Role::Escaped => self.style(Tone::Bad),
        };
        const WAYS: [(Marks, Modifier); 4] = [
            (Marks::STRONG, Modifier::BOLD),
            (Marks::EMPHASIS, Modifier::ITALIC),
            (Marks::STRIKE, Modifier::CROSSED_OUT),
            (Marks::UNDERLINE, Modifier::UNDERLINED),
        ];
        for (mark, modifier) in WAYS {
            if marks.has(mark) {
                style = style.add_modifier(modifier);
            }
        }
        style
    }

    fn token(&self, token: Token) -> Style {
        let Some(tokens) = &self.palette.tokens else {
            return match token {
                Token::Keyword | Token::Prompt => self.style(Tone::Strong),
                Token::Comment | Token::Output => self.style(Tone::Muted),
                _ => Style::new(),
            };
        };
        let ink = match token {
            Token::Keyword => &tokens.keyword,
            Token::Type => &tokens.types,
            Token::Constant | Token::Number => &tokens.constant,
            Token::String => &tokens.string,
            Token::Comment => &tokens.comment,
            Token::Function => &tokens.function,
            Token::Key | Token::Variable => &tokens.key,
            Token::Prompt => return self.style(Tone::Accent),
            Token::Output | Token::Punctuation => return self.style(Tone::Muted),
        };
        Style::new().fg(self.colour(ink))
    }

    fn if_plain_underlined(&self) -> Modifier {
        if self.is_plain() { Modifier::UNDERLINED } else { Modifier::empty() }
    }

    fn ink(&self, ink: &Option<Ink>) -> Style {
        ink.as_ref().map_or_else(Style::new, |ink| Style::new().fg(self.colour(ink)))
    }

    fn ground(&self, ink: &Option<Ink>) -> Style {
        ink.as_ref().map_or_else(Style::new, |ink| Style::new().bg(self.colour(ink)))
    }

    fn pair(&self, pair: &Option<(Ink, Ink)>) -> Style {
        pair.as_ref().map_or_else(Style::new, |(ground, ink)| {
            Style::new().bg(self.colour(ground)).fg(self.colour(ink))
        })
    }

    fn colour(&self, Ink(rgb, named): &Ink) -> Color {
        match self.depth {
            Depth::True => Color::from_u32(*rgb),
            Depth::Indexed => Color::Indexed(nearest(*rgb)),
            Depth::Sixteen => *named,
        }
    }
}

fn alert_tone(alert: Alert) -> Tone {
    match alert {
        Alert::Note => Tone::Info,
        Alert::Tip => Tone::Good,
        Alert::Important => Tone::Accent,
        Alert::Warning => Tone::Warn,
        Alert::Caution => Tone::Bad,
    }
}

/// The nearest colour of the 6×6×6 cube or the grey ramp of the 256.
fn nearest(rgb: u32) -> u8 {
    const STEPS: [i32; 6] = [0, 95, 135, 175, 215, 255];
    let channels = [rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255].map(|c| c as i32);
    let step = |c: i32| (0..6).min_by_key(|n| (STEPS[*n] - c).abs()).unwrap_or(0);
    let [r, g, b] = channels.map(step);
    let cube = [STEPS[r], STEPS[g], STEPS[b]];
    let grey = ((channels.iter().sum::<i32>() / 3 - 3) / 10).clamp(0, 23);
    let level = 8 + 10 * grey;
    let far =
        |to: [i32; 3]| -> i32 { to.iter().zip(channels).map(|(a, b)| (a - b) * (a - b)).sum() };
    if far([level; 3]) < far(cube) { 232 + grey as u8 } else { (16 + 36 * r + 6 * g + b) as u8 }
}

/// The signs that are drawn, by what they mean.
#[derive(Debug, PartialEq)]
#[expect(missing_docs, reason = "each is named after what it shows")]
pub struct Symbols {
    pub vertical: &'static str,
    pub horizontal: &'static str,
    pub heavy: &'static str,
    pub thumb: &'static str,
    pub read: &'static str,
    pub begun: &'static str,
    pub unread: &'static str,
    pub draft: &'static str,
    pub here: &'static str,
    pub pointer: &'static str,
    pub separator: &'static str,
    pub dot: &'static str,
    pub note: &'static str,
    pub full: &'static str,
    pub empty: &'static str,
    pub ellipsis: &'static str,
    pub corners: [&'static str; 4],
    pub cursor: &'static str,
    pub playing: &'static str,
    pub paused: &'static str,
    pub knob: &'static str,
    pub mark: &'static str,
    pub because: &'static str,
    /// From nothing to full, for sparklines.
    pub bars: [&'static str; 8],
}

static UNICODE: Symbols = Symbols {
    vertical: "│",
    horizontal: "─",
    heavy: "━",
    thumb: "┃",
    read: "●",
    begun: "◐",
    unread: "○",
    draft: "·",
    here: "▌",
    pointer: "▸",
    separator: "›",
    dot: "·",
    note: "≡",
    full: "━",
    empty: "─",
    ellipsis: "…",
    corners: ["╭", "╮", "╰", "╯"],
    cursor: "▏",
    playing: "▶",
    paused: "‖",
    knob: "●",
    mark: "┴",
    because: "└",
    bars: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
};

static ASCII: Symbols = Symbols {
    vertical: "|",
    horizontal: "-",
    heavy: "=",
    thumb: "#",
    read: "x",
    begun: "~",
    unread: "o",
    draft: ".",
    here: ">",
    pointer: ">",
    separator: ">",
    dot: "-",
    note: "=",
    full: "#",
    empty: "-",
    ellipsis: "~",
    corners: ["+", "+", "+", "+"],
    cursor: "_",
    playing: ">",
    paused: "=",
    knob: "O",
    mark: "+",
    because: "'",
    bars: ["_", "_", ".", ".", "-", "-", "^", "#"],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_becomes_the_nearest_of_256() {
        assert_eq!(nearest(0x000000), 16);
        assert_eq!(nearest(0xffffff), 231);
        assert_eq!(nearest(0x808080), 244);
        assert_eq!(nearest(0xff0000), 196);
    }

    #[test]
    fn the_theme_without_colours_names_none() {
        let theme = Theme::new(ThemeChoice::None, Shade::Light, Depth::True, SymbolSet::Unicode);
        for tone in [Tone::Accent, Tone::Bad, Tone::Selected, Tone::Match, Tone::CodeGround] {
            let style = theme.style(tone);
            assert_eq!((style.fg, style.bg), (None, None), "{tone:?}");
        }
        assert_ne!(theme.style(Tone::Selected), Style::new());
        assert_ne!(theme.style(Tone::MatchNow), theme.style(Tone::Match));
    }
}
