//! A client's memory of names: what it looked up is believed until its time is over.

use std::collections::BTreeMap;

use crate::services::time::{Span, Time};

use super::Rds;

/// A client's cache of DNS answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolver {
    ttl: Span,
    remembered: BTreeMap<String, (String, Time)>,
}

impl Resolver {
    /// A client that believes an answer for so long, whatever the answer itself says.
    pub fn new(ttl: Span) -> Resolver {
        Resolver { ttl, remembered: BTreeMap::new() }
    }

    /// The address that the client uses for an endpoint now; `None` for a name that nobody has.
    pub fn resolve(&mut self, now: Time, rds: &mut Rds, endpoint: &str) -> Option<String> {
        if let Some((address, _)) = self.remembered.get(endpoint).filter(|(_, until)| now < *until)
        {
            return Some(address.clone());
        }
        let address = rds.address_of(endpoint).ok()?;
        self.remembered.insert(endpoint.to_owned(), (address.clone(), now + self.ttl));
        Some(address)
    }
}
