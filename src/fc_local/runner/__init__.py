"""Runs functions as FC would: `Runner` takes a FunctionSpec and a call and returns the function's answer."""

from fc_local.runner.model import FunctionSpec, HttpAnswer, HttpCall, Invocation
from fc_local.runner.pool import Runner

__all__ = ["FunctionSpec", "HttpAnswer", "HttpCall", "Invocation", "Runner"]
