"""What lies before or behind a face, and keeps its place.

complexion      what a face looks like over a shot, and what departs from it in one frame.
find_glasses    glasses, found over a shot: rims, bridge and temples as wires in a plane before the eyes
glasses_plane   the plane before the eyes in which glasses lie, as a frame shows it
glasses_wires   the wires of glasses: lines in that plane, and how much a picture looks like one
guard           the occlusion guard: what is not the face keeps its place in the plate
jaw_edge        the outline of cheeks and chin, moved as one line, whatever lies beside it
other_faces     faces that stand before or behind the one that is edited: whose pixel is whose
remove_glasses  a frame's glasses taken off the plate, and put on again over a face that has moved behind them
texture         the texture of a canonical face: what each point of a face shows in a picture
"""
