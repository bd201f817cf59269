"""What the examples share: their command line, data and figures."""
