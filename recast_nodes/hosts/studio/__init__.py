"""Recast Studio: the host for whoever has none. A window over one shot document; the worker computes.

document.py      the shot with undo, autosave and signals; disk.py, the thread for its files; know no widgets
pictures.py      asks the worker for pictures, keeps them, and says which frames are there; knows no widgets
display.py       scene-linear pixels to what a monitor shows; knows no Qt
presets.py, layout.py  small performances for the hand sliders; where nodes are drawn; know no Qt
number_field.py  every number that is typed
node_graph.py    the graph, drawn by NodeGraphQt as node_view.py has it; snippets.py, nodes as text
node_tools.py    what can be done in the graph: node_edits.py, node_search.py, node_menus.py
key_model.py     which keys are shown and selected; key_edits.py, edits of many at once; knows no widgets
key_plot.py      keys that are drawn, hands for them (key_box.py), a menu (key_menu.py): curve_editor.py, dope_sheet.py
timeline.py      ruler.py, and playing between the points of play_range.py
knob_panel.py    knobs: knob_widgets.py, number_knob.py, colorspaces.py
viewer.py        viewer_bar.py, canvas.py, readout.py; box_handles.py and box_editor.py, the box of a FaceTrack
render_dialog.py, bring_dialog.py   with the field for where frames go: output_field.py, outputs.py
progress.py      what is seen while a clip is tracked; eta.py
messages.py, small.py   boxes and labels that show a document's words letter for letter
fitting.py, flow.py, focus.py   sizes on small screens; rows that wrap; who gets the keys
display_check.py whether Qt can open a window, asked before it starts
window.py        puts the panels together, panels.py where they are; app.py starts it
"""
