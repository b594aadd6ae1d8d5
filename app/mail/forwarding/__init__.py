"""Letters within letters: who wrote what was sent on."""
