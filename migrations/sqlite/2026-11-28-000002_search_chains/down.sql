UPDATE feed_mark SET name = 'search_phrases' WHERE name = 'search_chains';
