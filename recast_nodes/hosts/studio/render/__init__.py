"""Rendering, and the progress of tracking: where frames go, how far they are.

consent_dialog     the form for who agreed to the edit
output_field       the field for where frames go, with any problem of the location below it
output_path        where frames go: a writable location, and why one is not writable
render_dialog      the dialog: which frames, where they go, progress, time left, cancel
render_model       a render by the worker: where frames go, whether they may, how far it is; the dialog listens
time_left          the time left, by recent progress
tracking_progress  the line below the picture while a shot is looked at: progress, time left, cancel
"""
