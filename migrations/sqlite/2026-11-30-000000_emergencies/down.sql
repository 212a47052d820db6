DROP INDEX ticket_open_emergency;
