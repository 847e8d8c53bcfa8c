"""What every fault is: a name for people, and a course that ends when all is as before."""

from dataclasses import dataclass, field
from typing import Protocol

from tests.faults.world import World


@dataclass
class Scene:
    """What a fault works on. `lost` counts how often the NATS store lost something: then whoever has no receipt
    posts again; `losing`: it is at it. `calm`: no fault is under way or to come."""

    world: World
    lost: int = 0
    losing: bool = False
    calm: bool = False
    said: list[str] = field(default_factory=list)


class Fault(Protocol):
    """`name` stands in the line of a round."""

    @property
    def name(self) -> str: ...

    @property
    def touches(self) -> frozenset[str]:
        """The processes that it does something to, or whose links."""
        ...

    async def strike(self, scene: Scene) -> None:
        """Do it, and mend what an operator would."""
        ...
