"""Write what was seen in the formats that other tools read.

In: a Recording, or a store's blocks. Out: the text or the bytes of one file. No I/O, no
clock: same store, same bytes. Names are made inert here, once for all formats.
"""
