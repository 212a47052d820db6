ALTER TABLE search_document DROP COLUMN tokens;
