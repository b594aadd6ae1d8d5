"""Ways to sign in, and accounts, as browsers see them."""
