"""What a citizen does after the receipt, and what is followed by mail."""
