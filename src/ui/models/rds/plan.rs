//! Which rows the picture of the database has, for how much room there is.

use crate::models::rds::Rds;
use crate::models::rds::alarms::ALARMS;
use crate::services::rds::instance::{Instance, Standby};

/// A copy of the data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member<'a> {
    /// The instance.
    pub(super) instance: &'a Instance,
    /// Its standby, where the row is about that.
    pub(super) standby: Option<&'a Standby>,
    /// Where the copy is.
    pub(super) az: usize,
    /// Whether it is the first of its zone: the zone's letter stands beside it.
    pub(super) first_of_zone: bool,
}

/// One row of the picture.
#[derive(Debug, Clone, Copy)]
pub(super) enum Row<'a> {
    /// Nothing.
    Gap,
    /// The application.
    App,
    /// The name it uses, and what that stands for.
    Name,
    /// A copy of the data.
    Member(Member<'a>),
    /// A zone with nothing in it.
    EmptyZone(usize),
    /// So many more copies.
    MoreMembers(usize),
    /// The volume and the processor.
    Machine,
    /// The line of time with the backups.
    Backups,
    /// The newest second that can be restored.
    Restorable,
    /// All alarms in one row.
    Alarms,
    /// One alarm.
    Alarm(usize),
}

/// The rows for `most` lines. What gives way first: gaps, the alarms one by one, the details.
pub(super) fn rows(scene: &Rds, most: u16) -> Vec<Row<'_>> {
    let most = usize::from(most);
    let members = members(scene);
    let backups: &[Row<'_>] = &[Row::Backups, Row::Restorable];
    let mut above = vec![Row::App];
    let mut below: Vec<Row<'_>> = Vec::new();
    let mut room = most.saturating_sub(1 + members.len().min(most.saturating_sub(1)));
    let mut take = |count: usize| {
        let fits = room >= count;
        room -= if fits { count } else { 0 };
        fits
    };
    if take(1) {
        above.push(Row::Name);
    }
    let machine = take(1);
    let line = take(1);
    let alarms = take(1);
    let restorable = line && take(1);
    let each = alarms && take(ALARMS.len() - 1);
    let gaps = each && take(3);
    if gaps {
        above.push(Row::Gap);
        below.push(Row::Gap);
    }
    if machine {
        below.push(Row::Machine);
    }
    if line {
        below.extend(&backups[..if restorable { 2 } else { 1 }]);
    }
    if gaps {
        below.push(Row::Gap);
    }
    if each {
        below.extend((0..ALARMS.len()).map(Row::Alarm));
    } else if alarms {
        below.push(Row::Alarms);
    }
    let room = most.saturating_sub(above.len() + below.len());
    let shown = if members.len() <= room { members.len() } else { room.saturating_sub(1) };
    let more = members.len() - shown;
    let mut rows = above;
    rows.extend(members.into_iter().take(shown));
    if more > 0 && room > 0 {
        rows.push(Row::MoreMembers(more));
    }
    rows.extend(below);
    rows
}

/// Every copy of data, zone by zone.
fn members(scene: &Rds) -> Vec<Row<'_>> {
    let instances = scene.instances_by_zone();
    let mut rows = Vec::new();
    for az in 0..3 {
        let mut first = true;
        let mut add = |instance, standby| {
            let first_of_zone = std::mem::take(&mut first);
            rows.push(Row::Member(Member { instance, standby, az, first_of_zone }));
        };
        for instance in instances.iter().filter(|one| one.az == az) {
            add(instance, None);
        }
        for instance in &instances {
            if let Some(standby) = instance.standby.as_ref().filter(|standby| standby.az == az) {
                add(instance, Some(standby));
            }
        }
        if first {
            rows.push(Row::EmptyZone(az));
        }
    }
    rows
}
