"""Run by Blender's own Python: installs the extension from its zip, builds an edit by script, renders it, goes on from
there in the compositor. Prints one JSON object; the test beside it judges.
"""

import json
import os
import signal
import sys
import time
import warnings
from pathlib import Path

import bpy

package, plate, driving, out = sys.argv[1:5]
frames, size = ([int(word) for word in text.split("-")] for text in sys.argv[5:7])
EVERY = 0.1
LAYERS = str(Path(plate).parents[1] / "layers" / f"{{}}.{frames[0]}.exr")
told = {"version": list(bpy.app.version)}


def main():
    bpy.ops.extensions.package_install_files(filepath=package, repo="user_default", enable_on_install=True)
    addon = next(name for name in list(bpy.context.preferences.addons.keys()) if name.endswith(".recast"))
    hosts = __import__(addon + ".hosts.blender", fromlist=["x"])
    building, reading, running = (
        __import__(f"{hosts.__name__}.{name}", fromlist=["x"]) for name in ("building", "reading", "running")
    )
    scene = bpy.context.scene
    scene.frame_start, scene.frame_end = frames
    tree = new_tree(scene)
    nodes = building.add_edit(tree)
    for name, path in (("Plate", plate), ("Driving", driving)):
        load(nodes[name], path)
    mix, write = nodes["ExpressionMix"], nodes["Write"]
    write.file = out + "/shot.####.exr"
    mix.smile = 0.5
    mix.replace = 0.0
    mix.keyframe_insert("replace", frame=frames[0])
    mix.replace = 1.0
    mix.keyframe_insert("replace", frame=frames[1])
    shapes = ((frames[0], 0.2, "CONSTANT"), (frames[0] + 2, 0.6, "ELASTIC"), (frames[1], 0.1, "LINEAR"))
    for frame, value, shape in shapes:
        mix.enhance = value
        mix.keyframe_insert("enhance", frame=frame)
        trees(hosts).fcurves(tree)['nodes["ExpressionMix"].enhance'].keyframe_points[-1].interpolation = shape
    nodes["Driving"].frame_offset += 1  # the driver is a frame ahead
    for layer in ("face", "matte", "stmap"):
        setattr(nodes["MaskComposite"], f"layers_{layer}", True)
    told["paths"] = [curve.data_path for curve in trees(hosts).fcurves(tree).values()]
    told["knobs"] = described(nodes)
    started = time.perf_counter()
    gathered = reading.TreeNodes(tree, list(range(frames[0], frames[1] + 1)))
    gathered.add(write)
    told["gather_ms"] = 1000 * (time.perf_counter() - started)
    told["values"] = {
        path.rpartition(".")[2]: {frame: curve.evaluate(frame) for frame in range(frames[0], frames[1] + 1)}
        for path, curve in trees(hosts).fcurves(tree).items()
    }
    told["preview"] = previewed(hosts, running.running, write)
    told["render"] = sorted(bpy.ops.recast.render())
    told["said"] = running.running.messages
    told["sockets"] = [socket.name for socket in write.outputs]
    told["track"] = sorted(bpy.ops.recast.track())
    copied = tree.nodes.new("RecastWriteNode")
    older = tree.nodes.new("RecastExpressionMixNode")
    older.mode = "animate"  # as an earlier version saved it
    earlier = __import__(f"{hosts.__name__}.earlier", fromlist=["x"])
    told["earlier"] = [len(earlier.take_over(older)), older.transfer, len(earlier.take_over(older))]
    tree.nodes.remove(older)
    told["kinds"] = sorted(node.bl_idname for node in tree.nodes if node.bl_idname.startswith("Recast"))
    tree.nodes.remove(copied)
    went_on(scene, tree, write.outputs[0], out + "/through")
    went_on(scene, tree, write.outputs["Face over plate"], out + "/over")
    told["layers"], told["second"] = layered(tree, nodes, reading), behind_another(tree, nodes, reading)
    told["layered"] = rendered_layer(tree, nodes, hosts)
    told["timed"] = by_timer(hosts, running, write)
    told["consent"] = agreed(write)
    told["pose"] = posed(mix)
    told["refused"] = {}
    warnings.simplefilter("error")  # a path below the blend file is one that the property takes
    for file in ("", "//out/shot.####.exr"):
        write.file = file
        try:
            bpy.ops.recast.render()
        except RuntimeError as error:
            told["refused"][file] = str(error)
    bpy.ops.preferences.addon_disable(module=addon)


def agreed(write):
    """Two performers by the form, and a date that is none: what the file holds, and what was refused."""
    bpy.ops.recast.consent(performer="Jane", agreement="7")
    bpy.ops.recast.consent(performer="Sam", role="driver")
    refused = ""
    try:
        bpy.ops.recast.consent(performer="Joe", until="soon")
    except RuntimeError as error:
        refused = str(error)
    with open(bpy.path.abspath(write.consent), encoding="utf-8") as file:
        return [json.load(file)["consent"], refused]


def posed(mix):
    """Two shapes after a pose at half, and whether they are keyed after one that is."""
    bpy.ops.recast.pose(pose="aa", amount=0.5)
    half = [mix.jawOpen, mix.noseSneerLeft]
    bpy.ops.recast.pose(pose="rest", key=True)
    return [half, mix.jawOpen]


def previewed(hosts, running, write):
    """The middle frame as a preview: what is said of it, the jobs that were begun, and its pixels once it settled."""
    module = __import__(f"{hosts.__name__}.preview", fromlist=["x"])
    show, shown = module.show_picture, []

    def watch(found, colorspace):
        image = show(found, colorspace)
        shown.append([bool(found.get("provisional")), image.pixels[:3]])
        return image

    module.show_picture = watch
    bpy.context.scene.frame_set(frames[0] + 2)
    ended = sorted(bpy.ops.recast.preview())
    module.show_picture = show
    image = bpy.data.images[module.IMAGE]
    bpy.context.scene.frame_set(frames[0])
    width, height = image.size
    middle = 4 * (width * (height // 2) + width // 2)
    return {
        "ended": ended,
        "provisional": [each for each, _ in shown],
        "mark": running.mark,
        "size": [width, height],
        "row": list(image.pixels[middle : middle + 4 * 32]),
        "colorspace": image.colorspace_settings.name,
    }


def layered(tree, nodes, reading):
    """Which layers of a file with several the outputs of its Image node name in the shot, by the outputs linked."""
    found = {}
    for file, track, composite in (
        ("passes", "Combined", ""),
        ("passes", "DiffCol", ""),
        ("passes", "DiffCol", "Combined"),
        ("bare", "Combined", ""),
        ("bare", "matte", ""),
        ("stereo", "Combined", ""),
    ):
        image = tree.nodes.new("CompositorNodeImage")
        load(image, LAYERS.format(file))
        if file == "passes":
            image.layer = "ViewLayer"
        if file == "stereo":
            image.view = "right"
        tree.links.new(image.outputs[track], nodes["FaceTrack"].inputs[0])
        source = image.outputs[composite] if composite else nodes["Plate"].outputs[0]
        tree.links.new(source, nodes["MaskComposite"].inputs[0])
        gathered = reading.TreeNodes(tree, [frames[0]])
        gathered.add(nodes["Write"])
        reads = [node["knobs"] for node in gathered.nodes.values() if node["kind"] == "Read"]
        named = sorted(read[knob] for read in reads for knob in ("layer", "view") if knob in read)
        found[f"{file} {track} {composite}".strip()] = named
        tree.links.new(nodes["Plate"].outputs[0], nodes["FaceTrack"].inputs[0])
        tree.links.new(nodes["Plate"].outputs[0], nodes["MaskComposite"].inputs[0])
        tree.nodes.remove(image)
    return found


def behind_another(tree, nodes, reading):
    """A second edit that takes the first one's Write for its plate, and one with a muted node."""
    track, write = tree.nodes.new("RecastFaceTrackNode"), tree.nodes.new("RecastWriteNode")
    tree.links.new(nodes["Write"].outputs[0], track.inputs[0])
    tree.links.new(track.outputs[0], write.inputs[0])
    gathered = reading.TreeNodes(tree, [frames[0]])
    gathered.add(write)
    wired = gathered.nodes[track.name]["inputs"]
    nodes["MaskComposite"].mute = True
    gathered = reading.TreeNodes(tree, [frames[0]])
    gathered.add(nodes["Write"])
    nodes["MaskComposite"].mute = False
    for node in (track, write):
        tree.nodes.remove(node)
    return [wired, gathered.nodes["Write"]["inputs"]]


def rendered_layer(tree, nodes, hosts):
    """An edit of one layer of several, rendered at a frame: which sockets the Write shows, and where they come from."""
    actions = __import__(f"{hosts.__name__}.actions", fromlist=["x"])
    image, write = tree.nodes.new("CompositorNodeImage"), nodes["Write"]
    load(image, LAYERS.format("passes"))
    image.layer = "ViewLayer"
    before = write.file
    write.file = out + "/layered/shot.####.exr"
    for node in ("FaceTrack", "MaskComposite"):
        tree.links.new(image.outputs["Combined"], nodes[node].inputs[0])
    tree.nodes.active = write
    actions.render(bpy.context, str(frames[0]))
    shown = write.node_tree.nodes["Recast result"]
    drawn = next(node for node in write.node_tree.nodes if node.bl_idname == "NodeGroupOutput").inputs[0]
    seen = [shown.layer if shown.has_layers else "", drawn.links[0].from_socket.name]
    for node in ("FaceTrack", "MaskComposite"):
        tree.links.new(nodes["Plate"].outputs[0], nodes[node].inputs[0])
    tree.nodes.remove(image)
    write.file = before
    return seen


def by_timer(hosts, running, write):
    """The same jobs as with a window, looked at by the timer's function; cancelled once, and once the worker dies.

    A later frame is held back until then (tests/hosts/worker/conftest.py), so that no render ends too soon. Each time
    it is another frame: a cancelled render that is held may not see how briefly it was let go.
    """
    actions = __import__(f"{hosts.__name__}.actions", fromlist=["x"])
    write.file = out + "/timed/shot.####.exr"
    found = {"longest_look_ms": 0.0}
    for way, held in (("cancelled", frames[1] - 1), ("killed", frames[1]), ("whole", None)):
        path, gathered = actions.save_shot(bpy.context.scene, write)
        running.running.job = None
        hold = Path(out, "timed", f"HOLD-shot.{held}.exr")
        if held:
            hold.touch()
        job = actions.make_worker().start("render", path=path, workers=1, overwrite=way == "killed")
        now = running.running
        now.job, now.messages, now.part, now.done = job, [], 0.0, lambda: None
        asked, left = None, EVERY
        while left is not None:
            started = time.perf_counter()
            left = now._look()
            found["longest_look_ms"] = max(found["longest_look_ms"], 1000 * (time.perf_counter() - started))
            if now.text.startswith("render") and now.part and asked is None and held:
                asked = time.perf_counter()
                now.cancel() if way == "cancelled" else os.kill(worker_pid(), signal.SIGKILL)
            time.sleep(0.01)
        hold.unlink(missing_ok=True)
        found[way] = [job.code, now.messages[-1], round(time.perf_counter() - asked, 2) if asked else 0]
    return found


def worker_pid():
    (contact,) = Path(os.environ["RECAST_RUNTIME"]).glob("worker-*.json")
    return json.loads(contact.read_text())["pid"]


def trees(hosts):
    return __import__(f"{hosts.__name__}.trees", fromlist=["x"])


def new_tree(scene):
    if hasattr(scene, "compositing_node_group"):
        scene.compositing_node_group = bpy.data.node_groups.new("Compositing", "CompositorNodeTree")
        return scene.compositing_node_group
    scene.use_nodes = True
    scene.node_tree.nodes.clear()
    return scene.node_tree


def load(node, path):
    node.image = bpy.data.images.load(path)
    node.image.source = "SEQUENCE"
    node.frame_start, node.frame_offset, node.frame_duration = frames[0], frames[0] - 1, frames[1] - frames[0] + 1


def described(nodes):
    """Ranges and tips as Blender itself has them."""
    mix = nodes["ExpressionMix"].bl_rna.properties
    return {
        name: [mix[name].hard_min, mix[name].hard_max, mix[name].soft_min, mix[name].soft_max, mix[name].is_animatable]
        for name in ("replace", "enhance", "smile", "smooth_variance")
    }


def went_on(scene, tree, socket, folder):
    """Write what a socket gives as half-float EXR by Blender's own compositor, frame by frame."""
    Path(folder).mkdir(parents=True)
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = "OPEN_EXR"
    scene.render.image_settings.color_depth = "16"
    scene.render.image_settings.color_mode = "RGBA"
    scene.render.image_settings.exr_codec = "ZIP"
    scene.render.use_compositing = True
    if hasattr(scene, "compositing_node_group"):
        names = [item.name for item in tree.interface.items_tree]
        if "Image" not in names:
            tree.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
        last = next((n for n in tree.nodes if n.bl_idname == "NodeGroupOutput"), None) or tree.nodes.new(
            "NodeGroupOutput"
        )
    else:
        last = next((n for n in tree.nodes if n.bl_idname == "CompositorNodeComposite"), None) or tree.nodes.new(
            "CompositorNodeComposite"
        )
    tree.links.new(socket, last.inputs[0])
    for frame in range(frames[0], frames[1] + 1):
        scene.frame_set(frame)
        scene.render.filepath = f"{folder}/shot.{frame}.exr"
        bpy.ops.render.render(write_still=True)


main()
print("TOLD " + json.dumps(told))
