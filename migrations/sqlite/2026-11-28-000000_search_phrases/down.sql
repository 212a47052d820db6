UPDATE feed_mark SET name = 'search' WHERE name = 'search_phrases';
ALTER TABLE search_document DROP COLUMN tokens;
