"""Conditions."""

CLUBS_OF_CALLER = "club_id IN (SELECT private.clubs_of_caller())"

CLUBS_RUN_BY_CALLER = "club_id IN (SELECT private.clubs_run_by_caller())"

OWN_PROFILE = "(SELECT auth.uid()) = profile_id"

CLUBS_PAID_BY_CALLER = "club_id IN (SELECT private.clubs_paid_by_caller())"

OWN_AUTHOR = "(SELECT auth.uid()) = author_id"

TEAMS_OF_CALLER = "team_id IN (SELECT private.teams_of_caller())"

COACHES = "private.coaches(team_id)"
