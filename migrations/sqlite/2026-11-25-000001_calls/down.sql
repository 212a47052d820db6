DROP TABLE call_back;
DROP TABLE call_change;
DROP TABLE call_pop;
DROP INDEX call_call_back_due;
DROP INDEX call_day_serial;
ALTER TABLE call DROP COLUMN call_back_due_at;
ALTER TABLE call DROP COLUMN extension_told_at;
