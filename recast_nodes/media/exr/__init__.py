"""OpenEXR: headers, pixels, chunks that are copied, and the EXR forms of what travels on wires.

attributes      values of OpenEXR header attributes: from their bytes and back, without loss
header          the header and chunk table of an OpenEXR file, read and written without decoding a pixel
library         pixels of whole, plain EXR files by the OpenEXR library: one pass, every channel apart from the others
read            OpenEXR files into `wires.Part`s: every channel in its own type and the file's order, every attribute
splice          an edited EXR from its plate: only the chunks that hold edited rows are packed anew
write           `wires.Part`s into an OpenEXR file: the library encodes the pixels, the header is written here
forms           EXR forms of what travels on wires: files that a host can look at, and that read back to the same bits
"""
