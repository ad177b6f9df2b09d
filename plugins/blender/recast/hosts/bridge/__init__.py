"""What all plugins share and ship by copy: the declarations as data, and the way from a host's nodes to a document.

Standard library only, Python 3.7.
"""
