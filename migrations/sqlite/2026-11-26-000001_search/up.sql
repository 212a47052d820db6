-- Nothing was indexed before. A document's id is the second its ticket was opened in, times 4096, and a count within it: the
-- index hands documents out by id, so the newest come first without being sorted. `version` is the ticket's, as it was read.
DROP TABLE search_index;
DROP TABLE search_document;
CREATE TABLE search_document (
  id INTEGER PRIMARY KEY,
  community_id BLOB NOT NULL,
  ticket_id BLOB NOT NULL,
  version INTEGER NOT NULL,
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
) STRICT;
CREATE UNIQUE INDEX search_document_ticket ON search_document (community_id, ticket_id);
-- Tokens come ready made, separated by spaces; all that is left to the tokeniser is to see them.
CREATE VIRTUAL TABLE search_index USING fts5 (
  tokens, content='', contentless_delete=1, tokenize="ascii tokenchars '-'"
);

-- How far a job has read the feed of changes.
CREATE TABLE feed_mark (
  name TEXT PRIMARY KEY,
  xid INTEGER NOT NULL,
  seq INTEGER NOT NULL
) STRICT;
INSERT INTO feed_mark (name, xid, seq) VALUES ('search', 0, 0);
