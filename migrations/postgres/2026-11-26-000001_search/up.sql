-- Nothing was indexed before. A document's id is the second its ticket was opened in, times 4096, and a count within it, so
-- that ids are in the order of time. `version` is the ticket's, as it was read.
DROP TABLE search_document;
CREATE TABLE search_document (
  id bigint PRIMARY KEY,
  community_id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  version bigint NOT NULL,
  tokens tsvector NOT NULL,
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
CREATE UNIQUE INDEX search_document_ticket ON search_document (community_id, ticket_id);
-- A list of what is not in the index yet would be read by every search; whoever writes documents has the time.
CREATE INDEX search_document_tokens ON search_document USING gin (tokens) WITH (fastupdate = off);

-- How far a job has read the feed of changes.
CREATE TABLE feed_mark (
  name text PRIMARY KEY,
  xid bigint NOT NULL,
  seq bigint NOT NULL
);
INSERT INTO feed_mark (name, xid, seq) VALUES ('search', 0, 0);
