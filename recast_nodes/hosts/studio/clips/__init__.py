"""Clips that the artist imports, as plate or driver.

import_clip    importing a clip: which node reads it, and where frames go
import_dialog  the dialog: plate or driver, colour space, slip, and where frames go
"""
