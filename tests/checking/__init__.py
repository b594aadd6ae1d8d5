"""Tests of checking: collections of every layout, and each form of expectation."""
