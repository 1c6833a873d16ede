//! Search in the whole course: titles as one half remembers them, texts word by word, and notes.

use std::ops::Range;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::App;
use super::effect::{Effect, Effects};
use super::overlay::Overlay;
use super::prompt::Prompt;
use super::scroll::List;
use super::work::{Answer, Job};
use crate::course::{Course, LessonId};

/// The search over the screen.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// What is searched for.
    pub prompt: Prompt,
    /// What was found last.
    pub hits: Vec<Hit>,
    /// Which hit is selected.
    pub list: List,
    /// The job whose answer is awaited, if it has not come yet.
    pub awaited: Option<u64>,
}

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// In which lesson.
    pub lesson: LessonId,
    /// The lesson's title.
    pub title: String,
    /// In what of it.
    pub place: HitPlace,
}

/// In what of a lesson something was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HitPlace {
    /// In the title; bytes of it that match.
    Title(Vec<Range<usize>>),
    /// In the text.
    Text {
        /// Where in the source.
        offset: usize,
        /// The sentence around it.
        context: String,
        /// Bytes of the context that match.
        marks: Vec<Range<usize>>,
    },
    /// In the learner's notes on it.
    Note {
        /// The line of the note.
        context: String,
        /// Bytes of the context that match.
        marks: Vec<Range<usize>>,
    },
}

/// The texts of a course, ready to be searched.
#[derive(Debug, Default)]
pub struct Index {
    lessons: Vec<Indexed>,
}

#[derive(Debug)]
struct Indexed {
    id: LessonId,
    title: String,
    text: String,
    /// The text with ASCII letters lowered: byte for byte as long.
    lowered: String,
}

/// Hits shown of one lesson's text.
const PER_LESSON: usize = 4;
/// Hits shown in all.
const MOST: usize = 200;
/// Characters of context before a hit.
const LEAD: usize = 30;
/// Characters of context from a hit on.
const CONTEXT: usize = 160;

impl Index {
    /// The index of a course.
    pub fn of(course: &Course) -> Index {
        let mut index = Index::default();
        for lesson in course.lessons() {
            let text = course.text(lesson).0.into_string();
            index.add(lesson.id.clone(), lesson.title.clone(), text);
        }
        index
    }

    fn add(&mut self, id: LessonId, title: String, text: String) {
        let lowered = text.to_ascii_lowercase();
        self.lessons.push(Indexed { id, title, text, lowered });
    }

    /// Everything that matches: titles first, the best before the others; then texts and notes. An
    /// empty query finds every lesson.
    pub fn find(&self, query: &str, notes: &[(LessonId, String)]) -> Vec<Hit> {
        let query = query.trim();
        if query.is_empty() {
            return self.lessons.iter().map(|lesson| lesson.hit(HitPlace::Title(vec![]))).collect();
        }
        let mut hits = self.titles(query);
        let lowered = query.to_ascii_lowercase();
        let words: Vec<&str> = lowered.split_whitespace().collect();
        for (id, note) in notes {
            let Some(lesson) = self.lessons.iter().find(|lesson| lesson.id == *id) else {
                continue;
            };
            if let Some(at) = all_words(&note.to_ascii_lowercase(), &words) {
                let (context, marks) = context(note, at, &words);
                hits.push(lesson.hit(HitPlace::Note { context, marks }));
            }
        }
        let mut texts: Vec<(usize, Vec<Hit>)> = self
            .lessons
            .iter()
            .map(|lesson| lesson.texts(&lowered, &words))
            .filter(|(count, _)| *count > 0)
            .collect();
        texts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        hits.extend(texts.into_iter().flat_map(|(_, hits)| hits));
        hits.truncate(MOST);
        hits
    }

    fn titles(&self, query: &str) -> Vec<Hit> {
        let mut matcher = Matcher::new(Config::DEFAULT);
        let pattern = Pattern::parse(query, CaseMatching::Ignore, Normalization::Smart);
        let mut scored: Vec<(u32, Hit)> = Vec::new();
        for lesson in &self.lessons {
            if let Some((score, marks)) = fuzzy(&mut matcher, &pattern, &lesson.title) {
                scored.push((score, lesson.hit(HitPlace::Title(marks))));
            }
        }
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        scored.into_iter().map(|(_, hit)| hit).collect()
    }
}

/// How well a text fits a pattern of which letters may be left out, and which bytes match.
pub fn fuzzy(
    matcher: &mut Matcher,
    pattern: &Pattern,
    text: &str,
) -> Option<(u32, Vec<Range<usize>>)> {
    let mut letters = Vec::new();
    let mut at = Vec::new();
    let score = pattern.indices(Utf32Str::new(text, &mut letters), matcher, &mut at)?;
    at.sort_unstable();
    at.dedup();
    use unicode_segmentation::UnicodeSegmentation;
    let starts: Vec<(usize, &str)> = text.grapheme_indices(true).collect();
    let mut marks: Vec<Range<usize>> = Vec::new();
    for grapheme in at {
        let Some((start, cluster)) = starts.get(grapheme as usize) else { continue };
        match marks.last_mut() {
            Some(last) if last.end == *start => last.end += cluster.len(),
            _ => marks.push(*start..start + cluster.len()),
        }
    }
    Some((score, marks))
}

impl Indexed {
    fn hit(&self, place: HitPlace) -> Hit {
        Hit { lesson: self.id.clone(), title: self.title.clone(), place }
    }

    /// How often the query stands in the text, and the first places of it.
    fn texts(&self, query: &str, words: &[&str]) -> (usize, Vec<Hit>) {
        let whole: Vec<usize> =
            self.lowered.match_indices(query).map(|(at, _)| at).take(1_000).collect();
        let places = match (whole.is_empty(), all_words(&self.lowered, words)) {
            (false, _) => whole,
            (true, Some(at)) => vec![at],
            (true, None) => return (0, Vec::new()),
        };
        let mut hits = Vec::new();
        let mut shown_to = 0;
        for at in &places {
            if hits.len() == PER_LESSON {
                break;
            }
            if *at < shown_to {
                continue;
            }
            let line_end = self.text[*at..].find('\n').map_or(self.text.len(), |end| at + end);
            shown_to = line_end;
            let (context, marks) = context(&self.text, *at, words);
            if marks.is_empty() {
                // It stands only in the address of a link.
                continue;
            }
            hits.push(self.hit(HitPlace::Text { offset: *at, context, marks }));
        }
        (places.len(), hits)
    }
}

/// The place of the first word, if every word is in the text.
fn all_words(lowered: &str, words: &[&str]) -> Option<usize> {
    let first = lowered.find(words.first()?)?;
    words.iter().all(|word| lowered.contains(word)).then_some(first)
}

/// The line around a place without its markup, cut to a bearable length, and what matches in it.
fn context(text: &str, at: usize, words: &[&str]) -> (String, Vec<Range<usize>>) {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    let from = start + before(&text[start..at]);
    let to = text[at..end].char_indices().nth(CONTEXT).map_or(end, |(n, _)| at + n);
    let mut line = String::new();
    if from > start {
        line.push('…');
    }
    line.push_str(&without_markup(&text[from..to]));
    if to < end {
        line.push('…');
    }
    let lowered = line.to_ascii_lowercase();
    let mut marks: Vec<Range<usize>> = words
        .iter()
        .flat_map(|word| lowered.match_indices(word).map(|(at, found)| at..at + found.len()))
        .collect();
    marks.sort_by_key(|mark| mark.start);
    marks.dedup_by(|next, before| next.start < before.end);
    (line, marks)
}

/// Where to begin so that a few whole words stand before the end of `text`.
fn before(text: &str) -> usize {
    let Some((cut, _)) = text.char_indices().rev().nth(LEAD) else { return 0 };
    text[cut..].find(' ').map_or(cut, |blank| cut + blank + 1)
}

/// What is not read in a line of Markdown: where it begins and ends.
const UNREAD: [(&str, &str); 4] = [("](", ")"), ("][", "]"), ("{#", "}"), ("<!--", "-->")];

/// A line of Markdown as it reads: without marks of emphasis, code, headings and links.
fn without_markup(line: &str) -> String {
    let line = line.trim().trim_start_matches(['#', '>', ' ']).trim_start_matches("- ");
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    let mut is_code = false;
    while let Some(c) = rest.chars().next() {
        let unread = UNREAD.iter().find_map(|(open, close)| {
            // What is cut off before its end has no end.
            Some(rest.strip_prefix(open)?.split_once(close).map_or("", |(_, after)| after))
        });
        if let Some(after) = unread {
            rest = after;
            continue;
        }
        let after = &rest[c.len_utf8()..];
        // Emphasis begins or ends a word; inside of one it is a part of the name.
        let is_edge = |side: Option<char>| !side.is_some_and(char::is_alphanumeric);
        let emphasises = is_edge(out.chars().next_back()) || is_edge(after.chars().next());
        rest = after;
        match c {
            '`' => is_code = !is_code,
            '_' if emphasises && !is_code => {}
            '*' | '[' | ']' if !is_code => {}
            '|' => out.push(' '),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}

/// Asks the worker again after what is searched for has changed.
pub fn refresh(app: &mut App) -> Effects {
    let Some(Overlay::Search(search)) = app.overlays.last_mut() else { return Effects::none() };
    app.asked += 1;
    search.awaited = Some(app.asked);
    Effect::Work(Job {
        ticket: app.asked,
        query: search.prompt.text().to_owned(),
        course: app.course.clone(),
        notes: app
            .progress
            .notes()
            .map(|(id, note)| (LessonId::from(id.to_owned()), note.to_owned()))
            .collect(),
    })
    .into()
}

/// Takes what the worker found, unless something else has been asked since.
pub fn answered(app: &mut App, answer: Answer) {
    for overlay in &mut app.overlays {
        if let Overlay::Search(search) = overlay
            && search.awaited == Some(answer.ticket)
        {
            search.awaited = None;
            search.list = List::default();
            search.hits = answer.hits;
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let mut index = Index::default();
        let text = "# Visibility {#vis}\n\nA **received** message is *hidden* for [30 s](fact:x).\n\
                    Delete it, or it comes back.\n";
        index.add(LessonId::from("sqs".to_owned()), "Standard queues".to_owned(), text.to_owned());
        let text = "# 표준 큐\n\n받은 메시지는 가시성 제한 시간 동안 숨겨집니다.\n";
        index.add(LessonId::from("ko".to_owned()), "표준 큐".to_owned(), text.to_owned());
        index
    }

    #[test]
    fn titles_are_found_with_letters_left_out() {
        let hits = index().find("stdq", &[]);
        assert_eq!(hits[0].title, "Standard queues");
        assert!(matches!(&hits[0].place, HitPlace::Title(marks) if !marks.is_empty()));
    }

    #[test]
    fn texts_are_found_in_both_languages_with_the_line_as_it_reads() {
        let hits = index().find("Hidden", &[]);
        let HitPlace::Text { context, marks, .. } = &hits[0].place else { panic!("{hits:?}") };
        assert_eq!(context, "A received message is hidden for 30 s.");
        assert_eq!(&context[marks[0].clone()], "hidden");
        let hits = index().find("가시성", &[]);
        assert_eq!(hits.last().map(|hit| hit.lesson.as_str()), Some("ko"));
    }

    #[test]
    fn the_line_of_a_hit_reads_without_its_markup() {
        for (line, read) in [
            (
                "a _lifetime_ of `snake_case` and snake_case",
                "a lifetime of snake_case and snake_case",
            ),
            ("see [Chapter 10][ch10]<!-- ignore --> first", "see Chapter 10 first"),
            ("a [link](to.md#a) and [text]", "a link and text"),
            ("`Messages[].Body` *is* **it**", "Messages[].Body is it"),
            ("## Title {#anchor}", "Title"),
            ("a [link](https://cut.off", "a link"),
        ] {
            assert_eq!(without_markup(line), read);
        }
    }

    #[test]
    fn notes_are_found_and_an_empty_query_lists_all() {
        let note = (LessonId::from("sqs".to_owned()), "ask Kim about DLQs".to_owned());
        let hits = index().find("kim", &[note]);
        assert!(
            matches!(&hits[0].place, HitPlace::Note { context, .. } if context.contains("Kim"))
        );
        assert_eq!(index().find(" ", &[]).len(), 2);
    }
}
