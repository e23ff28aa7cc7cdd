//! Renews the price table from the public price list of AWS (`just prices`). Needs `curl` and a way to the internet.
//!
//! The price list is one file for each offer and region: products by SKU with their attributes, and terms by SKU with
//! prices. <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-changes.html> A region whose prices cannot be
//! had keeps its row with the day on which that was read.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use jiff::Zoned;
use jiff::civil::Date;
use serde_json::Value;

/// Where the price list is.
const LIST: &str = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws";

/// One column of the table: what AWS calls it.
struct Column {
    /// The offer that has it.
    offer: &'static str,
    /// The usage type, without the region's abbreviation that is before it.
    usage: &'static str,
    /// The operation, where several share the usage type.
    operation: Option<&'static str>,
    /// Characters in the table.
    width: usize,
}

/// The columns after region and day: a vCPU and a GB of Fargate on EKS, an ALB, a public IPv4 address.
const COLUMNS: [Column; 4] = [
    Column {
        offer: "AmazonEKS",
        usage: "Fargate-vCPU-Hours:perCPU",
        operation: None,
        width: 8,
    },
    Column {
        offer: "AmazonEKS",
        usage: "Fargate-GB-Hours",
        operation: None,
        width: 9,
    },
    Column {
        offer: "AWSELB",
        usage: "LoadBalancerUsage",
        operation: Some("LoadBalancing:Application"),
        width: 9,
    },
    Column {
        offer: "AmazonVPC",
        usage: "PublicIPv4:InUseAddress",
        operation: None,
        width: 0,
    },
];

/// Why there is no price.
#[derive(Debug, thiserror::Error)]
enum PriceError {
    #[error("curl could not be started")]
    Curl(#[source] std::io::Error),
    #[error("{url}: {why}")]
    Fetch { url: String, why: String },
    #[error("{path}")]
    File {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the price list is not what it was")]
    Json(#[from] serde_json::Error),
    #[error("a row of the table cannot be written")]
    Write(#[from] std::fmt::Error),
    #[error("{usage}: {} prices in place of one: {}", .found.len(), .found.join(", "))]
    NotOne { usage: &'static str, found: Vec<String> },
}

/// What there is of an offer in a region.
type Read<'a> = dyn Fn(&str, &str) -> Result<Value, PriceError> + 'a;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [table] = &arguments[..] else {
        complain("usage: prices TABLE");
        return ExitCode::from(64);
    };
    let renewed = std::fs::read_to_string(table)
        .and_then(|old| {
            let (new, failures) = renewed(&old, Zoned::now().date(), &fetch);
            for (region, error) in &failures {
                complain(&format!("{region} keeps its prices: {}", chain(error)));
            }
            std::fs::write(table, new)?;
            Ok(failures.is_empty())
        })
        .map_err(|source| PriceError::File {
            path: Path::new(table).to_owned(),
            source,
        });
    match renewed {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            complain(&chain(&error));
            ExitCode::FAILURE
        }
    }
}

fn complain(text: &str) {
    // Where even that cannot be written, the exit code is left.
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn chain(error: &dyn std::error::Error) -> String {
    let links = std::iter::successors(Some(error), |link| link.source());
    links.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Reads an offer's file for a region.
fn fetch(offer: &str, region: &str) -> Result<Value, PriceError> {
    let url = format!("{LIST}/{offer}/current/{region}/index.json");
    let ran = Command::new("curl")
        .args([
            "--fail",
            "--silent",
            "--show-error",
            "--location",
            "--max-time",
            "300",
            &url,
        ])
        .output()
        .map_err(PriceError::Curl)?;
    if !ran.status.success() {
        let why = String::from_utf8_lossy(&ran.stderr).trim().to_owned();
        return Err(PriceError::Fetch { url, why });
    }
    Ok(serde_json::from_slice(&ran.stdout)?)
}

/// The table with the prices of `today`, and the regions that keep theirs.
fn renewed(table: &str, today: Date, read: &Read<'_>) -> (String, Vec<(String, PriceError)>) {
    let mut failures = Vec::new();
    let mut lines = Vec::new();
    for line in table.lines() {
        let region = line.split_whitespace().next().unwrap_or("#");
        if region.starts_with('#') {
            lines.push(line.to_owned());
            continue;
        }
        lines.push(row(region, today, read).unwrap_or_else(|error| {
            failures.push((region.to_owned(), error));
            line.to_owned()
        }));
    }
    (lines.join("\n") + "\n", failures)
}

/// One row of the table.
fn row(region: &str, today: Date, read: &Read<'_>) -> Result<String, PriceError> {
    let mut line = format!("{region:<17} {today} ");
    let mut file: Option<(&str, Value)> = None;
    for column in &COLUMNS {
        let offer = match file.take() {
            Some((name, offer)) if name == column.offer => offer,
            _ => read(column.offer, region)?,
        };
        let (price, width) = (price(&offer, column)?, column.width);
        write!(line, " {price:<width$}")?;
        file = Some((column.offer, offer));
    }
    Ok(line.trim_end().to_owned())
}

/// The one price of a column in an offer, without the zeros at its end.
fn price(offer: &Value, column: &Column) -> Result<String, PriceError> {
    let products = offer["products"].as_object().into_iter().flatten();
    let wanted = products.filter(|(_, product)| {
        let attributes = &product["attributes"];
        let usage = attributes["usagetype"].as_str().unwrap_or_default();
        let is_operation = column
            .operation
            .is_none_or(|operation| attributes["operation"] == operation);
        is_operation && is_usage(usage, column.usage)
    });
    let found: BTreeSet<String> = wanted.flat_map(|(sku, _)| dollars(offer, sku)).collect();
    let found: Vec<String> = found.into_iter().collect();
    match &found[..] {
        [price] => Ok(price.clone()),
        _ => Err(PriceError::NotOne {
            usage: column.usage,
            found,
        }),
    }
}

/// Whether it is the usage type, with or without a region's abbreviation (`APN2-`) and nothing else before it.
fn is_usage(usage: &str, wanted: &str) -> bool {
    usage == wanted || usage.split_once('-').is_some_and(|(_, rest)| rest == wanted)
}

/// The prices on demand of a product.
fn dollars(offer: &Value, sku: &str) -> Vec<String> {
    let terms = offer["terms"]["OnDemand"][sku].as_object().into_iter().flatten();
    let dimensions = terms.flat_map(|(_, term)| term["priceDimensions"].as_object().into_iter().flatten());
    dimensions
        .filter_map(|(_, dimension)| dimension["pricePerUnit"]["USD"].as_str())
        .map(|price| price.trim_end_matches('0').trim_end_matches('.').to_owned())
        .filter(|price| price.parse::<f64>().is_ok_and(|price| price > 0.0))
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// Files in the format of the price list, shortened to a few products.
    fn sample(offer: &str, region: &str) -> Result<Value, PriceError> {
        if region != "ap-northeast-2" {
            let (url, why) = (region.to_owned(), "404".to_owned());
            return Err(PriceError::Fetch { url, why });
        }
        Ok(serde_json::from_str(match offer {
            "AmazonEKS" => include_str!("sample/AmazonEKS.json"),
            "AWSELB" => include_str!("sample/AWSELB.json"),
            "AmazonVPC" => include_str!("sample/AmazonVPC.json"),
            other => panic!("{other}"),
        })?)
    }

    const OLD: &str = "# head\n\
                       ap-northeast-2    2025-01-01  1        1         1         1\n\
                       us-east-1         2025-01-01  2        2         2         2\n";

    #[test]
    fn what_can_be_read_is_renewed_and_the_rest_keeps_its_day() {
        let (table, failures) = renewed(OLD, date(2026, 11, 28), &sample);
        assert_eq!(
            table,
            "# head\n\
             ap-northeast-2    2026-11-28  0.04656  0.00511   0.0225    0.005\n\
             us-east-1         2025-01-01  2        2         2         2\n"
        );
        let failed: Vec<&str> = failures.iter().map(|(region, _)| region.as_str()).collect();
        assert_eq!(failed, ["us-east-1"]);
    }

    #[test]
    fn a_price_that_is_not_one_is_refused() {
        let read = |offer: &str, region: &str| {
            let mut file = sample(offer, region)?;
            if offer == "AWSELB" {
                file["products"] = serde_json::json!({});
            }
            Ok(file)
        };
        let (table, failures) = renewed(OLD, date(2026, 11, 28), &read);
        assert_eq!(table, OLD);
        assert!(
            failures[0].1.to_string().starts_with("LoadBalancerUsage: 0 prices"),
            "{}",
            failures[0].1
        );
    }

    #[test]
    fn other_usage_types_with_the_same_end_are_others() {
        assert!(
            is_usage("APN2-Fargate-GB-Hours", "Fargate-GB-Hours") && is_usage("Fargate-GB-Hours", "Fargate-GB-Hours")
        );
        for other in [
            "APN2-SpotUsage-Fargate-GB-Hours",
            "APN2-Fargate-ARM-GB-Hours",
            "APN2-XFargate-GB-Hours",
        ] {
            assert!(!is_usage(other, "Fargate-GB-Hours"), "{other}");
        }
    }
}
