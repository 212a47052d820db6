CREATE INDEX ticket_clock_ticket ON ticket_clock (community_id, ticket_id);
CREATE INDEX ticket_clock_running ON ticket_clock (due_at) WHERE stopped_at IS NULL AND due_at IS NOT NULL;
CREATE UNIQUE INDEX ticket_clock_key ON ticket_clock (community_id, id);
ALTER TABLE ticket_clock DROP CONSTRAINT ticket_clock_pkey, ADD CONSTRAINT ticket_clock_pkey PRIMARY KEY USING INDEX ticket_clock_key;
