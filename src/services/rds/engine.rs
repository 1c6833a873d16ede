//! Database engines and instance classes as tables: ports, limits, and the errors that the engines
//! themselves give.

use crate::services::ServiceError;

/// A family of engines: they share port, formulas and error numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "names of engines")]
pub enum Family {
    MySql,
    MariaDb,
    Postgres,
    Oracle,
    SqlServer,
    Db2,
}

/// One engine of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Engine {
    /// Its name in the API.
    pub name: &'static str,
    /// What it behaves like.
    pub family: Family,
    /// Whether its instances share an Aurora volume.
    pub aurora: bool,
}

const fn engine(name: &'static str, family: Family) -> Engine {
    Engine { name, family, aurora: false }
}

/// Every engine.
pub const ENGINES: &[Engine] = &[
    engine("mysql", Family::MySql),
    engine("mariadb", Family::MariaDb),
    engine("postgres", Family::Postgres),
    engine("oracle-ee", Family::Oracle),
    engine("oracle-se2", Family::Oracle),
    engine("sqlserver-ee", Family::SqlServer),
    engine("sqlserver-se", Family::SqlServer),
    engine("sqlserver-ex", Family::SqlServer),
    engine("sqlserver-web", Family::SqlServer),
    engine("db2-ae", Family::Db2),
    engine("db2-se", Family::Db2),
    Engine { name: "aurora-mysql", family: Family::MySql, aurora: true },
    Engine { name: "aurora-postgresql", family: Family::Postgres, aurora: true },
];

impl Engine {
    /// The engine of this name.
    pub fn named(name: &str) -> Option<Engine> {
        ENGINES.iter().copied().find(|engine| engine.name == name)
    }

    /// The port when none is asked for.
    pub fn port(self) -> i64 {
        match self.family {
            Family::MySql | Family::MariaDb => 3306,
            Family::Postgres => 5432,
            Family::Oracle => 1521,
            Family::SqlServer => 1433,
            Family::Db2 => 50_000,
        }
    }

    /// How many read replicas an instance may have (RDS-23).
    pub fn replicas(self) -> usize {
        match self.family {
            Family::MySql | Family::MariaDb | Family::Postgres => 15,
            Family::Oracle | Family::SqlServer => 5,
            Family::Db2 => 3,
        }
    }

    /// The default `max_connections` for a nominal memory: an upper bound, since AWS's own
    /// `DBInstanceClassMemory` is somewhat less. Nothing where AWS's formula is not known here.
    pub fn max_connections(self, memory: u64) -> Option<u64> {
        match self.family {
            Family::MySql => Some(memory / 12_582_880),
            Family::Postgres => Some((memory / 9_531_392).min(5000)),
            Family::MariaDb => Some((memory / 25_165_760).min(12_000)),
            Family::Oracle | Family::SqlServer | Family::Db2 => None,
        }
    }

    /// What a client over `max_connections` is told (RDS-28).
    pub(crate) fn too_many_connections(self) -> ServiceError {
        match self.family {
            Family::Postgres => {
                ServiceError::new("53300", "FATAL: sorry, too many clients already")
            }
            _ => ServiceError::new("1040", "Too many connections"),
        }
    }

    /// What a client is told that writes where nothing may be written (RDS-21).
    pub(crate) fn read_only(self) -> ServiceError {
        match self.family {
            Family::Postgres => ServiceError::new(
                "25006",
                "cannot execute a write in a read-only transaction (READ_ONLY_SQL_TRANSACTION)",
            ),
            _ => ServiceError::new(
                "1290",
                "The server is running with the --read-only option so it cannot execute this statement",
            ),
        }
    }
}

const GIB: u64 = 1 << 30;

/// Sizes of classes, from small to large, and how many times a `large` they are; below it in eighths.
const SIZES: &[(&str, u64)] = &[
    ("micro", 1),
    ("small", 2),
    ("medium", 4),
    ("large", 8),
    ("xlarge", 16),
    ("2xlarge", 32),
    ("4xlarge", 64),
    ("8xlarge", 128),
    ("12xlarge", 192),
    ("16xlarge", 256),
    ("24xlarge", 384),
];

/// The nominal memory of a class such as `db.r6g.large`, in bytes: 4 GiB for the `large` of family c, 8 GiB
/// for that of t and m, 16 GiB for that of r. `None` for a class that is not known here, and for `db.serverless`.
pub fn memory(class: &str) -> Option<u64> {
    let mut parts = class.strip_prefix("db.")?.split('.');
    let (family, size) = (parts.next()?, parts.next()?);
    let (_, eighths) = SIZES.iter().find(|(name, _)| *name == size)?;
    let large = match family.bytes().next()? {
        b'c' => 4 * GIB,
        b't' | b'm' => 8 * GIB,
        b'r' | b'x' => 16 * GIB,
        _ => return None,
    };
    (parts.next().is_none()).then_some(large / 8 * eighths)
}

/// Which of two classes is larger: what ties between promotion tiers are decided by (AUR-11).
pub fn size(class: &str) -> u64 {
    let size = class.rsplit('.').next().unwrap_or_default();
    SIZES.iter().find(|(name, _)| *name == size).map_or(0, |(_, size)| *size)
}
