"""What a field alone cannot do: eyelids, brows, lips and the mouth.

borrowed_eyes  an eye that the plate shuts and the edit opens: shown as another frame of the shot shows it open
brows          brows that landmarks have lost: raised far, they are reported well below where the plate shows them
eyelids        eyes that the edit opens further than the plate shows them, and eyes that it shuts
lip_line       the dark line between shut lips and the shadow in their corners: where lips open, it has to give way
mouth          the inside of the mouth: where it opens further than the plate shows, and what is put there
"""
