"""The benchmark of digital humans: source, driver and truth rendered, models run over them, and their frames scored.

After section 4.1 and appendix I of PerformRecast.

clips     clips as the scores look at them: display-referred pictures, and what a reader sees in them
frames    the benchmark's frames: EXR of the picture and of its passes, written and read
i3d       I3D's features, of whose sets FVD is the Fréchet distance
inception Inception's features, of whose sets FID is the Fréchet distance
kept_scores  scores of clips that are finished already
lpips     LPIPS: how far two pictures lie apart in the features of AlexNet
make      clips rendered, frame by frame, where they are not there yet
networks  metrics that need a network: which are there, and what is missing for the others
outcome   what is kept of a run: every system's numbers as JSON, and one HTML page
own_networks  the paper's own readers, of a user's own files
plan      which people, performances and head motions make which clips and triplets
readings  what a face reader sees in a picture: expression, head pose, gaze and identity
rooms     the light of a user's own panorama
score     the numbers of one system over the benchmark
table     systems beside one another, a row each, mode by mode
"""
