--! Previous: -
--! Hash: sha1:1f2e

CREATE TABLE lakes (id bigint PRIMARY KEY);
