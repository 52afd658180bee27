CREATE TABLE crates (id bigint PRIMARY KEY);
