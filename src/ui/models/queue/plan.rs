//! Which rows the picture has, and which go first when there is little room.

use crate::models::queue::{Phase, Place, Queue, Tale};

/// One row of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Row {
    /// Nothing: air between the parts.
    Gap,
    /// Where orders come from.
    Producer,
    /// The queue's name and settings.
    Title,
    /// Messages whose delay is not over.
    Delayed,
    /// Visible messages, perhaps of one group.
    Lane(Option<u16>),
    /// The groups from this one on.
    MoreLanes(usize),
    /// A worker and what it holds.
    Worker(usize),
    /// The workers from this one on.
    MoreWorkers(usize),
    /// The Lambda function.
    Function,
    /// In flight, held by nobody who lives.
    Unheld,
    /// The dead-letter queue.
    Dead,
    /// What was deleted and lost.
    Gone,
}

/// Whether a message is in flight without a living holder.
pub(super) fn is_unheld(scene: &Queue, tale: &Tale) -> bool {
    if scene.settings().by_lambda {
        return tale.undeleted == "function-failed" && matches!(tale.phase, Phase::InFlight { .. });
    }
    matches!(tale.phase, Phase::InFlight { .. })
        && !tale.holder.is_some_and(|number| {
            let worker = scene.workers().get(number as usize - 1);
            worker.is_some_and(|worker| worker.jobs.iter().any(|job| job.number == tale.number))
        })
}

/// The rows for `most` lines, in the order in which they stand, with air between the parts if there
/// is room for it.
pub(super) fn plan(scene: &Queue, most: u16) -> Vec<Row> {
    let rows = tight(scene, most);
    let mut airy = Vec::with_capacity(rows.len() + 3);
    for row in &rows {
        if airy.last().is_some_and(|above: &Row| above.part() != row.part()) {
            airy.push(Row::Gap);
        }
        airy.push(*row);
    }
    if airy.len() <= usize::from(most) { airy } else { rows }
}

impl Row {
    /// Which part of the picture it belongs to.
    fn part(self) -> u8 {
        match self {
            Row::Gap | Row::Producer => 0,
            Row::Title | Row::Delayed | Row::Lane(_) | Row::MoreLanes(_) => 1,
            Row::Worker(_) | Row::MoreWorkers(_) | Row::Function | Row::Unheld => 2,
            Row::Dead | Row::Gone => 3,
        }
    }
}

/// The rows for `most` lines without air.
fn tight(scene: &Queue, most: u16) -> Vec<Row> {
    let most = usize::from(most);
    let counts = scene.counts(Place::Main);
    let book = scene.book();
    let has_groups = scene.settings().groups.is_some() && !book.groups.is_empty();
    let lanes = if has_groups { book.groups.len() } else { 1 };
    let workers = if scene.settings().by_lambda { 1 } else { scene.workers().len() };
    let looks = book.of(Place::Main).values().take(super::LOOKS);
    let unheld = looks.filter(|tale| is_unheld(scene, tale)).take(1).count() > 0;
    let dead = scene.max_receives().is_some() || !book.of(Place::Dead).is_empty();
    let delayed = counts.delayed > 0;
    // What is told in one row each, the first to stay last to go.
    let mut single = [
        (Row::Title, true),
        (Row::Dead, dead),
        (Row::Gone, true),
        (Row::Producer, true),
        (Row::Unheld, unheld),
        (Row::Delayed, delayed),
    ]
    .into_iter()
    .filter_map(|(row, is)| is.then_some(row))
    .collect::<Vec<Row>>();
    let least = usize::from(workers > 0) + 1;
    single.truncate(most.saturating_sub(least));
    let room = most - single.len().min(most);
    let for_workers = workers.min(room.saturating_sub(1).max(room.saturating_sub(lanes)));
    let for_workers = for_workers.min((room / 2).max(room.saturating_sub(lanes)));
    let for_lanes = lanes.min(room - for_workers);
    let has = |row: Row| single.contains(&row).then_some(row);
    let mut rows: Vec<Row> = Vec::new();
    rows.extend(has(Row::Producer));
    rows.extend(has(Row::Title));
    rows.extend(has(Row::Delayed));
    if has_groups {
        let shown = if for_lanes < lanes { for_lanes.saturating_sub(1) } else { lanes };
        rows.extend((0..shown).map(|group| Row::Lane(Some(group as u16))));
        if shown < lanes && for_lanes > 0 {
            rows.push(Row::MoreLanes(shown));
        }
    } else if for_lanes > 0 {
        rows.push(Row::Lane(None));
    }
    if scene.settings().by_lambda {
        rows.extend((for_workers > 0).then_some(Row::Function));
    } else {
        let shown = if for_workers < workers { for_workers.saturating_sub(1) } else { workers };
        rows.extend((0..shown).map(Row::Worker));
        if shown < workers && for_workers > 0 {
            rows.push(Row::MoreWorkers(shown));
        }
    }
    rows.extend(has(Row::Unheld));
    rows.extend(has(Row::Dead));
    rows.extend(has(Row::Gone));
    rows.truncate(most);
    rows
}
