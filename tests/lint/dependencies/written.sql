-- MERGE, and INSERT through views, into identity and generated columns
MERGE INTO acc a USING ord o ON o.acc_id = a.id WHEN MATCHED THEN UPDATE SET email = 'x';
MERGE INTO acc a USING ord o ON o.acc_id = a.id WHEN MATCHED THEN UPDATE SET id = 1; -- refused
MERGE INTO acc a USING ord o ON o.acc_id = a.id WHEN MATCHED THEN UPDATE SET id = DEFAULT;
MERGE INTO acc a USING ord o ON o.acc_id = a.id WHEN MATCHED THEN UPDATE SET twice = 3; -- refused
MERGE INTO acc a USING ord o ON o.acc_id = a.id WHEN MATCHED THEN UPDATE SET k = 3;
MERGE INTO acc a USING ord o ON o.acc_id = a.id WHEN NOT MATCHED THEN INSERT (email) VALUES ('x');
MERGE INTO acc a USING ord o ON o.acc_id = a.id WHEN NOT MATCHED THEN INSERT (id, email) VALUES (1, 'x'); -- refused
MERGE INTO acc a USING ord o ON o.acc_id = a.id WHEN NOT MATCHED THEN INSERT (id, email) OVERRIDING SYSTEM VALUE VALUES (1, 'x');
MERGE INTO acc a USING ord o ON o.acc_id = a.id WHEN NOT MATCHED THEN INSERT (id, email) VALUES (DEFAULT, 'x');
MERGE INTO acc a USING ord o ON o.acc_id = a.id WHEN NOT MATCHED THEN INSERT (twice, email) VALUES (1, 'x'); -- refused
MERGE INTO acc a USING ord o ON o.acc_id = a.id WHEN NOT MATCHED THEN INSERT (k, email) VALUES (1, 'x');
MERGE INTO acc a USING ord o ON o.acc_id = a.id WHEN NOT MATCHED THEN INSERT (email) VALUES ('x', 'y'); -- refused
MERGE INTO acc a USING ord o ON o.acc_id = a.id WHEN NOT MATCHED THEN INSERT (email, k) VALUES ('x'); -- refused
MERGE INTO acc a USING ord o ON o.acc_id = a.id WHEN NOT MATCHED THEN INSERT DEFAULT VALUES;
MERGE INTO acc a USING ord o ON o.acc_id = a.id WHEN NOT MATCHED THEN DO NOTHING;
MERGE INTO acc a USING ord o ON o.acc_id = a.id WHEN MATCHED THEN DELETE;
MERGE INTO ord o USING acc a ON o.acc_id = a.id WHEN NOT MATCHED THEN INSERT VALUES (5, 6, 'x');
MERGE INTO ord o USING acc a ON o.acc_id = a.id WHEN NOT MATCHED THEN INSERT VALUES (5, 6, 'x', 7); -- refused
MERGE INTO ord o USING acc a ON o.acc_id = a.id WHEN NOT MATCHED THEN INSERT VALUES (5);
INSERT INTO v (email) VALUES ('x');
INSERT INTO v (id, email) VALUES (1, 'x'); -- refused
INSERT INTO v (id, email) VALUES (DEFAULT, 'x');
INSERT INTO v (id, email) OVERRIDING SYSTEM VALUE VALUES (1, 'x');
INSERT INTO v (twice, email) VALUES (1, 'x'); -- refused
INSERT INTO v (k, email) VALUES (1, 'x');
INSERT INTO v VALUES (DEFAULT, 'x', DEFAULT, 5);
INSERT INTO w VALUES (1, 'x'); -- refused
INSERT INTO w (e) VALUES ('x');
INSERT INTO w (e, i) VALUES ('x', 5); -- refused
INSERT INTO w (e, i) VALUES ('x', DEFAULT);
