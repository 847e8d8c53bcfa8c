"""What an agency's id may be: one token of a subject, harmless in a configuration, a file's name and a shell too."""

import re

AGENCY_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
RULE = "letters, digits, - and _, 100 at most"
