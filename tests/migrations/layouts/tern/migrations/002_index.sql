---- tern: disable-tx ----
create index concurrently stars_id on stars (id);
---- create above / drop below ----
drop index stars_id;
