"""Recast Studio: for anyone without a compositing host. A window over one shot document; the worker computes.

shot/        the shot with undo, autosave and signals, its files, and pictures of its nodes
viewer/      the picture, how it is shown, the box of a FaceTrack
timeline/    the frames, playing, in and out points
keys/        curve editor and dope sheet over one model of the keys
node_graph/  the graph, its edits, search and menus
knobs/       the panel of a node
poses/       a strip of faces that sets and keys poses
clips/       importing plates and drivers
render/      where frames go, rendering, tracking
widgets/     what several panels use

app                 starts Studio
window              puts the panels together
panels              where they are, and how large the window is
status_line         the line at the bottom: messages, work, and what is wrong with the shot
menus               the menu bar
shortcuts           keyboard shortcuts, and the help that lists them
keyboard_focus      which panel the keys go to
notices             what an artist should know although nothing failed
presets             small performances for the hand sliders
display_check       whether Qt can open a window, checked before it starts
garbage_collection  Python's garbage, collected in the window's thread only
"""
