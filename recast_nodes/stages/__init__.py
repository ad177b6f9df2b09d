"""Pure tensor functions: crop, motion, warp, composite, colour. No paths, knobs or devices."""
