"""How much of a file is taken in. Beyond it the file is refused before it costs memory."""

MIB = 1024 * 1024

ROWS = 10_000  # with outputs
COLUMNS = 200
SHEETS = 50
CELL_CHARACTERS = 5_000  # no field of an output takes half as many

# A workbook is a zip of XML files. A sheet shrinks to a tenth or a twentieth; only what was made to do harm, or
# thousands of empty rows with borders, shrinks to a two-hundredth.
ZIP_ENTRIES = 2_000
UNPACKED_BYTES = 64 * MIB
RATIO = 200
RATIO_FROM_BYTES = 1 * MIB  # small parts harm nobody
# What a parser keeps an object for. A cell has three elements at most in the files that spreadsheets write.
ELEMENTS = 3_000_000
ELEMENTS_AT_ONCE = 200_000  # in one row, or in a part that isn't read row by row
DEPTH = 60
TOKEN_BYTES = 1 * MIB  # a single tag or entity
SHEET_ROWS = 200_000  # empty ones with a format included
