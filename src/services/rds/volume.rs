//! Aurora's cluster volume: groups of 10 GB, each in six copies, two in each of three availability zones,
//! each group with its own quorums.

use std::collections::BTreeMap;

/// GB in one protection group.
pub const GROUP_GB: u64 = 10;
/// How many copies each group has.
pub const COPIES: usize = 6;
/// How many have to take a write.
pub const WRITE_QUORUM: usize = 4;
/// How many it takes to read what was committed, and to repair.
pub const READ_QUORUM: usize = 3;
/// The largest volume, in GB.
pub const MOST_GB: u64 = 256 * 1024;

/// One copy of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Segment {
    /// Whether it does not answer.
    pub dead: bool,
    /// Up to which write it holds everything.
    pub complete_to: u64,
}

/// A protection group. Copies 0 and 1 lie in the first zone, 2 and 3 in the second, 4 and 5 in the third.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProtectionGroup {
    segments: [Segment; COPIES],
    writes: u64,
}

impl ProtectionGroup {
    /// Its copies.
    pub fn segments(&self) -> &[Segment; COPIES] {
        &self.segments
    }

    /// How many copies answer.
    pub fn alive(&self) -> usize {
        self.segments.iter().filter(|segment| !segment.dead).count()
    }

    /// Whether a write can be acknowledged (AUR-2).
    pub fn can_write(&self) -> bool {
        self.alive() >= WRITE_QUORUM
    }

    /// Whether what was committed can be read, and lost copies repaired (AUR-2).
    pub fn can_read(&self) -> bool {
        self.alive() >= READ_QUORUM
    }

    /// How many writes were acknowledged.
    pub fn committed(&self) -> u64 {
        self.writes
    }

    /// The newest write that a read quorum finds among the copies that answer.
    pub fn recovered(&self) -> Option<u64> {
        let alive = self.segments.iter().filter(|segment| !segment.dead);
        self.can_read().then(|| alive.map(|segment| segment.complete_to).max()).flatten()
    }

    /// The copy that a read goes to: one that is known to hold everything (AUR-6).
    pub fn read_from(&self) -> Option<usize> {
        let current = |segment: &Segment| !segment.dead && segment.complete_to == self.writes;
        self.can_read().then(|| self.segments.iter().position(current)).flatten()
    }

    /// Writes once: every copy that answers takes it. False, and nothing written, without a quorum.
    pub fn write(&mut self) -> bool {
        if !self.can_write() {
            return false;
        }
        self.writes += 1;
        for segment in self.segments.iter_mut().filter(|segment| !segment.dead) {
            segment.complete_to = self.writes;
        }
        true
    }

    /// One copy no longer answers.
    pub fn kill(&mut self, copy: usize) {
        if let Some(segment) = self.segments.get_mut(copy) {
            segment.dead = true;
        }
    }

    /// One copy answers again; with a read quorum it is filled up from the others.
    pub fn revive(&mut self, copy: usize) {
        if let Some(segment) = self.segments.get_mut(copy) {
            segment.dead = false;
        }
        if let Some(newest) = self.recovered() {
            for segment in self.segments.iter_mut().filter(|segment| !segment.dead) {
                segment.complete_to = newest;
            }
        }
    }
}

/// The volume of one cluster. Groups to which nothing ever happened are not kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Volume {
    gb: u64,
    /// GB that lie in the volume it was cloned from, and are billed there.
    shared_gb: u64,
    lost_zones: [bool; 3],
    groups: BTreeMap<u64, ProtectionGroup>,
}

impl Volume {
    /// GB used.
    pub fn gb(&self) -> u64 {
        self.gb
    }

    /// GB billed: one copy of what is used, and nothing for what is shared with the source (AUR-16).
    pub fn billed_gb(&self) -> u64 {
        self.gb.saturating_sub(self.shared_gb)
    }

    /// How many groups there are; an empty volume has one.
    pub fn groups(&self) -> u64 {
        self.gb.div_ceil(GROUP_GB).max(1)
    }

    /// How many copies there are in all groups (AUR-1).
    pub fn segments(&self) -> u64 {
        self.groups() * COPIES as u64
    }

    /// Data is added; false when the volume cannot grow that far.
    pub fn grow(&mut self, gb: u64) -> bool {
        let fits = self.gb.checked_add(gb).is_some_and(|gb| gb <= MOST_GB);
        if fits {
            self.gb += gb;
        }
        fits
    }

    /// Data is dropped: the volume shrinks with it (AUR-20).
    pub fn shrink(&mut self, gb: u64) {
        self.gb = self.gb.saturating_sub(gb);
        self.shared_gb = self.shared_gb.min(self.gb);
        let groups = self.groups();
        self.groups.retain(|number, _| *number < groups);
    }

    /// Data is changed in place: pages shared with the source become the volume's own (AUR-16).
    pub fn change(&mut self, gb: u64) {
        self.shared_gb = self.shared_gb.saturating_sub(gb);
    }

    /// A volume that shares every page with this one.
    pub fn copy_on_write(&self) -> Volume {
        Volume { gb: self.gb, shared_gb: self.gb, lost_zones: self.lost_zones, ..Volume::default() }
    }

    /// A volume of its own with the same data: what a restore makes.
    pub fn full_copy(&self) -> Volume {
        Volume { gb: self.gb, lost_zones: self.lost_zones, ..Volume::default() }
    }

    /// A group as it is now.
    pub fn group(&self, number: u64) -> ProtectionGroup {
        self.groups.get(&number).cloned().unwrap_or_else(|| self.untouched())
    }

    /// The groups to which something happened, by number.
    pub fn touched(&self) -> impl Iterator<Item = (u64, &ProtectionGroup)> {
        self.groups.iter().map(|(number, group)| (*number, group))
    }

    /// A group to which nothing happened but the loss of zones.
    fn untouched(&self) -> ProtectionGroup {
        let mut group = ProtectionGroup::default();
        for (zone, _) in self.lost_zones.iter().enumerate().filter(|(_, lost)| **lost) {
            group.kill(2 * zone);
            group.kill(2 * zone + 1);
        }
        group
    }

    fn touch(&mut self, number: u64) -> &mut ProtectionGroup {
        let untouched = self.untouched();
        self.groups.entry(number).or_insert(untouched)
    }

    /// The group in which a key lies.
    pub fn group_of(&self, key: &str) -> u64 {
        // FNV-1a: where a key lies matters to nobody but the quorum of its group.
        let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        hash % self.groups()
    }

    /// Writes into the groups of these keys: all or nothing.
    pub fn write<'a>(&mut self, keys: impl Iterator<Item = &'a String>) -> bool {
        let mut groups: Vec<u64> = keys.map(|key| self.group_of(key)).collect();
        groups.sort_unstable();
        groups.dedup();
        let possible = groups.iter().all(|number| self.group(*number).can_write());
        if possible {
            for number in groups {
                self.touch(number).write();
            }
        }
        possible
    }

    /// One copy of one group no longer answers.
    pub fn kill(&mut self, group: u64, copy: usize) {
        if group < self.groups() {
            self.touch(group).kill(copy);
        }
    }

    /// One copy of one group is repaired from the others.
    pub fn repair(&mut self, group: u64, copy: usize) {
        if group < self.groups() && !self.lost_zones.get(copy / 2).is_none_or(|lost| *lost) {
            self.touch(group).revive(copy);
        }
    }

    /// A zone is lost: two copies of every group.
    pub fn lose_zone(&mut self, zone: usize) {
        if let Some(lost) = self.lost_zones.get_mut(zone) {
            *lost = true;
            for group in self.groups.values_mut() {
                group.kill(2 * zone);
                group.kill(2 * zone + 1);
            }
        }
    }

    /// A zone is back.
    pub fn restore_zone(&mut self, zone: usize) {
        if let Some(lost) = self.lost_zones.get_mut(zone) {
            *lost = false;
            for group in self.groups.values_mut() {
                group.revive(2 * zone);
                group.revive(2 * zone + 1);
            }
        }
    }
}

/// When a write is acknowledged: at the fourth fastest answer of the six (AUR-5). `None` with fewer than
/// four answers.
pub fn commit_latency(answers: &[u64]) -> Option<u64> {
    let mut answers = answers.to_vec();
    answers.sort_unstable();
    answers.get(WRITE_QUORUM - 1).copied()
}

/// Bytes that a change sends over the network: its log record to each copy, never the page (AUR-7).
pub fn network_bytes(record: u64) -> u64 {
    record.saturating_mul(COPIES as u64)
}
