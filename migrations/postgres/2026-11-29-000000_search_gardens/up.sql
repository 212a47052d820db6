-- Of a door the document holds a token with the end of the garden's name too: in every garden there is such a door. Everything is
-- indexed anew, under another mark: a program of the version before that still runs does not find its own.
TRUNCATE search_document;
UPDATE feed_mark SET name = 'search_gardens', xid = 0, seq = 0 WHERE name = 'search_chains';
