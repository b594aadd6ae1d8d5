"""The classroom: models are learned and tried by processes of their own."""
