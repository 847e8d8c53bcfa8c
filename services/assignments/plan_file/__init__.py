"""The plan file: YAML that people write, read into a validated model; every problem is told with its line."""

from services.assignments.plan_file.load import load_plan
from services.assignments.plan_file.model import PlanFile
from services.assignments.plan_file.problems import PlanError, Problem

__all__ = ["PlanError", "PlanFile", "Problem", "load_plan"]
