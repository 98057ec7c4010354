//! The frontier and the proofs against the definition in RFC 6962, section 2.1, written plainly.

use std::convert::Infallible;

use proptest::prelude::*;

use crate::merkle::{self, Frontier, Hash, empty_root, leaf_hash, node_hash};
use crate::store::Node;

/// MTH as the RFC writes it.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let half = leaves.len().next_power_of_two() / 2;
            node_hash(&root(&leaves[..half]), &root(&leaves[half..]))
        }
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|it| leaf_hash(&it.to_le_bytes())).collect()
}

fn subtree(leaves: &[Hash], level: u8, index: u64) -> Result<Hash, Infallible> {
    let first = (index << level) as usize;
    Ok(root(&leaves[first..first + (1 << level)]))
}

fn inclusion(leaves: &[Hash], index: u64) -> Vec<Hash> {
    let mut ask = |level, index| subtree(leaves, level, index);
    merkle::inclusion_proof(index, leaves.len() as u64, &mut ask).unwrap().unwrap()
}

fn consistency(leaves: &[Hash], old: u64) -> Vec<Hash> {
    let mut ask = |level, index| subtree(leaves, level, index);
    merkle::consistency_proof(old, leaves.len() as u64, &mut ask).unwrap().unwrap()
}

#[test]
fn the_frontier_is_the_root_of_the_rfc_at_every_size() {
    let leaves = leaves(600);
    let mut frontier = Frontier::default();
    let mut nodes: Vec<Node> = Vec::new();
    for size in 0..leaves.len() {
        assert_eq!(frontier.root(), root(&leaves[..size]), "size {size}");
        let loaded = Frontier::load(size as u64, &mut |l, i| subtree(&leaves, l, i)).unwrap();
        assert_eq!(loaded, frontier, "size {size}");
        frontier.push(leaves[size], &mut |node| nodes.push(*node));
    }
    for node in nodes {
        assert_eq!(Ok(node.hash), subtree(&leaves, node.level, node.index));
    }
}

#[test]
fn every_proof_of_a_small_tree_holds_and_none_for_another_place() {
    for size in 1..=33 {
        let leaves = leaves(size);
        let whole = root(&leaves);
        for index in 0..size {
            let proof = inclusion(&leaves, index);
            for other in 0..size {
                let leaf = &leaves[index as usize];
                let holds = merkle::included(other, size, leaf, &proof, &whole);
                assert_eq!(holds, other == index, "{index} as {other} of {size}");
            }
        }
        for old in 1..=size {
            let proof = consistency(&leaves, old);
            let before = root(&leaves[..old as usize]);
            assert!(merkle::consistent(old, size, &proof, &before, &whole), "{old} to {size}");
            for other in (0..=size).filter(|it| *it != old) {
                let holds = merkle::consistent(other, size, &proof, &before, &whole);
                assert!(!holds, "{old} as {other} of {size}");
            }
        }
    }
    let mut never = |_, _| -> Result<Hash, Infallible> { panic!("nothing to ask for") };
    assert_eq!(merkle::inclusion_proof(3, 3, &mut never), Ok(None));
    assert_eq!(merkle::consistency_proof(0, 3, &mut never), Ok(None));
    assert_eq!(merkle::consistency_proof(4, 3, &mut never), Ok(None));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_proof_holds_and_fails_when_any_byte_flips(
        (size, index, flip) in (1u64..700).prop_flat_map(|it| (Just(it), 0..it, 1u8..)),
    ) {
        let leaves = leaves(size);
        let (whole, leaf) = (root(&leaves), leaves[index as usize]);
        let included = |proof: &[Hash], leaf: &Hash, root: &Hash| {
            merkle::included(index, size, leaf, proof, root)
        };
        let proof = inclusion(&leaves, index);
        prop_assert!(included(&proof, &leaf, &whole));
        prop_assert!(proof.len() <= merkle::PROOF_HASHES_MAX);
        let before = root(&leaves[..=index as usize]);
        let consistent = |proof: &[Hash], old: &Hash, new: &Hash| {
            merkle::consistent(index + 1, size, proof, old, new)
        };
        let growth = consistency(&leaves, index + 1);
        prop_assert!(consistent(&growth, &before, &whole));

        for byte in 0..32 {
            let flipped = |mut hash: Hash| { hash[byte] ^= flip; hash };
            prop_assert!(!included(&proof, &flipped(leaf), &whole));
            prop_assert!(!included(&proof, &leaf, &flipped(whole)));
            prop_assert!(!consistent(&growth, &flipped(before), &whole));
            prop_assert!(!consistent(&growth, &before, &flipped(whole)));
            for at in 0..proof.len() {
                let mut proof = proof.clone();
                proof[at] = flipped(proof[at]);
                prop_assert!(!included(&proof, &leaf, &whole));
            }
            for at in 0..growth.len() {
                let mut growth = growth.clone();
                growth[at] = flipped(growth[at]);
                prop_assert!(!consistent(&growth, &before, &whole));
            }
        }
        let longer = [&proof[..], &[whole]].concat();
        prop_assert!(!included(&longer, &leaf, &whole));
        if let [_, shorter @ ..] = &proof[..] {
            prop_assert!(!included(shorter, &leaf, &whole));
        }
        let longer = [&growth[..], &[whole]].concat();
        prop_assert!(!consistent(&longer, &before, &whole));
    }
}
