"""The queue: how a list of cases is found, wanted, kept, and worked on at once."""
