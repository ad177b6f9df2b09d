"""Training of the published architecture: data, losses, loop (`recast train`; see docs/training.md).

The paper's section 3 and appendices C, D and G. Nothing of its training was published; decision 51 says what is ours.

checkpoints    checkpoints of a run, and weights out of them
data           what is trained on: rendered people, a benchmark, tracked clips
distributed    several processes that train one model, as `torchrun` starts them
export         a run's weights as a model behind the nodes
losses         the losses, each a function or a small module
objectives     the paper's losses together, weighted, by name
presets        settings to begin from, as YAML
reenactor      the networks while they are taught
record         what a run leaves for people to look at
run            a run from its settings to its checkpoints
settings       the settings of a run
settings_file  settings as YAML, read and written
trainer        one run's networks, and one step of teaching them
"""
