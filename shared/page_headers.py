"""Headers of pages for people: nothing else gets in, nothing frames them, nothing keeps them or passes them on.

Sources: Content Security Policy Level 3; RFC 9111, 5.2.2.5 (`no-store`).
"""


def page_headers(*, style: str = "'self'", also: str = "") -> dict[str, str]:
    """Of a page that runs no script. `style` is where its style sheets come from; `also` further directives."""
    policy = f"default-src 'none'; style-src {style}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    return {
        "Content-Security-Policy": f"{policy}; {also}" if also else policy,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Content-Language": "vi",
    }
