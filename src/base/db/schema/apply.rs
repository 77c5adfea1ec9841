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
        reply_key -> Nullable<Binary>,
        parts -> Nullable<BigInt>,
        closed_on -> Nullable<Date>,
        erased_at -> Nullable<Timestamp>,
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
        part -> BigInt,
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
        part -> BigInt,
    }
}

diesel::table! {
    replies (number, step) {
        number -> Text,
        step -> BigInt,
        envelope -> Binary,
        body -> Binary,
    }
}

diesel::table! {
    acts (number, act) {
        number -> Text,
        act -> BigInt,
        kind -> Text,
        part -> Nullable<BigInt>,
        at -> Nullable<Timestamp>,
        saved_at -> Timestamp,
        envelope -> Binary,
        wrapped_key -> Nullable<Binary>,
        draft -> Nullable<Binary>,
        body -> Nullable<Binary>,
        fetched_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    act_files (number, act, file, piece) {
        number -> Text,
        act -> BigInt,
        file -> BigInt,
        piece -> BigInt,
        bytes -> Binary,
    }
}

diesel::table! {
    uploads (number, act, upload) {
        number -> Text,
        act -> BigInt,
        upload -> BigInt,
        head -> Binary,
        bytes_whole -> BigInt,
        bytes_here -> BigInt,
        saved_at -> Timestamp,
    }
}

diesel::table! {
    upload_pieces (number, act, upload, piece) {
        number -> Text,
        act -> BigInt,
        upload -> BigInt,
        piece -> BigInt,
        bytes -> Binary,
    }
}

diesel::table! {
    kept_reusers (id) {
        id -> Text,
        version -> BigInt,
        token_hash -> Text,
        name -> Nullable<Text>,
        website -> Nullable<Text>,
        made_at -> Nullable<Timestamp>,
        envelope -> Nullable<Binary>,
        contact -> Nullable<Binary>,
        deleted_to -> Nullable<BigInt>,
        reported_at -> Nullable<Timestamp>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    applications,
    files,
    marks,
    states,
    replies,
    acts,
    act_files,
    uploads,
    upload_pieces,
);
