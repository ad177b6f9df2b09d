"""Clips that are brought in by hand, as plate or driver.

import_clip    clips that come in by hand: which node reads them
import_dialog  a clip that was chosen: whether it is the plate or the driver, its colour space, and where frames go
"""
