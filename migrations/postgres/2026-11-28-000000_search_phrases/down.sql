-- What is indexed can be read by the version before.
SELECT 1;
