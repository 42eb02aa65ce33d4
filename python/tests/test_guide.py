import pathlib
import re
import sys

import pytest

pytest_plugins = ["pytester"]
guide = pathlib.Path(__file__).parents[2] / "docs" / "guide" / "pytest.md"


@pytest.mark.skipif(sys.platform != "linux", reason="the module has a PTY on Linux alone")
def test_the_example_of_the_guide(pytester):
    pytester.makepyfile(test_sender=re.search(r"```py\n(.*?)```", guide.read_text("utf-8"), re.S).group(1))
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*atmqtt: what the tests relied on*", "*note: the maker's note says so"])
