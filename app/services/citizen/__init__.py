"""What a citizen does once an opinion is registered, and what is followed by mail."""
