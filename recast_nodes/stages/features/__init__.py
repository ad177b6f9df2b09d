"""What a field alone cannot do: eyelids, brows, lips and the mouth.

borrowed_eyes    an eye that the plate shuts and the edit opens: shown as another frame of the shot shows it open
brows            brows that landmarks have lost: raised far, they are reported well below where the plate shows them
dark_mouth       a mouth that nobody shows: lips that fall off into the dark, with a tongue in it
donated_mouth    a donor's mouth laid into the driven lips, in the plate's light
donor            a picture that something of a face is taken from, and how it is looked up
eyelids          how far eyes are open, and how far the edit can open them
eye_opening      the opening between the lids of one eye: its corners, its size, and where an iris can be
eye_lenders      which frame of a shot lends its open eyes to one whose eyes are shut
eye_white        the white of an eye behind its iris, with the shade of the lids
eyeball          an eyeball without its lids: where the iris is, and its colours all around
fill_lids        lids that an edit shuts over an open eye, drawn as skin with lashes where they meet
find_iris        where a picture shows an iris that landmarks miss
foreshortening   irises as a camera sees them: round ahead, narrower the further the eye looks aside
gaze             eyes that look elsewhere: the iris goes as a whole disc, and the white of the eye is shown where it was
lid_frame        an eye in its own measure: places along and down it, and its lids as curves over these
lid_skin         the skin of a lid that an open eye hides, and its lashes, by what the open eye shows
lip_line         the dark line between shut lips and the shadow in their corners: where lips open, it has to give way
mouth            the opening between the lips: how far the plate lacks the inside of a mouth, and where that is
mouth_light      the light that a face stands in, and a borrowed mouth brought into it
mouth_sharpness  a borrowed mouth made as sharp as the picture that it comes to
own_teeth        the plate's own teeth in a mouth that opens further, where nobody lends one
shut_lips        lips that the plate parts and the edit shuts: their bodies, and the line between them
"""
