"""One translator for each host, and what they share.

blender        the Blender extension
bridge         shots on their way between a host's own nodes and a document
cli            the command line
docs           the node reference, docs/nodes.md
farm           Ray, Open Job Description, OpenCue
nuke           the Nuke plugin
openfx         what the OpenFX plugin declares, and how the worker answers it
plugin_folder  a plugin written into a folder that may be somebody's own
plugins        the plugins as their files: what is written by hand, and what is generated
resources      where icons and hand-written parts lie, in a clone and in an installed package
studio         Recast Studio
worker         the process that renders for hosts
"""
