//! Maps and sets keyed by ARNs, whose length makes the hash a good part of taking in an answer.

use std::collections::{HashMap, HashSet};

/// Fast on long keys and seeded anew by each start; nobody outside chooses enough ARNs to attack it.
pub type Hasher = foldhash::fast::RandomState;
pub type Map<K, V> = HashMap<K, V, Hasher>;
pub type Set<K> = HashSet<K, Hasher>;
