"""Files in and out: images, sequences, movies, colour spaces, EXR forms."""
