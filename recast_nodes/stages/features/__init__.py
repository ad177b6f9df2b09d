"""What a field alone cannot do: eyelids, brows, lips and the mouth.

brows      brows that landmarks have lost: raised far, they are reported well below where the plate shows them
eyes       eyes that the edit opens further than the plate shows them, and eyes that it shuts
mouth      the inside of the mouth: where it opens further than the plate shows, and what is put there
open_eyes  an eye that the plate shuts and the edit opens: shown as another frame of the shot shows it open
seam       the dark line between shut lips and the shadow in their corners: where lips open, it has to give way
"""
