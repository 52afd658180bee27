-- Names and values of settings
SET lock_timout = '5s'; -- refused
SET lock_timeout = '5s';
SET lock_timeout = '5 s';
SET lock_timeout = '5sec'; -- refused
SET lock_timeout = '5 seconds'; -- refused
SET lock_timeout = '5S'; -- refused
SET lock_timeout = 5000;
SET lock_timeout = '5000';
SET lock_timeout = '1.5s';
SET lock_timeout = '0x10';
SET lock_timeout = '1e3';
SET lock_timeout = 'never'; -- refused
SET lock_timeout = ''; -- refused
SET lock_timeout = DEFAULT;
SET lock_timeout TO '10min';
SET lock_timeout TO '10m'; -- refused
SET LOCAL statement_timeout = '1h';
SET LOCAL statement_timeout = '1hour'; -- refused
SET statement_timout TO '5min'; -- refused
SET statement_timeout = 0;
SET statment_timeout = 0; -- refused
SET idle_in_transaction_session_timeout = '1min';
SET idle_in_transaction_timeout = '1min'; -- refused
SET work_mem = '64MB';
SET work_mem = '64mb'; -- refused
SET work_mem = '64M'; -- refused
SET work_mem = '64 MB';
SET work_mem = 65536;
SET work_mem = 'abc'; -- refused
SET maintenance_work_mem = '1GB';
SET maintenance_work_mem = '1G'; -- refused
SET maintainance_work_mem = '1GB'; -- refused
SET max_parallel_maintenance_workers = 4;
SET max_parallel_maintenance_workers = 'four'; -- refused
SET enable_seqscan = off;
SET enable_seqscan = 'offf'; -- refused
SET enable_seqscan = no;
SET enable_seqscan = 0;
SET enable_seqscan = maybe; -- refused
SET enable_seq_scan = off; -- refused
SET row_security = off;
SET row_security = maybe; -- refused
SET check_function_bodies = false;
SET check_function_body = false; -- refused
SET standard_conforming_strings = on;
SET client_min_messages = warning;
SET client_min_message = warning; -- refused
SET search_path = public, pg_temp;
SET search_paths = public; -- refused
SET serch_path = public; -- refused
SET app.user_id = '5';
SET "app.user_id" = '5';
SET session_replication_role = replica;
SET session_replication_rule = replica; -- refused
SET default_tablespace = '';
SET default_with_oids = false;
SET default_table_access_method = heap;
SET xmloption = content;
SET client_encoding = 'UTF8';
SET TIME ZONE 'UTC';
SET timezone = 'UTC';
SET TimeZone = 'Europe/Berlin';
SET DateStyle = 'ISO, MDY';
SET datestyle TO postgres, dmy;
SET ROLE NONE;
SET max_connections = 5; -- refused
SET shared_buffers = '1GB'; -- refused
SET wal_level = 'logical'; -- refused
SET server_version = '5'; -- refused
SET log_statement = 'all';
SET log_min_duration_statement = '250ms';
SET log_min_duration_statement = '250milli'; -- refused
SET random_page_cost = 1.1;
SET random_page_cost = '1.1';
SET random_page_cost = 'low'; -- refused
SET jit = off;
SET jit TO 'o'; -- refused
SET bytea_output = 'hex';
SET transaction_timeout = 0;
SET autovacuum = off; -- refused
SET archive_command = 'x'; -- refused
SET synchronous_commit = off;
SET constraint_exclusion = partition;
SET plan_cache_mode = force_custom_plan;
SET application_name = 'x';
SET application_names = 'x'; -- refused
SET Lock_Timeout = '5s';
SET "Lock_Timeout" = '5s';
RESET lock_timeout;
RESET lock_timout; -- refused
RESET ALL;
SHOW lock_timeout;
SHOW lock_timout; -- refused
SHOW ALL;
SHOW server_version;
SHOW TIME ZONE;
SHOW transaction_isolation;
SHOW session_authorization;
ALTER ROLE CURRENT_USER SET statement_timeout = '5s';
ALTER ROLE CURRENT_USER SET statement_timeout = '5secs'; -- refused
ALTER ROLE CURRENT_USER SET statment_timeout = '5s'; -- refused
ALTER ROLE CURRENT_USER SET search_path = public;
ALTER ROLE CURRENT_USER RESET lock_timeout;
ALTER ROLE CURRENT_USER RESET ALL;
ALTER DATABASE postgres SET lock_timout = '5s'; -- refused
ALTER DATABASE postgres SET lock_timeout = '5s';
ALTER DATABASE postgres SET max_connections = 5; -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET lock_timeout = '4s' AS 'SELECT 1';
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET lock_timout = '4s' AS 'SELECT 1'; -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET statement_timeout TO '4 sec' AS 'SELECT 1'; -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path FROM CURRENT AS 'SELECT 1';
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = '' AS 'SELECT 1';
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET max_connections = 5 AS 'SELECT 1'; -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET app.x = 'y' AS 'SELECT 1';
SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;
SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;
SET CONSTRAINTS ALL DEFERRED;
