//! The one worker thread: started when there is first something to do, always at the latest job.

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::app::work::{Answer, Job, Worker};

/// The worker thread, and the way to and from it.
#[derive(Debug)]
pub(crate) struct Thread {
    jobs: Sender<Job>,
    answers: Receiver<Option<Answer>>,
}

impl Thread {
    /// Starts the thread. It writes a byte to `waker` with each answer.
    #[expect(clippy::disallowed_methods, reason = "this is where the one thread is started")]
    pub(crate) fn start(waker: UnixStream) -> Thread {
        let (jobs, todo) = channel();
        let (done, answers) = channel();
        std::thread::spawn(move || work(&todo, &done, waker));
        Thread { jobs, answers }
    }

    /// Gives it a job; whatever it has not begun is forgotten.
    pub(crate) fn give(&self, job: Job) {
        // The thread ends only with the program.
        self.jobs.send(job).ok();
    }

    /// The next answer that has come; `Some(None)` for a job that failed.
    pub(crate) fn answer(&self) -> Option<Option<Answer>> {
        self.answers.try_recv().ok()
    }
}

fn work(todo: &Receiver<Job>, done: &Sender<Option<Answer>>, mut waker: UnixStream) {
    let mut worker = Worker::default();
    while let Ok(mut job) = todo.recv() {
        while let Ok(later) = todo.try_recv() {
            job = later;
        }
        // A panic here must not end the program; the hook has written its report.
        let answer = catch_unwind(AssertUnwindSafe(|| worker.work(&job))).ok();
        if answer.is_none() {
            worker = Worker::default();
        }
        if done.send(answer).is_err() || waker.write_all(&[0]).is_err() {
            return;
        }
    }
}
