"""Bringing a database's rows back to what they were, which is faster than copying its thousand files."""

REMEMBER_ROWS = """
CREATE SCHEMA remembered;
DO $$
DECLARE
    each record;
BEGIN
    FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE remembered.%1$I AS TABLE public.%1$I', each.tablename);
    END LOOP;
    CREATE TABLE remembered."sequences of public" AS
        SELECT format('public.%I', sequencename)::regclass AS sequence, start_value, last_value
        FROM pg_sequences WHERE schemaname = 'public';
END $$;
"""

RESTORE_ROWS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
SET lock_timeout = '5s';
DO $$
DECLARE
    each record;
    columns text;
BEGIN
    FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('DELETE FROM public.%I', each.tablename);
        SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
            WHERE attrelid = format('public.%I', each.tablename)::regclass
            AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
        EXECUTE format(
            'INSERT INTO public.%1$I (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM remembered.%1$I',
            each.tablename, columns);
    END LOOP;
    PERFORM setval(sequence, coalesce(last_value, start_value), last_value IS NOT NULL)
        FROM remembered."sequences of public";
END $$;
"""
