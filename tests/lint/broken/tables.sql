CREATE TYPE task_state AS ENUM ('todo', 'done');
CREATE TYPE summary AS (state task_state, n bigint);
CREATE TABLE teams (id int PRIMARY KEY, name text);
CREATE TABLE tasks (id int PRIMARY KEY, team int REFERENCES teams, title text NOT NULL, state task_state DEFAULT 'todo', hours numeric(5,1), tags text[], done_at timestamptz);
CREATE TABLE log (id int GENERATED ALWAYS AS IDENTITY, at timestamptz DEFAULT now(), what text);
INSERT INTO teams VALUES (1, 'a'); INSERT INTO tasks VALUES (1, 1, 't');
CREATE VIEW open_tasks AS SELECT id, title FROM tasks WHERE state = 'todo';
