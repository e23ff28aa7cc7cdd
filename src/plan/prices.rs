//! The price table: what AWS asks in a region, and on which day that was read.

use jiff::civil::Date;

/// The table, which `just prices` writes.
const TABLE: &str = include_str!("prices.txt");

/// How many days prices are believed without a remark.
pub const GOOD_FOR_DAYS: u16 = 180;

/// Prices of one region in US dollars an hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Prices {
    /// When they were read.
    pub(super) read_on: Date,
    /// A vCPU of Fargate.
    pub(super) vcpu: f64,
    /// A GB of memory of Fargate.
    pub(super) gigabyte: f64,
    /// An application load balancer, without its capacity units.
    pub(super) balancer: f64,
    /// A public IPv4 address in use. <https://aws.amazon.com/vpc/pricing/>
    pub(super) address: f64,
}

impl Prices {
    /// Those of a region; `None` where the table does not have it.
    pub(super) fn of(region: &str) -> Option<Self> {
        TABLE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .find(|line| line.split_whitespace().next() == Some(region))
            .and_then(row)
    }

    /// Whether they are too old to be believed by `today`.
    pub(super) fn are_outdated(&self, today: Date) -> bool {
        today.duration_since(self.read_on).as_hours() > 24 * i64::from(GOOD_FOR_DAYS)
    }
}

/// Region, day, vCPU, GB, load balancer, address.
fn row(line: &str) -> Option<Prices> {
    let columns: Vec<&str> = line.split_whitespace().collect();
    let [_, read_on, vcpu, gigabyte, balancer, address] = columns[..] else {
        return None;
    };
    Some(Prices {
        read_on: read_on.parse().ok()?,
        vcpu: vcpu.parse().ok()?,
        gigabyte: gigabyte.parse().ok()?,
        balancer: balancer.parse().ok()?,
        address: address.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_row_of_the_table_can_be_read() {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
        for line in rows {
            let prices = row(line).unwrap_or_else(|| panic!("{line}"));
            for price in [prices.vcpu, prices.gigabyte, prices.balancer, prices.address] {
                assert!(price > 0.0 && price < 1.0, "{line}");
            }
        }
        assert!(Prices::of("ap-northeast-2").is_some());
        assert_eq!(Prices::of("nowhere-1"), None);
        assert_eq!(Prices::of("#"), None);
    }

    #[test]
    fn prices_grow_old() {
        let prices = Prices {
            read_on: date(2026, 1, 1),
            ..Prices::of("us-east-1").unwrap()
        };
        for (today, old) in [
            (date(2025, 12, 31), false),
            (date(2026, 1, 1), false),
            (date(2026, 6, 30), false),
            (date(2026, 7, 1), true),
            (date(2027, 1, 1), true),
        ] {
            assert_eq!(prices.are_outdated(today), old, "{today}");
        }
    }
}
