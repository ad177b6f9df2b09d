"""Digital humans: the ICT-FaceKit head, rendered with known identity, expression, head pose, camera and light.

`renderer` makes a picture of a person, `performance` makes up people and what they do, `track_set` has the project's
own landmarker look at hundreds of them, `fit` learns `recast_nodes/models/expression_basis.npz` from what it saw.
Tools for developers: nothing here is imported by the package. They need `warp-lang` and the packed head.
"""
