//! How long a lesson takes to show: a usual one, and one of 10 MB.

use awslearn::page::{Document, Options, Page};

fn main() {
    divan::main();
}

/// A text of at least `size` bytes made of the sample lesson.
fn lesson(size: usize) -> String {
    let sample = include_str!("../tests/page/sample-en.md");
    let body = sample.split_once("\n---\n").expect("front matter").1;
    body.repeat(size / body.len() + 1)
}

const USUAL: usize = 16 << 10;
const HUGE: usize = 10 << 20;

fn page(text: &str) -> Page {
    Page::new(Document::parse(text), Options { width: 100, ..Options::default() })
}

#[divan::bench(args = [USUAL, HUGE])]
fn first_screen(bencher: divan::Bencher<'_, '_>, size: usize) {
    let text = lesson(size);
    bencher.bench(|| {
        let page = page(&text);
        page.lines(page.start(), 50)
    });
}

#[divan::bench(args = [USUAL, HUGE])]
fn last_screen(bencher: divan::Bencher<'_, '_>, size: usize) {
    let text = lesson(size);
    bencher.bench(|| {
        let page = page(&text);
        page.lines(page.last_top(50), 50)
    });
}

/// One line down on a screen of 50 lines, over and over through the text.
#[divan::bench(args = [USUAL, HUGE])]
fn scroll_a_line(bencher: divan::Bencher<'_, '_>, size: usize) {
    let text = lesson(size);
    let page = page(&text);
    let mut top = page.start();
    let end = page.last_top(50);
    bencher.bench_local(|| {
        top = if top < end { page.moved(top, 1) } else { page.start() };
        page.lines(top, 50)
    });
}

#[divan::bench(args = [USUAL, HUGE], max_time = 5)]
fn whole_layout(bencher: divan::Bencher<'_, '_>, size: usize) {
    let text = lesson(size);
    bencher.bench(|| page(&text).all().len());
}

#[divan::bench(args = [USUAL, HUGE], max_time = 5)]
fn outline(bencher: divan::Bencher<'_, '_>, size: usize) {
    let text = lesson(size);
    bencher.bench(|| Document::parse(&text).outline().len());
}

/// What each key of a search costs as it is typed: a first letter that stands nearly everywhere, the
/// second, a whole name.
#[divan::bench(args = ["e", "vi", "change_message_visibility"], consts = [USUAL, HUGE])]
fn search<const SIZE: usize>(bencher: divan::Bencher<'_, '_>, pattern: &str) {
    let document = Document::parse(&lesson(SIZE));
    bencher.bench(|| document.search(pattern).len());
}
