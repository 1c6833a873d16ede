//! Short ways to write AWS's structures (required members before the `;`, optional ones behind it) and operations.

/// Declares structures that serde reads and writes with AWS's member names; an absent optional
/// member is not written.
macro_rules! structures {
    ($(
        $(#[$doc:meta])*
        $Name:ident {
            $($(#[$rmeta:meta])* $required:ident: $rtype:ty,)*
            ;
            $($(#[$ometa:meta])* $optional:ident: $otype:ty,)*
        }
    )+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "PascalCase")]
        pub struct $Name {
            $($(#[$rmeta])* pub(crate) $required: $rtype,)*
            $(
                $(#[$ometa])*
                #[serde(skip_serializing_if = "Option::is_none", default)]
                pub(crate) $optional: Option<$otype>,
            )*
        }
    )+};
}

/// Declares the calls of a service whose parameters are named as the operations are.
macro_rules! operations {
    ($($Name:ident)+) => {
        /// One call: an operation with its parameters.
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub enum Operation {
            $(
                #[doc = concat!("`", stringify!($Name), "`.")]
                $Name($Name),
            )+
        }
    };
}

pub(crate) use {operations, structures};
