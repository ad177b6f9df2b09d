"""Small widgets, and what makes windows fit, for every panel.

fit_on_screen  windows that fit on the screen they are on: small laptops, and large text at a scale of 150 %
flow_layout    a row of widgets that wraps where the window is narrow
labels         labels, tool tips and check boxes that several panels use
messages       message boxes
number_field   the field for every number that is typed, which reads it by one rule in every locale
"""
