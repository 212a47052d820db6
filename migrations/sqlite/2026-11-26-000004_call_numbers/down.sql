ALTER TABLE number_block DROP COLUMN next_call;
