"""Archives: files of earlier opinions, taken apart without trusting them."""
