-- Between two stretches of a document two positions are free instead of one. Everything is indexed anew, under another mark: a
-- program of the version before that still runs does not find its own, and writes no documents of the old kind.
TRUNCATE search_document;
UPDATE feed_mark SET name = 'search_phrases', xid = 0, seq = 0 WHERE name = 'search';
