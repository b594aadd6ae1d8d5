"""Tests with the mail systems that everybody has."""
