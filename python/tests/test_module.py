import os
import socket

import pytest
from atmqtt_pytest import ControlError
from atmqtt_pytest.evidence import summary
from atmqtt_pytest.plugin import written_since

pytest_plugins = ["pytester"]


def host_of(module):
    host, port = module.tcp.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=10)


def says(host, line, last):
    host.sendall(line.encode() + b"\r")
    got = b""
    while last.encode() not in got:
        got += host.recv(4096)
    return got.decode()


def test_commands_and_events(atmqtt_module):
    atmqtt_module.control.watch()
    with host_of(atmqtt_module) as host:
        assert "OK" in says(host, "AT", "OK\r\n")
        says(host, "AT+CMQTTSTART", "+CMQTTSTART: 0")
        atmqtt_module.control.network("down")
        assert atmqtt_module.control.wait_for("+CMQTTNONET")["event"] == "line"


def test_nothing_is_left_of_the_test_before(atmqtt_module):
    assert atmqtt_module.control.state()["network"]["coverage"] == "up"
    assert atmqtt_module.control.state()["service"] == "stopped"
    assert atmqtt_module.control.fault("network-silent") == 1


def test_a_refusal_is_an_error_with_a_sentence(atmqtt_module):
    with pytest.raises(ControlError, match='"state" is "sideways"'):
        atmqtt_module.control.network("sideways")


def test_nothing_that_is_awaited_comes(atmqtt_module):
    with pytest.raises(TimeoutError):
        atmqtt_module.control.wait_for("NEVER", timeout=0.05)


def test_a_fault_waits_for_a_command(atmqtt_module):
    atmqtt_module.control.fault("ok-lost", on_command="AT+CSQ*", for_commands=1)
    with host_of(atmqtt_module) as host:
        says(host, "AT", "OK\r\n")
        assert "OK" not in says(host, "AT+CSQ", "+CSQ: 23,0\r\n")
        says(host, "AT", "OK\r\n")
    assert [fault["touched"] for fault in atmqtt_module.control.fault_records()] == [True]


def test_a_fault_that_came_to_nothing_is_a_warning(pytester):
    pytester.makepyfile(
        """
        def test_touches_nothing(atmqtt_module):
            atmqtt_module.control.fault("prompt-lost")
        def test_never_starts(atmqtt_module):
            atmqtt_module.control.fault("ok-lost", on_command="AT+CMQTTPUB*")
        def test_without_faults(atmqtt_module):
            pass
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=3, warnings=2)
    result.stdout.fnmatch_lines(
        [
            "*IdleFaultWarning: the fault prompt-lost touched nothing*",
            "*IdleFaultWarning: the fault ok-lost never started: AT+CMQTTPUB[*] did not come*",
        ]
    )


def test_the_trace_of_a_failed_test_is_in_its_report(pytester):
    pytester.makepyfile(
        """
        import socket
        def test_fails(atmqtt_module):
            host, port = atmqtt_module.tcp.rsplit(":", 1)
            with socket.create_connection((host, int(port))) as line:
                line.sendall(b"AT+CSQ\\r")
                while b"OK" not in line.recv(100): pass
            assert False
        def test_passes(atmqtt_module):
            pass
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.re_match_lines([".*atmqtt trace.*", r".*< AT\+CSQ\\r"])


def test_what_a_report_shows_of_a_file_is_bounded_whatever_is_in_it(tmp_path):
    path = tmp_path / "trace.txt"
    path.write_bytes(b"before \xc3\xa9 \xff after")
    assert written_since(path, 8) == "\ufffd \ufffd after"
    assert written_since(path, 1000) == "before \xe9 \ufffd after"
    path.write_bytes(b"x" * 1_000_000)
    shown = written_since(path, 100)
    assert shown.startswith("(The first 799900 bytes are left out, ") and len(shown) < 201_000
    path.unlink()
    assert written_since(path, 0).startswith("It can't be read: ")


def test_the_summary_says_what_the_tests_relied_on(pytester):
    pytester.makepyfile(
        """
        import socket
        def test_asks(atmqtt_module):
            host, port = atmqtt_module.tcp.rsplit(":", 1)
            with socket.create_connection((host, int(port))) as line:
                line.sendall(b"AT+CMQTTSTART?\\rATH\\rAT+CSQ\\rAT+NOTHING\\r")
                got = b""
                while got.count(b"ERROR") < 2: got += line.recv(100)
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "*atmqtt: what the tests relied on*",
            "*E: nothing observed*",
            "*2.2.1-r8  *",
            "*1  C: another manual*",
            "*only accepted*",
            "*gen-h-execute  *ATH*",
            "*unknown, answered ERROR: AT+NOTHING",
        ]
    )
    assert "gen-csq-execute" not in result.stdout.str()
    assert "gen-csq-execute" in pytester.runpytest_subprocess("-v").stdout.str()


def test_a_grade_that_is_required_and_not_reached_fails_the_run(pytester):
    pytester.makepyfile(
        """
        import socket
        def test_asks(atmqtt_module):
            host, port = atmqtt_module.tcp.rsplit(":", 1)
            with socket.create_connection((host, int(port))) as line:
                line.sendall(b"AT+CMQTTSTART?\\r")
                while b"ERROR" not in line.recv(100): pass
        """
    )
    result = pytester.runpytest_subprocess("--atmqtt-options", "--require-grade D")
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["atmqtt ended with 1: *2.2.1-r8 (E)*"])
    assert pytester.runpytest_subprocess("--atmqtt-options", "--require-grade nonsense").ret == 1


def test_a_module_ends_and_tells_by_whatever_it_was_started(pytester, monkeypatch):
    # As npx does: a shell in between.
    monkeypatch.setenv("ATMQTT", f"sh -c '{os.environ['ATMQTT']} \"$@\"; exit $?' sh")
    pytester.makepyfile("def test_nothing(atmqtt_module): pass")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*what the tests relied on*", "   0  no command was sent"])


def test_without_atmqtt_a_sentence_says_what_to_do(pytester, monkeypatch):
    monkeypatch.delenv("ATMQTT")
    pytester.makepyfile("def test_nothing(atmqtt_module): pass")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*atmqtt is not installed in *: npm install --save-dev atmqtt, or set ATMQTT*"])


def test_a_behaviour_is_told_as_text():
    behaviour = {"id": "a-1", "what": "`AT+X` of [the port](../x.md) is known", "grade": "E"}
    run = {"behaviours": [behaviour], "accepted": [], "unknown": [], "replies": ["+MINE"]}
    assert list(summary(run)) == [
        "   1  E: nothing observed: atmqtt's choice",
        "          a-1  AT+X of the port is known",
        "   1  answered by the profile's own replies: AT+MINE",
    ]
    nothing = dict.fromkeys(("behaviours", "accepted", "unknown", "replies"), [])
    assert list(summary(nothing)) == ["   0  no command was sent"]


def test_a_run_without_the_module_has_no_summary(pytester):
    pytester.makepyfile("def test_other(): pass")
    assert "relied on" not in pytester.runpytest_subprocess().stdout.str()


def test_each_operation_does_what_it_does_there(atmqtt_module):
    control = atmqtt_module.control
    control.watch()
    with host_of(atmqtt_module) as host:
        says(host, "AT", "OK\r\n")
        control.urc("RING")
        assert control.wait_for("RING")["direction"] == "out"
        control.sim("busy")
        assert control.state()["sim"]["busy"]
        control.power("off")
        assert control.state()["power"] == "off"
        control.power("on")
        control.network("silent")
        control.reset()
        assert control.state()["network"]["coverage"] == "up"
        fault = control.fault("prompt-lost", forCommands=3)
        assert control.end_fault(fault) == 1
        assert control.end_fault("all") == 0
        control.urc("THE END")
        seen = [event["bytes"] for event in control.events(timeout=0.5) if event["event"] == "line"]
        assert seen[-1] == "\\r\\nTHE END\\r\\n"
    assert control.send("faults")["faults"] == []
