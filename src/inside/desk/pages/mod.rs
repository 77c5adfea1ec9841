//! The pages of the desk: functions from finished values to markup.

pub mod frame;
pub mod home;
pub mod parts;
pub mod refusal;
pub mod setup;
pub mod sign_in;
