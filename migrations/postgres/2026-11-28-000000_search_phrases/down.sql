-- What is indexed can be read by the version before.
UPDATE feed_mark SET name = 'search' WHERE name = 'search_phrases';
