"""Tests of the letter reader: own samples, hostile bytes, and letters of others."""
