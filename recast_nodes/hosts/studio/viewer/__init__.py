"""The viewer: the picture, how it is shown, and what is drawn over it.

box_editor         the box of the selected FaceTrack, drawn over the picture while it picks its face by one
box_handles        a rectangle over the picture that the mouse draws, moves and resizes
canvas             the picture itself: zoom, pan, wipe, points drawn over it
display            pixels of a shot to what a monitor shows: exposure, the view transform, gamma, one channel or all
display_cache      pictures converted for the screen, by a thread of their own
framing            zoom and pan: where the plate's pixels lie on the canvas
point_handle       a point over the picture that the mouse moves
provisional_mark   the words over a picture that is provisional
readout            the line below the picture: the pixel under the mouse, and its values as they are stored
target_editor      what is dragged over the picture: a box, or the point that eyes look at
viewer             the panel: bar, picture and readout over one model
viewer_bar         the bar above the picture: what is shown, and how
viewer_controller  brings the pictures that the model names to the screen
viewer_model       how the viewer shows the shot: inputs, wipe, look, framing, pointer; the widgets listen to it
"""
