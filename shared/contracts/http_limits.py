"""How much and how fast the HTTP API takes. Plain numbers, apart from its answers: settings, and so every command, read
them."""

# Where the operator sets nothing else: as the stream takes them (`max_payload` of nats-server), and as much of a batch
# as a process holds without pain.
EVENT_BYTES = 1_000_000
BATCH_BYTES = 8_000_000
BATCH_EVENTS = 500
# Lists and objects within each other, where the operator sets nothing else; an event of the contract has three levels.
DEPTH = 100
# Seconds of its rate that an agency may have saved up; the rate is DONDOC_HTTP_RATE.
SAVED_SECONDS = 10
AGAIN_AFTER_SECONDS = 2
# How many of the largest requests an agency may have on their way at the same time: it is counted in bytes.
AT_ONCE = 2
# A sender may say nothing for so long, and take so long for an event, a batch or a file to import.
SILENT_SECONDS, BODY_SECONDS = 30, 120

# A list of outputs, as XLSX or CSV, in one request.
FILE_BYTES = 8_000_000
LONGEST_FILE_NAME = 100
# Files of an agency that are imported at the same time.
IMPORTS_AT_ONCE = 1
# Questions of an agency about all that it owes that are answered at the same time.
LISTS_AT_ONCE = 2

# What officers ask of reports.
QUESTION_BYTES = 10_000
