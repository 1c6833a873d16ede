//! Aurora's volume and prices.

use proptest::prelude::*;

use crate::services::rds::cost::{self, Month};
use crate::services::rds::volume::{
    COPIES, ProtectionGroup, Volume, commit_latency, network_bytes,
};

fn volume(gb: u64) -> Volume {
    let mut volume = Volume::default();
    assert!(volume.grow(gb));
    volume
}

#[test]
fn aur_1_a_volume_is_groups_of_10_gb_in_six_copies() {
    let volume = volume(95);
    assert_eq!((volume.groups(), volume.segments()), (10, 60));
    assert_eq!(volume.billed_gb(), 95, "one copy is paid for");
    assert!(!volume.clone().grow(u64::MAX) && !volume.clone().grow(256 * 1024));
}

#[test]
fn aur_2_four_of_six_copies_write_and_three_read() {
    for dead in 0_u32..64 {
        let mut group = ProtectionGroup::default();
        assert!(group.write());
        (0..COPIES).filter(|copy| dead >> copy & 1 == 1).for_each(|copy| group.kill(copy));
        let alive = 6 - dead.count_ones();
        assert_eq!(group.can_write(), alive >= 4, "{dead:b}");
        assert_eq!(group.can_read(), alive >= 3, "{dead:b}");
        assert_eq!(group.recovered(), (alive >= 3).then_some(1));
        assert_eq!(group.write(), alive >= 4);
    }
}

#[test]
fn aur_3_a_zone_may_go_and_one_copy_more_loses_no_data() {
    let mut volume = volume(10);
    let key = ["k".to_owned()];
    assert!(volume.write(key.iter()));
    volume.lose_zone(0);
    assert!(volume.write(key.iter()));
    volume.kill(0, 2);
    assert!(!volume.write(key.iter()), "three copies do not write");
    assert_eq!(volume.group(0).recovered(), Some(2), "but know everything that was committed");
    volume.repair(0, 0);
    assert!(!volume.write(key.iter()), "a copy in a lost zone cannot be repaired");
    volume.repair(0, 2);
    assert!(volume.write(key.iter()));
    volume.restore_zone(0);
    assert!(volume.group(0).segments().iter().all(|copy| !copy.dead && copy.complete_to == 3));
}

#[test]
fn aur_4_each_group_is_judged_alone() {
    let mut volume = volume(20);
    for copy in [0, 1] {
        volume.kill(0, copy);
        volume.kill(1, copy + 2);
    }
    assert!(volume.group(0).can_write() && volume.group(1).can_write());
    volume.kill(0, 5);
    assert!(!volume.group(0).can_write() && volume.group(1).can_write());
}

#[test]
fn aur_5_a_commit_waits_for_the_fourth_of_six_answers() {
    assert_eq!(commit_latency(&[40, 2, 3, 200, 3, 9]), Some(9));
    assert_eq!(commit_latency(&[2, 3, 3, 9, 40, 9000]), Some(9), "one slow node does not matter");
    assert_eq!(commit_latency(&[2, 3, 3, 900, 900, 900]), Some(900), "three do");
    assert_eq!(commit_latency(&[2, 3, 3]), None);
}

#[test]
fn aur_6_a_read_goes_to_one_copy_that_is_current() {
    let mut group = ProtectionGroup::default();
    group.kill(0);
    assert!(group.write());
    assert_eq!(group.read_from(), Some(1));
    group.revive(0);
    assert_eq!(group.read_from(), Some(0), "repaired, it is current again");
}

#[test]
fn aur_7_a_change_sends_its_record_and_not_its_page() {
    assert_eq!(network_bytes(100), 600);
    assert!(network_bytes(100) < 16 * 1024);
}

#[test]
fn aur_16_a_clone_is_billed_for_what_it_changed() {
    let source = volume(100);
    let mut clone = source.copy_on_write();
    assert_eq!((clone.gb(), clone.billed_gb()), (100, 0));
    clone.change(5);
    assert_eq!((clone.billed_gb(), source.billed_gb()), (5, 100));
    clone.grow(1);
    assert_eq!(clone.billed_gb(), 6);
}

#[test]
fn aur_20_a_volume_shrinks_with_its_data() {
    let mut volume = volume(100);
    volume.shrink(40);
    assert_eq!((volume.billed_gb(), volume.groups()), (60, 6));
}

#[test]
fn the_price_modes_and_serverless_hours_are_computed_as_aws_does() {
    // Two db.r6g.2xlarge at $1.038 an hour, 800 GB, 1.2 billion I/Os.
    let month = Month { compute: 2 * 1_038_000 * cost::HOURS, gb: 800, million_io: 1200 };
    assert_eq!(month.standard() / 1_000_000, 1835);
    assert_eq!(month.io_optimized() / 1_000_000, 2150);
    assert_eq!(month.io_share(), 130);
    assert_eq!(cost::serverless(2 * 2 * 730 * 3_600_000), 175_200_000);
}

proptest! {
    #[test]
    fn whatever_dies_a_read_quorum_knows_every_committed_write(
        deeds in prop::collection::vec((0_usize..COPIES, 0_u8..3), 0..200),
    ) {
        let mut group = ProtectionGroup::default();
        for (copy, deed) in deeds {
            match deed {
                0 => group.kill(copy),
                1 => group.revive(copy),
                _ => drop(group.write()),
            }
            if group.can_read() {
                prop_assert_eq!(group.recovered(), Some(group.committed()));
                prop_assert!(group.read_from().is_some());
            }
        }
    }
}
