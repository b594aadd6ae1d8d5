"""The notice as the front door, as readers find it."""
