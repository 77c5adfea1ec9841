//! What the desk's addresses do: the door, one call, a page.

pub mod home;
pub mod setup;
pub mod sign_in;
