"""Faces found and read: detectors, landmarks, coefficients, who they are.

close_look     the mesh of a face that was found: what several crops about it show
detector       finding faces: YuNet (MIT, OpenCV Zoo) for small and turned faces
face_mesh      MediaPipe's face landmarker in IMAGE mode: the meshes of the faces in one picture
identity       who a face is: SFace's embedding, for the report's identity figure. No edit is made with it
landmarker     dense landmarks of faces: MediaPipe's face landmarker in IMAGE mode, on a crop about each face
landmarker203  LivePortrait's landmark network: 203 points of a face, from which the published crops are made
pool           a pool of things that one thread may use at a time, made when needed and closed when the process ends
scrfd          InsightFace's detector from the user's own file, run by onnxruntime
still          the largest face of a still image: a resting face or a reference that an artist names by file
turned         a face that does not stand upright, shown upright: the picture about it is turned
view           how a network looks at a plate: windows of it as display-referred pictures with square pixels
"""
