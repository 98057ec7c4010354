//! The tree over the book: RFC 6962 hashes, the frontier that grows with it, and proofs.
//!
//! It stores nothing and signs nothing. Complete subtrees are asked for through a closure, so that
//! any store can answer.
//!
//! Always true: the root of a [`Frontier`] after n pushes is MTH of those n leaves as RFC 6962,
//! section 2.1, defines it, and a frontier holds at most 64 hashes.

use sha2::{Digest, Sha256};

use crate::store::Node;

pub type Hash = [u8; 32];

/// Roots of complete subtrees are stored at every eighth level, the width of a C2SP tile.
pub const TILE_LEVELS: u8 = 8;
/// Leaves under one tile.
pub const TILE_WIDTH: u64 = 1 << TILE_LEVELS;

/// No proof is longer than this: one hash for each level of a 64-bit tree, and one more.
pub const PROOF_HASHES_MAX: usize = 65;

pub fn leaf_hash(body: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(body).finalize().into()
}

pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// SHA-256 of what is no leaf.
pub fn digest(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// Root of the tree without leaves.
pub fn empty_root() -> Hash {
    Sha256::digest(b"").into()
}

/// The right edge of the tree: roots of the complete subtrees that cover it, largest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf, and shows each subtree that it completes, smallest first. A verifier that
    /// knows better may put the subtree's hash right before it is built upon.
    pub fn push(&mut self, leaf: Hash, completed: &mut dyn FnMut(&mut Node)) {
        let mut hash = leaf;
        let mut level = 0;
        let mut index = self.size;
        while index & 1 == 1 {
            let left = self.peaks.pop().expect("an odd index has a left sibling among the peaks");
            hash = node_hash(&left, &hash);
            level += 1;
            index >>= 1;
            let mut node = Node { level, index, hash };
            completed(&mut node);
            hash = node.hash;
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        match peaks.next() {
            None => empty_root(),
            Some(last) => peaks.fold(*last, |right, left| node_hash(left, &right)),
        }
    }

    /// The frontier of a tree of `size`, from its complete subtrees.
    pub fn load<E>(
        size: u64,
        subtree: &mut dyn FnMut(u8, u64) -> Result<Hash, E>,
    ) -> Result<Self, E> {
        let mut peaks = Vec::new();
        for level in (0..64u8).rev() {
            if size >> level & 1 == 1 {
                peaks.push(subtree(level, (size >> level) - 1)?);
            }
        }
        Ok(Self { size, peaks })
    }
}

/// Largest power of two below `n`; `n` is at least 2.
fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

/// MTH of the leaves `first..first + count`, where `first` is a multiple of the power of two
/// that holds `count`, as every range in this file is.
fn range_root<E>(
    first: u64,
    count: u64,
    subtree: &mut dyn FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Hash, E> {
    if count == 0 {
        return Ok(empty_root());
    }
    if count.is_power_of_two() {
        let level = count.ilog2() as u8;
        return subtree(level, first >> level);
    }
    let left = split(count);
    let left_root = range_root(first, left, subtree)?;
    let right_root = range_root(first + left, count - left, subtree)?;
    Ok(node_hash(&left_root, &right_root))
}

/// PATH(index, D\[size\]): proof that leaf `index` (from 0) is in the tree of `size`.
/// None if there is no such leaf.
pub fn inclusion_proof<E>(
    index: u64,
    size: u64,
    subtree: &mut dyn FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Option<Vec<Hash>>, E> {
    if index >= size {
        return Ok(None);
    }
    let mut proof = Vec::new();
    let (mut first, mut count) = (0, size);
    while count > 1 {
        let left = split(count);
        if index - first < left {
            proof.push(range_root(first + left, count - left, subtree)?);
            count = left;
        } else {
            proof.push(range_root(first, left, subtree)?);
            first += left;
            count -= left;
        }
    }
    proof.reverse();
    Ok(Some(proof))
}

/// PROOF(old, D\[new\]): proof that the tree of `new` begins with the tree of `old`.
/// None unless `0 < old <= new`.
pub fn consistency_proof<E>(
    old: u64,
    new: u64,
    subtree: &mut dyn FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Option<Vec<Hash>>, E> {
    if old == 0 || old > new {
        return Ok(None);
    }
    let mut proof = Vec::new();
    let (mut first, mut count, mut rest, mut known) = (0, new, old, true);
    while rest != count {
        let left = split(count);
        if rest <= left {
            proof.push(range_root(first + left, count - left, subtree)?);
            count = left;
        } else {
            proof.push(range_root(first, left, subtree)?);
            first += left;
            count -= left;
            rest -= left;
            known = false;
        }
    }
    if !known {
        proof.push(range_root(first, count, subtree)?);
    }
    proof.reverse();
    Ok(Some(proof))
}

/// Does `proof` show that `leaf` stands at `index` (from 0) in the tree of `size` with `root`?
pub fn included(index: u64, size: u64, leaf: &Hash, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Does `proof` show that the tree of `new` with `new_root` begins with that of `old`?
/// Every tree begins with the empty one, whose root is known.
pub fn consistent(old: u64, new: u64, proof: &[Hash], old_root: &Hash, new_root: &Hash) -> bool {
    if old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    let (mut at, mut last) = (old - 1, new - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let mut rest = proof;
    let seed = if at == 0 {
        *old_root
    } else {
        let Some((head, tail)) = rest.split_first() else { return false };
        rest = tail;
        *head
    };
    let (mut old_hash, mut new_hash) = (seed, seed);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}
