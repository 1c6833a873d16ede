//! What the worker thread is asked and what it answers.

use std::sync::Arc;

use super::search::{Hit, Index};
use crate::course::{Course, LessonId};

/// Work that may outlast a frame.
#[derive(Debug, Clone)]
pub struct Job {
    /// Counts the jobs: an answer to an older one is of no use.
    pub ticket: u64,
    /// What is searched for in the whole course.
    pub query: String,
    /// The course.
    pub course: Arc<Course>,
    /// The learner's notes, searched too.
    pub notes: Vec<(LessonId, String)>,
}

impl PartialEq for Job {
    fn eq(&self, other: &Job) -> bool {
        (self.ticket, &self.query, &self.notes) == (other.ticket, &other.query, &other.notes)
            && Arc::ptr_eq(&self.course, &other.course)
    }
}

/// What came of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Of which job.
    pub ticket: u64,
    /// What was found.
    pub hits: Vec<Hit>,
}

/// What the worker keeps between jobs: the index of the course it searched last.
#[derive(Debug, Default)]
pub struct Worker {
    index: Option<(Arc<Course>, Index)>,
}

impl Worker {
    /// Does a job.
    pub fn work(&mut self, job: &Job) -> Answer {
        let is_current =
            self.index.as_ref().is_some_and(|(course, _)| Arc::ptr_eq(course, &job.course));
        if !is_current {
            self.index = Some((job.course.clone(), Index::of(&job.course)));
        }
        let hits = match &self.index {
            Some((_, index)) => index.find(&job.query, &job.notes),
            None => Vec::new(),
        };
        Answer { ticket: job.ticket, hits }
    }
}
