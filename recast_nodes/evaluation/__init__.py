"""How good an edit is: numbers of every frame, and the page that shows them; and how fast models are.

benchmark       digital humans with their true answers, models run over them, their frames scored
edges           the jaw's edge as pictures show it: how ragged its line is, and whether a rim stands beside it
fidelity        how near a picture comes to a known truth
irises          irises as pictures show them: how far an eye is from a dark disc before a bright ball
mouth           whether the inside of a mouth belongs to its face
network_speed   how fast the networks of a model are, beside their plain forms
plate_speed     how fast the stages of a model that works on the plate's own pixels are, at given plate sizes
random_weights  networks filled with random weights
timing          calls timed
"""
