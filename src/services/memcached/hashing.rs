//! How clients spread keys over Memcached nodes: the nodes know nothing of each other (MC-4, MC-5).

use std::collections::BTreeMap;

use crc::{CRC_32_ISO_HDLC, Crc};
use md5::{Digest, Md5};

const CRC32: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);
/// How many points each node has on the ring of a consistent hash.
const POINTS: u32 = 160;

/// Which of `nodes` nodes has a key, by CRC-32 modulo the number of nodes.
pub fn modulo(key: &str, nodes: u32) -> u32 {
    CRC32.checksum(key.as_bytes()) % nodes.max(1)
}

/// A ring on which each node has 160 points; a key belongs to the next point after its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    points: BTreeMap<u32, u32>,
}

impl Ring {
    /// A ring of `nodes` nodes.
    pub fn new(nodes: u32) -> Ring {
        let mut points = BTreeMap::new();
        for node in 0..nodes.max(1) {
            // Each digest gives four points, as Ketama cuts it.
            for part in 0..POINTS / 4 {
                let digest = Md5::digest(format!("node{node}-{part}").as_bytes());
                for cut in digest.chunks_exact(4) {
                    points.insert(u32::from_le_bytes([cut[0], cut[1], cut[2], cut[3]]), node);
                }
            }
        }
        Ring { points }
    }

    /// The node that has a key.
    pub fn node(&self, key: &str) -> u32 {
        let digest = Md5::digest(key.as_bytes());
        let at = u32::from_le_bytes([digest[0], digest[1], digest[2], digest[3]]);
        let next = self.points.range(at..).next().or_else(|| self.points.first_key_value());
        next.map_or(0, |(_, node)| *node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of 10,000 keys change their node, in hundredths of a percent.
    fn moved(from: impl Fn(&str) -> u32, to: impl Fn(&str) -> u32) -> usize {
        (0..10_000)
            .filter(|n| {
                let key = format!("key:{n}");
                from(&key) != to(&key)
            })
            .count()
    }

    #[test]
    fn mc_4_modulo_moves_most_keys_and_a_ring_few() {
        assert_eq!(moved(|key| modulo(key, 3), |key| modulo(key, 4)), 7459);
        assert_eq!(moved(|key| modulo(key, 9), |key| modulo(key, 10)), 9005);
        // Theory says 1/n of the new n; 160 points a node leave some unevenness.
        for (from, to, theory) in [(3, 4, 2500), (9, 10, 1000)] {
            let (from, to) = (Ring::new(from), Ring::new(to));
            let moved = moved(|key| from.node(key), |key| to.node(key));
            assert!(moved.abs_diff(theory) < 300, "{moved} against {theory}");
        }
    }

    #[test]
    fn mc_5_a_dead_node_takes_only_its_own_keys_along() {
        let ring = Ring::new(3);
        let keys: Vec<String> = (0..1000).map(|n| format!("key:{n}")).collect();
        let mut nodes = [(); 3].map(|()| super::super::Memcached::default());
        let now = crate::services::time::Time(0);
        for key in &keys {
            nodes[ring.node(key) as usize].run(now, "set", &[key, "0", "0", "v"]);
        }
        nodes[1] = super::super::Memcached::default();
        for key in &keys {
            let node = ring.node(key);
            let hit =
                nodes[node as usize].run(now, "get", &[key]) != super::super::Reply::Value(None);
            assert_eq!(hit, node != 1, "{key}");
        }
    }
}
