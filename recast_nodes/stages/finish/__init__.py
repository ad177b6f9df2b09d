"""The picture of the new face: its detail and grain, its colour, its way back into the plate.

colour     between the light of a plate and the picture that networks see
composite  laying the new face into the plate: mattes, colour at the boundary
detail     the plate's own fine detail in a face that a network painted at a lower resolution
grain      what a warped face still lacks: its grain, its sharpness, and the share of fine detail that is wanted
patch      the square patch that a network sees and paints: out of a plate, back into it
"""
