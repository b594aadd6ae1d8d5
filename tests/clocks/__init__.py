"""Tests of time: the calendar, policies, pauses, extensions, supervision."""
