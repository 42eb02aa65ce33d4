import socket

import pytest
from atmqtt_pytest import ControlError

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
    assert atmqtt_module.control.fault("prompt-lost") == 1


def test_a_refusal_is_an_error_with_a_sentence(atmqtt_module):
    with pytest.raises(ControlError, match='"state" is "sideways"'):
        atmqtt_module.control.network("sideways")


def test_nothing_that_is_awaited_comes(atmqtt_module):
    with pytest.raises(TimeoutError):
        atmqtt_module.control.wait_for("NEVER", timeout=0.05)


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
