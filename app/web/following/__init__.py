"""A citizen's further steps: keeping a receipt, answering back, following."""
