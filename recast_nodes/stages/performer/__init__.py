"""A face finished from the actor's own frames: which of them fit, how they are brought there, and how they are blended.

blend  layers of own frames, registered to each other, blended by how far each is expected to be from the truth
fit    how well a frame's features fit the wanted ones, part by part
lay    own frames warped to the driven keypoints, and lit as the plate is
"""
