-- The installation: one row, its key and whether it is a demo.
CREATE TABLE installation (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  key_check BLOB,
  is_demo INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT;

-- People who sign in. They belong to the installation; what they may do stands in membership.
CREATE TABLE app_user (
  id BLOB PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  must_change_password INTEGER NOT NULL,
  language TEXT NOT NULL,
  disabled_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT;

-- A tenant. `catalogue` replaces the shipped catalogue when set.
CREATE TABLE community (
  id BLOB PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  reopen_days INTEGER NOT NULL,
  catalogue TEXT,
  created_at INTEGER NOT NULL
) STRICT;

-- Tokens are kept as SHA-256 only.
CREATE TABLE session (
  token_hash BLOB PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  user_id BLOB NOT NULL REFERENCES app_user (id),
  community_id BLOB REFERENCES community (id),
  user_agent TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_by_user ON session (user_id);
CREATE INDEX session_expiry ON session (expires_at);

-- Failed sign-ins by account and by address (keyed hashes), in a table because several processes share them.
CREATE TABLE sign_in_limit (
  key_hash BLOB PRIMARY KEY,
  failures INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT;

-- Who runs a job that only one process may run.
CREATE TABLE lease (
  name TEXT PRIMARY KEY,
  holder BLOB NOT NULL,
  until_at INTEGER NOT NULL
) STRICT;

CREATE TABLE api_token (
  id BLOB PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  community_id BLOB NOT NULL REFERENCES community (id),
  name TEXT NOT NULL,
  platform TEXT NOT NULL,
  role TEXT NOT NULL,
  queue TEXT,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;

-- When a desk is manned; a platform without rows is always open. Minutes from local midnight; Monday = 1, and 8 stands
-- for a make-up working day, whichever weekday it falls on.
CREATE TABLE office_hours (
  community_id BLOB NOT NULL REFERENCES community (id),
  platform TEXT NOT NULL,
  weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 8),
  opens_minute INTEGER NOT NULL,
  closes_minute INTEGER NOT NULL CHECK (closes_minute > opens_minute),
  PRIMARY KEY (community_id, platform, weekday, opens_minute)
) STRICT;

-- Days that differ from the plain week: public holidays and make-up working days.
CREATE TABLE calendar_day (
  community_id BLOB NOT NULL REFERENCES community (id),
  day TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('holiday', 'workday')),
  note TEXT NOT NULL,
  PRIMARY KEY (community_id, day)
) STRICT;

CREATE TABLE queue (
  community_id BLOB NOT NULL REFERENCES community (id),
  code TEXT NOT NULL,
  platform TEXT NOT NULL CHECK (platform IN ('property', 'committee')),
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  accepts_directly INTEGER NOT NULL,
  PRIMARY KEY (community_id, code)
) STRICT;

-- Limits are `5m`, `24h` (round the clock) or `7d` (working days).
CREATE TABLE urgency_class (
  community_id BLOB NOT NULL REFERENCES community (id),
  code TEXT NOT NULL,
  contact_limit TEXT NOT NULL,
  on_site_limit TEXT,
  finish_limit TEXT NOT NULL,
  warn_before_minutes INTEGER NOT NULL,
  PRIMARY KEY (community_id, code)
) STRICT;

CREATE TABLE category (
  community_id BLOB NOT NULL REFERENCES community (id),
  code TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  queue TEXT NOT NULL,
  kind TEXT NOT NULL,
  urgency TEXT NOT NULL,
  paid INTEGER NOT NULL,
  position INTEGER NOT NULL,
  retired_at INTEGER,
  PRIMARY KEY (community_id, code),
  FOREIGN KEY (community_id, queue) REFERENCES queue (community_id, code)
) STRICT;

-- Ticket numbers are handed out in blocks; a gap is allowed, a double is not.
CREATE TABLE number_block (
  community_id BLOB NOT NULL REFERENCES community (id),
  day TEXT NOT NULL,
  next_serial INTEGER NOT NULL,
  PRIMARY KEY (community_id, day)
) STRICT;

-- The place tree. Names of the levels above are repeated in each row, so that a list is written from one row a place.
CREATE TABLE place (
  community_id BLOB NOT NULL REFERENCES community (id),
  id BLOB NOT NULL,
  parent_id BLOB,
  kind TEXT NOT NULL CHECK (kind IN ('garden', 'building', 'unit', 'flat', 'spot')),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  garden_name TEXT,
  building_id BLOB,
  building_code TEXT,
  unit_code TEXT,
  retired_at INTEGER,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, parent_id) REFERENCES place (community_id, id)
) STRICT;
CREATE UNIQUE INDEX place_code ON place (community_id, parent_id, kind, code);
CREATE UNIQUE INDEX place_root_code ON place (community_id, kind, code) WHERE parent_id IS NULL;
CREATE INDEX place_by_building ON place (community_id, building_id, kind, code);
CREATE INDEX place_by_code ON place (community_id, kind, code);

CREATE TABLE place_alias (
  community_id BLOB NOT NULL REFERENCES community (id),
  place_id BLOB NOT NULL,
  alias TEXT NOT NULL,
  PRIMARY KEY (community_id, place_id, alias),
  FOREIGN KEY (community_id, place_id) REFERENCES place (community_id, id)
) STRICT;

CREATE TABLE contractor (
  community_id BLOB NOT NULL REFERENCES community (id),
  id BLOB NOT NULL,
  name TEXT NOT NULL,
  retired_at INTEGER,
  PRIMARY KEY (community_id, id)
) STRICT;

-- A user's seat: what they are, where.
CREATE TABLE membership (
  community_id BLOB NOT NULL REFERENCES community (id),
  id BLOB NOT NULL,
  user_id BLOB NOT NULL REFERENCES app_user (id),
  platform TEXT NOT NULL CHECK (platform IN ('property', 'committee')),
  role TEXT NOT NULL,
  queue TEXT,
  contractor_id BLOB,
  building_id BLOB,
  extension TEXT,
  is_head INTEGER NOT NULL,
  deputy_for_id BLOB,
  on_duty INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  retired_at INTEGER,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, queue) REFERENCES queue (community_id, code),
  FOREIGN KEY (community_id, contractor_id) REFERENCES contractor (community_id, id),
  FOREIGN KEY (community_id, building_id) REFERENCES place (community_id, id),
  FOREIGN KEY (community_id, deputy_for_id) REFERENCES membership (community_id, id)
) STRICT;
CREATE INDEX membership_user ON membership (user_id);
CREATE INDEX membership_queue ON membership (community_id, queue) WHERE retired_at IS NULL;
CREATE INDEX membership_building ON membership (community_id, building_id) WHERE retired_at IS NULL;

CREATE TABLE resident (
  community_id BLOB NOT NULL REFERENCES community (id),
  id BLOB NOT NULL,
  name TEXT NOT NULL,
  care_note TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (community_id, id)
) STRICT;
CREATE INDEX resident_name ON resident (community_id, name);

-- Numbers are sealed; found through keyed hashes of the whole and of the last four digits.
CREATE TABLE resident_phone (
  community_id BLOB NOT NULL REFERENCES community (id),
  id BLOB NOT NULL,
  resident_id BLOB NOT NULL,
  sealed BLOB NOT NULL,
  whole_hash BLOB NOT NULL,
  last_four_hash BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, resident_id) REFERENCES resident (community_id, id)
) STRICT;
CREATE UNIQUE INDEX resident_phone_once ON resident_phone (community_id, resident_id, whole_hash);
CREATE INDEX resident_phone_whole ON resident_phone (community_id, whole_hash);
CREATE INDEX resident_phone_last_four ON resident_phone (community_id, last_four_hash);

-- Who lives (lived) where, from when to when, so that a new tenant does not inherit the former one's history.
CREATE TABLE occupancy (
  community_id BLOB NOT NULL REFERENCES community (id),
  id BLOB NOT NULL,
  resident_id BLOB NOT NULL,
  flat_id BLOB NOT NULL,
  relation TEXT NOT NULL CHECK (relation IN ('owner', 'tenant', 'family', 'other')),
  from_day TEXT NOT NULL,
  to_day TEXT,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, resident_id) REFERENCES resident (community_id, id),
  FOREIGN KEY (community_id, flat_id) REFERENCES place (community_id, id)
) STRICT;
CREATE INDEX occupancy_flat ON occupancy (community_id, flat_id);
CREATE INDEX occupancy_resident ON occupancy (community_id, resident_id);

-- The committee's WeChat official account; secrets are sealed. The previous ones stay valid while WeChat changes over.
CREATE TABLE wechat_account (
  community_id BLOB NOT NULL REFERENCES community (id),
  id BLOB NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('plain', 'compat', 'aes')),
  app_id TEXT NOT NULL,
  original_id TEXT,
  token_sealed BLOB NOT NULL,
  previous_token_sealed BLOB,
  aes_key_sealed BLOB,
  previous_aes_key_sealed BLOB,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (community_id, id)
) STRICT;
CREATE UNIQUE INDEX wechat_account_one ON wechat_account (community_id);

-- Plain mode signs no body: the same (timestamp, nonce) with another body is refused.
CREATE TABLE wechat_nonce (
  community_id BLOB NOT NULL,
  account_id BLOB NOT NULL,
  sent_seconds INTEGER NOT NULL,
  nonce TEXT NOT NULL,
  body_hash BLOB NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (community_id, account_id, sent_seconds, nonce),
  FOREIGN KEY (community_id, account_id) REFERENCES wechat_account (community_id, id)
) STRICT;

-- A source of call events.
CREATE TABLE hotline_source (
  community_id BLOB NOT NULL REFERENCES community (id),
  id BLOB NOT NULL,
  name TEXT NOT NULL,
  secret_sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (community_id, id)
) STRICT;
CREATE UNIQUE INDEX hotline_source_name ON hotline_source (community_id, name);

-- A person as a channel knows them. The conversation's open question and freshest ticket stand here.
CREATE TABLE identity (
  community_id BLOB NOT NULL REFERENCES community (id),
  id BLOB NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('wechat')),
  account_id BLOB NOT NULL,
  value_sealed BLOB NOT NULL,
  value_hash BLOB NOT NULL,
  resident_id BLOB,
  bound_flat_id BLOB,
  followed_at INTEGER,
  asked_ticket_id BLOB,
  asked_at INTEGER,
  asked_choices TEXT,
  recent_ticket_id BLOB,
  recent_at INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, resident_id) REFERENCES resident (community_id, id),
  FOREIGN KEY (community_id, bound_flat_id) REFERENCES place (community_id, id)
) STRICT;
CREATE UNIQUE INDEX identity_value ON identity (community_id, kind, account_id, value_hash);

-- People's words, apart from history, so that they can be redacted. Written before the ticket they belong to, whose
-- words_id points here; so ticket_id and event_id carry no foreign key (`jiban check` proves them).
CREATE TABLE text_row (
  community_id BLOB NOT NULL REFERENCES community (id),
  id BLOB NOT NULL,
  ticket_id BLOB,
  event_id BLOB,
  purpose TEXT NOT NULL,
  audience TEXT NOT NULL CHECK (audience IN ('both', 'property', 'committee')),
  resident_reads INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  redacted_at INTEGER,
  PRIMARY KEY (community_id, id)
) STRICT;
CREATE INDEX text_row_ticket ON text_row (community_id, ticket_id);

CREATE TABLE ticket (
  community_id BLOB NOT NULL REFERENCES community (id),
  id BLOB NOT NULL,
  number TEXT NOT NULL,
  version INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('unassigned', 'assigned', 'in_progress', 'done')),
  queue TEXT,
  worker_id BLOB REFERENCES app_user (id),
  outcome TEXT,
  review_on TEXT,
  since_at INTEGER NOT NULL,
  returned_from TEXT,
  lead TEXT NOT NULL CHECK (lead IN ('property', 'committee')),
  holder TEXT NOT NULL CHECK (holder IN ('property', 'committee')),
  channel TEXT NOT NULL,
  kind TEXT NOT NULL,
  category TEXT,
  urgency TEXT NOT NULL,
  paid INTEGER NOT NULL,
  confidential INTEGER NOT NULL,
  seen_by TEXT NOT NULL CHECK (seen_by IN ('property', 'committee', 'both')),
  about_place_id BLOB,
  reporter_place_id BLOB,
  building_id BLOB,
  place_text TEXT,
  words_id BLOB NOT NULL,
  opened_at INTEGER NOT NULL,
  first_done_at INTEGER,
  due_at INTEGER,
  warn_at INTEGER,
  hold_review_at INTEGER,
  nudge_count INTEGER NOT NULL,
  reopened_count INTEGER NOT NULL,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, queue) REFERENCES queue (community_id, code),
  FOREIGN KEY (community_id, words_id) REFERENCES text_row (community_id, id),
  FOREIGN KEY (community_id, about_place_id) REFERENCES place (community_id, id),
  FOREIGN KEY (community_id, reporter_place_id) REFERENCES place (community_id, id),
  FOREIGN KEY (community_id, building_id) REFERENCES place (community_id, id),
  CHECK (status NOT IN ('assigned', 'in_progress') OR queue IS NOT NULL),
  CHECK (status <> 'unassigned' OR (queue IS NULL AND worker_id IS NULL)),
  CHECK (status <> 'in_progress' OR worker_id IS NOT NULL),
  CHECK ((status = 'done') = (outcome IS NOT NULL)),
  CHECK (outcome IS NULL OR outcome <> 'deferred' OR review_on IS NOT NULL),
  CHECK (NOT confidential OR seen_by = 'committee')
) STRICT;
CREATE UNIQUE INDEX ticket_number ON ticket (community_id, number);
CREATE INDEX ticket_newest ON ticket (community_id, opened_at DESC, id DESC);
CREATE INDEX ticket_open_queue ON ticket (community_id, queue, opened_at) WHERE status <> 'done';
CREATE INDEX ticket_triage ON ticket (community_id, opened_at) WHERE status = 'unassigned';
CREATE INDEX ticket_open_worker ON ticket (community_id, worker_id) WHERE status <> 'done';
CREATE INDEX ticket_open_building ON ticket (community_id, building_id, opened_at) WHERE status <> 'done';
CREATE INDEX ticket_open_due ON ticket (due_at) WHERE status <> 'done';
CREATE INDEX ticket_review ON ticket (review_on) WHERE review_on IS NOT NULL;
CREATE INDEX ticket_about ON ticket (community_id, about_place_id, opened_at DESC);
CREATE INDEX ticket_from ON ticket (community_id, reporter_place_id, opened_at DESC);

-- What the sentence was understood to say, with the words it was judged by.
CREATE TABLE understanding (
  community_id BLOB NOT NULL,
  ticket_id BLOB NOT NULL,
  category TEXT,
  confidence REAL NOT NULL,
  emergency TEXT,
  words TEXT NOT NULL,
  suggestions TEXT NOT NULL,
  PRIMARY KEY (community_id, ticket_id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
) STRICT;

CREATE TABLE ticket_reporter (
  community_id BLOB NOT NULL,
  id BLOB NOT NULL,
  ticket_id BLOB NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('first', 'also', 'proxy')),
  resident_id BLOB,
  identity_id BLOB,
  name TEXT,
  phone_sealed BLOB,
  phone_hash BLOB,
  left_at INTEGER,
  last_nudge_at INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id),
  FOREIGN KEY (community_id, resident_id) REFERENCES resident (community_id, id),
  FOREIGN KEY (community_id, identity_id) REFERENCES identity (community_id, id)
) STRICT;
CREATE INDEX ticket_reporter_ticket ON ticket_reporter (community_id, ticket_id);
CREATE INDEX ticket_reporter_resident ON ticket_reporter (community_id, resident_id, created_at DESC);
CREATE INDEX ticket_reporter_identity ON ticket_reporter (community_id, identity_id, created_at DESC);
CREATE INDEX ticket_reporter_phone ON ticket_reporter (community_id, phone_hash, created_at DESC);

CREATE TABLE ticket_link (
  community_id BLOB NOT NULL,
  from_ticket_id BLOB NOT NULL,
  to_ticket_id BLOB NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('parent', 'follow_on', 'merged', 'incident')),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (community_id, from_ticket_id, to_ticket_id, kind),
  FOREIGN KEY (community_id, from_ticket_id) REFERENCES ticket (community_id, id),
  FOREIGN KEY (community_id, to_ticket_id) REFERENCES ticket (community_id, id),
  CHECK (from_ticket_id <> to_ticket_id)
) STRICT;
CREATE INDEX ticket_link_to ON ticket_link (community_id, to_ticket_id);
CREATE UNIQUE INDEX ticket_link_merged_once ON ticket_link (community_id, from_ticket_id) WHERE kind = 'merged';

-- One row a clock: contact, on site, finish for each side, and the time spent in each queue.
CREATE TABLE ticket_clock (
  community_id BLOB NOT NULL,
  id BLOB NOT NULL,
  ticket_id BLOB NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('contact', 'on_site', 'finish', 'queue_time')),
  platform TEXT NOT NULL,
  queue TEXT,
  limit_text TEXT,
  started_at INTEGER NOT NULL,
  due_at INTEGER,
  warn_at INTEGER,
  paused_at INTEGER,
  paused_us INTEGER NOT NULL,
  stopped_at INTEGER,
  met INTEGER,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
) STRICT;
CREATE INDEX ticket_clock_ticket ON ticket_clock (community_id, ticket_id);
CREATE INDEX ticket_clock_running ON ticket_clock (due_at) WHERE stopped_at IS NULL AND due_at IS NOT NULL;

CREATE TABLE ticket_hold (
  community_id BLOB NOT NULL,
  id BLOB NOT NULL,
  ticket_id BLOB NOT NULL,
  reason_id BLOB NOT NULL,
  review_at INTEGER NOT NULL,
  began_at INTEGER NOT NULL,
  ended_at INTEGER,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id),
  FOREIGN KEY (community_id, reason_id) REFERENCES text_row (community_id, id)
) STRICT;
CREATE INDEX ticket_hold_ticket ON ticket_hold (community_id, ticket_id);
CREATE UNIQUE INDEX ticket_hold_one ON ticket_hold (community_id, ticket_id) WHERE ended_at IS NULL;
CREATE INDEX ticket_hold_review ON ticket_hold (review_at) WHERE ended_at IS NULL;

CREATE TABLE escalation (
  community_id BLOB NOT NULL,
  id BLOB NOT NULL,
  ticket_id BLOB NOT NULL,
  from_platform TEXT NOT NULL,
  to_platform TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'concluded', 'returned', 'recalled')),
  reason_id BLOB NOT NULL,
  tried_id BLOB,
  asked_id BLOB,
  answer_id BLOB,
  answer_by INTEGER,
  left_queue TEXT,
  left_worker_id BLOB,
  offered_at INTEGER NOT NULL,
  accepted_at INTEGER,
  closed_at INTEGER,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id),
  FOREIGN KEY (community_id, reason_id) REFERENCES text_row (community_id, id),
  FOREIGN KEY (community_id, tried_id) REFERENCES text_row (community_id, id),
  FOREIGN KEY (community_id, asked_id) REFERENCES text_row (community_id, id),
  FOREIGN KEY (community_id, answer_id) REFERENCES text_row (community_id, id),
  CHECK (from_platform <> to_platform)
) STRICT;
CREATE INDEX escalation_ticket ON escalation (community_id, ticket_id, offered_at);
CREATE UNIQUE INDEX escalation_one_live ON escalation (community_id, ticket_id) WHERE state IN ('offered', 'accepted');
CREATE INDEX escalation_waiting ON escalation (community_id, to_platform, offered_at) WHERE state = 'offered';

-- Whom a complaint is about: they never see it.
CREATE TABLE ticket_subject (
  community_id BLOB NOT NULL,
  ticket_id BLOB NOT NULL,
  user_id BLOB NOT NULL REFERENCES app_user (id),
  PRIMARY KEY (community_id, ticket_id, user_id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
) STRICT;

CREATE TABLE call (
  community_id BLOB NOT NULL REFERENCES community (id),
  id BLOB NOT NULL,
  source_id BLOB,
  vendor_call_id TEXT,
  direction TEXT NOT NULL CHECK (direction IN ('inbound', 'outbound')),
  caller_sealed BLOB,
  caller_hash BLOB,
  last_four_hash BLOB,
  agent_id BLOB REFERENCES app_user (id),
  extension TEXT,
  day TEXT NOT NULL,
  day_serial INTEGER,
  started_at INTEGER NOT NULL,
  queued_at INTEGER,
  ringing_at INTEGER,
  answered_at INTEGER,
  ended_at INTEGER,
  talk_seconds INTEGER,
  result TEXT,
  recording TEXT,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, source_id) REFERENCES hotline_source (community_id, id)
) STRICT;
CREATE UNIQUE INDEX call_vendor ON call (community_id, source_id, vendor_call_id);
CREATE INDEX call_caller ON call (community_id, caller_hash, started_at DESC);
CREATE INDEX call_newest ON call (community_id, started_at DESC);

CREATE TABLE call_ticket (
  community_id BLOB NOT NULL,
  call_id BLOB NOT NULL,
  ticket_id BLOB NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('opened', 'nudged', 'asked')),
  PRIMARY KEY (community_id, call_id, ticket_id),
  FOREIGN KEY (community_id, call_id) REFERENCES call (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
) STRICT;
CREATE INDEX call_ticket_ticket ON call_ticket (community_id, ticket_id);

-- History, append-only: who, what, when, old and new by code; people's words by reference.
CREATE TABLE event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  community_id BLOB NOT NULL,
  id BLOB NOT NULL,
  ticket_id BLOB NOT NULL,
  version INTEGER NOT NULL,
  kind TEXT NOT NULL,
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('user', 'token', 'resident', 'system')),
  actor_id BLOB,
  audience TEXT NOT NULL CHECK (audience IN ('both', 'property', 'committee')),
  data TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- PostgreSQL orders the live feed by transaction; here there is one writer and seq is enough.
  xid INTEGER NOT NULL DEFAULT 0,
  UNIQUE (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
) STRICT;
CREATE INDEX event_ticket ON event (community_id, ticket_id, seq);
CREATE INDEX event_feed ON event (xid, seq);

-- Every message of a conversation, in and out, ticket or not.
CREATE TABLE message (
  community_id BLOB NOT NULL REFERENCES community (id),
  id BLOB NOT NULL,
  channel TEXT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  identity_id BLOB NOT NULL,
  kind TEXT NOT NULL,
  filing TEXT NOT NULL CHECK (filing IN ('ticket', 'unfiled', 'answer', 'command', 'waiting', 'dismissed', 'reply')),
  ticket_id BLOB,
  text_id BLOB,
  media_id TEXT,
  media_url TEXT,
  detail TEXT,
  replies_to_id BLOB,
  at INTEGER NOT NULL,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, identity_id) REFERENCES identity (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id),
  FOREIGN KEY (community_id, text_id) REFERENCES text_row (community_id, id)
) STRICT;
CREATE INDEX message_identity ON message (community_id, identity_id, at DESC);
CREATE INDEX message_ticket ON message (community_id, ticket_id, at);
CREATE INDEX message_unfiled ON message (community_id, at DESC) WHERE filing = 'unfiled';

-- Each inbound message is claimed once; a repeat is answered with the stored reply.
CREATE TABLE inbound_claim (
  community_id BLOB NOT NULL REFERENCES community (id),
  source TEXT NOT NULL,
  key_hash BLOB NOT NULL,
  reply TEXT,
  ticket_id BLOB,
  claimed_at INTEGER NOT NULL,
  PRIMARY KEY (community_id, source, key_hash)
) STRICT;
CREATE INDEX inbound_claim_age ON inbound_claim (claimed_at);

CREATE TABLE attachment (
  community_id BLOB NOT NULL REFERENCES community (id),
  id BLOB NOT NULL,
  ticket_id BLOB NOT NULL,
  message_id BLOB,
  kind TEXT NOT NULL,
  media_id TEXT,
  media_url TEXT,
  file_name TEXT,
  sha256 BLOB,
  size_bytes INTEGER,
  state TEXT NOT NULL CHECK (state IN ('to_fetch', 'kept', 'lost')),
  detail TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id),
  FOREIGN KEY (community_id, message_id) REFERENCES message (community_id, id)
) STRICT;
CREATE INDEX attachment_ticket ON attachment (community_id, ticket_id);

-- Outgoing notices: a template and ids, no words. The address is looked up when it is sent.
CREATE TABLE outbox (
  community_id BLOB NOT NULL REFERENCES community (id),
  id BLOB NOT NULL,
  ticket_id BLOB,
  template TEXT NOT NULL,
  hearer TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('due', 'sent', 'dead')),
  attempts INTEGER NOT NULL,
  next_try_at INTEGER NOT NULL,
  leased_until INTEGER,
  created_at INTEGER NOT NULL,
  settled_at INTEGER,
  last_error TEXT,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
) STRICT;
CREATE INDEX outbox_due ON outbox (next_try_at) WHERE state = 'due';
CREATE INDEX outbox_ticket ON outbox (community_id, ticket_id);

CREATE TABLE idempotency_key (
  community_id BLOB NOT NULL REFERENCES community (id),
  scope_hash BLOB NOT NULL,
  fingerprint BLOB NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (community_id, scope_hash)
) STRICT;
CREATE INDEX idempotency_key_age ON idempotency_key (created_at);

-- Search documents carry community and month, newest months are looked through first.
CREATE TABLE search_document (
  id INTEGER PRIMARY KEY,
  community_id BLOB NOT NULL,
  ticket_id BLOB NOT NULL,
  month INTEGER NOT NULL,
  tokens TEXT NOT NULL,
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
) STRICT;
CREATE UNIQUE INDEX search_document_ticket ON search_document (community_id, ticket_id);
CREATE VIRTUAL TABLE search_index USING fts5 (tokens, content='', contentless_delete=1);
