//! gongshi
