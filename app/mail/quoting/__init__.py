"""Which words of a letter are its writer's own."""
