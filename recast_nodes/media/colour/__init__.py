"""Colour spaces: what a file states, and what that is in the active configuration.

colour          colour spaces of plates, by OpenColorIO: from $OCIO
configurations  what a colour configuration is known by: its text, the environment variables that it uses, and its LUTs
equivalents     colour configurations, and what in a studio's own one stands for the spaces that we look for
stated          what a file's header states about its colour, and what that may be called in a configuration
"""
