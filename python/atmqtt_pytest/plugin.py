"""Fixtures for pytest: `atmqtt_module`, fresh for each test; the trace of a failed test is part of its report."""
import shlex

import pytest

from .module import start_module


def pytest_addoption(parser):
    parser.addoption("--atmqtt-options", default="", help='more options of "atmqtt module", such as "--profile a76xx"')


@pytest.fixture(scope="session")
def atmqtt_session(request, tmp_path_factory):
    """The module of the whole run; tests take `atmqtt_module`."""
    trace = tmp_path_factory.mktemp("atmqtt") / "trace.txt"
    module = start_module(trace, shlex.split(request.config.getoption("--atmqtt-options")))
    yield module
    module.close()


@pytest.fixture
def atmqtt_module(request, atmqtt_session):
    """A module on which nothing of the tests before is left."""
    atmqtt_session.control.fresh()
    request.node.stash[_trace_from] = (atmqtt_session.trace_file, atmqtt_session.trace_file.stat().st_size)
    return atmqtt_session


_trace_from = pytest.StashKey()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.failed and _trace_from in item.stash:
        path, size = item.stash[_trace_from]
        with open(path, encoding="utf-8") as file:
            file.seek(size)
            report.sections.append(("atmqtt trace", file.read()))
