//! Which rows the picture has, and which give way when there is little room.

use crate::models::dynamodb::{Dynamo, Reads, Task};
use crate::services::dynamodb::Direction;
use crate::services::time::{Span, Time};

/// One row of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Row {
    /// The application, and what becomes of its requests.
    Client,
    /// The last key used, its hash and its partition.
    Key,
    /// All hashes from left to right, cut into partitions.
    Ring,
    /// The table's name and mode.
    Table,
    /// The table's units in one direction, and its bucket.
    Meter(Direction),
    /// A partition and its load.
    Partition(usize),
    /// So many more of them.
    MorePartitions(usize),
    /// The global secondary index.
    Index,
    /// How many answers were old.
    Old,
    /// What is left of the article, and what was sold.
    Stock,
    /// The accounts and what they hold together.
    Accounts,
    /// A clerk by its index.
    Clerk(usize),
    /// So many more of them.
    MoreClerks(usize),
    /// Items that have expired.
    Expiry,
    /// What a scan reads for what it answers.
    Scan,
    /// The stream's last records, and the reader's place.
    Stream,
    /// Who reads the stream.
    Reader,
    /// There is no table.
    Gone,
}

impl Row {
    /// What gives way first has the highest number.
    fn rank(self) -> u8 {
        match self {
            Row::Index | Row::Old | Row::Stock | Row::Accounts | Row::Expiry => 0,
            Row::Scan | Row::Stream | Row::Gone => 0,
            Row::Meter(Direction::Write) => 1,
            Row::Meter(Direction::Read) => 2,
            Row::Client | Row::Reader => 3,
            Row::Ring => 4,
            Row::Key => 5,
            Row::Table => 6,
            _ => 7,
        }
    }
}

/// The rows that are there once, in the order in which they stand; partitions come after the meters.
fn singles(scene: &Dynamo) -> (Vec<Row>, Vec<Row>) {
    let settings = scene.settings();
    let flows = settings.write_rate > 0 || settings.read_rate > 0 || settings.clerks == 0;
    let mut above = Vec::new();
    if flows {
        above.extend([Row::Client, Row::Key, Row::Ring]);
    }
    above.extend([Row::Table, Row::Meter(Direction::Write), Row::Meter(Direction::Read)]);
    let mut below = Vec::new();
    let mut show = |row, when: bool| below.extend(when.then_some(row));
    show(Row::Index, scene.index().is_some());
    show(Row::Scan, settings.read_rate > 0 && matches!(settings.reads, Reads::Scan | Reads::Query));
    show(Row::Old, settings.read_rate > 0 && is_late(scene));
    let has_expiry = scene.shown_table().is_some_and(|table| table.ttl().attribute().is_some());
    show(Row::Expiry, has_expiry);
    show(Row::Stream, scene.stream().is_some());
    show(Row::Reader, scene.stream().is_some());
    if settings.clerks > 0 {
        show(Row::Accounts, settings.task == Task::Transfer);
        show(Row::Stock, settings.task != Task::Transfer);
    }
    (above, below)
}

/// Whether something that is read can lag behind.
fn is_late(scene: &Dynamo) -> bool {
    let lags = |knob| crate::models::Scene::knob(scene, knob) > 0;
    lags("replica-lag") || lags("index-lag")
}

/// So many rows partitions have at least where nobody but the application is at work.
const HOTTEST: usize = 3;

/// The rows for `most` lines.
pub(super) fn plan(scene: &Dynamo, now: Time, most: u16) -> Vec<Row> {
    let most = usize::from(most);
    let Some(table) = scene.shown_table() else { return vec![Row::Gone] };
    let (mut above, mut below) = singles(scene);
    let partitions = table.throughput.partitions().len();
    let clerks = scene.clerks().len();
    // The hottest partition has its row, and clerks have one at least.
    let kept = if clerks > 0 { 2 } else { partitions.min(HOTTEST) };
    while above.len() + below.len() + kept > most.max(1) {
        let weakest = above.iter().chain(&below).copied().max_by_key(|row| row.rank());
        let Some(weakest) = weakest.filter(|_| above.len() + below.len() > 1) else { break };
        above.retain(|row| *row != weakest);
        below.retain(|row| *row != weakest);
    }
    let room = most.saturating_sub(above.len() + below.len());
    let for_clerks = clerks.min(room.saturating_sub(1));
    let for_partitions = partitions.min(room - for_clerks);
    let mut rows = above;
    rows.extend(some_partitions(scene, now, partitions, for_partitions));
    rows.append(&mut below);
    if clerks > for_clerks && for_clerks > 0 {
        rows.extend((0..for_clerks - 1).map(Row::Clerk));
        rows.push(Row::MoreClerks(clerks + 1 - for_clerks));
    } else {
        rows.extend((0..for_clerks).map(Row::Clerk));
    }
    rows
}

/// As many partitions as there is room for: the busiest, in their order.
fn some_partitions(scene: &Dynamo, now: Time, count: usize, room: usize) -> Vec<Row> {
    if count <= room {
        return (0..count).map(Row::Partition).collect();
    }
    let Some(shown) = room.checked_sub(1) else { return Vec::new() };
    let load = |number: usize| {
        let table = scene.shown_table()?;
        let load = table.throughput.partitions().get(number)?;
        let both = [Direction::Write, Direction::Read];
        both.into_iter().map(|direction| load.last_second(now, direction).halves).max()
    };
    let mut numbers: Vec<usize> = (0..count).collect();
    numbers.sort_by_key(|number| std::cmp::Reverse(load(*number)));
    numbers.truncate(shown);
    numbers.sort_unstable();
    let mut rows: Vec<Row> = numbers.into_iter().map(Row::Partition).collect();
    rows.push(Row::MorePartitions(count - shown));
    rows
}

/// Keys that fell within this long are marked on the ring.
pub(super) const RECENT: Span = Span::seconds(3);
