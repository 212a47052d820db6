-- What the source said of a call's end, so that the result can be worked out anew with every event.
ALTER TABLE call ADD COLUMN said_result TEXT;
UPDATE call SET said_result = result WHERE result IS NOT NULL AND answered_at IS NULL;

-- A source removed keeps its calls; its events are answered like a stranger's.
ALTER TABLE hotline_source ADD COLUMN removed_at INTEGER;
