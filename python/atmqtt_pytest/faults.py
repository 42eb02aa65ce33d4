"""Faults that came to nothing."""


class IdleFaultWarning(UserWarning):
    """A fault of a test never started, or touched nothing: the test has shown nothing about it."""


def idle(records):
    """A sentence for each record of such a fault."""
    for fault in records:
        if "startedMs" not in fault:
            yield f"the fault {fault['name']} never started: {fault['at']} did not come"
        elif not fault["touched"]:
            yield f"the fault {fault['name']} touched nothing"
