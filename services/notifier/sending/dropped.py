"""Why a digest has nothing to say any more, in words for officers. Pure."""

from collections.abc import Mapping
from datetime import date

from services.notifier.letters.text import one_line
from services.notifier.letters.wording import full_date
from services.notifier.rules import Digest
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Account, standing

SETTLED = "các trả lời và địa chỉ bị trả lại thư mà thư này báo đã được giải quyết"


def why_dropped(digest: Digest, accounts: Mapping[OccurrenceKey, Account], today: date) -> str:
    """What became of all that it was to name, each reason once; `accounts` are those of its occurrences."""
    whys = dict.fromkeys(_why(accounts.get(item.occurrence), today) for item in digest.items)
    return "; ".join(whys) or SETTLED


def _why(account: Account | None, today: date) -> str:
    now = standing(account.facts, today) if account is not None else None
    if now is None:
        return "không còn trong kế hoạch"
    if now.outputs:
        return "đã ghi nhận sản phẩm"
    if now.excuse is not None:
        return one_line(f"không phải thực hiện, theo {now.excuse.document}")
    if now.extension is not None:
        moved = f"được gia hạn theo {now.extension.document}, hạn ghi nhận mới {full_date(now.register_by)}"
        return one_line(moved)
    return "không còn đến lượt nhắc theo kế hoạch hiện nay"
