UPDATE feed_mark SET name = 'search_chains' WHERE name = 'search_gardens';
