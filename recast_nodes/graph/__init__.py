"""The graph of a shot: what is placed and wired, how it is evaluated, and how it is rendered.

The shot:
graph            placed nodes, their knob values and curves, the wires between them
changes          edits: nodes added and removed, wires, keys
edit             the shot of `recast edit`: plate and driver through all stages
faces            several faces in one shot: a chain of nodes for each
face_selectors   which face is meant, in a word or two
recordings       a recording that is wired as a clip is
roles            which node is the plate, which the face, which the driver
stills           a still as the plate: how long the shot runs
driver_time      which of the driver's frames plays at each frame of the plate
summary          what was set apart from the defaults, in words

Its document:
document         a graph as YAML, and back
document_reader  YAML's tree walked once, with every fault in it
blocks           what a document may say beside its nodes
consent          who agreed to the edit: the block `consent:`
poses            named mixtures of shapes, those that ship, and the words for blends of them
pose_block       the shot's own poses: the block `poses:`
pose_keys        poses in the knobs of an ExpressionMix: set, blended, keyed
document_yaml    YAML's tree with lines, and the small things in it
origin           whose work a document is, so that nobody's work is overwritten
allowed_paths    where a shot may read and write

Before rendering:
policy           what a studio asks of every render
check            what can be known of a shot without rendering it
check_inputs     inputs that knob values need and nothing is connected to
fingerprint      a result is known by what made it
keys             the fingerprint of any result, without making it

Evaluating:
evaluate         results when they are asked for
analyse          nodes that look at the whole shot first
look_together    several of them look at the same frames at once
analysis         what they learn of it
provisional      one frame before the whole shot has been looked at
background       looking at the whole shot behind what is urgent
pull             one request for frames: each result is made once
cache            where results wait, in memory and on disk
takes            other footage of a plate's actor, which a node looks at beside the shot
steps            recursion as deep as the user's graph
faults           what went wrong with a frame, as the error that it is

Rendering:
render           the frames of a range that are not there yet
render_loop      making them, several at once
render_record    what a render notes of itself in the ledger beside its output
make_frames      one chunk of them pulled and written, by a thread or by a process
asked_frames     which files they are, and whether what they are made from stands
crew             processes that look at frames and make them, beside the render's own
settings         how a render is asked for, and what it did
resume           which frames are there already, as they are asked for
sharing          which of several renders makes a frame
output_folder    the folder that frames go into stays what it was
"""
