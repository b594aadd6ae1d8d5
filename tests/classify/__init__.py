"""Tests of the classifier: words in, a place in the notice out."""
