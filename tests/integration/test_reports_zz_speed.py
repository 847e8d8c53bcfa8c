import time, asyncio
from services.reports.store import Store
from services.reports.apply_event import apply_event
from tests.unit.reports.events import year_of_events
async def test_speed(mongo):
    store=Store(mongo); await store.ensure_indexes()
    t=time.time(); ev=year_of_events()
    from collections import Counter
    c=Counter(); n=Counter()
    for name,e in ev:
        s=time.time(); await apply_event(name,e,store,mongo); c[type(e).__name__]+=time.time()-s; n[type(e).__name__]+=1
    print(len(ev), time.time()-t, {k:(n[k],round(1000*v/n[k],2)) for k,v in c.items()})
