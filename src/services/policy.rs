//! Resource policies, as far as services that call in the name of a resource need them: who may do
//! what, under which source ARN.

use serde_json::Value;

use super::world::Caller;

/// Whether the policy allows the caller this action. Only `Allow` and `Deny` with principals,
/// actions and conditions on `aws:SourceArn` are read; any other condition does not hold.
pub(crate) fn allows(policy: &str, caller: &Caller, action: &str) -> bool {
    let Ok(policy) = serde_json::from_str::<Value>(policy) else { return false };
    let statements = many(&policy["Statement"]);
    let with = |effect: &str| {
        statements.iter().any(|statement| {
            statement["Effect"] == effect
                && names(&statement["Principal"], caller)
                && many(&statement["Action"]).iter().any(|each| is_action(each, action))
                && conditions_hold(&statement["Condition"], caller)
        })
    };
    with("Allow") && !with("Deny")
}

fn many(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(members) => members.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

fn names(principal: &Value, caller: &Caller) -> bool {
    match principal {
        Value::String(anyone) => anyone == "*",
        Value::Object(kinds) => kinds.iter().any(|(kind, who)| {
            many(who).iter().filter_map(|who| who.as_str()).any(|who| match kind.as_str() {
                "Service" => who == caller.principal,
                _ => who == "*",
            })
        }),
        _ => false,
    }
}

fn is_action(pattern: &Value, action: &str) -> bool {
    let pattern = pattern.as_str().unwrap_or_default();
    like(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase())
}

fn conditions_hold(conditions: &Value, caller: &Caller) -> bool {
    conditions.as_object().into_iter().flatten().all(|(operator, keys)| {
        let known = matches!(
            operator.as_str(),
            "ArnEquals" | "ArnLike" | "StringEquals" | "StringLike" | "ForAnyValue:ArnEquals"
        );
        known
            && keys.as_object().into_iter().flatten().all(|(key, wanted)| {
                key.eq_ignore_ascii_case("aws:SourceArn")
                    && many(wanted)
                        .iter()
                        .filter_map(|wanted| wanted.as_str())
                        .any(|wanted| like(wanted, &caller.source_arn))
            })
    })
}

/// `*` stands for any characters.
fn like(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut left) = pieces.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let rest: Vec<&str> = pieces.collect();
    let Some((last, between)) = rest.split_last() else { return left.is_empty() };
    for piece in between {
        let Some(at) = left.find(piece) else { return false };
        left = &left[at + piece.len()..];
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_policy_lets_in_whom_it_names_and_nobody_else() {
        let caller =
            |arn: &str| Caller { principal: "sns.amazonaws.com", source_arn: arn.to_owned() };
        let policy = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage", "Resource": "*",
            "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:orders"}},
        }]})
        .to_string();
        assert!(allows(&policy, &caller("arn:aws:sns:us-east-1:0:orders"), "sqs:SendMessage"));
        assert!(!allows(&policy, &caller("arn:aws:sns:us-east-1:0:other"), "sqs:SendMessage"));
        assert!(!allows(&policy, &caller("arn:aws:sns:us-east-1:0:orders"), "sqs:DeleteMessage"));
        assert!(!allows("not a policy", &caller("x"), "sqs:SendMessage"));
        let open = json!({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sqs:*"}});
        assert!(allows(&open.to_string(), &caller("x"), "SQS:SendMessage"));
    }
}
