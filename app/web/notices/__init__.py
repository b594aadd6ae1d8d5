"""The notice as the front door: read, searched, printed, compared with what it was."""
