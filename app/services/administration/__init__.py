"""What an administrator sets up: notices, offices and what else it takes."""
