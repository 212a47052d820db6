-- A document holds a token for each two and three words that follow one another: a door stands in few. Everything is indexed anew,
-- under another mark: a program of the version before that still runs does not find its own.
TRUNCATE search_document;
UPDATE feed_mark SET name = 'search_chains', xid = 0, seq = 0 WHERE name = 'search_phrases';
