"""One translator for each host: the command line, manuals, and those to come."""
