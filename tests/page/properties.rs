//! What holds for any text at any width.

use awslearn::page::{Document, LineKind, LineRef, Options, Page, ansi, lay_out};
use proptest::prelude::*;

use super::content::{Code, of_html, of_page};

/// Pieces that Markdown gives a meaning to, and text of many scripts.
const PIECES: &[&str] = &[
    "\n",
    "\n\n",
    " ",
    "  ",
    "    ",
    "\t",
    "# ",
    "## ",
    "### ",
    "- ",
    "* ",
    "1. ",
    "12) ",
    "> ",
    ">> ",
    "- [ ] ",
    "- [x] ",
    "> [!NOTE]\n> ",
    "```\n",
    "```rust,ignore\n",
    "```console\n$ ",
    "~~~\n",
    "`",
    "``",
    "*",
    "**",
    "_",
    "~~",
    "[a](b)",
    "[",
    "](http://x.y)",
    "![alt](p.png)",
    "![](p.png)",
    "[^1]",
    "[^1]: ",
    "| a | b |\n|---|--:|\n| ",
    " | ",
    "|\n",
    "---\n",
    "===\n",
    "***\n",
    ": ",
    "term\n: ",
    "<b>",
    "</b>",
    "<br>",
    "<!-- ",
    "-->",
    "<details><summary>",
    "</summary>",
    "<div>\n",
    "<script>",
    "&amp;",
    "&#x1b;",
    "&lt;",
    "\\",
    "\\\n",
    "{#_}",
    " {#_ ._}\n",
    "{{#quiz a/b.toml}}",
    "$x^2$",
    "https://a.io/b?c=d.",
    "word",
    "a-b",
    "supercalifragilistic",
    "메시지를",
    "받으면",
    "가",
    "遅延キュー",
    "です。",
    "「",
    "」",
    "한글word",
    "👩‍💻",
    "🇰🇷",
    "e\u{301}",
    "✔️",
    "1️⃣",
    "\u{1b}[31m",
    "\u{7}",
    "\u{202e}",
    "\u{200b}",
    "\u{9b}",
    "\u{ad}",
    "\r\n",
    "\u{2028}",
    "नमस्ते",
    "שלום",
    "\u{feff}",
];

fn markdown() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

fn page(text: &str, width: usize) -> Vec<LineRef> {
    lay_out(text, &Options { width, ..Options::default() })
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// Letters and digits: what words are made of.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_line_is_too_wide_and_none_can_command_a_terminal(
        text in markdown(), width in 1usize..=200, code_shift in 0usize..12, show_hidden: bool,
    ) {
        let options = Options { width, code_shift, show_hidden, ..Options::default() };
        let lines = lay_out(&text, &options);
        for line in &lines {
            prop_assert!(line.width() <= width, "{} cells: {:?}", line.width(), line.text());
            prop_assert!(!line.text().contains(is_unsafe), "{:?}", line.text());
            for span in &line.spans {
                if let Some(source) = &span.source {
                    prop_assert!(text.get(source.clone()).is_some(), "{source:?} of {:?}", span.text);
                }
            }
        }
        prop_assert_eq!(&lines, &lay_out(&text, &options), "laying out twice is the same");
        let plain = ansi::plain(&lines);
        prop_assert!(!plain.replace('\n', "").contains(is_unsafe));
    }

    #[test]
    fn no_word_is_lost(text in markdown(), width in 2usize..=200) {
        let ours = letters(&of_page(&page(&text, width), Code::LeftOut));
        let theirs = letters(&of_html(&text, Code::LeftOut));
        prop_assert_eq!(without_quiz(&ours), without_quiz(&theirs));
    }

    #[test]
    fn code_is_all_there_when_the_page_is_wide_enough(
        code in prop::collection::vec("[a-z 가-힣\t👩]{0,30}", 0..8),
    ) {
        let text = format!("~~~text\n{}\n~~~", code.join("\n"));
        let lines = page(&text, 200);
        let shown: String = lines
            .iter()
            .filter(|line| matches!(line.kind, LineKind::Code { .. }))
            .flat_map(|line| &line.spans)
            .filter(|span| span.source.is_some())
            .flat_map(|span| span.text.chars())
            .filter(|c| !c.is_whitespace())
            .collect();
        let all: String = code.concat().chars().filter(|c| !c.is_whitespace()).collect();
        prop_assert_eq!(shown, all);
    }

    #[test]
    fn a_place_leads_to_its_source_and_back(text in markdown(), width in 1usize..=120) {
        let page = Page::new(Document::parse(&text), Options { width, ..Options::default() });
        for line in page.all() {
            for span in &line.spans {
                let Some(source) = &span.source else { continue };
                let found = page.lines(page.pos_of(source.start), 1);
                let shows = found.iter().any(|line| {
                    line.spans.iter().any(|other| {
                        other.source.as_ref().is_some_and(|place| place.contains(&source.start))
                    })
                });
                prop_assert!(shows, "{source:?} {:?}", span.text);
            }
        }
    }

    #[test]
    fn any_query_is_searched_without_harm(text in markdown(), query in ".{0,6}") {
        let mut end = 0;
        for hit in Document::parse(&text).search(&query) {
            prop_assert!(hit.start >= end && text.get(hit.clone()).is_some());
            end = hit.end;
        }
    }
}

/// Without the directive of a quiz: in a paragraph a slot stands for it, elsewhere it is text.
fn without_quiz(letters: &str) -> String {
    letters.replace("quizabtoml", "")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_asked_for_one_by_one_are_those_of_the_whole(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 30..60),
        width in 20usize..=100,
        steps in prop::collection::vec(-400isize..=400, 1..12),
    ) {
        let block = format!("# Part\n\n{}\n\nText.\n\n", pieces.concat());
        let text = block.repeat(100_000 / block.len() + 1);
        let document = Document::parse(&text);
        let options = Options { width, ..Options::default() };
        let whole = Page::new(document.clone(), options.clone()).all();
        let page = Page::new(document, options);
        let mut at = 0usize;
        let mut pos = page.start();
        for step in steps {
            pos = page.moved(pos, step);
            at = at.saturating_add_signed(step).min(whole.len() - 1);
            let lines = page.lines(pos, 30);
            prop_assert_eq!(&lines[..], &whole[at..(at + 30).min(whole.len())]);
        }
        let end = page.lines(page.last_top(25), 100);
        prop_assert_eq!(&end[..], &whole[whole.len().saturating_sub(25)..]);
        prop_assert_eq!(page.distance(page.start(), page.last()), whole.len() - 1);
    }
}

#[test]
fn a_long_text_parsed_in_parts_says_what_it_says_whole() {
    let sample = include_str!("sample-en.md").split_once("\n---\n").expect("front matter").1;
    let text = sample.repeat(120_000 / sample.len() + 1);
    let lines = page(&text, 90);
    assert_eq!(of_page(&lines, Code::Counts).len(), {
        let once = page(sample, 90);
        of_page(&once, Code::Counts).len() * text.matches("# Standard queues\n").count()
    });
}

#[test]
fn blanks_left_of_a_tab_stand_where_the_tab_stands() {
    let text = "- <details><summary>\\\n\t # ";
    let page = Page::new(Document::parse(text), Options { width: 20, ..Options::default() });
    for line in page.all() {
        for place in line.spans.iter().filter_map(|span| span.source.as_ref()) {
            assert!(!place.is_empty(), "{place:?}");
        }
    }
}
