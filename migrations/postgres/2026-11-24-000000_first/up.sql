CREATE TABLE installation (
    id smallint PRIMARY KEY CHECK (id = 1),
    key_check bytea,
    is_demo boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL
);
