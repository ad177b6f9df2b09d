"""Files in and out: images, sequences, movies, colour spaces, EXR forms.

In this folder lie pictures and sources of frames: `images` and `pictures` (which channels are the picture), `pixels`,
`raster`, `alpha`, `edits`, `painted`, `writers`, `movie_writer`, `review`; `sequences`, `movies`, `rates`, `timing`.
The rooms:

names      patterns, frames, what lies beside a file, what kind of file it is
exr        OpenEXR, and the EXR forms of what travels on wires
colour     what a file states about its colour, and what that is in the active configuration
landmarks  landmarks and 2D tracks of other programs
performances  what a face does, in numbers by name
journal    what renders know of each other and of earlier ones
provenance what can be shown of finished files later: who rendered them, of what
files      whole or not at all, no link followed, limits on strangers' files
readers    the processes that open what may be damaged, or made to harm; `decoders` is what runs in them
"""
