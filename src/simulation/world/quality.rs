//! How well a revision answers requests.

/// What a story says of a revision; CloudWatch's figures follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quality {
    /// Answers with a status of 500 and above, out of 100,000.
    pub errors: u32,
    /// The median time to answer, in milliseconds.
    pub latency: u32,
}

impl Default for Quality {
    fn default() -> Self {
        Self { errors: 40, latency: 45 }
    }
}
