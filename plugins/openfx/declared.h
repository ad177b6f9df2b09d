/* Made by `make plugins` from the declarations of the nodes; change it there. */
#define RECAST_VERSION "0.1.0"
#define RECAST_DECLARED "62913658bdaa"
#ifndef RECAST_NO_TABLES

static const char *const OPTIONS_0_0[] = { "composite", "face", "matte", "stmap", "difference", NULL };
static const char *const OPTIONS_0_1[] = { "paper-equations", "expression", "expression-and-pose", NULL };
static const char *const OPTIONS_0_5[] = { "relative", "absolute", NULL };
static const char *const OPTIONS_0_13[] = { "kalman", "off", NULL };
static const char *const OPTIONS_0_25[] = { "auto", "mediapipe", "insightface", "landmarks-file", NULL };
static const char *const OPTIONS_0_29[] = { "largest", "left-most", "nearest-to-centre", "index", "box", NULL };
static const char *const OPTIONS_0_39[] = { "interpolate", "hold", "pass", "error", NULL };
static const char *const OPTIONS_0_40[] = { "tracked", "published", NULL };
static const char *const OPTIONS_0_47[] = { "mesh", "performrecast", "liveportrait", NULL };
static const char *const OPTIONS_0_50[] = { "mean", "direct", NULL };
static const char *const OPTIONS_0_51[] = { "auto", "mediapipe", "insightface", "landmarks-file", NULL };
static const char *const OPTIONS_0_55[] = { "largest", "left-most", "nearest-to-centre", "index", "box", NULL };
static const char *const OPTIONS_0_65[] = { "interpolate", "hold", "pass", "error", NULL };
static const char *const OPTIONS_0_66[] = { "tracked", "published", NULL };
static const char *const OPTIONS_0_75[] = { "mean", "direct", NULL };
static const char *const OPTIONS_0_76[] = { "shot", "plate", NULL };
static const char *const OPTIONS_0_78[] = { "auto", "cpu", "cuda", "mps", NULL };
static const char *const OPTIONS_0_79[] = { "auto", "float32", "bfloat16", "float16", NULL };
static const char *const OPTIONS_0_81[] = { "auto", "driving", "plate", "hold", NULL };
static const char *const OPTIONS_0_88[] = { "hull", "template", "input", NULL };
static const char *const OPTIONS_0_100[] = { "auto", "clip", "file", "none", NULL };
static const char *const OPTIONS_0_102[] = { "together", "frame numbers", NULL };
static const Parameter PARAMETERS_0[] = {
  { KIND_CHOICE, "output", "output", "What is put out. composite: the plate with the new face; face: the new face alone, not premultiplied; the matte in alpha; matte: the matte that it is composited through, in all channels; stmap: where each pixel comes from, in red and green, as Nuke's STMap takes it; difference: result minus plate.", "", NULL, 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_0, 0, 0 },
  { KIND_CHOICE, "transfer", "transfer", "What is taken from the driver. expression: the expression alone, fitted to this face (see protect, retarget and calibrate). expression-and-pose: the same, and the head follows the driver's, as far as pose says. paper-equations: the expression by the paper's equations to the letter, with nothing fitted to this face.", "", "group_ExpressionMix", 1.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_1, 0, 0 },
  { KIND_DOUBLE, "replace", "replace", "How much of the plate's expression gives way to the driver's. Takes a number from 0 to 1.", "", "group_ExpressionMix", 0.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 1 },
  { KIND_DOUBLE, "enhance", "enhance", "How much of the driver's expression, counted from its reference, is added. Takes a number from 0 to 2.", "", "group_ExpressionMix", 0.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 1 },
  { KIND_DOUBLE, "pose", "pose", "How much of the driver's head pose is taken. Only where transfer is expression-and-pose. Takes a number from 0 to 1.", "", "group_ExpressionMix", 0.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_CHOICE, "pose_from", "pose from", "relative: the driver's head movement since its first frame, laid on the plate's pose. absolute: the driver's pose itself, its place in the picture included.", "", "group_ExpressionMix", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_5, 0, 0 },
  { KIND_DOUBLE, "brows", "brows", "Brows and the forehead above them. Multiplies replace and enhance there. Takes a number from 0 to 2.", "", "group_ExpressionMix_regions", 1.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 0 },
  { KIND_DOUBLE, "eyes", "eyes", "Lids. Multiplies replace and enhance there. Takes a number from 0 to 2.", "", "group_ExpressionMix_regions", 1.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 0 },
  { KIND_DOUBLE, "gaze", "gaze", "Irises. Multiplies replace and enhance there. Takes a number from 0 to 2.", "", "group_ExpressionMix_regions", 1.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 0 },
  { KIND_DOUBLE, "mouth", "mouth", "Lips. Multiplies replace and enhance there. Takes a number from 0 to 2.", "", "group_ExpressionMix_regions", 1.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 0 },
  { KIND_DOUBLE, "jaw", "jaw", "Chin and jaw line. Multiplies replace and enhance there. Takes a number from 0 to 2.", "", "group_ExpressionMix_regions", 1.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 0 },
  { KIND_DOUBLE, "cheeks", "cheeks", "Cheeks and the wings of the nose. Multiplies replace and enhance there. Takes a number from 0 to 2.", "", "group_ExpressionMix_regions", 1.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 0 },
  { KIND_STRING, "reference", "reference", "The driver's neutral for enhance. auto: its face at rest, estimated from the whole shot, looking where it looks most; for the neural models the frame that is nearest to it. first: its first frame, as published. A frame number. An image file: a still of the driver. Takes auto, first, a frame number, or an image file.", "auto", "group_ExpressionMix_driver", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "smooth", "smooth", "Settles the driver's jitter, looking ahead as far as back.", "", "group_ExpressionMix_driver", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_13, 0, 0 },
  { KIND_DOUBLE, "smooth_variance", "smooth variance", "How noisy the driver's landmarks are, against a movement of 1e-5 a frame. 3e-7, as published, keeps blinks as fast as they were acted; larger is calmer and slower. Takes a number from 0 to 0.01.", "", "group_ExpressionMix_driver", 3e-07, 0.0, 0.01, 0.0, 1e-05, NULL, 0, 0 },
  { KIND_DOUBLE, "retarget", "retarget", "How far the driver's movements are fitted to the plate's mouth, lids and face. For liveportrait: its networks open eyes and lips as far as the driver's. performrecast has no such thing. Takes a number from 0 to 1.", "", "group_ExpressionMix_driver", 1.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_DOUBLE, "likeness", "likeness", "How much of the driver's own resting brows, lids and lips comes along. Above a third, identity suffers. For mesh. Takes a number from 0 to 1.", "", "group_ExpressionMix_driver", 0.1, 0.0, 1.0, 0.0, 0.5, NULL, 1, 0 },
  { KIND_DOUBLE, "protect", "protect", "How firmly what should not take part is held where the plate has it. mesh: forehead, temples and bridge of the nose. performrecast: the head's outline, as the published code mixes it. liveportrait: all but the expression, and stitching keeps the shoulders. Not for paper-equations. Takes a number from 0 to 1.", "", "group_ExpressionMix_driver", 1.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_DOUBLE, "calibrate", "calibrate", "How far replace is calibrated on this shot: up to 24 of its frames are edited on trial and read by the tracker, and what they miss of the driver's brows, squints and lips is asked for on top, by one rule for the whole shot. For mesh, with image and track connected; not for paper-equations. Takes a number from 0 to 1.", "", "group_ExpressionMix_driver", 1.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_DOUBLE, "smile", "smile", "Corners of the mouth go out and up; below 0 down. Takes a number from -2 to 2.", "", "group_ExpressionMix_by_hand", 0.0, -2.0, 2.0, -1.0, 1.0, NULL, 1, 1 },
  { KIND_DOUBLE, "jaw_open", "jaw open", "The jaw opens; below 0 it clenches, and the chin rises. Takes a number from -2 to 2.", "", "group_ExpressionMix_by_hand", 0.0, -2.0, 2.0, -1.0, 1.0, NULL, 1, 1 },
  { KIND_DOUBLE, "blink", "blink", "The lids close; below 0 they open wider. Takes a number from -2 to 2.", "", "group_ExpressionMix_by_hand", 0.0, -2.0, 2.0, -1.0, 1.0, NULL, 1, 1 },
  { KIND_DOUBLE, "brow_raise", "brow raise", "The brows rise; below 0 they sink. Takes a number from -2 to 2.", "", "group_ExpressionMix_by_hand", 0.0, -2.0, 2.0, -1.0, 1.0, NULL, 1, 1 },
  { KIND_DOUBLE, "gaze_x", "gaze x", "The eyes look to the right of the picture; below 0 to its left. Takes a number from -2 to 2.", "", "group_ExpressionMix_by_hand", 0.0, -2.0, 2.0, -1.0, 1.0, NULL, 1, 1 },
  { KIND_DOUBLE, "gaze_y", "gaze y", "The eyes look down; below 0 up. Takes a number from -2 to 2.", "", "group_ExpressionMix_by_hand", 0.0, -2.0, 2.0, -1.0, 1.0, NULL, 1, 1 },
  { KIND_CHOICE, "FaceTrack_detector", "detector", "What finds faces. auto: YuNet, and MediaPipe's detector where YuNet finds none. mediapipe: MediaPipe's own detector alone, for faces near the camera. insightface: your own copy of its detector (not for commercial use). landmarks-file: none, the landmarks are read from a file.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_25, 0, 0 },
  { KIND_FILE, "FaceTrack_landmarks", "landmarks", "Landmarks from elsewhere: CSV, JSON or NumPy, 478 or 468 points a frame, y down.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_confidence", "confidence", "How sure the detector must be: lower finds hidden, turned and dark faces, and more mistakes. Takes a number from 0.05 to 0.99.", "", "group_FaceTrack_find", 0.5, 0.05, 0.99, 0.2, 0.9, NULL, 0, 0 },
  { KIND_BOOLEAN, "FaceTrack_all_angles", "all angles", "Look for faces that lie or are upside down beside others that stand upright; where none does, they are looked for anyway. It takes longer.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "FaceTrack_pick", "pick", "Which face is meant where there are several: by its size over the shot, its place, its number, or a box drawn about it.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_29, 0, 0 },
  { KIND_INTEGER, "FaceTrack_index", "index", "The number of the face for pick index, counted from the left. Takes a whole number from 0 to 15.", "", "group_FaceTrack_find", 0.0, 0.0, 15.0, 0.0, 5.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "FaceTrack_box_on", "set box", "Off: no box.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_box_left", "box left", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_FaceTrack_find", 0.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_box_top", "box top", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_FaceTrack_find", 0.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_box_right", "box right", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_FaceTrack_find", 100.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_box_bottom", "box bottom", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_FaceTrack_find", 100.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "FaceTrack_pick_frame_on", "set pick frame", "Off: the whole shot.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_INTEGER, "FaceTrack_pick_frame", "pick frame", "The frame in which the face is picked. Takes a whole number from -1000000 to 10000000, or nothing for the whole shot.", "", "group_FaceTrack_find", 0.0, -1000000.0, 10000000.0, 0.0, 2000.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_steady", "steady", "How calm landmarks are kept: a face that keeps still is averaged over up to twelve times as many frames to either side. Blinks and speech keep their speed; 0 leaves all as measured. Takes a number from 0 to 20.", "", "group_FaceTrack_follow", 2.0, 0.0, 20.0, 0.0, 6.0, NULL, 0, 0 },
  { KIND_CHOICE, "FaceTrack_lost", "lost", "What becomes of frames in which the face is not seen. interpolate: bridge gaps of up to 24 frames, longer ones go through unedited. hold: keep the last face. pass: go through unedited. error: stop and name them.", "", "group_FaceTrack_follow", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_39, 0, 0 },
  { KIND_CHOICE, "FaceTrack_crop_from", "crop from", "The landmarks that the crop is made from, for a neural model. tracked: those of the track. published: LivePortrait's 203, as its authors and PerformRecast's have it, by your own copy of their network (see docs/models.md).", "", "group_FaceTrack_crop", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_40, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_crop_scale", "crop scale", "Size of the crop against the face. Takes a number from 0.5 to 10.", "", "group_FaceTrack_crop", 1.5, 0.5, 10.0, 1.0, 3.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_crop_x", "crop x", "Moves the crop to the right, in crop sizes. Takes a number from -2 to 2.", "", "group_FaceTrack_crop", 0.0, -2.0, 2.0, -0.5, 0.5, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_crop_y", "crop y", "Moves the crop down, in crop sizes. Takes a number from -2 to 2.", "", "group_FaceTrack_crop", -0.125, -2.0, 2.0, -0.5, 0.5, NULL, 0, 0 },
  { KIND_BOOLEAN, "FaceTrack_rotate", "rotate", "Turn the crop with the head, so that the face stands upright in it.", "", "group_FaceTrack_crop", 1.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_smooth", "smooth", "Frames over which the crop's place, size and turn are smoothed; it then neither shakes nor pumps. Takes a number from 0 to 100.", "", "group_FaceTrack_crop", 5.0, 0.0, 100.0, 0.0, 20.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_hull_expand", "hull expand", "How much larger than the face the boundary is, beyond which no pixel may change. Takes a number from 0 to 2.", "", "group_FaceTrack_boundary", 0.25, 0.0, 2.0, 0.0, 0.6, NULL, 0, 0 },
  { KIND_CHOICE, "MotionExtract_model", "model", "What edits the face. mesh: built in, without weights; moves the plate's own pixels at plate resolution. performrecast: PerformRecast's neural networks, which paint a new face in a square of 512 pixels; you download their weights (see docs/neural.md). liveportrait: LivePortrait's neural networks, which paint a new face in a square of 512 pixels; you download their weights (see docs/neural.md).", "", "group_MotionExtract", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_47, 0, 0 },
  { KIND_STRING, "MotionExtract_neutral", "neutral", "How the face at rest is found. auto: from the whole shot, the measured expression taken away. A frame number: the face rests there. An image file: a still of the same person at rest. For mesh: the neural models see the face at rest in every frame. Takes auto, a frame number, or an image file.", "auto", "group_MotionExtract", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_STRING, "MotionExtract_takes", "takes", "Further footage of this actor: movies, stills or sequences, with semicolons between them. An open mouth, shut lips or open eyes that no frame of the shot shows are lent by theirs. For mesh.", "", "group_MotionExtract", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "MotionExtract_sampling", "sampling", "How a neural model's picture of the face is made small. mean: averaged, as published for plates. direct: sampled pixel by pixel, as published for drivers.", "", "group_MotionExtract", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_50, 0, 0 },
  { KIND_CHOICE, "DrivingTrack_detector", "detector", "What finds faces. auto: YuNet, and MediaPipe's detector where YuNet finds none. mediapipe: MediaPipe's own detector alone, for faces near the camera. insightface: your own copy of its detector (not for commercial use). landmarks-file: none, the landmarks are read from a file.", "", "group_DrivingTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_51, 0, 0 },
  { KIND_FILE, "DrivingTrack_landmarks", "landmarks", "Landmarks from elsewhere: CSV, JSON or NumPy, 478 or 468 points a frame, y down.", "", "group_DrivingTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_confidence", "confidence", "How sure the detector must be: lower finds hidden, turned and dark faces, and more mistakes. Takes a number from 0.05 to 0.99.", "", "group_DrivingTrack_find", 0.5, 0.05, 0.99, 0.2, 0.9, NULL, 0, 0 },
  { KIND_BOOLEAN, "DrivingTrack_all_angles", "all angles", "Look for faces that lie or are upside down beside others that stand upright; where none does, they are looked for anyway. It takes longer.", "", "group_DrivingTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "DrivingTrack_pick", "pick", "Which face is meant where there are several: by its size over the shot, its place, its number, or a box drawn about it.", "", "group_DrivingTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_55, 0, 0 },
  { KIND_INTEGER, "DrivingTrack_index", "index", "The number of the face for pick index, counted from the left. Takes a whole number from 0 to 15.", "", "group_DrivingTrack_find", 0.0, 0.0, 15.0, 0.0, 5.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "DrivingTrack_box_on", "set box", "Off: no box.", "", "group_DrivingTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_box_left", "box left", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_DrivingTrack_find", 0.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_box_top", "box top", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_DrivingTrack_find", 0.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_box_right", "box right", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_DrivingTrack_find", 100.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_box_bottom", "box bottom", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_DrivingTrack_find", 100.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "DrivingTrack_pick_frame_on", "set pick frame", "Off: the whole shot.", "", "group_DrivingTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_INTEGER, "DrivingTrack_pick_frame", "pick frame", "The frame in which the face is picked. Takes a whole number from -1000000 to 10000000, or nothing for the whole shot.", "", "group_DrivingTrack_find", 0.0, -1000000.0, 10000000.0, 0.0, 2000.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_steady", "steady", "How calm landmarks are kept: a face that keeps still is averaged over up to twelve times as many frames to either side. Blinks and speech keep their speed; 0 leaves all as measured. Takes a number from 0 to 20.", "", "group_DrivingTrack_follow", 2.0, 0.0, 20.0, 0.0, 6.0, NULL, 0, 0 },
  { KIND_CHOICE, "DrivingTrack_lost", "lost", "What becomes of frames in which the face is not seen. interpolate: bridge gaps of up to 24 frames, longer ones go through unedited. hold: keep the last face. pass: go through unedited. error: stop and name them.", "", "group_DrivingTrack_follow", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_65, 0, 0 },
  { KIND_CHOICE, "DrivingTrack_crop_from", "crop from", "The landmarks that the crop is made from, for a neural model. tracked: those of the track. published: LivePortrait's 203, as its authors and PerformRecast's have it, by your own copy of their network (see docs/models.md).", "", "group_DrivingTrack_crop", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_66, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_crop_scale", "crop scale", "Size of the crop against the face. Takes a number from 0.5 to 10.", "", "group_DrivingTrack_crop", 1.5, 0.5, 10.0, 1.0, 3.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_crop_x", "crop x", "Moves the crop to the right, in crop sizes. Takes a number from -2 to 2.", "", "group_DrivingTrack_crop", 0.0, -2.0, 2.0, -0.5, 0.5, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_crop_y", "crop y", "Moves the crop down, in crop sizes. Takes a number from -2 to 2.", "", "group_DrivingTrack_crop", -0.125, -2.0, 2.0, -0.5, 0.5, NULL, 0, 0 },
  { KIND_BOOLEAN, "DrivingTrack_rotate", "rotate", "Turn the crop with the head, so that the face stands upright in it.", "", "group_DrivingTrack_crop", 1.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_smooth", "smooth", "Frames over which the crop's place, size and turn are smoothed; it then neither shakes nor pumps. Takes a number from 0 to 100.", "", "group_DrivingTrack_crop", 5.0, 0.0, 100.0, 0.0, 20.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_hull_expand", "hull expand", "How much larger than the face the boundary is, beyond which no pixel may change. Takes a number from 0 to 2.", "", "group_DrivingTrack_boundary", 0.25, 0.0, 2.0, 0.0, 0.6, NULL, 0, 0 },
  { KIND_STRING, "DrivingMotion_neutral", "neutral", "How the face at rest is found. auto: from the whole shot, the measured expression taken away. A frame number: the face rests there. An image file: a still of the same person at rest. For mesh: the neural models see the face at rest in every frame. Takes auto, a frame number, or an image file.", "auto", "group_DrivingMotion", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_STRING, "DrivingMotion_takes", "takes", "Further footage of this actor: movies, stills or sequences, with semicolons between them. An open mouth, shut lips or open eyes that no frame of the shot shows are lent by theirs. For mesh.", "", "group_DrivingMotion", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "DrivingMotion_sampling", "sampling", "How a neural model's picture of the face is made small. mean: averaged, as published for plates. direct: sampled pixel by pixel, as published for drivers.", "", "group_DrivingMotion", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_75, 0, 0 },
  { KIND_CHOICE, "Warp_open_eyes", "open eyes", "Where the eye comes from when the plate has it shut and the edit opens it. shot: the same eye from a frame where it is open, warped and relit to fit. plate: this frame only, so a blink in the plate stays.", "", "group_Warp", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_76, 0, 0 },
  { KIND_DOUBLE, "Warp_guard", "guard", "How firmly anything that is not the face is held in place: hands and glasses in front of it, hair and background around it. Those pixels are 0 in the matte layer. At 0 they move with the face. Takes a number from 0 to 1.", "", "group_Warp", 1.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_CHOICE, "Warp_device", "device", "The device a neural model runs on. auto: CUDA if available, otherwise the CPU. mps (Mac GPUs) is untested.", "", "group_Warp", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_78, 0, 0 },
  { KIND_CHOICE, "Warp_precision", "precision", "The numeric precision of a neural model. auto: float16 on CUDA, otherwise float32. A frame that comes out black or not finite is computed again in float32.", "", "group_Warp", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_79, 0, 0 },
  { KIND_BOOLEAN, "Warp_compile", "compile", "Compile the neural model for this machine: slower to start, then faster.", "", "group_Warp", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "Decode_inner_mouth", "inner mouth", "What is seen between open lips. auto: the actor's own mouth from the frame that fits best, lips included; the driver's where no frame fits. driving: the driver's mouth. hold: the plate's own mouth at mouth_frame. plate: this frame of the plate, dark where it shows nothing.", "", "group_Decode", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_81, 0, 0 },
  { KIND_INTEGER, "Decode_mouth_frame", "mouth frame", "The frame of the plate whose open mouth is used when inner_mouth is hold. Takes a whole number from -1000000 to 10000000.", "", "group_Decode", 1001.0, -1000000.0, 10000000.0, 0.0, 2000.0, NULL, 0, 0 },
  { KIND_DOUBLE, "Decode_detail", "detail", "The plate's fine detail in the new face. In the mesh model detail follows the warp: 1 leaves it as it is, lower softens it, higher enhances it. A neural model paints no detail finer than 512 pixels: 1 adds the plate's, warped to fit; 0 shows the painted face alone. Takes a number from 0 to 2.", "", "group_Decode", 1.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 0 },
  { KIND_DOUBLE, "Decode_grain", "grain", "How much of the grain lost in the warp is restored. It is the plate's own grain, at the strength measured in the plate, and it holds still where the plate's grain does. Takes a number from 0 to 2.", "", "group_Decode", 1.0, 0.0, 2.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_DOUBLE, "Decode_folds", "folds", "How deep the folds and shading are that the driver's expression brings: frown lines, the line from nose to mouth, crow's feet. The plate's own go where its expression is replaced. 0 leaves light as it is. For mesh: a neural model paints its own. Takes a number from 0 to 2.", "", "group_Decode", 1.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 0 },
  { KIND_DOUBLE, "Decode_sharpen", "sharpen", "Sharpens the warped pixels. Takes a number from 0 to 2.", "", "group_Decode", 0.0, 0.0, 2.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_DOUBLE, "Decode_exposure_match", "exposure match", "How closely a borrowed mouth is matched to the exposure and colour around the plate's own. Takes a number from 0 to 1.", "", "group_Decode", 1.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_CHOICE, "MaskComposite_mask", "mask", "The mask through which the face is composited. hull: the face's boundary. template: a soft square around the crop, as in the published code, limited to the hull. input: the matte input, limited to the hull.", "", "group_MaskComposite", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_88, 0, 0 },
  { KIND_DOUBLE, "MaskComposite_expand", "expand", "Shrinks (below 0) or grows the hull mask, in face sizes. Nothing moves outside the hull, so values above 0 change little. Takes a number from -0.5 to 0.5.", "", "group_MaskComposite", 0.0, -0.5, 0.5, -0.1, 0.1, NULL, 1, 0 },
  { KIND_DOUBLE, "MaskComposite_feather", "feather", "Softness of the hull mask inside its edge, in face sizes. Takes a number from 0 to 0.5.", "", "group_MaskComposite", 0.05, 0.0, 0.5, 0.0, 0.2, NULL, 1, 0 },
  { KIND_DOUBLE, "MaskComposite_opacity", "opacity", "Opacity of the new face; at 0 the output is the plate, bit for bit. Takes a number from 0 to 1.", "", "group_MaskComposite", 1.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_DOUBLE, "MaskComposite_match_colour", "match colour", "How closely the face is graded to match the plate along the boundary. The mesh model already matches there. Takes a number from 0 to 1.", "", "group_MaskComposite", 1.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_BOOLEAN, "MaskComposite_clip_to_change", "clip to change", "Keep the plate's pixels where the edit moved nothing.", "", "group_MaskComposite", 1.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_BUTTON, "analyse", "look at the shot", "Look at every frame of the shot now; the first render does it otherwise.", "", NULL, 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_BUTTON, "clear", "clear analysis", "Forget what was seen of the shot; it is looked at again.", "", NULL, 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "use_range", "use range", "Off: the shot is as long as the source clip.", "", "group_shot", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_INTEGER, "first_frame", "first", "First frame of the shot, where use range is on. Every frame of it is looked at once.", "", "group_shot", 1.0, -1000000.0, 10000000.0, 0.0, 2000.0, NULL, 0, 0 },
  { KIND_INTEGER, "last_frame", "last", "Last frame of the shot, where use range is on. Every frame of it is looked at once.", "", "group_shot", 100.0, -1000000.0, 10000000.0, 0.0, 2000.0, NULL, 0, 0 },
  { KIND_STRING, "colorspace", "colour space", "What the clips are encoded in, as named in the OpenColorIO config. auto: what the host says, or else its scene-linear working space.", "auto", "group_shot", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "driver", "driver", "Where the driver comes from. auto: the file if one is named, otherwise the Driver clip if one is connected (not in Resolve, which shows every clip as connected). none: the hand sliders alone.", "", "group_driver_source", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_100, 0, 0 },
  { KIND_FILE, "driver_file", "driver file", "A sequence (driver.####.exr), a movie or a still; or a motion template.", "", "group_driver_source", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "driver_start", "start", "Of a driver file. together: by frame number where the file has the shot's frames, otherwise its first frame with the shot's. frame numbers: always by frame number.", "", "group_driver_source", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_0_102, 0, 0 },
  { KIND_INTEGER, "driver_offset", "slip", "Slip of a driver file in frames: 3 shows it three frames later.", "", "group_driver_source", 0.0, -1000000.0, 1000000.0, -48.0, 48.0, NULL, 0, 0 },
  { KIND_STRING, "driver_colorspace", "driver colour space", "What a driver file is encoded in, or auto.", "auto", "group_driver_source", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "use_mask", "use mask", "Limit the edit by the Mask clip. A switch, since some hosts show every clip as connected.", "", NULL, 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
};
static const Group GROUPS_0[] = {
  { "group_ExpressionMix", "ExpressionMix" },
  { "group_ExpressionMix_regions", "ExpressionMix regions" },
  { "group_ExpressionMix_driver", "ExpressionMix driver" },
  { "group_ExpressionMix_by_hand", "ExpressionMix by hand" },
  { "group_FaceTrack_find", "FaceTrack find" },
  { "group_FaceTrack_follow", "FaceTrack follow" },
  { "group_FaceTrack_crop", "FaceTrack crop" },
  { "group_FaceTrack_boundary", "FaceTrack boundary" },
  { "group_MotionExtract", "MotionExtract" },
  { "group_DrivingTrack_find", "DrivingTrack find" },
  { "group_DrivingTrack_follow", "DrivingTrack follow" },
  { "group_DrivingTrack_crop", "DrivingTrack crop" },
  { "group_DrivingTrack_boundary", "DrivingTrack boundary" },
  { "group_DrivingMotion", "DrivingMotion" },
  { "group_Warp", "Warp" },
  { "group_Decode", "Decode" },
  { "group_MaskComposite", "MaskComposite" },
  { "group_shot", "shot" },
  { "group_driver_source", "driver source" },
};
static const Clip CLIPS_0[] = {
  { "Source", "The plate.", 0, 0 },
  { "Driver", "The driving performance; or name a file in driver file.", 1, 0 },
  { "Mask", "The matte used when use mask is on: its alpha.", 1, 1 },
};

static const char *const OPTIONS_1_0[] = { "face", "stmap", NULL };
static const char *const OPTIONS_1_1[] = { "paper-equations", "expression", "expression-and-pose", NULL };
static const char *const OPTIONS_1_5[] = { "relative", "absolute", NULL };
static const char *const OPTIONS_1_13[] = { "kalman", "off", NULL };
static const char *const OPTIONS_1_25[] = { "auto", "mediapipe", "insightface", "landmarks-file", NULL };
static const char *const OPTIONS_1_29[] = { "largest", "left-most", "nearest-to-centre", "index", "box", NULL };
static const char *const OPTIONS_1_39[] = { "interpolate", "hold", "pass", "error", NULL };
static const char *const OPTIONS_1_40[] = { "tracked", "published", NULL };
static const char *const OPTIONS_1_47[] = { "mesh", "performrecast", "liveportrait", NULL };
static const char *const OPTIONS_1_50[] = { "mean", "direct", NULL };
static const char *const OPTIONS_1_51[] = { "auto", "mediapipe", "insightface", "landmarks-file", NULL };
static const char *const OPTIONS_1_55[] = { "largest", "left-most", "nearest-to-centre", "index", "box", NULL };
static const char *const OPTIONS_1_65[] = { "interpolate", "hold", "pass", "error", NULL };
static const char *const OPTIONS_1_66[] = { "tracked", "published", NULL };
static const char *const OPTIONS_1_75[] = { "mean", "direct", NULL };
static const char *const OPTIONS_1_76[] = { "shot", "plate", NULL };
static const char *const OPTIONS_1_78[] = { "auto", "cpu", "cuda", "mps", NULL };
static const char *const OPTIONS_1_79[] = { "auto", "float32", "bfloat16", "float16", NULL };
static const char *const OPTIONS_1_81[] = { "auto", "driving", "plate", "hold", NULL };
static const char *const OPTIONS_1_94[] = { "auto", "clip", "file", "none", NULL };
static const char *const OPTIONS_1_96[] = { "together", "frame numbers", NULL };
static const Parameter PARAMETERS_1[] = {
  { KIND_CHOICE, "output", "output", "What is put out. face: the new face, not premultiplied; where it differs from the plate in alpha; stmap: where each pixel comes from, in red and green, as Nuke's STMap takes it.", "", NULL, 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_0, 0, 0 },
  { KIND_CHOICE, "transfer", "transfer", "What is taken from the driver. expression: the expression alone, fitted to this face (see protect, retarget and calibrate). expression-and-pose: the same, and the head follows the driver's, as far as pose says. paper-equations: the expression by the paper's equations to the letter, with nothing fitted to this face.", "", "group_ExpressionMix", 1.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_1, 0, 0 },
  { KIND_DOUBLE, "replace", "replace", "How much of the plate's expression gives way to the driver's. Takes a number from 0 to 1.", "", "group_ExpressionMix", 0.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 1 },
  { KIND_DOUBLE, "enhance", "enhance", "How much of the driver's expression, counted from its reference, is added. Takes a number from 0 to 2.", "", "group_ExpressionMix", 0.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 1 },
  { KIND_DOUBLE, "pose", "pose", "How much of the driver's head pose is taken. Only where transfer is expression-and-pose. Takes a number from 0 to 1.", "", "group_ExpressionMix", 0.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_CHOICE, "pose_from", "pose from", "relative: the driver's head movement since its first frame, laid on the plate's pose. absolute: the driver's pose itself, its place in the picture included.", "", "group_ExpressionMix", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_5, 0, 0 },
  { KIND_DOUBLE, "brows", "brows", "Brows and the forehead above them. Multiplies replace and enhance there. Takes a number from 0 to 2.", "", "group_ExpressionMix_regions", 1.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 0 },
  { KIND_DOUBLE, "eyes", "eyes", "Lids. Multiplies replace and enhance there. Takes a number from 0 to 2.", "", "group_ExpressionMix_regions", 1.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 0 },
  { KIND_DOUBLE, "gaze", "gaze", "Irises. Multiplies replace and enhance there. Takes a number from 0 to 2.", "", "group_ExpressionMix_regions", 1.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 0 },
  { KIND_DOUBLE, "mouth", "mouth", "Lips. Multiplies replace and enhance there. Takes a number from 0 to 2.", "", "group_ExpressionMix_regions", 1.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 0 },
  { KIND_DOUBLE, "jaw", "jaw", "Chin and jaw line. Multiplies replace and enhance there. Takes a number from 0 to 2.", "", "group_ExpressionMix_regions", 1.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 0 },
  { KIND_DOUBLE, "cheeks", "cheeks", "Cheeks and the wings of the nose. Multiplies replace and enhance there. Takes a number from 0 to 2.", "", "group_ExpressionMix_regions", 1.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 0 },
  { KIND_STRING, "reference", "reference", "The driver's neutral for enhance. auto: its face at rest, estimated from the whole shot, looking where it looks most; for the neural models the frame that is nearest to it. first: its first frame, as published. A frame number. An image file: a still of the driver. Takes auto, first, a frame number, or an image file.", "auto", "group_ExpressionMix_driver", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "smooth", "smooth", "Settles the driver's jitter, looking ahead as far as back.", "", "group_ExpressionMix_driver", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_13, 0, 0 },
  { KIND_DOUBLE, "smooth_variance", "smooth variance", "How noisy the driver's landmarks are, against a movement of 1e-5 a frame. 3e-7, as published, keeps blinks as fast as they were acted; larger is calmer and slower. Takes a number from 0 to 0.01.", "", "group_ExpressionMix_driver", 3e-07, 0.0, 0.01, 0.0, 1e-05, NULL, 0, 0 },
  { KIND_DOUBLE, "retarget", "retarget", "How far the driver's movements are fitted to the plate's mouth, lids and face. For liveportrait: its networks open eyes and lips as far as the driver's. performrecast has no such thing. Takes a number from 0 to 1.", "", "group_ExpressionMix_driver", 1.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_DOUBLE, "likeness", "likeness", "How much of the driver's own resting brows, lids and lips comes along. Above a third, identity suffers. For mesh. Takes a number from 0 to 1.", "", "group_ExpressionMix_driver", 0.1, 0.0, 1.0, 0.0, 0.5, NULL, 1, 0 },
  { KIND_DOUBLE, "protect", "protect", "How firmly what should not take part is held where the plate has it. mesh: forehead, temples and bridge of the nose. performrecast: the head's outline, as the published code mixes it. liveportrait: all but the expression, and stitching keeps the shoulders. Not for paper-equations. Takes a number from 0 to 1.", "", "group_ExpressionMix_driver", 1.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_DOUBLE, "calibrate", "calibrate", "How far replace is calibrated on this shot: up to 24 of its frames are edited on trial and read by the tracker, and what they miss of the driver's brows, squints and lips is asked for on top, by one rule for the whole shot. For mesh, with image and track connected; not for paper-equations. Takes a number from 0 to 1.", "", "group_ExpressionMix_driver", 1.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_DOUBLE, "smile", "smile", "Corners of the mouth go out and up; below 0 down. Takes a number from -2 to 2.", "", "group_ExpressionMix_by_hand", 0.0, -2.0, 2.0, -1.0, 1.0, NULL, 1, 1 },
  { KIND_DOUBLE, "jaw_open", "jaw open", "The jaw opens; below 0 it clenches, and the chin rises. Takes a number from -2 to 2.", "", "group_ExpressionMix_by_hand", 0.0, -2.0, 2.0, -1.0, 1.0, NULL, 1, 1 },
  { KIND_DOUBLE, "blink", "blink", "The lids close; below 0 they open wider. Takes a number from -2 to 2.", "", "group_ExpressionMix_by_hand", 0.0, -2.0, 2.0, -1.0, 1.0, NULL, 1, 1 },
  { KIND_DOUBLE, "brow_raise", "brow raise", "The brows rise; below 0 they sink. Takes a number from -2 to 2.", "", "group_ExpressionMix_by_hand", 0.0, -2.0, 2.0, -1.0, 1.0, NULL, 1, 1 },
  { KIND_DOUBLE, "gaze_x", "gaze x", "The eyes look to the right of the picture; below 0 to its left. Takes a number from -2 to 2.", "", "group_ExpressionMix_by_hand", 0.0, -2.0, 2.0, -1.0, 1.0, NULL, 1, 1 },
  { KIND_DOUBLE, "gaze_y", "gaze y", "The eyes look down; below 0 up. Takes a number from -2 to 2.", "", "group_ExpressionMix_by_hand", 0.0, -2.0, 2.0, -1.0, 1.0, NULL, 1, 1 },
  { KIND_CHOICE, "FaceTrack_detector", "detector", "What finds faces. auto: YuNet, and MediaPipe's detector where YuNet finds none. mediapipe: MediaPipe's own detector alone, for faces near the camera. insightface: your own copy of its detector (not for commercial use). landmarks-file: none, the landmarks are read from a file.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_25, 0, 0 },
  { KIND_FILE, "FaceTrack_landmarks", "landmarks", "Landmarks from elsewhere: CSV, JSON or NumPy, 478 or 468 points a frame, y down.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_confidence", "confidence", "How sure the detector must be: lower finds hidden, turned and dark faces, and more mistakes. Takes a number from 0.05 to 0.99.", "", "group_FaceTrack_find", 0.5, 0.05, 0.99, 0.2, 0.9, NULL, 0, 0 },
  { KIND_BOOLEAN, "FaceTrack_all_angles", "all angles", "Look for faces that lie or are upside down beside others that stand upright; where none does, they are looked for anyway. It takes longer.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "FaceTrack_pick", "pick", "Which face is meant where there are several: by its size over the shot, its place, its number, or a box drawn about it.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_29, 0, 0 },
  { KIND_INTEGER, "FaceTrack_index", "index", "The number of the face for pick index, counted from the left. Takes a whole number from 0 to 15.", "", "group_FaceTrack_find", 0.0, 0.0, 15.0, 0.0, 5.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "FaceTrack_box_on", "set box", "Off: no box.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_box_left", "box left", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_FaceTrack_find", 0.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_box_top", "box top", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_FaceTrack_find", 0.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_box_right", "box right", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_FaceTrack_find", 100.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_box_bottom", "box bottom", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_FaceTrack_find", 100.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "FaceTrack_pick_frame_on", "set pick frame", "Off: the whole shot.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_INTEGER, "FaceTrack_pick_frame", "pick frame", "The frame in which the face is picked. Takes a whole number from -1000000 to 10000000, or nothing for the whole shot.", "", "group_FaceTrack_find", 0.0, -1000000.0, 10000000.0, 0.0, 2000.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_steady", "steady", "How calm landmarks are kept: a face that keeps still is averaged over up to twelve times as many frames to either side. Blinks and speech keep their speed; 0 leaves all as measured. Takes a number from 0 to 20.", "", "group_FaceTrack_follow", 2.0, 0.0, 20.0, 0.0, 6.0, NULL, 0, 0 },
  { KIND_CHOICE, "FaceTrack_lost", "lost", "What becomes of frames in which the face is not seen. interpolate: bridge gaps of up to 24 frames, longer ones go through unedited. hold: keep the last face. pass: go through unedited. error: stop and name them.", "", "group_FaceTrack_follow", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_39, 0, 0 },
  { KIND_CHOICE, "FaceTrack_crop_from", "crop from", "The landmarks that the crop is made from, for a neural model. tracked: those of the track. published: LivePortrait's 203, as its authors and PerformRecast's have it, by your own copy of their network (see docs/models.md).", "", "group_FaceTrack_crop", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_40, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_crop_scale", "crop scale", "Size of the crop against the face. Takes a number from 0.5 to 10.", "", "group_FaceTrack_crop", 1.5, 0.5, 10.0, 1.0, 3.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_crop_x", "crop x", "Moves the crop to the right, in crop sizes. Takes a number from -2 to 2.", "", "group_FaceTrack_crop", 0.0, -2.0, 2.0, -0.5, 0.5, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_crop_y", "crop y", "Moves the crop down, in crop sizes. Takes a number from -2 to 2.", "", "group_FaceTrack_crop", -0.125, -2.0, 2.0, -0.5, 0.5, NULL, 0, 0 },
  { KIND_BOOLEAN, "FaceTrack_rotate", "rotate", "Turn the crop with the head, so that the face stands upright in it.", "", "group_FaceTrack_crop", 1.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_smooth", "smooth", "Frames over which the crop's place, size and turn are smoothed; it then neither shakes nor pumps. Takes a number from 0 to 100.", "", "group_FaceTrack_crop", 5.0, 0.0, 100.0, 0.0, 20.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_hull_expand", "hull expand", "How much larger than the face the boundary is, beyond which no pixel may change. Takes a number from 0 to 2.", "", "group_FaceTrack_boundary", 0.25, 0.0, 2.0, 0.0, 0.6, NULL, 0, 0 },
  { KIND_CHOICE, "MotionExtract_model", "model", "What edits the face. mesh: built in, without weights; moves the plate's own pixels at plate resolution. performrecast: PerformRecast's neural networks, which paint a new face in a square of 512 pixels; you download their weights (see docs/neural.md). liveportrait: LivePortrait's neural networks, which paint a new face in a square of 512 pixels; you download their weights (see docs/neural.md).", "", "group_MotionExtract", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_47, 0, 0 },
  { KIND_STRING, "MotionExtract_neutral", "neutral", "How the face at rest is found. auto: from the whole shot, the measured expression taken away. A frame number: the face rests there. An image file: a still of the same person at rest. For mesh: the neural models see the face at rest in every frame. Takes auto, a frame number, or an image file.", "auto", "group_MotionExtract", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_STRING, "MotionExtract_takes", "takes", "Further footage of this actor: movies, stills or sequences, with semicolons between them. An open mouth, shut lips or open eyes that no frame of the shot shows are lent by theirs. For mesh.", "", "group_MotionExtract", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "MotionExtract_sampling", "sampling", "How a neural model's picture of the face is made small. mean: averaged, as published for plates. direct: sampled pixel by pixel, as published for drivers.", "", "group_MotionExtract", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_50, 0, 0 },
  { KIND_CHOICE, "DrivingTrack_detector", "detector", "What finds faces. auto: YuNet, and MediaPipe's detector where YuNet finds none. mediapipe: MediaPipe's own detector alone, for faces near the camera. insightface: your own copy of its detector (not for commercial use). landmarks-file: none, the landmarks are read from a file.", "", "group_DrivingTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_51, 0, 0 },
  { KIND_FILE, "DrivingTrack_landmarks", "landmarks", "Landmarks from elsewhere: CSV, JSON or NumPy, 478 or 468 points a frame, y down.", "", "group_DrivingTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_confidence", "confidence", "How sure the detector must be: lower finds hidden, turned and dark faces, and more mistakes. Takes a number from 0.05 to 0.99.", "", "group_DrivingTrack_find", 0.5, 0.05, 0.99, 0.2, 0.9, NULL, 0, 0 },
  { KIND_BOOLEAN, "DrivingTrack_all_angles", "all angles", "Look for faces that lie or are upside down beside others that stand upright; where none does, they are looked for anyway. It takes longer.", "", "group_DrivingTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "DrivingTrack_pick", "pick", "Which face is meant where there are several: by its size over the shot, its place, its number, or a box drawn about it.", "", "group_DrivingTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_55, 0, 0 },
  { KIND_INTEGER, "DrivingTrack_index", "index", "The number of the face for pick index, counted from the left. Takes a whole number from 0 to 15.", "", "group_DrivingTrack_find", 0.0, 0.0, 15.0, 0.0, 5.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "DrivingTrack_box_on", "set box", "Off: no box.", "", "group_DrivingTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_box_left", "box left", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_DrivingTrack_find", 0.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_box_top", "box top", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_DrivingTrack_find", 0.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_box_right", "box right", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_DrivingTrack_find", 100.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_box_bottom", "box bottom", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_DrivingTrack_find", 100.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "DrivingTrack_pick_frame_on", "set pick frame", "Off: the whole shot.", "", "group_DrivingTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_INTEGER, "DrivingTrack_pick_frame", "pick frame", "The frame in which the face is picked. Takes a whole number from -1000000 to 10000000, or nothing for the whole shot.", "", "group_DrivingTrack_find", 0.0, -1000000.0, 10000000.0, 0.0, 2000.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_steady", "steady", "How calm landmarks are kept: a face that keeps still is averaged over up to twelve times as many frames to either side. Blinks and speech keep their speed; 0 leaves all as measured. Takes a number from 0 to 20.", "", "group_DrivingTrack_follow", 2.0, 0.0, 20.0, 0.0, 6.0, NULL, 0, 0 },
  { KIND_CHOICE, "DrivingTrack_lost", "lost", "What becomes of frames in which the face is not seen. interpolate: bridge gaps of up to 24 frames, longer ones go through unedited. hold: keep the last face. pass: go through unedited. error: stop and name them.", "", "group_DrivingTrack_follow", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_65, 0, 0 },
  { KIND_CHOICE, "DrivingTrack_crop_from", "crop from", "The landmarks that the crop is made from, for a neural model. tracked: those of the track. published: LivePortrait's 203, as its authors and PerformRecast's have it, by your own copy of their network (see docs/models.md).", "", "group_DrivingTrack_crop", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_66, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_crop_scale", "crop scale", "Size of the crop against the face. Takes a number from 0.5 to 10.", "", "group_DrivingTrack_crop", 1.5, 0.5, 10.0, 1.0, 3.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_crop_x", "crop x", "Moves the crop to the right, in crop sizes. Takes a number from -2 to 2.", "", "group_DrivingTrack_crop", 0.0, -2.0, 2.0, -0.5, 0.5, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_crop_y", "crop y", "Moves the crop down, in crop sizes. Takes a number from -2 to 2.", "", "group_DrivingTrack_crop", -0.125, -2.0, 2.0, -0.5, 0.5, NULL, 0, 0 },
  { KIND_BOOLEAN, "DrivingTrack_rotate", "rotate", "Turn the crop with the head, so that the face stands upright in it.", "", "group_DrivingTrack_crop", 1.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_smooth", "smooth", "Frames over which the crop's place, size and turn are smoothed; it then neither shakes nor pumps. Takes a number from 0 to 100.", "", "group_DrivingTrack_crop", 5.0, 0.0, 100.0, 0.0, 20.0, NULL, 0, 0 },
  { KIND_DOUBLE, "DrivingTrack_hull_expand", "hull expand", "How much larger than the face the boundary is, beyond which no pixel may change. Takes a number from 0 to 2.", "", "group_DrivingTrack_boundary", 0.25, 0.0, 2.0, 0.0, 0.6, NULL, 0, 0 },
  { KIND_STRING, "DrivingMotion_neutral", "neutral", "How the face at rest is found. auto: from the whole shot, the measured expression taken away. A frame number: the face rests there. An image file: a still of the same person at rest. For mesh: the neural models see the face at rest in every frame. Takes auto, a frame number, or an image file.", "auto", "group_DrivingMotion", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_STRING, "DrivingMotion_takes", "takes", "Further footage of this actor: movies, stills or sequences, with semicolons between them. An open mouth, shut lips or open eyes that no frame of the shot shows are lent by theirs. For mesh.", "", "group_DrivingMotion", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "DrivingMotion_sampling", "sampling", "How a neural model's picture of the face is made small. mean: averaged, as published for plates. direct: sampled pixel by pixel, as published for drivers.", "", "group_DrivingMotion", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_75, 0, 0 },
  { KIND_CHOICE, "Warp_open_eyes", "open eyes", "Where the eye comes from when the plate has it shut and the edit opens it. shot: the same eye from a frame where it is open, warped and relit to fit. plate: this frame only, so a blink in the plate stays.", "", "group_Warp", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_76, 0, 0 },
  { KIND_DOUBLE, "Warp_guard", "guard", "How firmly anything that is not the face is held in place: hands and glasses in front of it, hair and background around it. Those pixels are 0 in the matte layer. At 0 they move with the face. Takes a number from 0 to 1.", "", "group_Warp", 1.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_CHOICE, "Warp_device", "device", "The device a neural model runs on. auto: CUDA if available, otherwise the CPU. mps (Mac GPUs) is untested.", "", "group_Warp", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_78, 0, 0 },
  { KIND_CHOICE, "Warp_precision", "precision", "The numeric precision of a neural model. auto: float16 on CUDA, otherwise float32. A frame that comes out black or not finite is computed again in float32.", "", "group_Warp", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_79, 0, 0 },
  { KIND_BOOLEAN, "Warp_compile", "compile", "Compile the neural model for this machine: slower to start, then faster.", "", "group_Warp", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "Decode_inner_mouth", "inner mouth", "What is seen between open lips. auto: the actor's own mouth from the frame that fits best, lips included; the driver's where no frame fits. driving: the driver's mouth. hold: the plate's own mouth at mouth_frame. plate: this frame of the plate, dark where it shows nothing.", "", "group_Decode", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_81, 0, 0 },
  { KIND_INTEGER, "Decode_mouth_frame", "mouth frame", "The frame of the plate whose open mouth is used when inner_mouth is hold. Takes a whole number from -1000000 to 10000000.", "", "group_Decode", 1001.0, -1000000.0, 10000000.0, 0.0, 2000.0, NULL, 0, 0 },
  { KIND_DOUBLE, "Decode_detail", "detail", "The plate's fine detail in the new face. In the mesh model detail follows the warp: 1 leaves it as it is, lower softens it, higher enhances it. A neural model paints no detail finer than 512 pixels: 1 adds the plate's, warped to fit; 0 shows the painted face alone. Takes a number from 0 to 2.", "", "group_Decode", 1.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 0 },
  { KIND_DOUBLE, "Decode_grain", "grain", "How much of the grain lost in the warp is restored. It is the plate's own grain, at the strength measured in the plate, and it holds still where the plate's grain does. Takes a number from 0 to 2.", "", "group_Decode", 1.0, 0.0, 2.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_DOUBLE, "Decode_folds", "folds", "How deep the folds and shading are that the driver's expression brings: frown lines, the line from nose to mouth, crow's feet. The plate's own go where its expression is replaced. 0 leaves light as it is. For mesh: a neural model paints its own. Takes a number from 0 to 2.", "", "group_Decode", 1.0, 0.0, 2.0, 0.0, 2.0, NULL, 1, 0 },
  { KIND_DOUBLE, "Decode_sharpen", "sharpen", "Sharpens the warped pixels. Takes a number from 0 to 2.", "", "group_Decode", 0.0, 0.0, 2.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_DOUBLE, "Decode_exposure_match", "exposure match", "How closely a borrowed mouth is matched to the exposure and colour around the plate's own. Takes a number from 0 to 1.", "", "group_Decode", 1.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_BUTTON, "analyse", "look at the shot", "Look at every frame of the shot now; the first render does it otherwise.", "", NULL, 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_BUTTON, "clear", "clear analysis", "Forget what was seen of the shot; it is looked at again.", "", NULL, 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "use_range", "use range", "Off: the shot is as long as the source clip.", "", "group_shot", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_INTEGER, "first_frame", "first", "First frame of the shot, where use range is on. Every frame of it is looked at once.", "", "group_shot", 1.0, -1000000.0, 10000000.0, 0.0, 2000.0, NULL, 0, 0 },
  { KIND_INTEGER, "last_frame", "last", "Last frame of the shot, where use range is on. Every frame of it is looked at once.", "", "group_shot", 100.0, -1000000.0, 10000000.0, 0.0, 2000.0, NULL, 0, 0 },
  { KIND_STRING, "colorspace", "colour space", "What the clips are encoded in, as named in the OpenColorIO config. auto: what the host says, or else its scene-linear working space.", "auto", "group_shot", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "driver", "driver", "Where the driver comes from. auto: the file if one is named, otherwise the Driver clip if one is connected (not in Resolve, which shows every clip as connected). none: the hand sliders alone.", "", "group_driver_source", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_94, 0, 0 },
  { KIND_FILE, "driver_file", "driver file", "A sequence (driver.####.exr), a movie or a still; or a motion template.", "", "group_driver_source", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "driver_start", "start", "Of a driver file. together: by frame number where the file has the shot's frames, otherwise its first frame with the shot's. frame numbers: always by frame number.", "", "group_driver_source", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_1_96, 0, 0 },
  { KIND_INTEGER, "driver_offset", "slip", "Slip of a driver file in frames: 3 shows it three frames later.", "", "group_driver_source", 0.0, -1000000.0, 1000000.0, -48.0, 48.0, NULL, 0, 0 },
  { KIND_STRING, "driver_colorspace", "driver colour space", "What a driver file is encoded in, or auto.", "auto", "group_driver_source", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
};
static const Group GROUPS_1[] = {
  { "group_ExpressionMix", "ExpressionMix" },
  { "group_ExpressionMix_regions", "ExpressionMix regions" },
  { "group_ExpressionMix_driver", "ExpressionMix driver" },
  { "group_ExpressionMix_by_hand", "ExpressionMix by hand" },
  { "group_FaceTrack_find", "FaceTrack find" },
  { "group_FaceTrack_follow", "FaceTrack follow" },
  { "group_FaceTrack_crop", "FaceTrack crop" },
  { "group_FaceTrack_boundary", "FaceTrack boundary" },
  { "group_MotionExtract", "MotionExtract" },
  { "group_DrivingTrack_find", "DrivingTrack find" },
  { "group_DrivingTrack_follow", "DrivingTrack follow" },
  { "group_DrivingTrack_crop", "DrivingTrack crop" },
  { "group_DrivingTrack_boundary", "DrivingTrack boundary" },
  { "group_DrivingMotion", "DrivingMotion" },
  { "group_Warp", "Warp" },
  { "group_Decode", "Decode" },
  { "group_shot", "shot" },
  { "group_driver_source", "driver source" },
};
static const Clip CLIPS_1[] = {
  { "Source", "The plate.", 0, 0 },
  { "Driver", "The driving performance; or name a file in driver file.", 1, 0 },
};

static const char *const OPTIONS_2_0[] = { "composite", "matte", "difference", NULL };
static const char *const OPTIONS_2_1[] = { "hull", "template", "input", NULL };
static const char *const OPTIONS_2_7[] = { "auto", "mediapipe", "insightface", "landmarks-file", NULL };
static const char *const OPTIONS_2_11[] = { "largest", "left-most", "nearest-to-centre", "index", "box", NULL };
static const char *const OPTIONS_2_21[] = { "interpolate", "hold", "pass", "error", NULL };
static const char *const OPTIONS_2_22[] = { "tracked", "published", NULL };
static const Parameter PARAMETERS_2[] = {
  { KIND_CHOICE, "output", "output", "What is put out. composite: the plate with the face; matte: the matte that it is composited through, in all channels; difference: result minus plate.", "", NULL, 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_2_0, 0, 0 },
  { KIND_CHOICE, "mask", "mask", "The mask through which the face is composited. hull: the face's boundary. template: a soft square around the crop, as in the published code, limited to the hull. input: the matte input, limited to the hull.", "", "group_MaskComposite", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_2_1, 0, 0 },
  { KIND_DOUBLE, "expand", "expand", "Shrinks (below 0) or grows the hull mask, in face sizes. Nothing moves outside the hull, so values above 0 change little. Takes a number from -0.5 to 0.5.", "", "group_MaskComposite", 0.0, -0.5, 0.5, -0.1, 0.1, NULL, 1, 0 },
  { KIND_DOUBLE, "feather", "feather", "Softness of the hull mask inside its edge, in face sizes. Takes a number from 0 to 0.5.", "", "group_MaskComposite", 0.05, 0.0, 0.5, 0.0, 0.2, NULL, 1, 0 },
  { KIND_DOUBLE, "opacity", "opacity", "Opacity of the new face; at 0 the output is the plate, bit for bit. Takes a number from 0 to 1.", "", "group_MaskComposite", 1.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_DOUBLE, "match_colour", "match colour", "How closely the face is graded to match the plate along the boundary. The mesh model already matches there. Takes a number from 0 to 1.", "", "group_MaskComposite", 1.0, 0.0, 1.0, 0.0, 1.0, NULL, 1, 0 },
  { KIND_BOOLEAN, "clip_to_change", "clip to change", "Keep the plate's pixels where the edit moved nothing.", "", "group_MaskComposite", 1.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "FaceTrack_detector", "detector", "What finds faces. auto: YuNet, and MediaPipe's detector where YuNet finds none. mediapipe: MediaPipe's own detector alone, for faces near the camera. insightface: your own copy of its detector (not for commercial use). landmarks-file: none, the landmarks are read from a file.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_2_7, 0, 0 },
  { KIND_FILE, "FaceTrack_landmarks", "landmarks", "Landmarks from elsewhere: CSV, JSON or NumPy, 478 or 468 points a frame, y down.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_confidence", "confidence", "How sure the detector must be: lower finds hidden, turned and dark faces, and more mistakes. Takes a number from 0.05 to 0.99.", "", "group_FaceTrack_find", 0.5, 0.05, 0.99, 0.2, 0.9, NULL, 0, 0 },
  { KIND_BOOLEAN, "FaceTrack_all_angles", "all angles", "Look for faces that lie or are upside down beside others that stand upright; where none does, they are looked for anyway. It takes longer.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "FaceTrack_pick", "pick", "Which face is meant where there are several: by its size over the shot, its place, its number, or a box drawn about it.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_2_11, 0, 0 },
  { KIND_INTEGER, "FaceTrack_index", "index", "The number of the face for pick index, counted from the left. Takes a whole number from 0 to 15.", "", "group_FaceTrack_find", 0.0, 0.0, 15.0, 0.0, 5.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "FaceTrack_box_on", "set box", "Off: no box.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_box_left", "box left", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_FaceTrack_find", 0.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_box_top", "box top", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_FaceTrack_find", 0.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_box_right", "box right", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_FaceTrack_find", 100.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_box_bottom", "box bottom", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_FaceTrack_find", 100.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "FaceTrack_pick_frame_on", "set pick frame", "Off: the whole shot.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_INTEGER, "FaceTrack_pick_frame", "pick frame", "The frame in which the face is picked. Takes a whole number from -1000000 to 10000000, or nothing for the whole shot.", "", "group_FaceTrack_find", 0.0, -1000000.0, 10000000.0, 0.0, 2000.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_steady", "steady", "How calm landmarks are kept: a face that keeps still is averaged over up to twelve times as many frames to either side. Blinks and speech keep their speed; 0 leaves all as measured. Takes a number from 0 to 20.", "", "group_FaceTrack_follow", 2.0, 0.0, 20.0, 0.0, 6.0, NULL, 0, 0 },
  { KIND_CHOICE, "FaceTrack_lost", "lost", "What becomes of frames in which the face is not seen. interpolate: bridge gaps of up to 24 frames, longer ones go through unedited. hold: keep the last face. pass: go through unedited. error: stop and name them.", "", "group_FaceTrack_follow", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_2_21, 0, 0 },
  { KIND_CHOICE, "FaceTrack_crop_from", "crop from", "The landmarks that the crop is made from, for a neural model. tracked: those of the track. published: LivePortrait's 203, as its authors and PerformRecast's have it, by your own copy of their network (see docs/models.md).", "", "group_FaceTrack_crop", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_2_22, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_crop_scale", "crop scale", "Size of the crop against the face. Takes a number from 0.5 to 10.", "", "group_FaceTrack_crop", 1.5, 0.5, 10.0, 1.0, 3.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_crop_x", "crop x", "Moves the crop to the right, in crop sizes. Takes a number from -2 to 2.", "", "group_FaceTrack_crop", 0.0, -2.0, 2.0, -0.5, 0.5, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_crop_y", "crop y", "Moves the crop down, in crop sizes. Takes a number from -2 to 2.", "", "group_FaceTrack_crop", -0.125, -2.0, 2.0, -0.5, 0.5, NULL, 0, 0 },
  { KIND_BOOLEAN, "FaceTrack_rotate", "rotate", "Turn the crop with the head, so that the face stands upright in it.", "", "group_FaceTrack_crop", 1.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_smooth", "smooth", "Frames over which the crop's place, size and turn are smoothed; it then neither shakes nor pumps. Takes a number from 0 to 100.", "", "group_FaceTrack_crop", 5.0, 0.0, 100.0, 0.0, 20.0, NULL, 0, 0 },
  { KIND_DOUBLE, "FaceTrack_hull_expand", "hull expand", "How much larger than the face the boundary is, beyond which no pixel may change. Takes a number from 0 to 2.", "", "group_FaceTrack_boundary", 0.25, 0.0, 2.0, 0.0, 0.6, NULL, 0, 0 },
  { KIND_BUTTON, "analyse", "look at the shot", "Look at every frame of the shot now; the first render does it otherwise.", "", NULL, 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_BUTTON, "clear", "clear analysis", "Forget what was seen of the shot; it is looked at again.", "", NULL, 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "use_range", "use range", "Off: the shot is as long as the source clip.", "", "group_shot", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_INTEGER, "first_frame", "first", "First frame of the shot, where use range is on. Every frame of it is looked at once.", "", "group_shot", 1.0, -1000000.0, 10000000.0, 0.0, 2000.0, NULL, 0, 0 },
  { KIND_INTEGER, "last_frame", "last", "Last frame of the shot, where use range is on. Every frame of it is looked at once.", "", "group_shot", 100.0, -1000000.0, 10000000.0, 0.0, 2000.0, NULL, 0, 0 },
  { KIND_STRING, "colorspace", "colour space", "What the clips are encoded in, as named in the OpenColorIO config. auto: what the host says, or else its scene-linear working space.", "auto", "group_shot", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "use_mask", "use mask", "Limit the edit by the Mask clip. A switch, since some hosts show every clip as connected.", "", NULL, 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
};
static const Group GROUPS_2[] = {
  { "group_MaskComposite", "MaskComposite" },
  { "group_FaceTrack_find", "FaceTrack find" },
  { "group_FaceTrack_follow", "FaceTrack follow" },
  { "group_FaceTrack_crop", "FaceTrack crop" },
  { "group_FaceTrack_boundary", "FaceTrack boundary" },
  { "group_shot", "shot" },
};
static const Clip CLIPS_2[] = {
  { "Source", "The plate.", 0, 0 },
  { "Face", "The face alone, as Recast Expression puts it out, graded or painted on the way.", 0, 0 },
  { "Mask", "The matte used when use mask is on: its alpha.", 1, 1 },
};

static const char *const OPTIONS_3_0[] = { "overlay", "crop", "mask", NULL };
static const char *const OPTIONS_3_1[] = { "auto", "mediapipe", "insightface", "landmarks-file", NULL };
static const char *const OPTIONS_3_5[] = { "largest", "left-most", "nearest-to-centre", "index", "box", NULL };
static const char *const OPTIONS_3_15[] = { "interpolate", "hold", "pass", "error", NULL };
static const char *const OPTIONS_3_16[] = { "tracked", "published", NULL };
static const Parameter PARAMETERS_3[] = {
  { KIND_CHOICE, "output", "output", "What is put out. overlay: the plate with landmarks, boundary and crop drawn on it; crop: the crop, upright and as high as the picture; mask: the inside of the face's boundary, in all channels.", "", NULL, 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_3_0, 0, 0 },
  { KIND_CHOICE, "detector", "detector", "What finds faces. auto: YuNet, and MediaPipe's detector where YuNet finds none. mediapipe: MediaPipe's own detector alone, for faces near the camera. insightface: your own copy of its detector (not for commercial use). landmarks-file: none, the landmarks are read from a file.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_3_1, 0, 0 },
  { KIND_FILE, "landmarks", "landmarks", "Landmarks from elsewhere: CSV, JSON or NumPy, 478 or 468 points a frame, y down.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "confidence", "confidence", "How sure the detector must be: lower finds hidden, turned and dark faces, and more mistakes. Takes a number from 0.05 to 0.99.", "", "group_FaceTrack_find", 0.5, 0.05, 0.99, 0.2, 0.9, NULL, 0, 0 },
  { KIND_BOOLEAN, "all_angles", "all angles", "Look for faces that lie or are upside down beside others that stand upright; where none does, they are looked for anyway. It takes longer.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_CHOICE, "pick", "pick", "Which face is meant where there are several: by its size over the shot, its place, its number, or a box drawn about it.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_3_5, 0, 0 },
  { KIND_INTEGER, "index", "index", "The number of the face for pick index, counted from the left. Takes a whole number from 0 to 15.", "", "group_FaceTrack_find", 0.0, 0.0, 15.0, 0.0, 5.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "box_on", "set box", "Off: no box.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "box_left", "box left", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_FaceTrack_find", 0.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "box_top", "box top", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_FaceTrack_find", 0.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "box_right", "box right", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_FaceTrack_find", 100.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_DOUBLE, "box_bottom", "box bottom", "The region for pick box: the face whose middle is inside it. In pixels of the full picture, y down.", "", "group_FaceTrack_find", 100.0, -100000.0, 100000.0, 0.0, 4096.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "pick_frame_on", "set pick frame", "Off: the whole shot.", "", "group_FaceTrack_find", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_INTEGER, "pick_frame", "pick frame", "The frame in which the face is picked. Takes a whole number from -1000000 to 10000000, or nothing for the whole shot.", "", "group_FaceTrack_find", 0.0, -1000000.0, 10000000.0, 0.0, 2000.0, NULL, 0, 0 },
  { KIND_DOUBLE, "steady", "steady", "How calm landmarks are kept: a face that keeps still is averaged over up to twelve times as many frames to either side. Blinks and speech keep their speed; 0 leaves all as measured. Takes a number from 0 to 20.", "", "group_FaceTrack_follow", 2.0, 0.0, 20.0, 0.0, 6.0, NULL, 0, 0 },
  { KIND_CHOICE, "lost", "lost", "What becomes of frames in which the face is not seen. interpolate: bridge gaps of up to 24 frames, longer ones go through unedited. hold: keep the last face. pass: go through unedited. error: stop and name them.", "", "group_FaceTrack_follow", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_3_15, 0, 0 },
  { KIND_CHOICE, "crop_from", "crop from", "The landmarks that the crop is made from, for a neural model. tracked: those of the track. published: LivePortrait's 203, as its authors and PerformRecast's have it, by your own copy of their network (see docs/models.md).", "", "group_FaceTrack_crop", 0.0, 0.0, 0.0, 0.0, 0.0, OPTIONS_3_16, 0, 0 },
  { KIND_DOUBLE, "crop_scale", "crop scale", "Size of the crop against the face. Takes a number from 0.5 to 10.", "", "group_FaceTrack_crop", 1.5, 0.5, 10.0, 1.0, 3.0, NULL, 0, 0 },
  { KIND_DOUBLE, "crop_x", "crop x", "Moves the crop to the right, in crop sizes. Takes a number from -2 to 2.", "", "group_FaceTrack_crop", 0.0, -2.0, 2.0, -0.5, 0.5, NULL, 0, 0 },
  { KIND_DOUBLE, "crop_y", "crop y", "Moves the crop down, in crop sizes. Takes a number from -2 to 2.", "", "group_FaceTrack_crop", -0.125, -2.0, 2.0, -0.5, 0.5, NULL, 0, 0 },
  { KIND_BOOLEAN, "rotate", "rotate", "Turn the crop with the head, so that the face stands upright in it.", "", "group_FaceTrack_crop", 1.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_DOUBLE, "smooth", "smooth", "Frames over which the crop's place, size and turn are smoothed; it then neither shakes nor pumps. Takes a number from 0 to 100.", "", "group_FaceTrack_crop", 5.0, 0.0, 100.0, 0.0, 20.0, NULL, 0, 0 },
  { KIND_DOUBLE, "hull_expand", "hull expand", "How much larger than the face the boundary is, beyond which no pixel may change. Takes a number from 0 to 2.", "", "group_FaceTrack_boundary", 0.25, 0.0, 2.0, 0.0, 0.6, NULL, 0, 0 },
  { KIND_BUTTON, "analyse", "look at the shot", "Look at every frame of the shot now; the first render does it otherwise.", "", NULL, 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_BUTTON, "clear", "clear analysis", "Forget what was seen of the shot; it is looked at again.", "", NULL, 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_BOOLEAN, "use_range", "use range", "Off: the shot is as long as the source clip.", "", "group_shot", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
  { KIND_INTEGER, "first_frame", "first", "First frame of the shot, where use range is on. Every frame of it is looked at once.", "", "group_shot", 1.0, -1000000.0, 10000000.0, 0.0, 2000.0, NULL, 0, 0 },
  { KIND_INTEGER, "last_frame", "last", "Last frame of the shot, where use range is on. Every frame of it is looked at once.", "", "group_shot", 100.0, -1000000.0, 10000000.0, 0.0, 2000.0, NULL, 0, 0 },
  { KIND_STRING, "colorspace", "colour space", "What the clips are encoded in, as named in the OpenColorIO config. auto: what the host says, or else its scene-linear working space.", "auto", "group_shot", 0.0, 0.0, 0.0, 0.0, 0.0, NULL, 0, 0 },
};
static const Group GROUPS_3[] = {
  { "group_FaceTrack_find", "FaceTrack find" },
  { "group_FaceTrack_follow", "FaceTrack follow" },
  { "group_FaceTrack_crop", "FaceTrack crop" },
  { "group_FaceTrack_boundary", "FaceTrack boundary" },
  { "group_shot", "shot" },
};
static const Clip CLIPS_3[] = {
  { "Source", "The plate.", 0, 0 },
};

static const Effect EFFECTS[] = {
  { "com.recastnodes.Recast", "Recast", "Recast", "Carries an actor's expression from the driver onto the plate, or adds to it: a whole edit in one effect.", PARAMETERS_0, (int)(sizeof PARAMETERS_0 / sizeof *PARAMETERS_0), GROUPS_0, (int)(sizeof GROUPS_0 / sizeof *GROUPS_0), CLIPS_0, (int)(sizeof CLIPS_0 / sizeof *CLIPS_0), 1 },
  { "com.recastnodes.RecastExpression", "RecastExpression", "Recast Expression", "The new face alone (ExpressionMix, Warp and Decode), to be treated before Recast MaskComposite.", PARAMETERS_1, (int)(sizeof PARAMETERS_1 / sizeof *PARAMETERS_1), GROUPS_1, (int)(sizeof GROUPS_1 / sizeof *GROUPS_1), CLIPS_1, (int)(sizeof CLIPS_1 / sizeof *CLIPS_1), 1 },
  { "com.recastnodes.RecastMaskComposite", "RecastMaskComposite", "Recast MaskComposite", "Lays a face over the plate through the face's boundary, in linear light.", PARAMETERS_2, (int)(sizeof PARAMETERS_2 / sizeof *PARAMETERS_2), GROUPS_2, (int)(sizeof GROUPS_2 / sizeof *GROUPS_2), CLIPS_2, (int)(sizeof CLIPS_2 / sizeof *CLIPS_2), 0 },
  { "com.recastnodes.RecastFaceTrack", "RecastFaceTrack", "Recast FaceTrack", "Finds a face and follows it through the shot.", PARAMETERS_3, (int)(sizeof PARAMETERS_3 / sizeof *PARAMETERS_3), GROUPS_3, (int)(sizeof GROUPS_3 / sizeof *GROUPS_3), CLIPS_3, (int)(sizeof CLIPS_3 / sizeof *CLIPS_3), 0 },
};
enum { EFFECT_COUNT = 4 };
#endif
