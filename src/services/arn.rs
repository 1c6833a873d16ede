//! The one account and region of a world, and the ARNs in it.

/// The account everything belongs to.
pub const ACCOUNT_ID: &str = "000000000000";

/// The region everything is in.
pub const REGION: &str = "us-east-1";

/// `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`.
pub fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{ACCOUNT_ID}:{resource}")
}

/// The resource part of an ARN of this service in this account and region, if it is one.
pub fn resource_of<'a>(arn: &'a str, service: &str) -> Option<&'a str> {
    arn.strip_prefix("arn:aws:")?
        .strip_prefix(service)?
        .strip_prefix(':')?
        .strip_prefix(REGION)?
        .strip_prefix(':')?
        .strip_prefix(ACCOUNT_ID)?
        .strip_prefix(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_taken_apart_as_it_was_made() {
        let made = arn("sqs", "orders");
        assert_eq!(made, "arn:aws:sqs:us-east-1:000000000000:orders");
        assert_eq!(resource_of(&made, "sqs"), Some("orders"));
        assert_eq!(resource_of(&made, "sns"), None);
        assert_eq!(resource_of("orders", "sqs"), None);
    }
}
