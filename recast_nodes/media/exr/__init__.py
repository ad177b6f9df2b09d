"""OpenEXR: headers, pixels, chunks that are copied, and the EXR forms of what travels on wires.

attributes      values of OpenEXR header attributes: from their bytes and back, without loss
header          the header of an OpenEXR file, read and written without decoding a pixel
chunks          the chunk table of an OpenEXR file: how many chunks there are, and whether it was written to its end
library         pixels of whole, plain EXR files by the OpenEXR library: one pass, every channel apart from the others
read            OpenEXR files into `wires.Part`s: every channel in its own type and the file's order, every attribute
packed          a file that stays packed in memory, of which rows are unpacked as they are asked for
pack            rows as chunks: zip by ISA-L, all else by the OpenEXR library
splice          an edited EXR from its plate: only the chunks that hold edited rows are packed anew
rehead          a text in the header of a file that is written already, with its pixels as they are
write           `wires.Part`s into an OpenEXR file: the library encodes the pixels, the header is written here
form_fields     what the EXR form of each wire holds: one entry a field, which writing and reading both follow
form_values     values of a wire as header attributes of its EXR form, and back
form_parts      a wire's value as the parts of its EXR form; what could not be read back is refused
forms           EXR forms of what travels on wires: files that a host can look at, and that read back to the same bits
"""
