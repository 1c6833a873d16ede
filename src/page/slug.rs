//! Anchors of headings, by mdBook's rules.

use std::collections::{BTreeMap, BTreeSet};

/// Gives each heading of a text its anchor.
#[derive(Debug, Default)]
pub(super) struct Slugs {
    used: BTreeSet<String>,
    /// The last number given to each name, so that a thousand equal headings stay cheap.
    last: BTreeMap<String, usize>,
}

impl Slugs {
    /// The anchor of the next heading: its own `{#id}`, or its text as a name, with `-1`, `-2`, …
    /// behind it where that is taken.
    pub(super) fn next(&mut self, id: Option<&str>, text: &str) -> String {
        let name = match id {
            Some(id) => id.to_owned(),
            None => self.free(slug(text)),
        };
        self.used.insert(name.clone());
        name
    }

    fn free(&mut self, name: String) -> String {
        if !self.used.contains(&name) {
            return name;
        }
        let last = self.last.entry(name.clone()).or_default();
        loop {
            *last += 1;
            let numbered = format!("{name}-{last}");
            if !self.used.contains(&numbered) {
                return numbered;
            }
        }
    }
}

/// A text as mdBook makes an anchor of it: letters, digits, `_` and `-` stay, white space becomes
/// `-`, the rest goes.
pub fn slug(text: &str) -> String {
    text.trim()
        .chars()
        .filter_map(|c| match c {
            c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c),
            c if c.is_whitespace() => Some('-'),
            _ => None,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_follow_mdbook() {
        let mut slugs = Slugs::default();
        assert_eq!(slugs.next(None, "What's a `Queue`?"), "whats-a-queue");
        assert_eq!(slugs.next(None, "Whats a queue"), "whats-a-queue-1");
        assert_eq!(slugs.next(Some("own"), "x"), "own");
        assert_eq!(slugs.next(None, "own"), "own-1");
        assert_eq!(slugs.next(None, "가시성 제한 시간"), "가시성-제한-시간");
    }
}
