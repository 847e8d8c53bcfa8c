"""What `/metrics` counts, in Prometheus' terms."""

from prometheus_client import Counter, Gauge, Histogram

HANDLED = Counter("dondoc_messages_total", "Messages by what became of them", ["consumer", "outcome"])
BATCH = Histogram("dondoc_batch_size", "Messages in an intake batch", buckets=(1, 5, 10, 50, 100, 250, 500))
RECEIPTS = Counter("dondoc_receipts_total", "Receipts by kind", ["kind"])
RELAYED = Counter("dondoc_relayed_total", "Events published from the outbox")
UNPUBLISHED = Gauge("dondoc_outbox_unpublished", "Events in the outbox that are not in the log yet")
REMINDERS = Counter("dondoc_reminders_total", "Digests by what became of them", ["outcome"])
