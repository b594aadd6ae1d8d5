"""Several offices: disputes, handing over, joint handling, liaisons who mail."""
