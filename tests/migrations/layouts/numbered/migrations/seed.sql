INSERT INTO books VALUES (99, 'not a migration');
