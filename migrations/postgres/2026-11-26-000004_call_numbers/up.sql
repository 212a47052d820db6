-- Numbers of the day of calls are handed out in blocks too where several writers would wait for each other (PostgreSQL).
ALTER TABLE number_block ADD COLUMN next_call integer NOT NULL DEFAULT 1;
