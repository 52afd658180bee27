"""Create the roles that a migration needs, and restore those of the server."""
