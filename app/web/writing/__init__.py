"""Writing an opinion: what stands beside the form of `app.web.write`."""
