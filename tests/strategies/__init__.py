"""JSON as the API could send it: strategies generated from the specification, on a base written by hand."""

from tests.strategies.responses import RESPONSES as RESPONSES
