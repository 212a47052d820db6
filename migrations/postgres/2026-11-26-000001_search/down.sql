DROP TABLE feed_mark;
DROP TABLE search_document;
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
