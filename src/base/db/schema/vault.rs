//! Tables of the vault; `migrations/vault` makes them.

diesel::table! {
    meta (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    batches (id) {
        id -> Text,
        list -> Text,
        provider_code -> Text,
        file_name -> Text,
        file_sha256 -> Text,
        mode -> Text,
        state -> Text,
        started_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        rows_read -> BigInt,
        added -> BigInt,
        changed -> BigInt,
        unchanged -> BigInt,
        rejected -> BigInt,
        withdrawn -> BigInt,
    }
}

diesel::table! {
    raw_records (num) {
        num -> BigInt,
        id -> Text,
        list -> Text,
        provider_code -> Text,
        authority_code -> Text,
        decided_on -> Date,
        content_hash -> Text,
        version -> BigInt,
        state -> Text,
        batch -> Text,
        imported_at -> Timestamp,
        change_seq -> BigInt,
        place -> BigInt,
        payload -> Binary,
    }
}

diesel::table! {
    verdicts (num) {
        num -> BigInt,
        verdict -> Text,
        displayed_from -> Nullable<Date>,
        next_due -> Nullable<Date>,
    }
}

diesel::table! {
    officers (id) {
        id -> Text,
        name -> Text,
        role -> Text,
        authority -> Nullable<Text>,
        authority_name -> Text,
        password -> Nullable<Text>,
        totp -> Nullable<Binary>,
        totp_step -> BigInt,
        must_change -> BigInt,
        demo -> BigInt,
        oidc_subject -> Nullable<Text>,
        disabled_at -> Nullable<Timestamp>,
        made_at -> Timestamp,
        made_by -> Text,
        signed_in_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    officer_sessions (token_hash) {
        token_hash -> Text,
        officer -> Text,
        stage -> Text,
        made_at -> Timestamp,
        seen_at -> Timestamp,
        ends_at -> Timestamp,
        pending -> Nullable<Binary>,
    }
}

diesel::table! {
    officer_changes (id) {
        id -> Text,
        officer -> Text,
        role -> Text,
        authority -> Nullable<Text>,
        reason -> Text,
        state -> Text,
        asked_by -> Text,
        asked_at -> Timestamp,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        subject -> Nullable<Text>,
    }
}

diesel::table! {
    calendar_days (day, version) {
        day -> Date,
        version -> BigInt,
        kind -> Text,
        name -> Text,
        reference -> Text,
        set_at -> Timestamp,
        set_by -> Text,
    }
}

diesel::table! {
    calendar_years (year, version) {
        year -> BigInt,
        version -> BigInt,
        standing -> Text,
        notice -> Text,
        source -> Text,
        set_at -> Timestamp,
        set_by -> Text,
    }
}

diesel::table! {
    staged_files (id) {
        id -> Text,
        officer -> Text,
        provider -> Nullable<Text>,
        list -> Text,
        mode -> Text,
        file_name -> Text,
        file_sha256 -> Text,
        state -> Text,
        staged_at -> Timestamp,
        settled_at -> Nullable<Timestamp>,
        settled_by -> Nullable<Text>,
        bytes -> Nullable<Binary>,
        proposed_by -> Nullable<Text>,
        proposed_at -> Nullable<Timestamp>,
        outcome -> Nullable<Text>,
        returned_by -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    reviews (record_id, field) {
        record_id -> Text,
        field -> Text,
        text_hash -> Text,
        state -> Text,
        proposal -> Binary,
        doubts -> Text,
        opened_at -> Timestamp,
        decided_at -> Nullable<Timestamp>,
        decided_by -> Nullable<Text>,
        authority_code -> Text,
    }
}

diesel::table! {
    decisions (id) {
        id -> Text,
        record_id -> Text,
        kind -> Text,
        effective_on -> Date,
        at -> Timestamp,
        actor -> Text,
        reference -> Text,
        detail -> Text,
    }
}

diesel::table! {
    audit (seq) {
        seq -> BigInt,
        at -> Timestamp,
        actor -> Text,
        action -> Text,
        object -> Text,
        detail -> Text,
        prev_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    entries (case_id) {
        case_id -> Text,
        list -> Text,
        authority_code -> Text,
        polarity -> Text,
        state -> Text,
        subject_key -> Text,
        record_id -> Nullable<Text>,
        notice_from -> Nullable<Date>,
        notice_last -> Nullable<Date>,
        provisional -> Bool,
        valid_until -> Nullable<Date>,
        made_at -> Timestamp,
        changed_at -> Timestamp,
        proposal -> Binary,
        notes -> Binary,
    }
}

diesel::table! {
    entry_checks (case_id, n) {
        case_id -> Text,
        n -> BigInt,
        at -> Timestamp,
        actor -> Text,
        change_seq -> BigInt,
        searched -> Text,
        hits -> Text,
    }
}

diesel::table! {
    entry_tasks (id) {
        id -> Text,
        kind -> Text,
        case_id -> Nullable<Text>,
        record_id -> Nullable<Text>,
        other -> Nullable<Text>,
        list -> Text,
        authority_code -> Text,
        opened_at -> Timestamp,
        due_on -> Nullable<Date>,
        done_at -> Nullable<Timestamp>,
        done_by -> Nullable<Text>,
    }
}

diesel::table! {
    subject_keys (num) {
        num -> BigInt,
        side -> Text,
        key -> Text,
    }
}

diesel::table! {
    cases (id) {
        id -> Text,
        kind -> Text,
        application -> Nullable<Text>,
        part -> BigInt,
        record_id -> Nullable<Text>,
        list -> Text,
        authority_code -> Text,
        state -> Text,
        opened_on -> Date,
        updated_at -> Timestamp,
        due_on -> Nullable<Date>,
        due_procedure -> Nullable<Text>,
        provisional -> Bool,
        closed -> Bool,
        version -> BigInt,
        told_steps -> BigInt,
        pending -> Bool,
        sync_seq -> Nullable<BigInt>,
        opened -> Binary,
        current -> Binary,
        note -> Nullable<Binary>,
        forgotten -> Bool,
    }
}

diesel::table! {
    case_events (case_id, step) {
        case_id -> Text,
        step -> BigInt,
        at -> Timestamp,
        on_day -> Date,
        actor -> Text,
        role -> Text,
        authority -> Text,
        event -> Text,
        payload -> Binary,
        effects -> Binary,
    }
}

diesel::table! {
    case_intake (number, act) {
        number -> Text,
        act -> BigInt,
        at -> Timestamp,
        outcome -> Text,
        reason -> Text,
        words -> Text,
        part -> BigInt,
        told -> Bool,
    }
}

diesel::table! {
    reply_templates (id) {
        id -> Text,
        authority_code -> Text,
        kind -> Text,
        act -> Text,
        title -> Text,
        body -> Binary,
        set_at -> Timestamp,
        set_by -> Text,
    }
}

diesel::table! {
    outbox (id) {
        id -> Text,
        kind -> Text,
        target -> Text,
        case_id -> Nullable<Text>,
        application -> Nullable<Text>,
        state -> Text,
        made_at -> Timestamp,
        since -> Timestamp,
        due_at -> Timestamp,
        attempts -> BigInt,
        ended_at -> Nullable<Timestamp>,
        answer -> Text,
        payload -> Nullable<Binary>,
    }
}

diesel::table! {
    paper_entries (number) {
        number -> Text,
        officer -> Text,
        received_on -> Date,
        entered_at -> Timestamp,
    }
}

diesel::table! {
    repair_bars (decision) {
        decision -> Text,
        subject_key -> Text,
        barred_from -> Date,
        barred_until -> Date,
    }
}

diesel::joinable!(subject_keys -> raw_records (num));
diesel::joinable!(verdicts -> raw_records (num));
diesel::joinable!(officer_sessions -> officers (officer));
diesel::allow_tables_to_appear_in_same_query!(
    meta,
    batches,
    raw_records,
    verdicts,
    officers,
    officer_sessions,
    officer_changes,
    calendar_days,
    calendar_years,
    staged_files,
    reviews,
    decisions,
    audit,
    entries,
    entry_checks,
    reply_templates,
    entry_tasks,
    subject_keys,
    cases,
    case_events,
    case_intake,
    outbox,
    paper_entries,
    repair_bars
);
