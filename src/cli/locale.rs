//! The language that the environment asks for.

use crate::words::Lang;

/// Reads the value of `--lang`.
pub(super) fn parse(code: &str) -> Result<Lang, String> {
    Lang::from_code(code).ok_or_else(|| {
        let known: Vec<_> = Lang::ALL.into_iter().map(Lang::code).collect();
        format!("possible values: {}", known.join(", "))
    })
}

/// The language of messages in this process's environment; English if it names none of ours.
pub(super) fn from_environment() -> Lang {
    #[expect(clippy::disallowed_methods, reason = "the command line reads the environment once")]
    let value = |name: &str| std::env::var(name).ok();
    from_values(["LC_ALL", "LC_MESSAGES", "LANG"].map(value))
}

/// The first of the values that is not empty decides, as POSIX has it for `LC_ALL`,
/// `LC_MESSAGES` and `LANG`.
fn from_values(values: [Option<String>; 3]) -> Lang {
    values
        .into_iter()
        .flatten()
        .find(|value| !value.is_empty())
        .and_then(|value| {
            let language = value.split(['_', '.', '@', '-']).next().unwrap_or_default();
            Lang::from_code(&language.to_ascii_lowercase())
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lang(all: Option<&str>, messages: Option<&str>, lang: Option<&str>) -> Lang {
        from_values([all, messages, lang].map(|value| value.map(str::to_owned)))
    }

    #[test]
    fn the_first_variable_that_is_set_and_not_empty_decides() {
        assert_eq!(lang(None, None, Some("ko_KR.UTF-8")), Lang::Ko);
        assert_eq!(lang(Some(""), Some("ko"), Some("en_US.UTF-8")), Lang::Ko);
        assert_eq!(lang(Some("C"), Some("ko_KR"), Some("ko_KR")), Lang::En);
        assert_eq!(lang(None, None, Some("ko-KR")), Lang::Ko);
        assert_eq!(lang(None, None, Some("de_DE.UTF-8")), Lang::En);
        assert_eq!(lang(None, None, None), Lang::En);
    }
}
