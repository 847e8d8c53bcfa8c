"""Where the desk's pages are: PREFIX below the address of the service, the others below PREFIX."""

PREFIX = "/ban-dieu-hanh"

OVERVIEW = "/"
OVERDUE = "/qua-han"
AGENCIES = "/co-quan"
OCCURRENCE = "/ky"
OUTPUTS = "/san-pham"
DECISIONS = "/quyet-dinh"
REPORT = "/bao-cao"
OFFICERS = "/can-bo"

STYLE = "/kieu.css"
ENTER = "/vao"
BY_LINK = ENTER + "/thu"
BY_PROVIDER = ENTER + "/xac-thuc"
COME_BACK = BY_PROVIDER + "/ve"
LEAVE = "/ra"
