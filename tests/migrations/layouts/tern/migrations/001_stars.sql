create table stars (id bigint primary key);

---- create above / drop below ----

drop table stars;
