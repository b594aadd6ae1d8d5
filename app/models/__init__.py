"""What is stored: tables and nothing else."""
