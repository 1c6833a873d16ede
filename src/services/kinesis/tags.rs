//! Tags of streams, consumers and queues.

use std::collections::BTreeMap;

use super::super::arn::{ACCOUNT_ID, resource_of};
use super::Kinesis;
use super::errors::{Result, invalid, no_stream, not_found, validation};
use super::limits::TAGS;
use super::operations::{
    AddTagsToStream, ListTagsForResource, ListTagsForStream, RemoveTagsFromStream, TagResource,
    UntagResource,
};
use super::responses::{ListTagsForResourceOutput, ListTagsForStreamOutput, Response};
use super::shapes::Tag;

/// The longest key, in characters.
const LONGEST_KEY: usize = 128;

/// Keys to values.
pub(super) type Tags = BTreeMap<String, String>;

/// `have` with `more` added, if AWS would take them.
pub(super) fn checked_tags(more: Tags, have: &Tags, owner: &str) -> Result<Tags> {
    check_keys(&more)?;
    check_letters(more.iter().flat_map(|(key, value)| [key, value]), "add tags to", owner)?;
    if let Some(key) = more.keys().find(|key| key.starts_with("aws:")) {
        return Err(invalid(format!("Tag keys cannot start with 'aws:': {key:.128}")));
    }
    let mut all = have.clone();
    all.extend(more);
    if all.len() > TAGS {
        return Err(invalid(format!(
            "Failed to add tags to stream {owner} under account {ACCOUNT_ID} because a given stream cannot have \
             more than {TAGS} tags associated with it."
        )));
    }
    Ok(all)
}

/// The keys' lengths: a map's keys have no shape of their own at the door.
fn check_keys(tags: &Tags) -> Result<()> {
    if tags.keys().all(|key| (1..=LONGEST_KEY).contains(&key.chars().count())) {
        return Ok(());
    }
    let shown: Vec<String> =
        tags.iter().map(|(key, value)| format!("{key:.200}={value}")).collect();
    Err(validation(format!(
        "1 validation error detected: Value '{{{}}}' at 'tags' failed to satisfy constraint: Map keys must \
         satisfy constraint: [Member must have length less than or equal to {LONGEST_KEY}, Member must have \
         length greater than or equal to 1]",
        shown.join(", ")
    )))
}

fn check_letters<'a>(
    texts: impl Iterator<Item = &'a String> + Clone,
    doing: &str,
    owner: &str,
) -> Result<()> {
    let allowed = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@%".contains(c);
    if !texts.clone().all(|text| text.chars().all(allowed)) {
        return Err(invalid(
            "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, \
             _ . / = + - % @.",
        ));
    }
    // AWS names it as valid, and refuses it with other words.
    if texts.clone().any(|text| text.contains('%')) {
        return Err(invalid(format!(
            "Failed to {doing} stream {owner} under account {ACCOUNT_ID} because some tags contained illegal \
             characters. The allowed characters are Unicode letters, white-spaces, \
             '_',',','/','=','+','-','@'."
        )));
    }
    Ok(())
}

fn listed(tags: &Tags) -> impl Iterator<Item = Tag> + '_ {
    tags.iter().map(|(key, value)| Tag { key: key.clone(), value: Some(value.clone()) })
}

impl Kinesis {
    pub(super) fn add_tags(&mut self, call: AddTagsToStream) -> Result<Response> {
        let name = self.stream_name(call.stream_name.as_deref(), call.stream_arn.as_deref())?;
        let name = name.to_owned();
        let stream = self.streams.get_mut(&name).ok_or_else(|| no_stream(&name))?;
        stream.tags = checked_tags(call.tags, &stream.tags, &name)?;
        Ok(Response::Empty)
    }

    pub(super) fn remove_tags(&mut self, call: &RemoveTagsFromStream) -> Result<Response> {
        let name = self.stream_name(call.stream_name.as_deref(), call.stream_arn.as_deref())?;
        let name = name.to_owned();
        let stream = self.streams.get_mut(&name).ok_or_else(|| no_stream(&name))?;
        check_letters(call.tag_keys.iter(), "remove tags from", &name)?;
        for key in &call.tag_keys {
            stream.tags.remove(key);
        }
        Ok(Response::Empty)
    }

    pub(super) fn list_tags(&self, call: &ListTagsForStream) -> Result<Response> {
        let name = self.stream_name(call.stream_name.as_deref(), call.stream_arn.as_deref())?;
        let stream = self.streams.get(name).ok_or_else(|| no_stream(name))?;
        let after = call.exclusive_start_tag_key.as_deref();
        let limit = call.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(1));
        let mut tags: Vec<Tag> = listed(&stream.tags)
            .filter(|tag| after.is_none_or(|key| tag.key.as_str() > key))
            .collect();
        let has_more_tags = tags.len() > limit;
        tags.truncate(limit);
        Ok(Response::ListTagsForStream(ListTagsForStreamOutput { tags, has_more_tags }))
    }

    /// The tags of whatever an ARN names: a stream, a consumer, a queue.
    fn tags_of(&mut self, arn: &str) -> Result<&mut Tags> {
        let found = match resource_of(arn, "kinesis").and_then(|resource| resource.split_once('/'))
        {
            Some(("stream", name)) => match name.split_once("/consumer/") {
                Some((stream, _)) => self
                    .streams
                    .get_mut(stream)
                    .and_then(|stream| stream.consumers.values_mut().find(|c| c.arn == arn))
                    .map(|consumer| &mut consumer.tags),
                None => self.streams.get_mut(name).map(|stream| &mut stream.tags),
            },
            Some(("queue", name)) => self.queues.get_mut(name).map(|queue| &mut queue.tags),
            _ => None,
        };
        found.ok_or_else(|| not_found(format!("Resource {arn:.300} not found.")))
    }

    pub(super) fn tag_resource(&mut self, call: TagResource) -> Result<Response> {
        let tags = self.tags_of(&call.resource_arn)?;
        *tags = checked_tags(call.tags, tags, &call.resource_arn)?;
        Ok(Response::Empty)
    }

    pub(super) fn untag_resource(&mut self, call: &UntagResource) -> Result<Response> {
        let tags = self.tags_of(&call.resource_arn)?;
        tags.retain(|key, _| !call.tag_keys.contains(key));
        Ok(Response::Empty)
    }

    pub(super) fn list_tags_of(&mut self, call: &ListTagsForResource) -> Result<Response> {
        let tags = self.tags_of(&call.resource_arn)?;
        let tags = listed(tags).collect();
        Ok(Response::ListTagsForResource(ListTagsForResourceOutput { tags: Some(tags) }))
    }
}
