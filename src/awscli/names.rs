//! Names as the command line writes them: `ReceiveMessage` is `receive-message`, as botocore turns them.

/// The command-line form of an AWS name. Runs of capitals stay together: `SSEType` is `sse-type`,
/// `DBInstanceIdentifier` is `db-instance-identifier`, `StreamARNs` is `stream-arns`.
pub fn kebab(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    // A plural of capitals at the end is one word: `ARNs`, `IDs`.
    let plural_from = plural_acronym(&chars);
    let mut out = String::with_capacity(name.len() + 8);
    for (at, c) in chars.iter().enumerate() {
        if at > 0 && is_break(&chars, at, plural_from) {
            out.push('-');
        }
        out.extend(if *c == '_' { '-' } else { *c }.to_lowercase());
    }
    out
}

/// The flag of a parameter, without its dashes. The CLI renames what would hide a flag of its own:
/// SNS's `Endpoint` would be taken for `--endpoint-url`.
pub fn flag_of(operation: &str, member: &str) -> String {
    match (operation, member) {
        ("Subscribe", "Endpoint") => "notification-endpoint".to_owned(),
        _ => kebab(member),
    }
}

/// Where a plural acronym at the end of the name begins, if there is one.
fn plural_acronym(chars: &[char]) -> Option<usize> {
    let (last, rest) = chars.split_last()?;
    if *last != 's' {
        return None;
    }
    let capitals = rest.iter().rev().take_while(|c| c.is_ascii_uppercase()).count();
    (capitals >= 2).then(|| rest.len() - capitals)
}

fn is_break(chars: &[char], at: usize, plural_from: Option<usize>) -> bool {
    let (before, here) = (chars[at - 1], chars[at]);
    if before == '-' || before == '_' {
        return false;
    }
    if let Some(from) = plural_from {
        if at == from {
            return true;
        }
        if at > from {
            return false;
        }
    }
    let after = chars.get(at + 1);
    let starts_word = here.is_ascii_uppercase() && after.is_some_and(char::is_ascii_lowercase);
    let after_word =
        here.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit());
    starts_word || after_word
}

/// The name most like a mistaken one.
pub fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut near: Vec<(f64, &str)> = names
        .map(|name| (strsim::jaro_winkler(wanted, name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    // What is much less like it than the best is not meant.
    let best = near.first().map_or(0.0, |(likeness, _)| *likeness);
    near.retain(|(likeness, _)| best - likeness < 0.06);
    near.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_that_would_hide_one_of_the_cli_itself_has_another_name() {
        assert_eq!(flag_of("Subscribe", "Endpoint"), "notification-endpoint");
        assert_eq!(flag_of("Subscribe", "TopicArn"), "topic-arn");
    }

    #[test]
    fn names_are_written_as_the_command_line_writes_them() {
        for (name, expected) in [
            ("SendMessage", "send-message"),
            ("QueueUrl", "queue-url"),
            ("MD5OfBody", "md5-of-body"),
            ("DBInstanceIdentifier", "db-instance-identifier"),
            ("StreamARN", "stream-arn"),
            ("StreamARNs", "stream-arns"),
            ("AWSAccountIds", "aws-account-ids"),
            ("QueueOwnerAWSAccountId", "queue-owner-aws-account-id"),
            ("tags", "tags"),
            ("MultiAZ", "multi-az"),
            ("UpdateShardCount", "update-shard-count"),
            ("MaxNumberOfMessagesPerSecond", "max-number-of-messages-per-second"),
        ] {
            assert_eq!(kebab(name), expected);
        }
    }
}
