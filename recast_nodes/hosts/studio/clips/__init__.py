"""Clips that are brought in by hand, as plate or driver.

bring         clips that come in by hand: which node reads them
bring_dialog  a clip that was chosen: whether it is the plate or the driver, its colour space, and where frames go
"""
