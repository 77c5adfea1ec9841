//! Tables of applications; `migrations/apply` makes them.

diesel::table! {
    applications (number) {
        number -> Text,
        kind -> Text,
        state -> Text,
        secret_hash -> Text,
        created_at -> Timestamp,
        saved_at -> Timestamp,
        submitted_at -> Nullable<Timestamp>,
        expires_on -> Nullable<Date>,
        envelope -> Binary,
        wrapped_key -> Nullable<Binary>,
        draft -> Nullable<Binary>,
        body -> Nullable<Binary>,
        fetched_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    files (number, file, piece) {
        number -> Text,
        file -> BigInt,
        piece -> BigInt,
        bytes -> Binary,
    }
}

diesel::table! {
    marks (mark, number) {
        mark -> Text,
        number -> Text,
    }
}

diesel::table! {
    states (number, step) {
        number -> Text,
        step -> BigInt,
        state -> Text,
        at -> Timestamp,
        due_on -> Nullable<Date>,
        provisional -> Bool,
    }
}

diesel::allow_tables_to_appear_in_same_query!(applications, files, marks, states);
