//! Every example of the CommonMark and GFM specifications.

use awslearn::page::{Options, lay_out};
use serde::Deserialize;

use super::content::{Code, of_html, of_page};

#[derive(Deserialize)]
struct Example {
    section: String,
    example: usize,
    markdown: String,
}

fn check(name: &str, json: &str) {
    let examples: Vec<Example> = serde_json::from_str(json).expect("the examples are JSON");
    assert!(examples.len() > 600, "{name} has {} examples", examples.len());
    let mut wrong = Vec::new();
    for Example { section, example, markdown } in &examples {
        let lines = lay_out(markdown, &Options { width: 200, ..Options::default() });
        let (ours, theirs) = (of_page(&lines, Code::Counts), of_html(markdown, Code::Counts));
        if ours != theirs {
            wrong.push(format!(
                "{name} {example} ({section})\n{markdown:?}\n  page {ours:?}\n  html {theirs:?}"
            ));
        }
        for width in [1, 7, 30] {
            lay_out(markdown, &Options { width, ..Options::default() });
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_example_of_commonmark_says_what_its_html_says() {
    check("CommonMark 0.31.2", include_str!("commonmark-0.31.2.json"));
}

#[test]
fn every_example_of_gfm_says_what_its_html_says() {
    check("GFM 0.29", include_str!("gfm-0.29.json"));
}
