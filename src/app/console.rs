//! Runs the console blocks of a lesson in the model beside it.

use std::collections::BTreeMap;

use super::App;
use super::lesson::Lesson;

use super::right::Right;
use crate::models::console::{self, PATIENCE, Step, Stopped};
use crate::models::journal::Keeping;
use crate::models::registry::Model;
use crate::page::{CodeBlock, LineKind, OutputLine, Role, Token};
use crate::tell;
use crate::words::{self, Lang, fill};

/// How far each block of the lesson was run, by the block's place in the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Runs(BTreeMap<usize, Run>);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Run {
    /// How many of its commands have been run.
    done: usize,
    /// Whether all of them printed what is written.
    is_same: bool,
    lines: Vec<(Role, String)>,
}

/// How much of a block to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// All that is left of it.
    Block,
    /// Its next command.
    Line,
}

impl Runs {
    /// How many commands of the block at this place have been run.
    pub fn done(&self, block: usize) -> usize {
        self.0.get(&block).map_or(0, |run| run.done)
    }

    /// Whether a block was begun and not run whole.
    pub fn is_begun(&self, code: &CodeBlock) -> bool {
        let done = self.done(code.source.start);
        done > 0 && done < console::steps(&code.text).len()
    }
}

/// The console blocks on the page, from the top.
fn on_page(lesson: &Lesson) -> Vec<&CodeBlock> {
    let mut places: Vec<usize> = Vec::new();
    for line in lesson.page.lines(lesson.top, lesson.height()) {
        if let LineKind::CodeHead { block } | LineKind::Code { block } = line.kind
            && places.last() != Some(&block)
        {
            places.push(block);
        }
    }
    let codes = lesson.page.document().codes();
    codes
        .iter()
        .filter(|code| code.info.lang == "console" && places.contains(&code.source.start))
        .collect()
}

/// The block that a key runs now: the first on the page that was not run whole, else the first.
pub fn target<'a>(lesson: &'a Lesson, right: &Right) -> Option<&'a CodeBlock> {
    right.live.as_ref()?;
    let blocks = on_page(lesson);
    let is_open =
        |code: &&&CodeBlock| right.runs.done(code.source.start) < console::steps(&code.text).len();
    blocks.iter().find(is_open).or(blocks.first()).copied()
}

/// Runs a block of the page, or its next line. Says in the notice what there is to say; false if
/// there is no block to run.
pub fn run(app: &mut App, amount: Amount) -> bool {
    let Some(lesson) = &app.lesson else { return false };
    let Some(code) = target(lesson, &app.right) else { return false };
    let (block, text) = (code.source.start, code.text.clone());
    let steps = console::steps(&text);
    if steps.is_empty() {
        return false;
    }
    let lang = app.lang;
    let mut run = app.right.runs.0.remove(&block).unwrap_or_default();
    if run.done == 0 || run.done >= steps.len() {
        run = Run { is_same: true, ..Run::default() };
        start_fresh(app);
    }
    let until = match amount {
        Amount::Block => steps.len(),
        Amount::Line => run.done + 1,
    };
    while run.done < until {
        if !take_step(app, &steps[run.done], &mut run, lang) {
            run.done = steps.len();
            break;
        }
        run.done += 1;
    }
    if run.done == steps.len() {
        let words = words::model::of(lang);
        let (sign, text) = match run.is_same {
            true => (Role::TaskDone, words.block_same),
            false => (Role::Escaped, words.block_differs),
        };
        run.lines.push((sign, text.to_owned()));
    }
    show(app, block, run);
    true
}

/// Runs one command; false if it came to no end.
fn take_step(app: &mut App, step: &Step, run: &mut Run, lang: Lang) -> bool {
    let words = words::model::of(lang);
    let Some(live) = &mut app.right.live else { return false };
    run.lines.push((Role::Token(Token::Prompt), format!("$ {}", step.line)));
    let ended = match console::run(live.model.bench_mut(), &step.line) {
        Ok(ran) => {
            run.is_same &= console::agrees(&step.expected, &ran.output);
            let role = if ran.failed { Role::Escaped } else { Role::Token(Token::Output) };
            run.lines.extend(ran.output.lines().map(|line| (role, line.to_owned())));
            true
        }
        Err(Stopped::Refused(refusal)) => {
            let text = tell::refused(live.model.id(), &refusal, lang);
            run.is_same &= console::agrees(&step.expected, &text);
            run.lines.extend(text.lines().map(|line| (Role::Escaped, line.to_owned())));
            true
        }
        Err(Stopped::TooLong) => {
            let text = fill(words.block_stopped, &[("at", &tell::span(PATIENCE, lang))]);
            run.is_same = false;
            run.lines.push((Role::Escaped, text));
            false
        }
    };
    live.settle_after_run();
    ended
}

/// A block begins in the lesson's preset as it starts, with its actors standing still.
fn start_fresh(app: &mut App) {
    let Some(live) = &app.right.live else { return };
    let was_still = live.is_still();
    let id = live.model.id();
    let (preset, knobs) = match &app.right.model {
        Some(named) => (named.preset.clone(), named.knobs.clone()),
        None => (Some(live.bench().setup().preset.to_owned()), Vec::new()),
    };
    let knobs: Vec<(&str, i64)> = knobs.iter().map(|(name, at)| (name.as_str(), *at)).collect();
    let Ok(setup) = console::still_setup(id, preset.as_deref(), &knobs, console::SEED) else {
        return;
    };
    if let Some(live) = &mut app.right.live {
        live.restart(Model::new(id, setup, Keeping::All));
    }
    if !was_still {
        app.notice = Some(words::model::of(app.lang).set_still.to_owned());
    }
}

/// Takes what blocks printed off the page: the model that they ran in is gone.
pub fn forget(app: &mut App) {
    let runs = std::mem::take(&mut app.right.runs);
    if let Some(lesson) = &mut app.lesson {
        for block in runs.0.keys() {
            lesson.page.set_output(*block, None);
        }
    }
}

fn show(app: &mut App, block: usize, run: Run) {
    if let Some(lesson) = &mut app.lesson {
        let lines = run
            .lines
            .iter()
            .map(|(role, text)| OutputLine { text: text.clone(), role: *role })
            .collect();
        let offset = lesson.offset;
        lesson.page.set_output(block, Some(lines));
        lesson.go_to(offset);
    }
    app.right.runs.0.insert(block, run);
}
