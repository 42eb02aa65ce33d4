"""Fixtures for pytest: `atmqtt_module`, fresh for each test; the trace and the log of a failed test are part of its report."""
import os
import shlex
import warnings

import pytest

from . import evidence, faults
from .control import ControlError
from .module import start_module


def pytest_addoption(parser):
    parser.addoption("--atmqtt-options", default="", help='more options of "atmqtt module", such as "--profile a76xx"')


@pytest.fixture(scope="session")
def atmqtt_session(request, tmp_path_factory):
    """The module of the whole run; tests take `atmqtt_module`."""
    arguments = shlex.split(request.config.getoption("--atmqtt-options"))
    module = start_module(tmp_path_factory.mktemp("atmqtt"), arguments)
    yield module
    module.close()
    request.config.stash[_ended] = module


@pytest.fixture
def atmqtt_module(request, atmqtt_session):
    """A module on which nothing of the tests before is left."""
    atmqtt_session.control.fresh()
    files = {"trace": atmqtt_session.trace_file, "log": atmqtt_session.log_file}
    request.node.stash[_since] = [(name, path, path.stat().st_size) for name, path in files.items()]
    yield atmqtt_session
    for sentence in _idle_faults(atmqtt_session):
        warnings.warn(sentence, faults.IdleFaultWarning, stacklevel=1)


def _idle_faults(module):
    try:
        return [*faults.idle(module.control.fault_records())]
    except (OSError, ControlError):
        return []  # The test has ended the module.


_since = pytest.StashKey()
_ended = pytest.StashKey()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for name, path, size in item.stash.get(_since, []):
            report.sections.append((f"atmqtt {name}", written_since(path, size)))


#: So many bytes of a file are in a report at most: the last ones.
MOST_SHOWN = 200_000


def written_since(path, size):
    """What was written into a file since it had that size; it may have been begun anew, cut anywhere, or be gone."""
    try:
        with open(path, "rb") as file:
            end = file.seek(0, os.SEEK_END)
            begin = size if size <= end else 0
            left_out = max(0, end - begin - MOST_SHOWN)
            file.seek(begin + left_out)
            text = file.read(MOST_SHOWN).decode("utf-8", errors="replace")
    except OSError as error:
        return f"It can't be read: {error}"
    return f"(The first {left_out} bytes are left out, {path} has them.)\n{text}" if left_out else text


def pytest_sessionfinish(session, exitstatus):
    """A module that ends with an error, such as that of --require-grade, fails a run that passed."""
    module = session.config.stash.get(_ended, None)
    if module is not None and module.process.returncode != 0 and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    module = config.stash.get(_ended, None)
    if module is None:
        return
    terminalreporter.section("atmqtt: what the tests relied on")
    for line in evidence.summary(evidence.read(module.evidence_file), config.getoption("verbose") > 0):
        terminalreporter.line(line)
    if module.process.returncode != 0:
        terminalreporter.line(f"atmqtt ended with {module.process.returncode}: {module.last_words()}", red=True)
