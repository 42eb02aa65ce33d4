"""A virtual SIM767x module for pytest: the fixture `atmqtt_module`, and its control client."""
from .control import Control, ControlError
from .faults import IdleFaultWarning
from .module import Module, start_module

__all__ = ["Control", "ControlError", "IdleFaultWarning", "Module", "start_module"]
