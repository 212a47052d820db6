-- Clocks are asked for by their ticket: the key that begins with it is the index for that, and one less is written for each of the
-- three or four of a ticket. Nothing asks for running clocks by when they are due since the sweeps have an index of their own.
CREATE UNIQUE INDEX ticket_clock_key ON ticket_clock (community_id, ticket_id, id);
ALTER TABLE ticket_clock DROP CONSTRAINT ticket_clock_pkey, ADD CONSTRAINT ticket_clock_pkey PRIMARY KEY USING INDEX ticket_clock_key;
DROP INDEX ticket_clock_ticket;
DROP INDEX ticket_clock_running;
