//! The one table of keys: dispatch, footer, help and palette all read it. Its rows are in `table`.
//!
//! A row belongs to a scope. Which scopes hold at a moment follows from the mode, and the mode is
//! computed from the state. No key may stand twice in the scopes of one mode (a test says so).

mod table;

pub use table::KEYS;

use super::Action;
use super::key::Key;
use super::settings::SymbolSet;
use crate::words::keys::Keys as Words;

/// A group of keys that hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Whatever is going on.
    Always,
    /// While nothing is being typed and nothing lies over the screen.
    Program,
    /// The same, but not in a model, whose own actions need the letters.
    Seek,
    /// On the home screen.
    Home,
    /// In the reader, whichever pane has the focus.
    Reader,
    /// In the table of contents and in the lesson.
    Pages,
    /// In the table of contents.
    Contents,
    /// In the lesson.
    Lesson,
    /// In the lesson, while no hits of a search are marked.
    Plain,
    /// In the lesson, while hits of a search are marked.
    Found,
    /// In the model.
    Model,
    /// While a command line of the model is typed.
    ModelLine,
    /// On a sheet of knobs.
    Turn,
    /// In an overlay that is a list to choose from, without typing.
    List,
    /// In an overlay that is a list under a line being typed.
    Search,
    /// While typing what to find in the lesson.
    Find,
    /// While links have letters on them.
    Links,
    /// In the notes.
    Notes,
    /// In the help.
    Help,
    /// In a card that says something about a link.
    Card,
    /// In the lesson, while a quiz waits.
    Aside,
    /// While a question is open and nothing is typed.
    QuizOpen,
    /// While an answer is typed.
    QuizTyping,
    /// On the cover of a quiz.
    QuizCover,
    /// Among options.
    QuizChoice,
    /// While one line is typed.
    QuizLine,
    /// While many lines are typed.
    QuizText,
    /// Before it is said whether a program compiles.
    QuizTrace,
    /// While what a program prints is typed.
    QuizOutput,
    /// Among items to put in order.
    QuizOrder,
    /// Among pairs to find.
    QuizPairs,
    /// While it is asked how sure one is.
    QuizSure,
    /// While a model runs to the moment that was predicted.
    QuizTrial,
    /// After an answer.
    QuizShown,
    /// At the end of a quiz.
    QuizDone,
}

/// What the program is doing, as far as keys are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is named after its place on the screen")]
pub enum Mode {
    Home,
    Contents,
    Lesson,
    Found,
    Model,
    ModelLine,
    Sheet,
    Knobs,
    Outline,
    Palette,
    Search,
    Find,
    Links,
    Notes,
    Help,
    Card,
    Aside,
    QuizCover,
    QuizChoice,
    QuizLine,
    QuizText,
    QuizTrace,
    QuizOutput,
    QuizOrder,
    QuizPairs,
    QuizSure,
    QuizTrial,
    QuizShown,
    QuizDone,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Mode; 29] = [
        Mode::Home,
        Mode::Contents,
        Mode::Lesson,
        Mode::Found,
        Mode::Model,
        Mode::ModelLine,
        Mode::Sheet,
        Mode::Knobs,
        Mode::Outline,
        Mode::Palette,
        Mode::Search,
        Mode::Find,
        Mode::Links,
        Mode::Notes,
        Mode::Help,
        Mode::Card,
        Mode::Aside,
        Mode::QuizCover,
        Mode::QuizChoice,
        Mode::QuizLine,
        Mode::QuizText,
        Mode::QuizTrace,
        Mode::QuizOutput,
        Mode::QuizOrder,
        Mode::QuizPairs,
        Mode::QuizSure,
        Mode::QuizTrial,
        Mode::QuizShown,
        Mode::QuizDone,
    ];

    /// The scopes that hold in this mode, the nearest first.
    pub const fn scopes(self) -> &'static [Scope] {
        use Scope::*;
        match self {
            Mode::Home => &[Home, Seek, Program, Always],
            Mode::Contents => &[Contents, Pages, Reader, Seek, Program, Always],
            Mode::Lesson => &[Lesson, Plain, Pages, Reader, Seek, Program, Always],
            Mode::Found => &[Found, Lesson, Pages, Reader, Seek, Program, Always],
            Mode::Model => &[Model, Reader, Program, Always],
            Mode::ModelLine => &[ModelLine, Always],
            Mode::Sheet | Mode::Outline => &[List, Always],
            Mode::Knobs => &[Turn, List, Always],
            Mode::Palette | Mode::Search => &[Search, Always],
            Mode::Find => &[Find, Always],
            Mode::Links => &[Links, Always],
            Mode::Notes => &[Notes, Always],
            Mode::Help => &[Help, Always],
            Mode::Card => &[Card, Always],
            Mode::Aside => &[Aside, Lesson, Plain, Pages, Reader, Seek, Program, Always],
            Mode::QuizCover => &[QuizCover, Seek, Program, Always],
            Mode::QuizChoice => &[QuizChoice, QuizOpen, Seek, Program, Always],
            Mode::QuizLine => &[QuizLine, QuizTyping, Always],
            Mode::QuizText => &[QuizText, QuizTyping, Always],
            Mode::QuizTrace => &[QuizTrace, QuizOpen, Seek, Program, Always],
            Mode::QuizOutput => &[QuizOutput, QuizTyping, Always],
            Mode::QuizOrder => &[QuizOrder, QuizOpen, Seek, Program, Always],
            Mode::QuizPairs => &[QuizPairs, QuizOpen, Seek, Program, Always],
            Mode::QuizSure => &[QuizSure, Seek, Program, Always],
            Mode::QuizTrial => &[QuizTrial, Seek, Program, Always],
            Mode::QuizShown => &[QuizShown, Seek, Program, Always],
            Mode::QuizDone => &[QuizDone, Seek, Program, Always],
        }
    }

    /// Whether keys that mean nothing else are text.
    pub const fn is_typing(self) -> bool {
        matches!(
            self,
            Mode::Palette
                | Mode::Search
                | Mode::ModelLine
                | Mode::Find
                | Mode::Links
                | Mode::Notes
                | Mode::QuizLine
                | Mode::QuizText
                | Mode::QuizOutput
        )
    }
}

/// A text of the language files.
pub type Label = fn(&'static Words) -> &'static str;

/// One row of the table.
pub struct Binding {
    /// Where it holds.
    pub scope: Scope,
    /// The keys, the one to show first.
    pub keys: &'static [Key],
    /// What they do.
    pub action: Action,
    /// What that is called.
    pub label: Label,
    /// What it is called in the footer, if it stands there. Neighbours with the same text share a place.
    pub foot: Option<Label>,
}

/// What this key means in this mode.
pub fn action(mode: Mode, key: Key) -> Option<&'static Action> {
    in_mode(mode).find(|row| row.keys.contains(&key)).map(|row| &row.action)
}

/// The rows that hold in this mode, the nearest scope first.
pub fn in_mode(mode: Mode) -> impl Iterator<Item = &'static Binding> {
    mode.scopes().iter().flat_map(|scope| KEYS.iter().filter(move |row| row.scope == *scope))
}

/// What the footer says in this mode, in order of weight: the keys, joined, and the text.
pub fn footer(
    mode: Mode,
    words: &'static Words,
    symbols: SymbolSet,
) -> Vec<(String, &'static str)> {
    let mut parts: Vec<(String, &'static str)> = Vec::new();
    for row in in_mode(mode) {
        let Some(foot) = row.foot else { continue };
        let (text, key) = (foot(words), row.keys[0].sign(symbols));
        // The name of the other language, where the terminal cannot show its letters.
        if symbols == SymbolSet::Ascii && words.quit.is_ascii() && !text.is_ascii() {
            continue;
        }
        match parts.last_mut() {
            Some((keys, last)) if *last == text => {
                keys.push('/');
                keys.push_str(&key);
            }
            _ => parts.push((key, text)),
        }
    }
    parts
}

/// The heading of a scope in the help.
pub fn title(scope: Scope) -> Label {
    match scope {
        Scope::Always | Scope::Program | Scope::Seek => |w| w.in_program,
        Scope::Home => |w| w.in_home,
        Scope::Reader | Scope::Pages => |w| w.in_reader,
        Scope::Contents => |w| w.in_contents,
        Scope::Lesson | Scope::Plain => |w| w.in_lesson,
        Scope::Found => |w| w.in_found,
        Scope::Model => |w| w.in_model,
        Scope::ModelLine => |w| w.in_model_line,
        Scope::Turn => |w| w.in_knobs,
        Scope::List => |w| w.in_list,
        Scope::Search => |w| w.in_search,
        Scope::Find => |w| w.in_find,
        Scope::Links => |w| w.in_links,
        Scope::Notes => |w| w.in_notes,
        Scope::Help => |w| w.in_help,
        Scope::Card => |w| w.in_card,
        Scope::Aside => |w| w.in_aside,
        Scope::QuizCover => |w| w.in_cover,
        Scope::QuizOpen => |w| w.in_question,
        Scope::QuizChoice => |w| w.in_choice,
        Scope::QuizTyping | Scope::QuizLine => |w| w.in_typing,
        Scope::QuizText => |w| w.in_text,
        Scope::QuizTrace => |w| w.in_trace,
        Scope::QuizOutput => |w| w.in_output,
        Scope::QuizOrder => |w| w.in_order,
        Scope::QuizPairs => |w| w.in_pairs,
        Scope::QuizSure => |w| w.in_sure,
        Scope::QuizTrial => |w| w.in_trial,
        Scope::QuizShown => |w| w.in_shown,
        Scope::QuizDone => |w| w.in_done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::keys::{EN, KO};

    #[test]
    fn no_key_means_two_things_in_one_mode() {
        for mode in Mode::ALL {
            let mut seen: Vec<(Key, &str)> = Vec::new();
            for row in in_mode(mode) {
                for key in row.keys {
                    if let Some((_, other)) = seen.iter().find(|(taken, _)| taken == key) {
                        panic!("{mode:?}: {key} is both “{other}” and “{}”", (row.label)(&EN));
                    }
                    seen.push((*key, (row.label)(&EN)));
                }
            }
        }
    }

    #[test]
    fn no_model_puts_an_action_on_a_key_that_means_something_else() {
        use crate::models::registry::ModelId;
        for id in ModelId::ALL {
            for (at, spec) in id.actions().iter().enumerate() {
                let taken = action(Mode::Model, Key::ch(spec.key));
                assert!(taken.is_none(), "{}: {} is on `{}`", id.id(), spec.id, spec.key);
                let twice = id.actions()[..at].iter().any(|other| other.key == spec.key);
                assert!(!twice, "{}: `{}` stands twice", id.id(), spec.key);
            }
        }
    }

    #[test]
    fn every_row_holds_in_some_mode_and_has_keys_and_both_languages() {
        for row in KEYS {
            assert!(Mode::ALL.iter().any(|mode| mode.scopes().contains(&row.scope)));
            assert!(!row.keys.is_empty());
            assert!(!(row.label)(&EN).is_empty() && !(row.label)(&KO).is_empty());
        }
    }

    #[test]
    fn keys_that_are_typed_as_text_mean_nothing_else_while_typing() {
        for mode in Mode::ALL.into_iter().filter(|mode| mode.is_typing()) {
            for row in in_mode(mode) {
                assert!(row.keys.iter().all(|key| key.typed().is_none()), "{mode:?}");
            }
        }
    }

    #[test]
    fn the_footer_joins_keys_that_belong_together() {
        let footer = footer(Mode::Lesson, &EN, SymbolSet::Unicode);
        assert_eq!(footer[0], ("j/k".to_owned(), "scroll"));
        assert!(footer.iter().any(|(keys, _)| keys == "?"), "{footer:?}");
    }
}
