//! `awslearn`, `awslearn open LESSON` and `awslearn quiz QUIZ`: the workbook on the terminal.

use std::io::{self, IsTerminal};

use anyhow::bail;
use clap::Args;

use super::{Global, Outcome, ThemeChoice, course, locale};
use crate::app::launch::Start;
use crate::app::model::Live;
use crate::app::settings;
use crate::course::Course;
use crate::shell::workbook;

/// Open a lesson in the workbook.
#[derive(Debug, Args)]
pub(super) struct Open {
    /// The lesson: its name, number or title
    lesson: String,
}

impl Open {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<Outcome> {
        let (course, _) = course::open(global)?;
        let id = course::lesson(&course, &self.lesson)?.id.clone();
        run(global, course, Start::Lesson(id))
    }
}

/// Take a quiz in the workbook.
#[derive(Debug, Args)]
pub(super) struct Quiz {
    /// The quiz: its name, or the lesson it belongs to
    quiz: String,
}

impl Quiz {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<Outcome> {
        let (course, _) = course::open(global)?;
        let (quiz, lesson) = course::quiz(&course, &self.quiz)?;
        run(global, course, Start::Quiz(lesson, quiz))
    }
}

/// Opens the workbook where one was.
pub(super) fn go_on(global: &Global) -> anyhow::Result<Outcome> {
    let (course, _) = course::open(global)?;
    run(global, course, Start::Home)
}

/// Shows one model alone.
pub(super) fn model(global: &Global, model: Box<Live>) -> anyhow::Result<Outcome> {
    let (course, _) = course::open(global)?;
    run(global, course, Start::Model(model))
}

fn run(global: &Global, course: Course, start: Start) -> anyhow::Result<Outcome> {
    if !io::stdout().is_terminal() {
        bail!("the workbook needs a terminal; `awslearn --help` shows what works without one");
    }
    let progress = global.progress_path()?;
    workbook::run(workbook::Request {
        course_key: global.course_key(&course),
        course,
        progress,
        lang: global.lang,
        environment_lang: locale::from_environment(),
        theme: global.theme.map(theme),
        no_mouse: global.no_mouse,
        start,
    })?;
    Ok(Outcome::Fine)
}

fn theme(choice: ThemeChoice) -> settings::ThemeChoice {
    match choice {
        ThemeChoice::Dark => settings::ThemeChoice::Dark,
        ThemeChoice::Light => settings::ThemeChoice::Light,
        ThemeChoice::HighContrast => settings::ThemeChoice::HighContrast,
        ThemeChoice::None => settings::ThemeChoice::None,
    }
}
