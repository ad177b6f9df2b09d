"""The OpenFX plugin: what it declares, and what its frames are made by. The plugin itself is C, in plugins/openfx.

Here, from the declarations (standard library only):
effects     the effects: their nodes, clips, outputs
parameters  a knob as the parameters of an effect
header      all of it as a header of C, which the plugin is compiled with
build       the bundle, compiled here and put where hosts look

In the worker:
shots       the shot that an effect's parameters and clips stand for
session     one effect of a host: its clips, what was seen of them, its results
pictures    a result as the planes that go back to the host
"""
