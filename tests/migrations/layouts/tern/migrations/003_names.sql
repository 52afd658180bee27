alter table stars add column name text default '---- create above / drop below ----'
---- create above / drop below ----
alter table stars drop column name
