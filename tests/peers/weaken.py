#!/usr/bin/env python3
"""Makes the need of a symbol version weak in a shared library, so that a system without that version loads it all the same.

    weaken.py LIBRARY VERSION        such as  weaken.py libLibTorchSharp.so GLIBCXX_3.4.32

LibTorchSharp is built with GCC 13 and names GLIBCXX_3.4.32 for one symbol that marks how streams are set up; Debian 12 has GLIBCXX_3.4.30, which sets
them up itself. Only the flag VER_FLG_WEAK of that need is set; nothing else changes, and a second call changes nothing.
"""
import struct, sys

WEAK = 2
path, version = sys.argv[1:3]
data = bytearray(open(path, "rb").read())
if data[:6] != b"\x7fELF\x02\x01":
    sys.exit(f"{path} is not a 64-bit little-endian ELF file.")


def read(form, at):
    return struct.unpack_from("<" + form, data, at)


offset, entry, count = read("Q", 0x28)[0], read("H", 0x3A)[0], read("H", 0x3C)[0]
sections = [read("IIQQQQIIQQ", offset + i * entry) for i in range(count)]
needs = next((s for s in sections if s[1] == 0x6FFFFFFE), None)  # SHT_GNU_verneed
if needs is None:
    sys.exit(f"{path} needs no versions.")
names = sections[needs[6]][4]
at, found = needs[4], False
while True:
    _, auxiliaries, _, aux, following = read("HHIII", at)
    place = at + aux
    for _ in range(auxiliaries):
        _, flags, _, name, step = read("IHHII", place)
        start = names + name
        if data[start:data.index(0, start)].decode() == version:
            struct.pack_into("<H", data, place + 4, flags | WEAK)
            found = True
        place += step
    if not following:
        break
    at += following
if not found:
    print(f"{path} does not need {version}.", file=sys.stderr)
else:
    open(path, "wb").write(data)
