-- Seasons, teams, training and matches.
CREATE TYPE attendance AS ENUM ('yes', 'no', 'maybe', 'absent');
CREATE TYPE match_status AS ENUM ('planned', 'running', 'played', 'cancelled');

CREATE TABLE seasons (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    club_id uuid NOT NULL REFERENCES clubs ON DELETE CASCADE,
    name text NOT NULL,
    during daterange NOT NULL,
    UNIQUE (club_id, name),
    CONSTRAINT seasons_do_not_overlap EXCLUDE USING gist (club_id WITH =, during WITH &&)
);

CREATE TABLE teams (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    club_id uuid NOT NULL REFERENCES clubs ON DELETE CASCADE,
    season_id bigint REFERENCES seasons ON DELETE RESTRICT,
    name text NOT NULL,
    age_group text CHECK (age_group IN ('u8', 'u10', 'u12', 'u14', 'u16', 'u18', 'adults')),
    max_players smallint NOT NULL DEFAULT 25 CHECK (max_players BETWEEN 1 AND 99),
    archived_at timestamptz,
    UNIQUE (club_id, season_id, name),
    UNIQUE (id, club_id)
);
CREATE INDEX ON teams (season_id);
CREATE INDEX ON teams (club_id) WHERE archived_at IS NULL;

CREATE TABLE team_players (
    team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
    profile_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    shirt_number smallint CHECK (shirt_number BETWEEN 0 AND 99),
    position text,
    PRIMARY KEY (team_id, profile_id),
    CONSTRAINT team_players_shirt UNIQUE (team_id, shirt_number) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ON team_players (profile_id);

CREATE TABLE team_coaches (
    team_id uuid NOT NULL,
    club_id uuid NOT NULL,
    profile_id uuid NOT NULL,
    is_head boolean NOT NULL DEFAULT false,
    PRIMARY KEY (team_id, profile_id),
    FOREIGN KEY (team_id, club_id) REFERENCES teams (id, club_id) ON DELETE CASCADE,
    FOREIGN KEY (club_id, profile_id) REFERENCES club_memberships (club_id, profile_id) ON DELETE CASCADE
);
CREATE INDEX ON team_coaches (team_id, club_id);
CREATE INDEX ON team_coaches (club_id, profile_id);
CREATE UNIQUE INDEX team_coaches_one_head ON team_coaches (team_id) WHERE is_head;

CREATE FUNCTION private.teams_of_caller() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT p.team_id FROM public.team_players AS p WHERE p.profile_id = (SELECT auth.uid())
    UNION
    SELECT c.team_id FROM public.team_coaches AS c WHERE c.profile_id = (SELECT auth.uid())
$$;
CREATE FUNCTION private.coaches(team uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT EXISTS (
        SELECT FROM public.team_coaches AS c WHERE c.team_id = coaches.team AND c.profile_id = (SELECT auth.uid())
    )
$$;
GRANT EXECUTE ON FUNCTION private.teams_of_caller(), private.coaches(uuid) TO authenticated;

CREATE TABLE venues (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    club_id uuid REFERENCES clubs ON DELETE SET NULL,
    name text NOT NULL,
    address jsonb NOT NULL CHECK (jsonb_typeof(address) = 'object'),
    latitude numeric(9, 6) CHECK (latitude BETWEEN -90 AND 90),
    longitude numeric(9, 6) CHECK (longitude BETWEEN -180 AND 180)
);
CREATE INDEX ON venues (club_id);

CREATE TABLE trainings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
    venue_id bigint REFERENCES venues ON DELETE SET NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    topic text,
    CHECK (ends_at > starts_at)
);
CREATE INDEX ON trainings (team_id, starts_at DESC);
CREATE INDEX ON trainings (venue_id);

CREATE TABLE training_attendance (
    training_id bigint NOT NULL REFERENCES trainings ON DELETE CASCADE,
    profile_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    answer attendance NOT NULL DEFAULT 'maybe',
    excuse text,
    answered_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (training_id, profile_id)
);
CREATE INDEX ON training_attendance (profile_id);

CREATE TABLE exercises (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    club_id uuid REFERENCES clubs ON DELETE CASCADE,
    title text NOT NULL,
    description text NOT NULL DEFAULT '',
    tags text[] NOT NULL DEFAULT '{}',
    search tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', description), 'B')
    ) STORED
);
CREATE INDEX ON exercises (club_id);
CREATE INDEX exercises_search ON exercises USING gin (search);
CREATE INDEX exercises_tags ON exercises USING gin (tags);

CREATE TABLE training_exercises (
    training_id bigint NOT NULL REFERENCES trainings ON DELETE CASCADE,
    place smallint NOT NULL CHECK (place > 0),
    exercise_id bigint NOT NULL REFERENCES exercises ON DELETE RESTRICT,
    minutes smallint NOT NULL DEFAULT 10 CHECK (minutes BETWEEN 1 AND 180),
    PRIMARY KEY (training_id, place)
);
CREATE INDEX ON training_exercises (exercise_id);

CREATE TABLE opponents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    home_venue_id bigint REFERENCES venues ON DELETE SET NULL
);
CREATE INDEX ON opponents (home_venue_id);

CREATE TABLE competitions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    level text NOT NULL CHECK (level IN ('friendly', 'league', 'cup')),
    season_id bigint NOT NULL REFERENCES seasons ON DELETE CASCADE,
    rules jsonb
);
CREATE INDEX ON competitions (season_id);

CREATE TABLE matches (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
    competition_id bigint REFERENCES competitions ON DELETE SET NULL,
    opponent_id bigint NOT NULL REFERENCES opponents,
    venue_id bigint REFERENCES venues ON DELETE SET NULL,
    kick_off timestamptz NOT NULL,
    status match_status NOT NULL DEFAULT 'planned',
    is_home boolean NOT NULL,
    own_goals smallint CHECK (own_goals >= 0),
    their_goals smallint CHECK (their_goals >= 0),
    difference smallint GENERATED ALWAYS AS (own_goals - their_goals) STORED,
    CONSTRAINT matches_played_has_result CHECK (status <> 'played' OR (own_goals IS NOT NULL AND their_goals IS NOT NULL))
);
COMMENT ON COLUMN matches.difference IS 'Goals of our team less those of the opponent.';
CREATE INDEX ON matches (team_id, kick_off);
CREATE INDEX ON matches (competition_id);
CREATE INDEX ON matches (opponent_id);
CREATE INDEX ON matches (venue_id);
CREATE INDEX matches_to_come ON matches (kick_off) WHERE status = 'planned';

CREATE TABLE match_squads (
    match_id bigint NOT NULL REFERENCES matches ON DELETE CASCADE,
    profile_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    starts boolean NOT NULL DEFAULT false,
    minutes_played smallint CHECK (minutes_played BETWEEN 0 AND 150),
    PRIMARY KEY (match_id, profile_id)
);
CREATE INDEX ON match_squads (profile_id) INCLUDE (minutes_played);

CREATE TABLE match_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    match_id bigint NOT NULL,
    profile_id uuid,
    minute smallint NOT NULL CHECK (minute >= 0),
    kind text NOT NULL CHECK (kind IN ('goal', 'own goal', 'yellow', 'red', 'substitution')),
    note text,
    FOREIGN KEY (match_id) REFERENCES matches ON DELETE CASCADE,
    FOREIGN KEY (match_id, profile_id) REFERENCES match_squads (match_id, profile_id)
);
CREATE INDEX ON match_events (match_id, minute);
CREATE INDEX ON match_events (match_id, profile_id);

CREATE TABLE match_reports (
    match_id bigint PRIMARY KEY REFERENCES matches ON DELETE CASCADE,
    author_id uuid NOT NULL DEFAULT auth.uid() REFERENCES profiles,
    body text NOT NULL,
    published_at timestamptz
);
CREATE INDEX ON match_reports (author_id);

CREATE TABLE injuries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    profile_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    training_id bigint REFERENCES trainings ON DELETE SET NULL,
    match_id bigint REFERENCES matches ON DELETE SET NULL,
    description text NOT NULL,
    out_until date,
    CONSTRAINT injuries_one_occasion CHECK (num_nonnulls(training_id, match_id) <= 1)
);
CREATE INDEX ON injuries (profile_id);
CREATE INDEX ON injuries (training_id);
CREATE INDEX ON injuries (match_id);

CREATE TABLE fitness_tests (
    profile_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    tested_on date NOT NULL,
    kind text NOT NULL,
    value double precision NOT NULL,
    PRIMARY KEY (profile_id, kind, tested_on)
);

CREATE FUNCTION private.refuse_full_team() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF (SELECT count(*) FROM public.team_players AS p WHERE p.team_id = new.team_id)
        > (SELECT t.max_players FROM public.teams AS t WHERE t.id = new.team_id) THEN
        RAISE EXCEPTION 'team % is full', new.team_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER team_players_refuse_full AFTER INSERT OR UPDATE OF team_id ON team_players
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION private.refuse_full_team();

ALTER TABLE seasons ENABLE ROW LEVEL SECURITY;
ALTER TABLE teams ENABLE ROW LEVEL SECURITY;
ALTER TABLE team_players ENABLE ROW LEVEL SECURITY;
ALTER TABLE team_coaches ENABLE ROW LEVEL SECURITY;
ALTER TABLE venues ENABLE ROW LEVEL SECURITY;
ALTER TABLE trainings ENABLE ROW LEVEL SECURITY;
ALTER TABLE training_attendance ENABLE ROW LEVEL SECURITY;
ALTER TABLE exercises ENABLE ROW LEVEL SECURITY;
ALTER TABLE training_exercises ENABLE ROW LEVEL SECURITY;
ALTER TABLE opponents ENABLE ROW LEVEL SECURITY;
ALTER TABLE competitions ENABLE ROW LEVEL SECURITY;
ALTER TABLE matches ENABLE ROW LEVEL SECURITY;
ALTER TABLE match_squads ENABLE ROW LEVEL SECURITY;
ALTER TABLE match_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE match_reports ENABLE ROW LEVEL SECURITY;
ALTER TABLE injuries ENABLE ROW LEVEL SECURITY;
ALTER TABLE fitness_tests ENABLE ROW LEVEL SECURITY;

CREATE POLICY seasons_read ON seasons FOR SELECT TO authenticated USING (club_id IN (SELECT private.clubs_of_caller()));
CREATE POLICY seasons_write ON seasons TO authenticated
    USING (club_id IN (SELECT private.clubs_run_by_caller())) WITH CHECK (club_id IN (SELECT private.clubs_run_by_caller()));
CREATE POLICY teams_read ON teams FOR SELECT TO authenticated USING (club_id IN (SELECT private.clubs_of_caller()));
CREATE POLICY teams_write ON teams TO authenticated
    USING (club_id IN (SELECT private.clubs_run_by_caller())) WITH CHECK (club_id IN (SELECT private.clubs_run_by_caller()));
CREATE POLICY players_read ON team_players FOR SELECT TO authenticated
    USING (team_id IN (SELECT private.teams_of_caller()));
CREATE POLICY players_write ON team_players TO authenticated USING (private.coaches(team_id)) WITH CHECK (private.coaches(team_id));
CREATE POLICY coaches_read ON team_coaches FOR SELECT TO authenticated
    USING (club_id IN (SELECT private.clubs_of_caller()));
CREATE POLICY coaches_write ON team_coaches TO authenticated
    USING (club_id IN (SELECT private.clubs_run_by_caller())) WITH CHECK (club_id IN (SELECT private.clubs_run_by_caller()));
CREATE POLICY venues_read ON venues FOR SELECT TO authenticated USING (true);
CREATE POLICY venues_write ON venues TO authenticated
    USING (club_id IN (SELECT private.clubs_run_by_caller())) WITH CHECK (club_id IN (SELECT private.clubs_run_by_caller()));
CREATE POLICY trainings_read ON trainings FOR SELECT TO authenticated USING (team_id IN (SELECT private.teams_of_caller()));
CREATE POLICY trainings_write ON trainings TO authenticated USING (private.coaches(team_id)) WITH CHECK (private.coaches(team_id));
CREATE POLICY attendance_read ON training_attendance FOR SELECT TO authenticated USING (EXISTS (
    SELECT 1 FROM trainings AS t WHERE t.id = training_attendance.training_id AND t.team_id IN (SELECT private.teams_of_caller())
));
CREATE POLICY attendance_answer ON training_attendance FOR INSERT TO authenticated
    WITH CHECK ((SELECT auth.uid()) = profile_id);
CREATE POLICY attendance_change ON training_attendance FOR UPDATE TO authenticated
    USING ((SELECT auth.uid()) = profile_id) WITH CHECK ((SELECT auth.uid()) = profile_id);
CREATE POLICY exercises_read ON exercises FOR SELECT TO authenticated
    USING (club_id IS NULL OR club_id IN (SELECT private.clubs_of_caller()));
CREATE POLICY exercises_write ON exercises TO authenticated
    USING (club_id IN (SELECT private.clubs_run_by_caller())) WITH CHECK (club_id IN (SELECT private.clubs_run_by_caller()));
CREATE POLICY training_exercises_read ON training_exercises FOR SELECT TO authenticated USING (EXISTS (
    SELECT 1 FROM trainings AS t WHERE t.id = training_exercises.training_id AND t.team_id IN (SELECT private.teams_of_caller())
));
CREATE POLICY opponents_read ON opponents FOR SELECT TO authenticated USING (true);
CREATE POLICY competitions_read ON competitions FOR SELECT TO authenticated USING (true);
CREATE POLICY matches_read ON matches FOR SELECT TO authenticated USING (team_id IN (SELECT private.teams_of_caller()));
CREATE POLICY matches_write ON matches TO authenticated USING (private.coaches(team_id)) WITH CHECK (private.coaches(team_id));
CREATE POLICY squads_read ON match_squads FOR SELECT TO authenticated
    USING (match_id IN (SELECT m.id FROM matches AS m WHERE m.team_id IN (SELECT private.teams_of_caller())));
CREATE POLICY events_read ON match_events FOR SELECT TO authenticated
    USING (match_id IN (SELECT m.id FROM matches AS m WHERE m.team_id IN (SELECT private.teams_of_caller())));
CREATE POLICY reports_read ON match_reports FOR SELECT TO anon, authenticated USING (published_at <= now());
CREATE POLICY reports_write ON match_reports TO authenticated
    USING ((SELECT auth.uid()) = author_id) WITH CHECK ((SELECT auth.uid()) = author_id);
CREATE POLICY injuries_own ON injuries FOR SELECT TO authenticated USING ((SELECT auth.uid()) = profile_id);
CREATE POLICY fitness_own ON fitness_tests FOR SELECT TO authenticated USING ((SELECT auth.uid()) = profile_id);
GRANT SELECT ON match_reports TO anon;
