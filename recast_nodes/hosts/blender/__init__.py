"""Blender: properties made from the declarations (properties.py), and what runs inside Blender (the other modules)."""
