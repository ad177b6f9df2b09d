"""Small widgets, and what makes windows fit, for every panel.

fitting       windows that fit on the screen they are on: small laptops, and large text at a scale of 150 %
flow          a row of widgets that goes on in the next line where the window is narrow
messages      message boxes
number_field  the field for every number that is typed, which reads it by one rule in every locale
small         small widgets that several panels use
"""
