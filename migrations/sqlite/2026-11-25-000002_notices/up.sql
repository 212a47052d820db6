-- Where a member of staff gets mail; none: hears in the console only.
ALTER TABLE app_user ADD COLUMN email TEXT;

-- Whose act a notice tells of: that person need not be told.
ALTER TABLE outbox ADD COLUMN actor_user_id BLOB;

-- One notice for one person by one medium: what is leased, sent and settled. A refused address repeats no mail to others.
-- `due` is to be sent, `sent` was taken by the receiving server, `kept` has no medium but the console (staff without an
-- address) or the next reply (reporters), `dropped` is for nobody any more, `dead` was given up.
CREATE TABLE delivery (
  community_id BLOB NOT NULL,
  id BLOB NOT NULL,
  outbox_id BLOB NOT NULL,
  ticket_id BLOB,
  template TEXT NOT NULL,
  user_id BLOB REFERENCES app_user (id),
  reporter_id BLOB,
  medium TEXT NOT NULL CHECK (medium IN ('email', 'console', 'reply')),
  state TEXT NOT NULL CHECK (state IN ('due', 'sent', 'kept', 'dropped', 'dead')),
  attempts INTEGER NOT NULL,
  next_try_at INTEGER NOT NULL,
  leased_until INTEGER,
  leased_by BLOB,
  noticed_at INTEGER NOT NULL,
  settled_at INTEGER,
  last_error TEXT,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, outbox_id) REFERENCES outbox (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id),
  FOREIGN KEY (community_id, reporter_id) REFERENCES ticket_reporter (community_id, id),
  CHECK ((user_id IS NULL) <> (reporter_id IS NULL)),
  -- A head on duty is told once, though both as head and as on duty.
  UNIQUE (community_id, user_id, ticket_id, template, noticed_at),
  UNIQUE (community_id, outbox_id, user_id)
) STRICT;
CREATE INDEX delivery_due ON delivery (next_try_at) WHERE state = 'due';
CREATE INDEX delivery_dead ON delivery (community_id, settled_at) WHERE state = 'dead';
CREATE INDEX delivery_ticket ON delivery (community_id, ticket_id);

-- An emergency rings in the pages of those who must go until someone says by name that it was heard.
CREATE TABLE alarm (
  community_id BLOB NOT NULL,
  id BLOB NOT NULL,
  ticket_id BLOB NOT NULL,
  raised_at INTEGER NOT NULL,
  acknowledged_by BLOB REFERENCES app_user (id),
  acknowledged_at INTEGER,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id),
  CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX alarm_one_open ON alarm (community_id, ticket_id) WHERE acknowledged_at IS NULL;
CREATE INDEX alarm_ticket ON alarm (community_id, ticket_id);

-- What the sweepers of old rows look for.
CREATE INDEX wechat_nonce_age ON wechat_nonce (seen_at);
CREATE INDEX sign_in_limit_age ON sign_in_limit (last_at);
CREATE INDEX session_idle ON session (seen_at);
