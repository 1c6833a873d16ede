//! A rich text in both languages, at several widths.

use awslearn::page::{
    Document, LineKind, LineRef, Options, OutputLine, Page, Role, SlotKind, Symbols, Token, ansi,
    lay_out,
};
use awslearn::words::Lang;

const EN: &str = include_str!("sample-en.md");
const KO: &str = include_str!("sample-ko.md");

fn picture(text: &str, options: &Options) -> String {
    ansi::plain(&lay_out(text, options))
}

fn shown_at(name: &str, text: &str, lang: Lang) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("pictures");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for width in [100, 60, 24, 8] {
            let options = Options { width, lang, ..Options::default() };
            insta::assert_snapshot!(format!("{name}-{width}"), picture(text, &options));
        }
    });
}

#[test]
fn the_english_sample_at_every_width() {
    shown_at("en", EN, Lang::En);
}

#[test]
fn the_korean_sample_at_every_width() {
    shown_at("ko", KO, Lang::Ko);
}

#[test]
fn a_terminal_without_unicode_gets_ascii_signs_for_everything_that_is_drawn() {
    let options = Options { width: 60, symbols: Symbols::Ascii, ..Options::default() };
    let own: String = lay_out(EN, &options)
        .iter()
        .flat_map(|line| line.spans.iter())
        .filter(|span| span.source.is_none())
        .map(|span| span.text.clone())
        .collect();
    assert!(own.is_ascii(), "{own}");
}

#[test]
fn a_document_tells_its_headings_links_code_and_slots() {
    let document = Document::parse(EN);
    let outline: Vec<_> =
        document.outline().iter().map(|heading| (heading.level, heading.anchor.as_str())).collect();
    assert_eq!(outline, [(1, "standard-queues"), (2, "run"), (3, "limits")]);
    assert!(EN[document.anchor("run").expect("an anchor")..].starts_with("## Run it"));
    let targets: Vec<_> = document
        .links()
        .iter()
        .map(|place| (place.link.target.as_str(), place.text.as_str()))
        .collect();
    assert_eq!(
        targets[..2],
        [
            ("fact:sqs.visibility-timeout.default", "30 s"),
            ("https://docs.aws.amazon.com/sqs/", "the API")
        ]
    );
    let codes: Vec<_> = document.codes().iter().map(|code| code.info.lang.as_str()).collect();
    assert_eq!(codes, ["console", "rust", "python"]);
    assert_eq!(document.codes()[1].info.attrs, ["ignore"]);
    assert!(document.codes()[2].text.starts_with("while working:\n    sqs."));
    let slots: Vec<_> = document.slots().iter().map(|slot| &slot.kind).collect();
    assert_eq!(slots[0], &SlotKind::Quiz("../quizzes/en/sqs-standard.toml".to_owned()));
    assert!(matches!(slots[1], SlotKind::Model(toml) if toml.contains("two-workers")));
}

#[test]
fn the_directive_of_a_quiz_is_a_slot_except_in_code_and_behind_a_backslash() {
    let text = "Now: {{#quiz a.toml}} and `{{#quiz b.toml}}` and \\{{#quiz c.toml}}.\n\n- {{#quiz d.toml}}";
    let slots = Document::parse(text);
    let paths: Vec<_> = slots.slots().iter().map(|slot| &text[slot.source.clone()]).collect();
    assert_eq!(paths, ["{{#quiz a.toml}}", "{{#quiz d.toml}}"]);
    let options = Options { width: 60, ..Options::default() };
    assert_eq!(
        picture(text, &options),
        "Now:\n\n▸ Quiz: a\n\nand {{#quiz b.toml}} and {{#quiz c.toml}}.\n\n• ▸ Quiz: d\n"
    );
}

fn page(text: &str, width: usize) -> Page {
    Page::new(Document::parse(text), Options { width, ..Options::default() })
}

fn find<'a>(lines: &'a [LineRef], text: &str) -> &'a LineRef {
    lines.iter().find(|line| line.text().contains(text)).expect("the line is there")
}

#[test]
fn search_hits_are_found_on_the_page_even_over_a_line_end() {
    let page = page(EN, 40);
    let hit = page.document().search("hidden for the visibility").remove(0);
    let lines = page.lines(page.pos_of(hit.start), 3);
    let marked: String = lines
        .iter()
        .flat_map(|line| {
            let text = line.text();
            line.cells_of(&hit).into_iter().map(move |cells| text[cells].to_owned() + "|")
        })
        .collect();
    assert_eq!(
        marked.replace('|', " ").split_whitespace().collect::<Vec<_>>().join(" "),
        "hidden for the visibility"
    );
}

#[test]
fn a_cell_knows_its_source_and_its_link() {
    let page = page(KO, 60);
    let lines = page.all();
    let line = find(&lines, "30초");
    let at = line.text().find("30초").expect("it is there");
    let cell = unicode_width::UnicodeWidthStr::width(&line.text()[..at]);
    assert_eq!(
        line.link_at(cell).map(|link| link.target.as_str()),
        Some("fact:sqs.visibility-timeout.default")
    );
    assert_eq!(line.source_at(cell), KO.find("30초"));
    assert_eq!(line.source_at(cell + 3), KO.find("30초").map(|at| at + 2));
}

#[test]
fn code_scrolls_sideways_and_says_that_it_goes_on() {
    let mut page = page("```sh\necho 0123456789 0123456789 end\n```", 20);
    let code = |page: &Page| find(&page.all(), "0123").text();
    assert_eq!(code(&page), " echo 0123456789 0›");
    page.set_code_shift(10);
    assert_eq!(code(&page), " ‹6789 0123456789 ›");
    page.set_code_shift(15);
    assert_eq!(code(&page), " ‹0123456789 end");
}

#[test]
fn output_is_put_under_its_code_block() {
    let text = "a\n\n```console\n$ ls\n```\n\nb";
    let mut page = page(text, 20);
    let block = page.document().codes()[0].source.start;
    let output = OutputLine { text: "file\u{1b}".into(), role: Role::Token(Token::Output) };
    page.set_output(block, Some(vec![output]));
    assert_eq!(ansi::plain(&page.all()), "a\n\n console\n $ ls\n file␛\n\nb\n");
    assert_eq!(find(&page.all(), "file").kind, LineKind::Output { block });
    page.set_output(block, None);
    assert_eq!(ansi::plain(&page.all()), "a\n\n console\n $ ls\n\nb\n");
}

#[test]
fn hidden_lines_of_rust_are_shown_when_asked_for() {
    let mut page = page("```rust\n# use x;\nlet a = 1;\n## not hidden\n#\n```", 40);
    assert_eq!(ansi::plain(&page.all()), " rust\n let a = 1;\n # not hidden\n");
    page.set_show_hidden(true);
    assert_eq!(ansi::plain(&page.all()), " rust\n use x;\n let a = 1;\n # not hidden\n\n");
}

#[test]
fn a_heading_keeps_its_place_when_the_width_changes() {
    let mut page = page(EN, 100);
    let offset = page.document().anchor("limits").expect("an anchor");
    for width in [100, 60, 24, 3] {
        page.set_width(width);
        let pos = page.pos_of(offset);
        assert_eq!(page.lines(pos, 1)[0].kind, LineKind::Heading(3), "at {width}");
        assert_eq!(page.pos_of(page.source_of(pos)), pos);
    }
}

#[test]
fn quotes_nested_without_end_are_shown_and_do_no_harm() {
    let text = format!("{} deep", ">".repeat(5000));
    assert!(picture(&text, &Options::default()).contains("deep"));
    let text = format!("{}x", "- ".repeat(3000));
    assert!(picture(&text, &Options::default()).contains('x'));
}
