DROP TABLE admin_change;
