DROP TABLE feed_mark;
DROP TABLE search_index;
DROP TABLE search_document;
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
