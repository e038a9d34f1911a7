//! The list prices of Fargate that are known, with the month they are of.
//!
//! AWS charges US dollars for an hour of a vCPU, of a GB of memory, and of a GB of storage above the first twenty, on
//! Linux and on demand. A price that is not `seen` comes from no dated copy of AWS's price list: ARM where four fifths
//! of x86 was taken, as in every pair that was seen, and Regions that are believed to cost what others do.

use super::Prices;

/// When the newest of these prices was read from AWS's list.
pub const AS_OF: &str = "2026-10";

/// The prices of one Region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    pub region: &'static str,
    pub prices: Prices,
    /// The x86 price stands in a dated copy of the price list, or on a bill.
    pub seen: bool,
    /// The same of the ARM price.
    pub arm_seen: bool,
}

const fn row(region: &'static str, x86: (f64, f64, bool), arm: Option<(f64, f64, bool)>) -> Row {
    let (arm_vcpu, arm_gb, arm_seen) = match arm {
        Some((vcpu, gb, seen)) => (Some(vcpu), Some(gb), seen),
        None => (None, None, false),
    };
    let prices = Prices { vcpu: Some(x86.0), gb: Some(x86.1), arm_vcpu, arm_gb, ..Prices::NONE };
    Row { region, prices, seen: x86.2, arm_seen }
}

impl Row {
    const fn storage(self, gb: f64) -> Self {
        Self { prices: Prices { storage_gb: Some(gb), ..self.prices }, ..self }
    }

    const fn load_balancer(self, hour: f64) -> Self {
        Self { prices: Prices { load_balancer: Some(hour), ..self.prices }, ..self }
    }
}

const SEEN: bool = true;
const ASSUMED: bool = false;

/// By Region: x86 vCPU and GB, then ARM vCPU and GB.
#[rustfmt::skip]
pub const TABLE: [Row; 16] = [
    row("us-east-1", (0.04048, 0.004_445, SEEN), Some((0.03238, 0.00356, SEEN))).storage(0.000_111),
    row("us-east-2", (0.04048, 0.004_445, ASSUMED), Some((0.03238, 0.00356, ASSUMED))),
    row("us-west-1", (0.04656, 0.00511, ASSUMED), None),
    row("us-west-2", (0.04048, 0.004_445, SEEN), Some((0.03238, 0.00356, ASSUMED))),
    row("ca-central-1", (0.04456, 0.004_865, SEEN), Some((0.03565, 0.00389, ASSUMED))).load_balancer(0.02475),
    row("eu-west-1", (0.04048, 0.004_445, SEEN), Some((0.03238, 0.00356, SEEN))),
    row("eu-west-2", (0.04656, 0.00511, SEEN), Some((0.03725, 0.00409, SEEN))).storage(0.000_129),
    row("eu-west-3", (0.0486, 0.0053, ASSUMED), None),
    row("eu-central-1", (0.04656, 0.00511, SEEN), Some((0.03725, 0.00409, ASSUMED))),
    row("eu-north-1", (0.0445, 0.0049, ASSUMED), None),
    row("ap-northeast-1", (0.05056, 0.00553, SEEN), Some((0.04045, 0.00442, SEEN))),
    row("ap-northeast-2", (0.04656, 0.00511, SEEN), Some((0.03725, 0.00409, SEEN))),
    row("ap-southeast-1", (0.05056, 0.00553, ASSUMED), Some((0.04045, 0.00442, SEEN))),
    row("ap-southeast-2", (0.04856, 0.00532, ASSUMED), Some((0.03885, 0.00426, ASSUMED))),
    row("ap-south-1", (0.04256, 0.004_655, ASSUMED), None),
    row("sa-east-1", (0.0696, 0.0076, ASSUMED), Some((0.0557, 0.00612, ASSUMED))),
];
