-- The installation: one row, its key and whether it is a demo.
CREATE TABLE installation (
  id smallint PRIMARY KEY CHECK (id = 1),
  key_check bytea,
  is_demo boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL
);

-- People who sign in. They belong to the installation; what they may do stands in membership.
CREATE TABLE app_user (
  id uuid PRIMARY KEY,
  login text NOT NULL UNIQUE,
  display_name text NOT NULL,
  password_hash text NOT NULL,
  must_change_password boolean NOT NULL,
  language text NOT NULL,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL
);

-- A tenant. `catalogue` replaces the shipped catalogue when set.
CREATE TABLE community (
  id uuid PRIMARY KEY,
  slug text NOT NULL UNIQUE,
  name text NOT NULL,
  time_zone text NOT NULL,
  reopen_days integer NOT NULL,
  catalogue text,
  created_at timestamptz NOT NULL
);

-- Tokens are kept as SHA-256 only.
CREATE TABLE session (
  token_hash bytea PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  user_id uuid NOT NULL REFERENCES app_user (id),
  community_id uuid REFERENCES community (id),
  user_agent text NOT NULL,
  created_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX session_by_user ON session (user_id);
CREATE INDEX session_expiry ON session (expires_at);

-- Failed sign-ins by account and by address (keyed hashes), in a table because several processes share them.
CREATE TABLE sign_in_limit (
  key_hash bytea PRIMARY KEY,
  failures integer NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL
);

-- Who runs a job that only one process may run.
CREATE TABLE lease (
  name text PRIMARY KEY,
  holder uuid NOT NULL,
  until_at timestamptz NOT NULL
);

CREATE TABLE api_token (
  id uuid PRIMARY KEY,
  hash bytea NOT NULL UNIQUE,
  community_id uuid NOT NULL REFERENCES community (id),
  name text NOT NULL,
  platform text NOT NULL,
  role text NOT NULL,
  queue text,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz
);

-- When a desk is manned; a platform without rows is always open. Minutes from local midnight; Monday = 1, and 8 stands
-- for a make-up working day, whichever weekday it falls on.
CREATE TABLE office_hours (
  community_id uuid NOT NULL REFERENCES community (id),
  platform text NOT NULL,
  weekday integer NOT NULL CHECK (weekday BETWEEN 1 AND 8),
  opens_minute integer NOT NULL,
  closes_minute integer NOT NULL CHECK (closes_minute > opens_minute),
  PRIMARY KEY (community_id, platform, weekday, opens_minute)
);

-- Days that differ from the plain week: public holidays and make-up working days.
CREATE TABLE calendar_day (
  community_id uuid NOT NULL REFERENCES community (id),
  day date NOT NULL,
  kind text NOT NULL CHECK (kind IN ('holiday', 'workday')),
  note text NOT NULL,
  PRIMARY KEY (community_id, day)
);

CREATE TABLE queue (
  community_id uuid NOT NULL REFERENCES community (id),
  code text NOT NULL,
  platform text NOT NULL CHECK (platform IN ('property', 'committee')),
  name_zh text NOT NULL,
  name_en text NOT NULL,
  accepts_directly boolean NOT NULL,
  PRIMARY KEY (community_id, code)
);

-- Limits are `5m`, `24h` (round the clock) or `7d` (working days).
CREATE TABLE urgency_class (
  community_id uuid NOT NULL REFERENCES community (id),
  code text NOT NULL,
  contact_limit text NOT NULL,
  on_site_limit text,
  finish_limit text NOT NULL,
  warn_before_minutes integer NOT NULL,
  PRIMARY KEY (community_id, code)
);

CREATE TABLE category (
  community_id uuid NOT NULL REFERENCES community (id),
  code text NOT NULL,
  name_zh text NOT NULL,
  name_en text NOT NULL,
  queue text NOT NULL,
  kind text NOT NULL,
  urgency text NOT NULL,
  paid boolean NOT NULL,
  position integer NOT NULL,
  retired_at timestamptz,
  PRIMARY KEY (community_id, code),
  FOREIGN KEY (community_id, queue) REFERENCES queue (community_id, code)
);

-- Ticket numbers are handed out in blocks; a gap is allowed, a double is not.
CREATE TABLE number_block (
  community_id uuid NOT NULL REFERENCES community (id),
  day date NOT NULL,
  next_serial integer NOT NULL,
  PRIMARY KEY (community_id, day)
);

-- The place tree. Names of the levels above are repeated in each row, so that a list is written from one row a place.
CREATE TABLE place (
  community_id uuid NOT NULL REFERENCES community (id),
  id uuid NOT NULL,
  parent_id uuid,
  kind text NOT NULL CHECK (kind IN ('garden', 'building', 'unit', 'flat', 'spot')),
  code text NOT NULL,
  name text NOT NULL,
  garden_name text,
  building_id uuid,
  building_code text,
  unit_code text,
  retired_at timestamptz,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, parent_id) REFERENCES place (community_id, id)
);
CREATE UNIQUE INDEX place_code ON place (community_id, parent_id, kind, code);
CREATE UNIQUE INDEX place_root_code ON place (community_id, kind, code) WHERE parent_id IS NULL;
CREATE INDEX place_by_building ON place (community_id, building_id, kind, code);
CREATE INDEX place_by_code ON place (community_id, kind, code);

CREATE TABLE place_alias (
  community_id uuid NOT NULL REFERENCES community (id),
  place_id uuid NOT NULL,
  alias text NOT NULL,
  PRIMARY KEY (community_id, place_id, alias),
  FOREIGN KEY (community_id, place_id) REFERENCES place (community_id, id)
);

CREATE TABLE contractor (
  community_id uuid NOT NULL REFERENCES community (id),
  id uuid NOT NULL,
  name text NOT NULL,
  retired_at timestamptz,
  PRIMARY KEY (community_id, id)
);

-- A user's seat: what they are, where.
CREATE TABLE membership (
  community_id uuid NOT NULL REFERENCES community (id),
  id uuid NOT NULL,
  user_id uuid NOT NULL REFERENCES app_user (id),
  platform text NOT NULL CHECK (platform IN ('property', 'committee')),
  role text NOT NULL,
  queue text,
  contractor_id uuid,
  building_id uuid,
  extension text,
  is_head boolean NOT NULL,
  deputy_for_id uuid,
  on_duty boolean NOT NULL,
  created_at timestamptz NOT NULL,
  retired_at timestamptz,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, queue) REFERENCES queue (community_id, code),
  FOREIGN KEY (community_id, contractor_id) REFERENCES contractor (community_id, id),
  FOREIGN KEY (community_id, building_id) REFERENCES place (community_id, id),
  FOREIGN KEY (community_id, deputy_for_id) REFERENCES membership (community_id, id)
);
CREATE INDEX membership_user ON membership (user_id);
CREATE INDEX membership_queue ON membership (community_id, queue) WHERE retired_at IS NULL;
CREATE INDEX membership_building ON membership (community_id, building_id) WHERE retired_at IS NULL;

CREATE TABLE resident (
  community_id uuid NOT NULL REFERENCES community (id),
  id uuid NOT NULL,
  name text NOT NULL,
  care_note text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (community_id, id)
);
CREATE INDEX resident_name ON resident (community_id, name);

-- Numbers are sealed; found through keyed hashes of the whole and of the last four digits.
CREATE TABLE resident_phone (
  community_id uuid NOT NULL REFERENCES community (id),
  id uuid NOT NULL,
  resident_id uuid NOT NULL,
  sealed bytea NOT NULL,
  whole_hash bytea NOT NULL,
  last_four_hash bytea NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, resident_id) REFERENCES resident (community_id, id)
);
CREATE UNIQUE INDEX resident_phone_once ON resident_phone (community_id, resident_id, whole_hash);
CREATE INDEX resident_phone_whole ON resident_phone (community_id, whole_hash);
CREATE INDEX resident_phone_last_four ON resident_phone (community_id, last_four_hash);

-- Who lives (lived) where, from when to when, so that a new tenant does not inherit the former one's history.
CREATE TABLE occupancy (
  community_id uuid NOT NULL REFERENCES community (id),
  id uuid NOT NULL,
  resident_id uuid NOT NULL,
  flat_id uuid NOT NULL,
  relation text NOT NULL CHECK (relation IN ('owner', 'tenant', 'family', 'other')),
  from_day date NOT NULL,
  to_day date,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, resident_id) REFERENCES resident (community_id, id),
  FOREIGN KEY (community_id, flat_id) REFERENCES place (community_id, id)
);
CREATE INDEX occupancy_flat ON occupancy (community_id, flat_id);
CREATE INDEX occupancy_resident ON occupancy (community_id, resident_id);

-- The committee's WeChat official account; secrets are sealed. The previous ones stay valid while WeChat changes over.
CREATE TABLE wechat_account (
  community_id uuid NOT NULL REFERENCES community (id),
  id uuid NOT NULL,
  mode text NOT NULL CHECK (mode IN ('plain', 'compat', 'aes')),
  app_id text NOT NULL,
  original_id text,
  token_sealed bytea NOT NULL,
  previous_token_sealed bytea,
  aes_key_sealed bytea,
  previous_aes_key_sealed bytea,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (community_id, id)
);
CREATE UNIQUE INDEX wechat_account_one ON wechat_account (community_id);

-- Plain mode signs no body: the same (timestamp, nonce) with another body is refused.
CREATE TABLE wechat_nonce (
  community_id uuid NOT NULL,
  account_id uuid NOT NULL,
  sent_seconds bigint NOT NULL,
  nonce text NOT NULL,
  body_hash bytea NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (community_id, account_id, sent_seconds, nonce),
  FOREIGN KEY (community_id, account_id) REFERENCES wechat_account (community_id, id)
);

-- A source of call events.
CREATE TABLE hotline_source (
  community_id uuid NOT NULL REFERENCES community (id),
  id uuid NOT NULL,
  name text NOT NULL,
  secret_sealed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (community_id, id)
);
CREATE UNIQUE INDEX hotline_source_name ON hotline_source (community_id, name);

-- A person as a channel knows them. The conversation's open question and freshest ticket stand here.
CREATE TABLE identity (
  community_id uuid NOT NULL REFERENCES community (id),
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('wechat')),
  account_id uuid NOT NULL,
  value_sealed bytea NOT NULL,
  value_hash bytea NOT NULL,
  resident_id uuid,
  bound_flat_id uuid,
  followed_at timestamptz,
  asked_ticket_id uuid,
  asked_at timestamptz,
  asked_choices jsonb,
  recent_ticket_id uuid,
  recent_at timestamptz,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, resident_id) REFERENCES resident (community_id, id),
  FOREIGN KEY (community_id, bound_flat_id) REFERENCES place (community_id, id)
);
CREATE UNIQUE INDEX identity_value ON identity (community_id, kind, account_id, value_hash);

-- People's words, apart from history, so that they can be redacted. Written before the ticket they belong to, whose
-- words_id points here; so ticket_id and event_id carry no foreign key (`jiban check` proves them).
CREATE TABLE text_row (
  community_id uuid NOT NULL REFERENCES community (id),
  id uuid NOT NULL,
  ticket_id uuid,
  event_id uuid,
  purpose text NOT NULL,
  audience text NOT NULL CHECK (audience IN ('both', 'property', 'committee')),
  resident_reads boolean NOT NULL,
  body text NOT NULL,
  created_at timestamptz NOT NULL,
  redacted_at timestamptz,
  PRIMARY KEY (community_id, id)
);
CREATE INDEX text_row_ticket ON text_row (community_id, ticket_id);

CREATE TABLE ticket (
  community_id uuid NOT NULL REFERENCES community (id),
  id uuid NOT NULL,
  number text NOT NULL,
  version bigint NOT NULL,
  status text NOT NULL CHECK (status IN ('unassigned', 'assigned', 'in_progress', 'done')),
  queue text,
  worker_id uuid REFERENCES app_user (id),
  outcome text,
  review_on date,
  since_at timestamptz NOT NULL,
  returned_from text,
  lead text NOT NULL CHECK (lead IN ('property', 'committee')),
  holder text NOT NULL CHECK (holder IN ('property', 'committee')),
  channel text NOT NULL,
  kind text NOT NULL,
  category text,
  urgency text NOT NULL,
  paid boolean NOT NULL,
  confidential boolean NOT NULL,
  seen_by text NOT NULL CHECK (seen_by IN ('property', 'committee', 'both')),
  about_place_id uuid,
  reporter_place_id uuid,
  building_id uuid,
  place_text text,
  words_id uuid NOT NULL,
  opened_at timestamptz NOT NULL,
  first_done_at timestamptz,
  due_at timestamptz,
  warn_at timestamptz,
  hold_review_at timestamptz,
  nudge_count integer NOT NULL,
  reopened_count integer NOT NULL,
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
);
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
  community_id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  category text,
  confidence double precision NOT NULL,
  emergency text,
  words jsonb NOT NULL,
  suggestions jsonb NOT NULL,
  PRIMARY KEY (community_id, ticket_id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);

CREATE TABLE ticket_reporter (
  community_id uuid NOT NULL,
  id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  role text NOT NULL CHECK (role IN ('first', 'also', 'proxy')),
  resident_id uuid,
  identity_id uuid,
  name text,
  phone_sealed bytea,
  phone_hash bytea,
  left_at timestamptz,
  last_nudge_at timestamptz,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id),
  FOREIGN KEY (community_id, resident_id) REFERENCES resident (community_id, id),
  FOREIGN KEY (community_id, identity_id) REFERENCES identity (community_id, id)
);
CREATE INDEX ticket_reporter_ticket ON ticket_reporter (community_id, ticket_id);
CREATE INDEX ticket_reporter_resident ON ticket_reporter (community_id, resident_id, created_at DESC);
CREATE INDEX ticket_reporter_identity ON ticket_reporter (community_id, identity_id, created_at DESC);
CREATE INDEX ticket_reporter_phone ON ticket_reporter (community_id, phone_hash, created_at DESC);

CREATE TABLE ticket_link (
  community_id uuid NOT NULL,
  from_ticket_id uuid NOT NULL,
  to_ticket_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('parent', 'follow_on', 'merged', 'incident')),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (community_id, from_ticket_id, to_ticket_id, kind),
  FOREIGN KEY (community_id, from_ticket_id) REFERENCES ticket (community_id, id),
  FOREIGN KEY (community_id, to_ticket_id) REFERENCES ticket (community_id, id),
  CHECK (from_ticket_id <> to_ticket_id)
);
CREATE INDEX ticket_link_to ON ticket_link (community_id, to_ticket_id);
CREATE UNIQUE INDEX ticket_link_merged_once ON ticket_link (community_id, from_ticket_id) WHERE kind = 'merged';

-- One row a clock: contact, on site, finish for each side, and the time spent in each queue.
CREATE TABLE ticket_clock (
  community_id uuid NOT NULL,
  id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('contact', 'on_site', 'finish', 'queue_time')),
  platform text NOT NULL,
  queue text,
  limit_text text,
  started_at timestamptz NOT NULL,
  due_at timestamptz,
  warn_at timestamptz,
  paused_at timestamptz,
  paused_us bigint NOT NULL,
  stopped_at timestamptz,
  met boolean,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
CREATE INDEX ticket_clock_ticket ON ticket_clock (community_id, ticket_id);
CREATE INDEX ticket_clock_running ON ticket_clock (due_at) WHERE stopped_at IS NULL AND due_at IS NOT NULL;

CREATE TABLE ticket_hold (
  community_id uuid NOT NULL,
  id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  reason_id uuid NOT NULL,
  review_at timestamptz NOT NULL,
  began_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id),
  FOREIGN KEY (community_id, reason_id) REFERENCES text_row (community_id, id)
);
CREATE INDEX ticket_hold_ticket ON ticket_hold (community_id, ticket_id);
CREATE UNIQUE INDEX ticket_hold_one ON ticket_hold (community_id, ticket_id) WHERE ended_at IS NULL;
CREATE INDEX ticket_hold_review ON ticket_hold (review_at) WHERE ended_at IS NULL;

CREATE TABLE escalation (
  community_id uuid NOT NULL,
  id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  from_platform text NOT NULL,
  to_platform text NOT NULL,
  state text NOT NULL CHECK (state IN ('offered', 'accepted', 'concluded', 'returned', 'recalled')),
  reason_id uuid NOT NULL,
  tried_id uuid,
  asked_id uuid,
  answer_id uuid,
  answer_by timestamptz,
  left_queue text,
  left_worker_id uuid,
  offered_at timestamptz NOT NULL,
  accepted_at timestamptz,
  closed_at timestamptz,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id),
  FOREIGN KEY (community_id, reason_id) REFERENCES text_row (community_id, id),
  FOREIGN KEY (community_id, tried_id) REFERENCES text_row (community_id, id),
  FOREIGN KEY (community_id, asked_id) REFERENCES text_row (community_id, id),
  FOREIGN KEY (community_id, answer_id) REFERENCES text_row (community_id, id),
  CHECK (from_platform <> to_platform)
);
CREATE INDEX escalation_ticket ON escalation (community_id, ticket_id, offered_at);
CREATE UNIQUE INDEX escalation_one_live ON escalation (community_id, ticket_id) WHERE state IN ('offered', 'accepted');
CREATE INDEX escalation_waiting ON escalation (community_id, to_platform, offered_at) WHERE state = 'offered';

-- Whom a complaint is about: they never see it.
CREATE TABLE ticket_subject (
  community_id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  user_id uuid NOT NULL REFERENCES app_user (id),
  PRIMARY KEY (community_id, ticket_id, user_id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);

CREATE TABLE call (
  community_id uuid NOT NULL REFERENCES community (id),
  id uuid NOT NULL,
  source_id uuid,
  vendor_call_id text,
  direction text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
  caller_sealed bytea,
  caller_hash bytea,
  last_four_hash bytea,
  agent_id uuid REFERENCES app_user (id),
  extension text,
  day date NOT NULL,
  day_serial integer,
  started_at timestamptz NOT NULL,
  queued_at timestamptz,
  ringing_at timestamptz,
  answered_at timestamptz,
  ended_at timestamptz,
  talk_seconds integer,
  result text,
  recording jsonb,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, source_id) REFERENCES hotline_source (community_id, id)
);
CREATE UNIQUE INDEX call_vendor ON call (community_id, source_id, vendor_call_id);
CREATE INDEX call_caller ON call (community_id, caller_hash, started_at DESC);
CREATE INDEX call_newest ON call (community_id, started_at DESC);

CREATE TABLE call_ticket (
  community_id uuid NOT NULL,
  call_id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  role text NOT NULL CHECK (role IN ('opened', 'nudged', 'asked')),
  PRIMARY KEY (community_id, call_id, ticket_id),
  FOREIGN KEY (community_id, call_id) REFERENCES call (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
CREATE INDEX call_ticket_ticket ON call_ticket (community_id, ticket_id);

-- History, append-only: who, what, when, old and new by code; people's words by reference.
CREATE TABLE event (
  seq bigint GENERATED ALWAYS AS IDENTITY,
  community_id uuid NOT NULL,
  id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  version bigint NOT NULL,
  kind text NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'token', 'resident', 'system')),
  actor_id uuid,
  audience text NOT NULL CHECK (audience IN ('both', 'property', 'committee')),
  data jsonb NOT NULL,
  at timestamptz NOT NULL,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
CREATE INDEX event_ticket ON event (community_id, ticket_id, seq);
CREATE UNIQUE INDEX event_seq ON event (seq);
-- The live feed reads in commit order: by transaction, below the oldest one still running.
CREATE INDEX event_feed ON event (xid, seq);

-- Every message of a conversation, in and out, ticket or not.
CREATE TABLE message (
  community_id uuid NOT NULL REFERENCES community (id),
  id uuid NOT NULL,
  channel text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('in', 'out')),
  identity_id uuid NOT NULL,
  kind text NOT NULL,
  filing text NOT NULL CHECK (filing IN ('ticket', 'unfiled', 'answer', 'command', 'waiting', 'dismissed', 'reply')),
  ticket_id uuid,
  text_id uuid,
  media_id text,
  media_url text,
  detail jsonb,
  replies_to_id uuid,
  at timestamptz NOT NULL,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, identity_id) REFERENCES identity (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id),
  FOREIGN KEY (community_id, text_id) REFERENCES text_row (community_id, id)
);
CREATE INDEX message_identity ON message (community_id, identity_id, at DESC);
CREATE INDEX message_ticket ON message (community_id, ticket_id, at);
CREATE INDEX message_unfiled ON message (community_id, at DESC) WHERE filing = 'unfiled';

-- Each inbound message is claimed once; a repeat is answered with the stored reply.
CREATE TABLE inbound_claim (
  community_id uuid NOT NULL REFERENCES community (id),
  source text NOT NULL,
  key_hash bytea NOT NULL,
  reply text,
  ticket_id uuid,
  claimed_at timestamptz NOT NULL,
  PRIMARY KEY (community_id, source, key_hash)
);
CREATE INDEX inbound_claim_age ON inbound_claim (claimed_at);

CREATE TABLE attachment (
  community_id uuid NOT NULL REFERENCES community (id),
  id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  message_id uuid,
  kind text NOT NULL,
  media_id text,
  media_url text,
  file_name text,
  sha256 bytea,
  size_bytes bigint,
  state text NOT NULL CHECK (state IN ('to_fetch', 'kept', 'lost')),
  detail jsonb,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id),
  FOREIGN KEY (community_id, message_id) REFERENCES message (community_id, id)
);
CREATE INDEX attachment_ticket ON attachment (community_id, ticket_id);

-- Outgoing notices: a template and ids, no words. The address is looked up when it is sent.
CREATE TABLE outbox (
  community_id uuid NOT NULL REFERENCES community (id),
  id uuid NOT NULL,
  ticket_id uuid,
  template text NOT NULL,
  hearer jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('due', 'sent', 'dead')),
  attempts integer NOT NULL,
  next_try_at timestamptz NOT NULL,
  leased_until timestamptz,
  created_at timestamptz NOT NULL,
  settled_at timestamptz,
  last_error text,
  PRIMARY KEY (community_id, id),
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
CREATE INDEX outbox_due ON outbox (next_try_at) WHERE state = 'due';
CREATE INDEX outbox_ticket ON outbox (community_id, ticket_id);

CREATE TABLE idempotency_key (
  community_id uuid NOT NULL REFERENCES community (id),
  scope_hash bytea NOT NULL,
  fingerprint bytea NOT NULL,
  status integer NOT NULL,
  body text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (community_id, scope_hash)
);
CREATE INDEX idempotency_key_age ON idempotency_key (created_at);

-- Search documents carry community and month, newest months are looked through first.
CREATE TABLE search_document (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  community_id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  month integer NOT NULL,
  tokens tsvector NOT NULL,
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
CREATE UNIQUE INDEX search_document_ticket ON search_document (community_id, ticket_id);
CREATE INDEX search_document_tokens ON search_document USING gin (tokens);
