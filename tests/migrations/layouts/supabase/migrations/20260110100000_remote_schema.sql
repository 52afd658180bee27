-- This file undoes nothing:
-- migrate:downtime is planned for Sunday
-- +goose Downgrade
insert into profiles values ('00000000-0000-0000-0000-000000000001', 'Ünal');
