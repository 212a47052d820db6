-- The index finds what holds a few tokens of a phrase; whether they stand side by side is then seen in the document's own tokens,
-- which FTS5 would otherwise walk through the lists of all of them for. Everything is indexed anew, under another mark: a program of
-- the version before that still runs does not find its own, and writes no documents of the old kind.
INSERT INTO search_index (search_index) VALUES ('delete-all');
DELETE FROM search_document;
ALTER TABLE search_document ADD COLUMN tokens TEXT NOT NULL DEFAULT '';
UPDATE feed_mark SET name = 'search_phrases', xid = 0, seq = 0 WHERE name = 'search';
