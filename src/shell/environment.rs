//! What the environment says about the terminal. Read once, at the start.

use crate::app::key::Shade;
use crate::app::settings::{SymbolSet, ThemeChoice};
use crate::ui::theme::Depth;

/// What the environment says about the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Environment {
    /// How many colours it has.
    pub(crate) depth: Depth,
    /// Which characters it can show.
    pub(crate) symbols: SymbolSet,
    /// What its background is like, as far as `COLORFGBG` tells.
    pub(crate) shade: Option<Shade>,
    /// The theme that the environment asks for: none if `NO_COLOR` is set.
    pub(crate) theme: Option<ThemeChoice>,
    /// Whether it may be sent hyperlinks.
    pub(crate) hyperlinks: bool,
    /// Whether it may be asked for its background.
    pub(crate) answers: bool,
}

impl Environment {
    /// Reads this process's environment.
    #[expect(clippy::disallowed_methods, reason = "the environment is read here, once")]
    pub(crate) fn read() -> Environment {
        Environment::of(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    fn of(value: impl Fn(&str) -> Option<String>) -> Environment {
        let term = value("TERM").unwrap_or_default();
        let is_poor = matches!(term.as_str(), "dumb" | "linux" | "vt100" | "vt220" | "ansi");
        let depth = match value("COLORTERM").as_deref() {
            Some("truecolor" | "24bit") => Depth::True,
            _ if term.contains("direct") => Depth::True,
            _ if term.contains("256") || term.contains("kitty") || term.contains("alacritty") => {
                Depth::Indexed
            }
            _ => Depth::Sixteen,
        };
        let locale = value("LC_ALL").or_else(|| value("LC_CTYPE")).or_else(|| value("LANG"));
        let is_utf8 = locale.is_none_or(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        });
        let symbols = if is_utf8 { SymbolSet::Unicode } else { SymbolSet::Ascii };
        let shade = value("COLORFGBG").and_then(|colours| {
            let ground: u8 = colours.rsplit(';').next()?.parse().ok()?;
            Some(if matches!(ground, 7 | 9..=15) { Shade::Light } else { Shade::Dark })
        });
        let theme = (value("NO_COLOR").is_some() || term == "dumb").then_some(ThemeChoice::None);
        Environment { depth, symbols, shade, theme, hyperlinks: !is_poor, answers: !is_poor }
    }
}

/// Minutes that this place's clocks are ahead of UTC; 0 where the system does not tell.
pub(crate) fn utc_offset_minutes() -> i32 {
    time::UtcOffset::current_local_offset().map_or(0, |offset| i32::from(offset.whole_minutes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        Environment::of(|name| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_environment_tells_colours_signs_and_shade() {
        let plain = environment(&[("TERM", "xterm-256color")]);
        assert_eq!((plain.depth, plain.symbols), (Depth::Indexed, SymbolSet::Unicode));
        let rich = environment(&[("COLORTERM", "truecolor"), ("LANG", "ko_KR.UTF-8")]);
        assert_eq!((rich.depth, rich.symbols), (Depth::True, SymbolSet::Unicode));
        let poor = environment(&[("TERM", "linux"), ("LC_ALL", "C"), ("NO_COLOR", "1")]);
        assert_eq!((poor.depth, poor.symbols), (Depth::Sixteen, SymbolSet::Ascii));
        assert_eq!((poor.theme, poor.hyperlinks), (Some(ThemeChoice::None), false));
        assert_eq!(environment(&[("COLORFGBG", "0;15")]).shade, Some(Shade::Light));
        assert_eq!(environment(&[("COLORFGBG", "15;default;0")]).shade, Some(Shade::Dark));
    }
}
