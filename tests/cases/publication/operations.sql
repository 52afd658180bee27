-- a
CREATE TABLE t (id int PRIMARY KEY, a text, b int);
CREATE PUBLICATION p FOR TABLE t;
CREATE PUBLICATION q WITH (publish = '');

-- b
CREATE TABLE t (id int PRIMARY KEY, a text, b int);
CREATE PUBLICATION p FOR TABLE t WITH (publish = 'insert, delete', publish_via_partition_root = true);
CREATE PUBLICATION q;
