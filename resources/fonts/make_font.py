#!/usr/bin/env python3
"""Makes JacobiscopeSans-Regular.otf from Inter-Regular.otf: digits of equal width (so that
numbers in tables and beside sliders do not dance), and only the characters the window
shows. Needs fontTools.

    make_font.py /usr/share/fonts/opentype/inter/Inter-Regular.otf
"""
import sys

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

RANGES = [(0x20, 0x7E), (0xA0, 0x17F), (0x370, 0x3FF), (0x2010, 0x203A), (0x2070, 0x2094),
          (0x2190, 0x21FF), (0x2200, 0x22FF), (0x25A0, 0x25FF), (0x2713, 0x2717)]


def tabular(font):
    """Points the digits of the character map at their glyphs of equal width."""
    swap = {}
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag != "tnum":
            continue
        for index in record.Feature.LookupListIndex:
            for sub in table.LookupList.Lookup[index].SubTable:
                sub = getattr(sub, "ExtSubTable", sub)
                swap.update(getattr(sub, "mapping", {}))
    for cmap in font["cmap"].tables:
        for code, glyph in cmap.cmap.items():
            if chr(code) in "0123456789+-−.,":
                cmap.cmap[code] = swap.get(glyph, glyph)


def main():
    font = TTFont(sys.argv[1])
    tabular(font)
    options = Options()
    options.layout_features = ["kern"]
    options.name_IDs = ["*"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[c for low, high in RANGES for c in range(low, high + 1)])
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = record.toUnicode().replace("Inter", "JacobiscopeSans")
    cff = font["CFF "].cff
    cff.fontNames = ["JacobiscopeSans-Regular"]
    cff.topDictIndex[0].FamilyName = "JacobiscopeSans"
    cff.topDictIndex[0].FullName = "JacobiscopeSans Regular"
    font.save("JacobiscopeSans-Regular.otf")


if __name__ == "__main__":
    main()
