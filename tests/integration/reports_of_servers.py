"""What mail servers write back: as Postfix does, and as people's absence notes look."""


def about(to: str, address: str, action: str, status: str, diagnostic: str) -> bytes:
    """A report on delivery (RFC 3464) about one recipient."""
    lines = f"""\
From: MAILER-DAEMON@mx.mau.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="B/mx"

--B/mx
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B/mx
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.mau.example
Arrival-Date: Wed,  8 Mar 2023 08:00:00 +0700 (+07)

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.mau.example
Diagnostic-Code: {diagnostic}

--B/mx
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Subject: x

--B/mx--
"""
    return lines.encode()


def auto_reply(to: str) -> bytes:
    """Somebody is away."""
    head = f"From: a@mau.example\nTo: {to}\nSubject: Out of office\nAuto-Submitted: auto-replied\n"
    return f"{head}\nVang mat.\n".encode()
