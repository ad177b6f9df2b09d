"""How good an edit is: numbers of every frame, and the page that shows them; and how fast models are.

network_speed   how fast the networks of a model are, beside their plain forms
plate_speed     how fast the stages of a model that works on the plate's own pixels are, at given plate sizes
random_weights  networks filled with random weights
timing          calls timed
"""
