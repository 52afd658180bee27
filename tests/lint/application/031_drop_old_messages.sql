-- messages_old has been copied (025), and nobody reads it any more.
SET lock_timeout = '3s';
SET statement_timeout = '1min';
DROP PROCEDURE IF EXISTS app.copy_messages(int);
DROP TABLE IF EXISTS public.messages_old CASCADE;

-- The index on the parent was made ONLY there; children first, then they are attached.
CREATE INDEX CONCURRENTLY IF NOT EXISTS messages_2024_thread_idx ON public.messages_2024 (thread_of);
CREATE INDEX IF NOT EXISTS messages_2025_thread_idx ON public.messages_2025 (thread_of);
CREATE INDEX CONCURRENTLY IF NOT EXISTS messages_later_thread_idx ON public.messages_later (thread_of);
ALTER INDEX public.messages_thread_idx ATTACH PARTITION public.messages_2024_thread_idx;
ALTER INDEX public.messages_thread_idx ATTACH PARTITION public.messages_2025_thread_idx;
ALTER INDEX public.messages_thread_idx ATTACH PARTITION public.messages_later_thread_idx;

CREATE TABLE IF NOT EXISTS public.messages_2026 (LIKE public.messages INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
ALTER TABLE public.messages_2026 ADD CONSTRAINT in_2026
    CHECK (sent_at >= '2026-01-01' AND sent_at < '2027-01-01') NOT VALID;
ALTER TABLE public.messages_2026 VALIDATE CONSTRAINT in_2026;
ALTER TABLE public.messages_2026 ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.messages DETACH PARTITION public.messages_later;
ALTER TABLE public.messages ATTACH PARTITION public.messages_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
ALTER TABLE public.messages ATTACH PARTITION public.messages_later DEFAULT;
ALTER TABLE public.messages_2026 DROP CONSTRAINT in_2026;

DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'public.messages'::regclass LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', part);
    END LOOP;
END
$$;
RESET statement_timeout;
RESET lock_timeout;
