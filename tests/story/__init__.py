"""The whole story, told by a browser, a mail program and a running service."""
