"""Exports of episodes: notebooks for learners, instructors and live coding, and plain scripts. Pure."""
