"""Recast Nodes: edit an actor's facial expression in a finished shot.

nodes             the nodes and their knobs, one declaration a file
graph             a shot: its document, its check, its render
stages            the arithmetic of an edit, on tensors
models            what edits a face, and what tracks one
media             files: images, movies, colour, landmarks, the journal of a render
face              a face's landmarks, regions and coefficients by name
evaluation        the report's measures, and benchmarks
performer         a model of one actor, learned from the actor's own footage
training          the published architecture taught: data, losses, loop
hosts             the command line, Studio, Nuke, Blender, farms

channels          channels that are made as they are asked for
curves            keyed values over time
errors            what goes wrong, in words for the artist
knobs             the kinds of knobs
machine           the cores and the memory that this process may use
menu              a registry's declarations as the options of a knob
model_registry    what can be known of every model without loading it
natives           threads of the libraries that compute
node              what every node is and promises
notices           what the artist should know although nothing failed
processes         which processes live, and since when
references        what a declaration refers to: "module:attribute" resolved
registry          declarations by name: our own, and those of other packages
tracker_registry  what can be known of every tracker without loading it
unknown_names     what was meant by a name that there is not
window            a rectangle of pixels
wire_parts        what values on wires and records hold
wires             what travels along a wire between nodes
"""

__version__ = "0.1.0"
