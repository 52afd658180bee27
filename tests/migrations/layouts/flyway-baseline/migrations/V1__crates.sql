CREATE TABLE crates (id bigint);
