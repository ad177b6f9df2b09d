"""Rendering and tracking from Studio: where frames go, how far it is.

output_field       the field for where frames go, with what is wrong with the place below it
output_path        where frames go: a place that can be written to, and why one cannot
render_dialog      rendering from Studio: which frames, how far it is, how long it takes yet, cancel
render_model       a render by the worker: where frames go, whether they may, how far it is; the dialog listens
time_left          how long something takes yet, by how fast it went lately
tracking_progress  the line below the picture while a clip is tracked: how far it is, how long it takes yet, cancel
"""
