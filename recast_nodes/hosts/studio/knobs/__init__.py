"""The panel of a node: one widget for each kind of knob.

colorspaces   the colour spaces of the active OpenColorIO configuration, by family, searched by a part of the name
folded_group  a group of many knobs, folded and searched
knob_panel    the knobs of the selected node, from its declaration
knob_widget   what the widgets of all kinds of knobs have in common
knob_widgets  one widget for each kind of knob
number_knob   the widget of a number: a field with the knob's limits and, if the range is small enough, a slider
panel_parts   small parts of the panel: summary, names, wheel, what is in use
"""
