//! The table `[prices]` of the configuration file, and those of Regions in it.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{Origins, in_file};
use crate::app::cost::{PriceList, Prices, SPOT_FACTOR};
use crate::app::mistake::unknown;

const SPOT_KEY: &str = "spot-factor";

#[derive(Debug, Default)]
pub(super) struct PriceTable {
    spot_factor: Option<f64>,
    regions: BTreeMap<String, RegionTable>,
}

/// The prices of one Region in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct RegionTable {
    vcpu: Option<Price>,
    gb: Option<Price>,
    arm_vcpu: Option<Price>,
    arm_gb: Option<Price>,
    storage_gb: Option<Price>,
    load_balancer: Option<Price>,
}

impl PriceTable {
    pub fn settle(self, origins: &mut Origins) -> PriceList {
        let own = |(region, table): (String, RegionTable)| (region, table.prices());
        PriceList {
            own: self.regions.into_iter().map(own).collect(),
            spot_factor: origins.pick(SPOT_KEY, [in_file(self.spot_factor)]).unwrap_or(SPOT_FACTOR),
        }
    }
}

impl RegionTable {
    fn prices(self) -> Prices {
        let amount = |price: Option<Price>| price.map(|price| price.0);
        Prices {
            vcpu: amount(self.vcpu),
            gb: amount(self.gb),
            arm_vcpu: amount(self.arm_vcpu),
            arm_gb: amount(self.arm_gb),
            storage_gb: amount(self.storage_gb),
            load_balancer: amount(self.load_balancer),
        }
    }
}

/// The prices that are set, by their keys.
pub(super) fn written(prices: &Prices) -> impl Iterator<Item = (&'static str, f64)> {
    let all = [
        ("vcpu", prices.vcpu),
        ("gb", prices.gb),
        ("arm-vcpu", prices.arm_vcpu),
        ("arm-gb", prices.arm_gb),
        ("storage-gb", prices.storage_gb),
        ("load-balancer", prices.load_balancer),
    ];
    all.into_iter().filter_map(|(key, price)| Some((key, price?)))
}

/// Read by hand, because a flattened map would lose the lines of its mistakes.
impl<'de> Deserialize<'de> for PriceTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = PriceTable;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table of prices")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PriceTable, A::Error> {
                let mut table = PriceTable::default();
                while let Some(key) = map.next_key::<Key>()? {
                    match key {
                        Key::SpotFactor => table.spot_factor = Some(map.next_value::<Factor>()?.0),
                        Key::Region(region) => {
                            table.regions.insert(region, map.next_value()?);
                        }
                    }
                }
                Ok(table)
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

enum Key {
    SpotFactor,
    Region(String),
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        if key == SPOT_KEY {
            Ok(Self::SpotFactor)
        } else if is_region(&key) {
            Ok(Self::Region(key))
        } else {
            let sentence = unknown("key", &key, [SPOT_KEY]);
            let advice = if sentence.ends_with('?') {
                ""
            } else {
                "; allowed are spot-factor and Regions such as eu-west-1"
            };
            Err(D::Error::custom(format!("{sentence}{advice}")))
        }
    }
}

/// `eu-west-1`, `us-gov-east-1`: Regions that do not exist yet have the same form.
fn is_region(name: &str) -> bool {
    let parts: Vec<&str> = name.split('-').collect();
    let Some((number, words)) = parts.split_last() else { return false };
    let word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    words.len() >= 2
        && words.iter().all(word)
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// US dollars per hour.
#[derive(Debug)]
struct Price(f64);

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let amount = f64::deserialize(deserializer)?;
        if amount.is_finite() && amount >= 0.0 {
            return Ok(Self(amount));
        }
        Err(D::Error::custom(format!("{amount} is no price; write US dollars per hour, such as 0.04048")))
    }
}

struct Factor(f64);

impl<'de> Deserialize<'de> for Factor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let share = f64::deserialize(deserializer)?;
        if (0.0..=1.0).contains(&share) {
            return Ok(Self(share));
        }
        Err(D::Error::custom(format!("{share} is not a share of the list price; write a number from 0 to 1")))
    }
}
