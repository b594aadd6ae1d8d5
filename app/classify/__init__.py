"""Which item it is about: text in, a Classification out; pure."""
