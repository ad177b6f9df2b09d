"""Model files: which there are, where they lie, what is in them, how they come here.

checkpoints      files of weights: read as tensors and nothing else, and told apart by their tensors
downloads        model files: which there are, where they lie, and how `recast models fetch` brings them, verified
flame_file       the user's own FLAME file, pickled or as .npz, read as numbers
importing        published weights brought in: files as they were downloaded, recognised, checked and kept
importing_faces  the user's own face networks brought in, recognised by what they take and give
importing_flame  the user's own FLAME brought in, and where MediaPipe's landmarks lie on it
importing_ict    ICT-FaceKit's head brought in: its OBJ files packed into one
installed        installed weights of the published models: where they lie, what is known of them
model_files      the model files that there are: what each is for, under which licence, where it can be had
notes            what an import notes of the files that it installed: `weights.json` beside them
onnx_faces       face networks that the user brings as ONNX: LivePortrait's landmark network and InsightFace's detector
package_index    source archives from the package index that pip is set to use, had without running anything
pickles          a pickle run by a machine that can call nothing but what a table allows
plain_pickles    pickles read as plain data: numbers, words, lists, dicts and arrays of numbers, and nothing else
recognise        what a file of weights is, known by the names and shapes of its tensors and not by the name of the file
torch_files      PyTorch's files (.pth, .pt, .ckpt, .bin) read as tensors and plain data, and as nothing else
"""
