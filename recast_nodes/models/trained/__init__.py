"""Models that `recast train` made: each a folder of weights and its card, found where the weights are.

A folder `trained` among the model files (`recast models list` says where) holds one folder a model; further ones can be
named in $RECAST_TRAINED, as NAME=FOLDER with `os.pathsep` between. Nothing of them is part of this package.

card     what is known of a trained model: `model.json` beside its weights
find     the trained models of this machine, declared by their cards
model    the model: PerformRecast's nodes on the networks of that folder
sizes    how large its networks are, and the networks of these sizes
weights  its networks read and written, and what they are known by
"""

FOLDER, CARD = "trained", "model.json"
NAMED = "RECAST_TRAINED"
