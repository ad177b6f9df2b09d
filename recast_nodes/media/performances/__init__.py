"""Performances as numbers, in and out: what a face does in each frame, by names, without a picture.

formats      any of the files below by its ending and content, and writing them
performance  the numbers of all frames, and how loose columns become them
tables       CSV: Live Link Face's, and whatever has a column for each of ARKit's shapes
documents    JSON: MetaHuman's controls, Audio2Face's export, digital humans
timecodes    the rate and the seconds that timecodes tell
gltf         glTF: a face with named morph targets
usd          USD: a face with named blend shapes
"""
