//! The name of a key. A short one lies where it stands, so that looking at it leads to no other memory.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// The most bytes that lie in place.
const SHORT: usize = 22;

/// The name of a key: any bytes, cheap to copy; ordered as bytes.
#[derive(Clone)]
pub struct Name(Form);

#[derive(Clone)]
enum Form {
    Short { length: u8, bytes: [u8; SHORT] },
    Long(Arc<[u8]>),
}

impl From<&[u8]> for Name {
    fn from(name: &[u8]) -> Name {
        let mut bytes = [0; SHORT];
        Name(match bytes.get_mut(..name.len()) {
            Some(place) => {
                place.copy_from_slice(name);
                Form::Short { length: name.len() as u8, bytes }
            }
            None => Form::Long(name.into()),
        })
    }
}

impl Deref for Name {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Form::Short { length, bytes } => &bytes[..usize::from(*length)],
            Form::Long(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for Name {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        **self == **other
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Name) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Name) -> std::cmp::Ordering {
        (**self).cmp(&**other)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_length_are_kept_and_ordered_as_bytes() {
        let texts: Vec<Vec<u8>> = (0..30).map(|length| vec![b'k'; length]).collect();
        let names: Vec<Name> = texts.iter().map(|text| Name::from(text.as_slice())).collect();
        assert!(names.iter().zip(&texts).all(|(name, text)| **name == **text));
        assert!(names.is_sorted());
        assert_eq!(size_of::<Name>(), 24);
    }
}
