//! What the learner set, and how it is kept.

use super::effect::{Effect, Effects};
use super::panes::Shape;
use crate::progress::What;
use crate::words::Lang;
use crate::words::reader::Reader;

/// Which theme to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeChoice {
    /// Dark or light, as the terminal's background is.
    #[default]
    Auto,
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
    /// Strong contrast, few colours.
    HighContrast,
    /// No colours at all.
    None,
}

impl ThemeChoice {
    /// Every theme, in the order in which `T` goes through them.
    pub const ALL: [ThemeChoice; 5] = [
        ThemeChoice::Auto,
        ThemeChoice::Dark,
        ThemeChoice::Light,
        ThemeChoice::HighContrast,
        ThemeChoice::None,
    ];

    /// The word for options and files.
    pub fn code(self) -> &'static str {
        match self {
            ThemeChoice::Auto => "auto",
            ThemeChoice::Dark => "dark",
            ThemeChoice::Light => "light",
            ThemeChoice::HighContrast => "high-contrast",
            ThemeChoice::None => "none",
        }
    }

    /// The theme with this code.
    pub fn from_code(code: &str) -> Option<ThemeChoice> {
        ThemeChoice::ALL.into_iter().find(|theme| theme.code() == code)
    }

    /// The theme after this one.
    pub fn next(self) -> ThemeChoice {
        let here = ThemeChoice::ALL.iter().position(|theme| *theme == self).unwrap_or(0);
        ThemeChoice::ALL[(here + 1) % ThemeChoice::ALL.len()]
    }
}

/// What a theme is called on the screen.
pub fn theme_name(theme: ThemeChoice, words: &'static Reader) -> &'static str {
    match theme {
        ThemeChoice::Auto => words.theme_auto,
        ThemeChoice::Dark => words.theme_dark,
        ThemeChoice::Light => words.theme_light,
        ThemeChoice::HighContrast => words.theme_contrast,
        ThemeChoice::None => words.theme_none,
    }
}

/// Which characters may be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SymbolSet {
    /// Box drawing, blocks, arrows.
    #[default]
    Unicode,
    /// Letters and signs of ASCII.
    Ascii,
}

/// What the learner set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The theme.
    pub theme: ThemeChoice,
    /// Whether the mouse is taken.
    pub mouse: bool,
    /// Which characters may be drawn.
    pub symbols: SymbolSet,
    /// Which panes are shown, and how wide.
    pub shape: Shape,
    /// Whether a quiz asks how sure one is.
    pub confidence: bool,
    /// Whether what plays moves; otherwise it is drawn anew once a second.
    pub motion: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            theme: ThemeChoice::Auto,
            mouse: true,
            symbols: SymbolSet::Unicode,
            shape: Shape::default(),
            confidence: true,
            motion: true,
        }
    }
}

/// The name under which the theme is kept.
pub const THEME: &str = "theme";
/// The name under which the use of the mouse is kept.
pub const MOUSE: &str = "mouse";
/// The name under which the panes are kept.
pub const SHAPE: &str = "panes";
/// The name under which the question for confidence is kept.
pub const CONFIDENCE: &str = "confidence";
/// The name under which motion is kept.
pub const MOTION: &str = "motion";
/// The name under which the language is kept.
pub const LANG: &str = "lang";

/// The shortest time between two frames, in milliseconds.
const FRAME_MS: u64 = 33;
/// The same without motion.
const STILL_MS: u64 = 1_000;

impl Settings {
    /// The settings that were kept, by name.
    pub fn kept<'a>(kept: impl Fn(&str) -> Option<&'a str>) -> Settings {
        let mut settings = Settings::default();
        if let Some(theme) = kept(THEME).and_then(ThemeChoice::from_code) {
            settings.theme = theme;
        }
        if let Some(mouse) = kept(MOUSE) {
            settings.mouse = mouse != "off";
        }
        if let Some(confidence) = kept(CONFIDENCE) {
            settings.confidence = confidence != "off";
        }
        if let Some(motion) = kept(MOTION) {
            settings.motion = motion != "off";
        }
        if let Some(shape) = kept(SHAPE).and_then(read_shape) {
            settings.shape = shape;
        }
        settings
    }

    /// The shortest time between two frames of what plays, in milliseconds.
    pub fn pace(&self) -> u64 {
        if self.motion { FRAME_MS } else { STILL_MS }
    }

    /// Keeps the setting of this name.
    pub fn record(&self, name: &str) -> Effects {
        let value = match name {
            THEME => self.theme.code().to_owned(),
            MOUSE => if self.mouse { "on" } else { "off" }.to_owned(),
            CONFIDENCE => if self.confidence { "on" } else { "off" }.to_owned(),
            MOTION => if self.motion { "on" } else { "off" }.to_owned(),
            _ => write_shape(self.shape),
        };
        setting(name, value)
    }

    /// Keeps the language.
    pub fn record_lang(&self, lang: Lang) -> Effects {
        setting(LANG, lang.code().to_owned())
    }
}

fn setting(name: &str, value: String) -> Effects {
    Effect::Record(What::Setting { name: name.to_owned(), value }).into()
}

/// `30 42`: widths (0: as the screen has it), with a `-` before what is hidden.
fn write_shape(shape: Shape) -> String {
    let sign = |shown: bool| if shown { "" } else { "-" };
    format!(
        "{}{} {}{}",
        sign(shape.contents),
        shape.contents_width.unwrap_or(0),
        sign(shape.model),
        shape.model_percent
    )
}

fn read_shape(text: &str) -> Option<Shape> {
    let (contents, model) = text.split_once(' ')?;
    let read = |part: &str| -> Option<(bool, u16)> {
        match part.strip_prefix('-') {
            Some(rest) => Some((false, rest.parse().ok()?)),
            None => Some((true, part.parse().ok()?)),
        }
    };
    let ((contents, wide), (model, model_percent)) = (read(contents)?, read(model)?);
    let contents_width = Some(wide).filter(|wide| *wide > 0);
    Some(Shape { contents, model, contents_width, model_percent })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_back() {
        for shape in [
            Shape::default(),
            Shape { contents: false, model: true, contents_width: Some(22), model_percent: 50 },
            Shape { contents: true, model: false, contents_width: Some(40), model_percent: 15 },
        ] {
            assert_eq!(read_shape(&write_shape(shape)), Some(shape));
        }
        assert_eq!(read_shape("garbage"), None);
        let settings = Settings::kept(|name| match name {
            THEME => Some("light"),
            MOUSE => Some("off"),
            SHAPE => Some("no"),
            _ => None,
        });
        assert_eq!(settings.theme, ThemeChoice::Light);
        assert!(!settings.mouse);
        assert_eq!(settings.shape, Shape::default());
    }
}
