"""Nuke: gizmos made from the declarations (gizmos.py), and what runs inside Nuke (the other modules, Python 3.7)."""
