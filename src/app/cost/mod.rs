//! What tasks cost by list prices: an estimate, never a bill.
//!
//! Not in it are public addresses, NAT, logs, metrics, the load of load balancers, discounts and taxes.

mod table;

use std::collections::BTreeMap;

pub use self::table::AS_OF;
use super::format;
use crate::fleet::definition::TaskDefinition;
use crate::fleet::task::Task;

/// The hours that AWS counts in a month.
pub const HOURS_IN_MONTH: f64 = 730.0;
/// Spot moves, and differs by Region: 0.30 and 0.34 of the list price were seen. This errs on the dear side.
pub const SPOT_FACTOR: f64 = 0.35;
/// GiB of storage that every task has for nothing.
const FREE_STORAGE: u32 = 20;

/// US dollars per hour in one Region; `None` is not known.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Prices {
    pub vcpu: Option<f64>,
    pub gb: Option<f64>,
    pub arm_vcpu: Option<f64>,
    pub arm_gb: Option<f64>,
    /// A GB of ephemeral storage above the first twenty.
    pub storage_gb: Option<f64>,
    /// An Application Load Balancer, without its capacity units.
    pub load_balancer: Option<f64>,
}

impl Prices {
    pub const NONE: Self =
        Self { vcpu: None, gb: None, arm_vcpu: None, arm_gb: None, storage_gb: None, load_balancer: None };

    /// These prices, and those of `other` where there is none.
    fn or(&self, other: &Self) -> Self {
        Self {
            vcpu: self.vcpu.or(other.vcpu),
            gb: self.gb.or(other.gb),
            arm_vcpu: self.arm_vcpu.or(other.arm_vcpu),
            arm_gb: self.arm_gb.or(other.arm_gb),
            storage_gb: self.storage_gb.or(other.storage_gb),
            load_balancer: self.load_balancer.or(other.load_balancer),
        }
    }
}

/// The prices in force: those of the table, and the user's own, which win.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceList {
    /// By Region.
    pub own: BTreeMap<String, Prices>,
    /// What Spot costs as a share of the list price.
    pub spot_factor: f64,
}

impl Default for PriceList {
    fn default() -> Self {
        Self { own: BTreeMap::new(), spot_factor: SPOT_FACTOR }
    }
}

/// What of a task decides its price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Billed<'a> {
    /// CPU units: 1024 is one vCPU.
    pub cpu: Option<&'a str>,
    /// MiB.
    pub memory: Option<&'a str>,
    /// `X86_64`, `ARM64`; without it AWS takes x86.
    pub architecture: Option<&'a str>,
    /// `FARGATE`, `FARGATE_SPOT`, or another launch type or capacity provider.
    pub capacity: Option<&'a str>,
    /// GiB of ephemeral storage.
    pub storage: Option<u32>,
    /// `Linux`, `Windows Server 2022 Core` …; without it Linux.
    pub platform: Option<&'a str>,
}

impl<'a> Billed<'a> {
    pub fn of_task(task: &'a Task) -> Self {
        Self {
            cpu: task.cpu.as_deref(),
            memory: task.memory.as_deref(),
            architecture: task.architecture.as_deref(),
            capacity: task.capacity_provider.as_deref().or(task.launch_type.as_deref()),
            storage: task.ephemeral_storage,
            platform: task.platform_family.as_deref(),
        }
    }

    /// A task that would be started from a definition, on this capacity provider or launch type.
    pub fn of_definition(definition: &'a TaskDefinition, capacity: Option<&'a str>) -> Self {
        Self {
            cpu: definition.cpu.as_deref(),
            memory: definition.memory.as_deref(),
            architecture: definition.architecture.as_deref(),
            capacity,
            storage: definition.ephemeral_storage,
            platform: None,
        }
    }
}

/// Where the prices of an estimate come from; the weaker ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The user's configuration.
    Own,
    /// A dated copy of AWS's price list.
    List,
    /// Believed, and not seen in a dated copy.
    Assumed,
}

/// An amount, and what it does not say by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// US dollars.
    pub per_hour: f64,
    pub basis: Basis,
    /// `Spot at 35% of the list price`, `without 30 GB of storage, whose price is not known`.
    pub notes: Vec<String>,
}

/// What something costs, or why that is not known.
#[derive(Debug, Clone, PartialEq)]
pub enum Cost {
    Unknown(String),
    Estimate(Estimate),
}

impl PriceList {
    /// What a task costs while it runs.
    pub fn task(&self, region: &str, task: &Billed<'_>) -> Cost {
        self.estimate(region, task).map_or_else(Cost::Unknown, Cost::Estimate)
    }

    /// What tasks cost together, such as those of a service or cluster.
    pub fn tasks<'a>(&self, region: &str, tasks: impl IntoIterator<Item = Billed<'a>>) -> Cost {
        Cost::sum(tasks.into_iter().map(|task| self.task(region, &task)))
    }

    /// What an Application Load Balancer costs that does nothing; its load comes on top.
    pub fn load_balancer(&self, region: &str) -> Cost {
        let own = self.own.get(region).and_then(|prices| prices.load_balancer);
        let listed = row(region).and_then(|row| row.prices.load_balancer);
        match (own, listed) {
            (Some(per_hour), _) => Cost::Estimate(Estimate::new(per_hour, Basis::Own)),
            (None, Some(per_hour)) => Cost::Estimate(Estimate::new(per_hour, Basis::List)),
            (None, None) => Cost::Unknown(format!("no price of a load balancer is known in {region}")),
        }
    }

    fn estimate(&self, region: &str, task: &Billed<'_>) -> Result<Estimate, String> {
        let spot = is_spot(task.capacity)?;
        if task.platform.is_some_and(|platform| platform.to_ascii_lowercase().starts_with("windows")) {
            return Err("prices of Windows tasks are not known".to_owned());
        }
        let number = |text: Option<&str>| text.and_then(|text| text.trim().parse::<u32>().ok());
        let (Some(units), Some(mib)) = (number(task.cpu), number(task.memory)) else {
            return Err("the size of the task is not known".to_owned());
        };
        let (vcpu, gb, basis) = self.rates(region, task.architecture)?;
        let compute = f64::from(units) / 1024.0 * vcpu + f64::from(mib) / 1024.0 * gb;
        let mut estimate = Estimate::new(compute, basis);
        if spot {
            estimate.per_hour *= self.spot_factor;
            estimate.notes.push(format!("Spot at {:.0}% of the list price", self.spot_factor * 100.0));
        }
        // Spot does not make storage cheaper.
        let extra = task.storage.unwrap_or_default().saturating_sub(FREE_STORAGE);
        match self.storage(region) {
            _ if extra == 0 => {}
            Some(price) => estimate.per_hour += f64::from(extra) * price,
            None => estimate.notes.push(format!("without {extra} GB of storage, whose price is not known")),
        }
        Ok(estimate)
    }

    /// The prices of a vCPU and of a GB.
    fn rates(&self, region: &str, architecture: Option<&str>) -> Result<(f64, f64, Basis), String> {
        let row = row(region);
        let own = self.own.get(region).copied().unwrap_or_default();
        let all = own.or(&row.map_or(Prices::NONE, |row| row.prices));
        // A definition writes it in capitals, the record of a task in small letters.
        let architecture = architecture.map(str::to_ascii_uppercase);
        let (pair, own, seen) = match architecture.as_deref() {
            Some("X86_64") | None => {
                ((all.vcpu, all.gb), (own.vcpu, own.gb), row.is_some_and(|row| row.seen))
            }
            Some("ARM64") => {
                ((all.arm_vcpu, all.arm_gb), (own.arm_vcpu, own.arm_gb), row.is_some_and(|row| row.arm_seen))
            }
            Some(other) => return Err(format!("no list price is known for {other}")),
        };
        let (Some(vcpu), Some(gb)) = pair else {
            let arm = if architecture.as_deref() == Some("ARM64") { "ARM in " } else { "" };
            return Err(format!("no list price is known for {arm}{region}"));
        };
        let basis = match (own, seen) {
            ((Some(_), Some(_)), _) => Basis::Own,
            (_, true) => Basis::List,
            (_, false) => Basis::Assumed,
        };
        Ok((vcpu, gb, basis))
    }

    fn storage(&self, region: &str) -> Option<f64> {
        let own = self.own.get(region).and_then(|prices| prices.storage_gb);
        own.or_else(|| row(region)?.prices.storage_gb)
    }
}

fn row(region: &str) -> Option<&'static table::Row> {
    table::TABLE.iter().find(|row| row.region == region)
}

fn is_spot(capacity: Option<&str>) -> Result<bool, String> {
    match capacity {
        Some("FARGATE") => Ok(false),
        Some("FARGATE_SPOT") => Ok(true),
        Some(other) => Err(format!("{other} is not billed by the task")),
        None => Err("it is not known where the task runs".to_owned()),
    }
}

impl Estimate {
    fn new(per_hour: f64, basis: Basis) -> Self {
        Self { per_hour, basis, notes: Vec::new() }
    }

    pub fn per_month(&self) -> f64 {
        self.per_hour * HOURS_IN_MONTH
    }

    /// What the amount is, with the month of its prices.
    pub fn label(&self) -> String {
        match self.basis {
            Basis::Own => "estimate with your prices".to_owned(),
            Basis::List => format!("list price estimate, {AS_OF}"),
            Basis::Assumed => "list price estimate, price not verified".to_owned(),
        }
    }
}

impl Cost {
    /// Nothing costs nothing, whatever it would cost.
    pub const NOTHING: Self =
        Self::Estimate(Estimate { per_hour: 0.0, basis: Basis::List, notes: Vec::new() });

    /// The cost of so many of them.
    #[must_use]
    pub fn times(self, count: u32) -> Self {
        match self {
            _ if count == 0 => Self::NOTHING,
            Self::Estimate(one) => {
                Self::Estimate(Estimate { per_hour: one.per_hour * f64::from(count), ..one })
            }
            unknown @ Self::Unknown(_) => unknown,
        }
    }

    /// What is known of several, with a note on what is not; unknown only if nothing is known.
    pub fn sum(costs: impl IntoIterator<Item = Self>) -> Self {
        let mut whole: Option<Estimate> = None;
        let mut unknown: Vec<String> = Vec::new();
        // What costs nothing has no price that could be the weakest.
        for cost in costs.into_iter().filter(|cost| *cost != Self::NOTHING) {
            match (cost, &mut whole) {
                (Self::Unknown(why), _) => unknown.push(why),
                (Self::Estimate(part), None) => whole = Some(part),
                (Self::Estimate(part), Some(whole)) => {
                    whole.per_hour += part.per_hour;
                    whole.basis = whole.basis.max(part.basis);
                    let new = part.notes.into_iter().filter(|note| !whole.notes.contains(note));
                    let new: Vec<String> = new.collect();
                    whole.notes.extend(new);
                }
            }
        }
        match (whole, unknown.first()) {
            (Some(mut whole), Some(why)) => {
                whole.notes.push(format!("without {}: {why}", format::count(unknown.len(), "part")));
                Self::Estimate(whole)
            }
            (Some(whole), None) => Self::Estimate(whole),
            (None, Some(why)) => Self::Unknown(why.clone()),
            (None, None) => Self::NOTHING,
        }
    }

    pub fn estimate(&self) -> Option<&Estimate> {
        match self {
            Self::Unknown(_) => None,
            Self::Estimate(estimate) => Some(estimate),
        }
    }

    /// `$0.049/h`, or `unknown`.
    pub fn hourly(&self) -> String {
        self.estimate().map_or_else(|| "unknown".to_owned(), |estimate| hourly(estimate.per_hour))
    }

    /// `$36/mo`, or `unknown`.
    pub fn monthly(&self) -> String {
        self.estimate().map_or_else(|| "unknown".to_owned(), |estimate| monthly(estimate.per_month()))
    }

    /// The amount by the hour and month with all that has to be said of it.
    pub fn sentence(&self) -> String {
        match self {
            Self::Unknown(why) => format!("unknown: {why}"),
            Self::Estimate(estimate) => {
                let said = std::iter::once(estimate.label()).chain(estimate.notes.iter().cloned());
                let said = said.collect::<Vec<_>>().join("; ");
                format!("{}, {} ({said})", self.hourly(), self.monthly())
            }
        }
    }
}

/// US dollars per hour: `$0.049/h`, `$1.23/h`, `$1,234/h`.
pub fn hourly(amount: f64) -> String {
    format!("{}/h", dollars(amount, &[(0.9995, 3), (99.995, 2)]))
}

/// US dollars per month: `$3.60/mo`, `$36/mo`, `$1,234/mo`.
pub fn monthly(amount: f64) -> String {
    format!("{}/mo", dollars(amount, &[(9.995, 2)]))
}

/// An amount with as many decimals as the first limit above it says, and none above all limits.
fn dollars(amount: f64, limits: &[(f64, usize)]) -> String {
    let decimals = limits.iter().find(|(limit, _)| amount < *limit).map_or(0, |(_, decimals)| *decimals);
    let text = format!("{amount:.decimals$}");
    if amount <= 0.0 {
        return "$0".to_owned();
    }
    if text.bytes().all(|byte| matches!(byte, b'0' | b'.')) {
        let least = format!("{:.decimals$}", 0.1_f64.powi(i32::try_from(decimals).unwrap_or_default()));
        return format!("<${least}");
    }
    // An amount without decimals is a whole number of digits.
    match text.parse::<usize>() {
        Ok(whole) => format!("${}", format::thousands(whole)),
        Err(_) => format!("${text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn billed<'a>(cpu: &'a str, memory: &'a str) -> Billed<'a> {
        Billed { cpu: Some(cpu), memory: Some(memory), capacity: Some("FARGATE"), ..Billed::default() }
    }

    /// Hour, month, and what is said of it.
    fn told(cost: &Cost) -> (String, String, String) {
        let said = match cost {
            Cost::Unknown(why) => why.clone(),
            Cost::Estimate(estimate) => [vec![estimate.label()], estimate.notes.clone()].concat().join("; "),
        };
        (cost.hourly(), cost.monthly(), said)
    }

    #[test]
    fn tasks_cost_what_a_hand_calculation_says() {
        let list = PriceList::default();
        let known = "list price estimate, 2026-10";
        let assumed = "list price estimate, price not verified";
        let arm = |task: Billed<'static>| Billed { architecture: Some("ARM64"), ..task };
        let spot = |task: Billed<'static>| Billed { capacity: Some("FARGATE_SPOT"), ..task };
        let storage = |gib, task: Billed<'static>| Billed { storage: Some(gib), ..task };
        for (region, task, hour, month, said) in [
            // 0.04048 + 2 × 0.004445 = 0.04937; × 730 = 36.04
            ("us-east-1", billed("1024", "2048"), "$0.049/h", "$36/mo", known),
            // 0.25 × 0.04048 + 0.5 × 0.004445 = 0.0123425; × 730 = 9.010
            ("eu-west-1", billed("256", "512"), "$0.012/h", "$9.01/mo", known),
            // 16 × 0.0696 + 120 × 0.0076 = 2.0256; × 730 = 1478.7
            ("sa-east-1", billed("16384", "122880"), "$2.03/h", "$1,479/mo", assumed),
            // 0.5 × 0.03725 + 0.00409 = 0.022715; × 730 = 16.58
            ("eu-west-2", arm(billed("512", "1024")), "$0.023/h", "$17/mo", known),
            ("eu-central-1", arm(billed("512", "1024")), "$0.023/h", "$17/mo", assumed),
            // 0.35 × 0.04937 = 0.0172795; × 730 = 12.61
            (
                "us-east-1",
                spot(billed("1024", "2048")),
                "$0.017/h",
                "$13/mo",
                "list price estimate, 2026-10; Spot at 35% of the list price",
            ),
            // 0.04937 + 30 × 0.000111 = 0.0527; × 730 = 38.47
            ("us-east-1", storage(50, billed("1024", "2048")), "$0.053/h", "$38/mo", known),
            ("us-east-1", storage(20, billed("1024", "2048")), "$0.049/h", "$36/mo", known),
            // 0.35 × 0.04937 + 180 × 0.000111 = 0.0372595; × 730 = 27.20
            (
                "us-east-1",
                storage(200, spot(billed("1024", "2048"))),
                "$0.037/h",
                "$27/mo",
                "list price estimate, 2026-10; Spot at 35% of the list price",
            ),
            (
                "eu-west-1",
                storage(21, billed("1024", "2048")),
                "$0.049/h",
                "$36/mo",
                "list price estimate, 2026-10; without 1 GB of storage, whose price is not known",
            ),
            // 0.35 × (0.25 × 0.03238 + 0.5 × 0.00356) = 0.00345625; × 730 = 2.523
            (
                "us-east-1",
                spot(arm(billed("256", "512"))),
                "$0.003/h",
                "$2.52/mo",
                "list price estimate, 2026-10; Spot at 35% of the list price",
            ),
        ] {
            let expected = (hour.to_owned(), month.to_owned(), said.to_owned());
            assert_eq!(told(&list.task(region, &task)), expected, "{region} {task:?}");
        }
    }

    #[test]
    fn what_is_not_known_says_why() {
        let list = PriceList::default();
        let task = billed("1024", "2048");
        for (region, task, why) in [
            ("af-south-1", task, "no list price is known for af-south-1"),
            (
                "us-west-1",
                Billed { architecture: Some("ARM64"), ..task },
                "no list price is known for ARM in us-west-1",
            ),
            ("us-east-1", Billed { architecture: Some("RISC"), ..task }, "no list price is known for RISC"),
            (
                "us-east-1",
                Billed { platform: Some("Windows Server 2022 Core"), ..task },
                "prices of Windows tasks are not known",
            ),
            (
                "us-east-1",
                Billed { platform: Some("WINDOWS_SERVER_2019_FULL"), ..task },
                "prices of Windows tasks are not known",
            ),
            ("us-east-1", Billed { capacity: Some("EC2"), ..task }, "EC2 is not billed by the task"),
            ("us-east-1", Billed { capacity: None, ..task }, "it is not known where the task runs"),
            ("us-east-1", billed("lots", "2048"), "the size of the task is not known"),
            ("us-east-1", Billed { memory: None, ..task }, "the size of the task is not known"),
        ] {
            assert_eq!(list.task(region, &task), Cost::Unknown(why.to_owned()), "{region}");
        }
        let linux = Billed { platform: Some("Linux"), architecture: Some("X86_64"), ..task };
        assert_eq!(list.task("us-east-1", &linux), list.task("us-east-1", &task));
    }

    #[test]
    fn own_prices_win_and_fill_gaps() {
        let own = |prices| PriceList { own: [("us-west-1".to_owned(), prices)].into(), spot_factor: 0.5 };
        let task = billed("1024", "1024");
        let arm = Billed { architecture: Some("ARM64"), ..task };
        let whole = own(Prices { vcpu: Some(1.0), gb: Some(0.5), ..Prices::NONE });
        assert_eq!(told(&whole.task("us-west-1", &task)).0, "$1.50/h");
        assert_eq!(told(&whole.task("us-west-1", &task)).2, "estimate with your prices");
        let spot = Billed { capacity: Some("FARGATE_SPOT"), ..task };
        assert_eq!(told(&whole.task("us-west-1", &spot)).0, "$0.750/h");
        // A half of a price is filled up from the table, and is then no price of the user's.
        let half = own(Prices { vcpu: Some(1.0), ..Prices::NONE });
        assert_eq!(told(&half.task("us-west-1", &task)).0, "$1.01/h");
        assert_eq!(told(&half.task("us-west-1", &task)).2, "list price estimate, price not verified");
        assert!(matches!(whole.task("us-west-1", &arm), Cost::Unknown(_)));
        let gap = own(Prices { arm_vcpu: Some(0.03), arm_gb: Some(0.004), ..Prices::NONE });
        assert_eq!(told(&gap.task("us-west-1", &arm)).0, "$0.034/h");
    }

    #[test]
    fn services_cost_what_their_tasks_do() {
        let list = PriceList::default();
        let task = billed("1024", "2048");
        // 10 × 0.04937 = 0.4937; × 730 = 360.4
        let ten = list.task("us-east-1", &task).times(10);
        assert_eq!((ten.hourly(), ten.monthly()), ("$0.494/h".to_owned(), "$360/mo".to_owned()));
        assert_eq!(list.tasks("us-east-1", [task; 10]).hourly(), ten.hourly());
        assert_eq!(list.task("us-east-1", &task).times(0), Cost::NOTHING);
        assert_eq!(list.task("nowhere", &task).times(0).hourly(), "$0/h");
        assert_eq!(list.tasks("us-east-1", []).hourly(), "$0/h");

        let spot = Billed { capacity: Some("FARGATE_SPOT"), ..task };
        let strange = Billed { capacity: Some("my-instances"), ..task };
        // 0.04937 + 2 × 0.0172795 = 0.083929
        let mixed = list.tasks("us-east-1", [task, spot, spot, strange]);
        let said = "$0.084/h, $61/mo (list price estimate, 2026-10; Spot at 35% of the list price; \
             without 1 part: my-instances is not billed by the task)";
        assert_eq!(mixed.sentence(), said);
        let sentence = list.tasks("us-east-1", [strange, strange]).sentence();
        assert_eq!(sentence, "unknown: my-instances is not billed by the task");
        let both = Cost::sum([list.task("us-east-1", &task), list.task("us-east-2", &task)]);
        assert_eq!(both.estimate().map(|estimate| estimate.basis), Some(Basis::Assumed));
    }

    #[test]
    fn load_balancers_cost_by_the_hour_where_it_is_known() {
        let list = PriceList::default();
        // 0.02475 × 730 = 18.07
        let known = list.load_balancer("ca-central-1");
        assert_eq!((known.hourly(), known.monthly()), ("$0.025/h".to_owned(), "$18/mo".to_owned()));
        assert_eq!(
            list.load_balancer("eu-west-1").sentence(),
            "unknown: no price of a load balancer is known in eu-west-1"
        );
    }

    #[test]
    fn amounts_have_the_decimals_that_matter() {
        for (amount, hour, month) in [
            (0.0, "$0/h", "$0/mo"),
            (0.0001, "<$0.001/h", "<$0.01/mo"),
            (0.0494, "$0.049/h", "$0.05/mo"),
            (0.9999, "$1.00/h", "$1.00/mo"),
            (9.994, "$9.99/h", "$9.99/mo"),
            (9.999, "$10.00/h", "$10/mo"),
            (99.999, "$100/h", "$100/mo"),
            (1_234_567.8, "$1,234,568/h", "$1,234,568/mo"),
        ] {
            assert_eq!((hourly(amount), monthly(amount)), (hour.to_owned(), month.to_owned()));
        }
    }

    #[test]
    fn the_table_holds_together() {
        for row in &table::TABLE {
            let prices = row.prices;
            let (Some(vcpu), Some(gb)) = (prices.vcpu, prices.gb) else { panic!("{}", row.region) };
            assert!((0.03..0.1).contains(&vcpu) && (0.003..0.01).contains(&gb), "{}", row.region);
            if let (Some(arm_vcpu), Some(arm_gb)) = (prices.arm_vcpu, prices.arm_gb) {
                for ratio in [arm_vcpu / vcpu, arm_gb / gb] {
                    assert!((0.795..0.806).contains(&ratio), "{} {ratio}", row.region);
                }
            }
        }
        let regions: std::collections::BTreeSet<_> = table::TABLE.iter().map(|row| row.region).collect();
        assert_eq!(regions.len(), table::TABLE.len());
    }
}
