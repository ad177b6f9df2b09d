"""Recast Studio: the host for whoever has none. A window over one shot document; the worker computes.

document.py      the shot with undo, autosave and signals; disk.py, the thread for its files; know no widgets
pictures.py      asks the worker for pictures, keeps them, and says which frames are there; knows no widgets
display.py       scene-linear pixels to what a monitor shows; knows no Qt
presets.py, layout.py  small performances for the hand sliders; where nodes are drawn; know no Qt
node_graph.py, knob_panel.py, curve_editor.py (curve_plot.py), viewer.py, timeline.py, render_dialog.py   one panel each
window.py        puts the panels together; app.py starts it
"""
