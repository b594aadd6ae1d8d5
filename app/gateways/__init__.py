"""Edge: letters in and out of the building."""
