//! Who a record is about: identifiers and names, read, normalised and checked.
//!
//! Every identifier is parsed once, at the door, into a value that cannot be wrong in form; what does
//! not parse says which character is wrong and which code was probably meant (domain.md 3.4).

pub mod citizen_id;
pub mod credit_code;
pub mod lei;
pub mod mend;
pub mod normal;
pub mod org_code;
pub mod org_name;
pub mod person_name;
pub mod registration_number;

pub use citizen_id::{CitizenId, CitizenIdError};
pub use credit_code::{CreditCode, CreditCodeError};
pub use lei::{Lei, LeiError};
pub use mend::{Change, Mend};
pub use org_code::{OrgCode, OrgCodeError};
pub use registration_number::{RegistrationNumber, RegistrationNumberError};
