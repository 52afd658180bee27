-- a
CREATE TABLE node (id int, up int);

-- b
CREATE TABLE node (id int, up int);
CREATE RECURSIVE VIEW tree (id, depth) AS SELECT id, 0 FROM node WHERE up IS NULL UNION ALL SELECT node.id, depth + 1 FROM node JOIN tree ON up = tree.id;

-- rows
INSERT INTO node VALUES (1, NULL), (2, 1);
