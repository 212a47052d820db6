-- Between two stretches of a document two positions are free instead of one. Everything is indexed anew.
TRUNCATE search_document;
UPDATE feed_mark SET xid = 0, seq = 0 WHERE name = 'search';
