CREATE TABLE ports (id bigint PRIMARY KEY);
