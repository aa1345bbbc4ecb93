"""Episodes to take away: notebooks for learners, instructors and live coding, and plain scripts. Pure."""
