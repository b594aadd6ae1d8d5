"""The administrator's pages of the desk."""
