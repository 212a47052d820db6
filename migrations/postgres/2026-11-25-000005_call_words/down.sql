ALTER TABLE hotline_source DROP COLUMN removed_at;
ALTER TABLE call DROP COLUMN said_result;
