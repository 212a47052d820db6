CREATE TABLE installation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    key_check BLOB,
    is_demo INTEGER NOT NULL DEFAULT 0 CHECK (is_demo IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;
