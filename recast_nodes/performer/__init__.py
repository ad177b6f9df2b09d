"""Learning a model of one performer from the actor's own footage (`recast train performer`).

choose   the own frames that a performer keeps
fit      what is learned by least squares, without negative weights
footage  the frames that a performer is learned from
judge    how near a picture of a face comes to the true frame
learn    a performer from its footage: what own frames are worth, where, and how they are blended
lent     pairs finished by own frames of other stretches than the truth's
pairs    one frame of the footage moved to another's expression and pose, beside that frame
places   how errors lie over the face
preview  a picture of what was learned
search   how errors become shares, by trying
weigh    what explains how far own frames are from the truth, by least squares
"""
