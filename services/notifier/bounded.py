"""What the notifier keeps of an occurrence's account. Pure.

An agency's system in a loop delivers one occurrence thousands of times. Each delivery made its account larger, until no
transaction could hold it and everybody's reminders waited. Whether an occurrence is owed hangs on one output that
stands: the first hundred do, and an officer who sends back all of these, one by one, means that nothing was delivered.
"""

from shared.contracts.ledger import Account, Delivered

MOST_DELIVERED = 100


def bounded(account: Account) -> Account:
    """The account with the first of its deliveries, by day and event, and all else.

    In whatever order facts are folded, and wherever it is bounded in between, the same remain.
    """
    delivered = [fact for fact in account.facts if isinstance(fact, Delivered)]
    if len(delivered) <= MOST_DELIVERED:
        return account
    later = sorted(delivered, key=lambda fact: (fact.day, fact.event))[MOST_DELIVERED:]
    return Account(account.key, account.facts.difference(later))
