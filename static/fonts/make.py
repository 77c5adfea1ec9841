"""Makes the font of the printed report: a subset of Noto Sans CJK SC Regular.

usage: make.py NotoSansCJK-Regular.ttc OUT.otf   (Debian package fonts-noto-cjk; fonttools 4.68.0 from PyPI)
"""
import sys
from fontTools import subset
from fontTools.ttLib import TTCollection

def covered(encoding):
    """Characters of two bytes in an encoding."""
    out = set()
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            out.update(map(ord, bytes((lead, trail)).decode(encoding, "ignore")[:1]))
    return out


source, target = sys.argv[1:]
font = next(f for f in TTCollection(source).fonts if f["name"].getDebugName(4) == "Noto Sans CJK SC")
# GBK holds GB 2312, the Han characters of Big5 and most characters of names
wanted = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180)) | covered("gbk")
# kana, Cyrillic, drawing characters and the like stand in no name or decision
wanted -= set(range(0x400, 0x460)) | set(range(0x2500, 0x2596)) | set(range(0x3040, 0x3130)) | set(range(0xFE30, 0xFE70))
wanted |= set(range(0x2010, 0x2028)) | {0x2030, 0x2032, 0x2033, 0x203B, 0x20AC, 0x2103, 0x2116, 0x2122, 0x25A1}
wanted |= set(range(0x3000, 0x3020)) | set(range(0xFF01, 0xFF5F)) | set(range(0x2460, 0x2474)) | {0xFFE5}
options = subset.Options(layout_features=[], name_IDs=[0, 1, 2, 4, 6, 13, 14], notdef_outline=True, hinting=False,
                         desubroutinize=False, glyph_names=False, drop_tables=["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"])
tool = subset.Subsetter(options)
tool.populate(unicodes=wanted)
tool.subset(font)
# A changed font bears a name of its own, as the licence asks of reserved names.
for record in font["name"].names:
    name = {1: "Gongshi Report Sans", 2: "Regular", 4: "Gongshi Report Sans", 6: "GongshiReportSans"}.get(record.nameID)
    if name:
        record.string = name
cff = font["CFF "].cff
cff.fontNames = ["GongshiReportSans"]
top = cff.topDictIndex[0]
for key in ("FullName", "FamilyName", "Weight"):
    top.rawDict.pop(key, None)
    top.__dict__.pop(key, None)
font["head"].modified = font["head"].created
font.recalcTimestamp = False
font.save(target)
print(len(font.getBestCmap()), "characters")
