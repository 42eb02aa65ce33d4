"""A pytest plugin in the place of Twister's: its fixture `unlaunched_dut` attaches a PTY as native_sim does, and behind
it the application is three lines of Python. Zephyr itself is not there."""

import os
import pty
import re
import select
import subprocess
import tty

import pytest


class NativeSim:
    def __init__(self):
        self.command = []
        self.attached = None

    def generate_command(self):
        self.command = ["zephyr.exe"]

    def launch(self):
        (option,) = self.command[1:]
        name, _, attach = option.partition("=")
        assert name == "--attach_uart_cmd" and attach.count("%") == 1
        self.uart, other = pty.openpty()
        tty.setraw(self.uart)
        # native_sim gives the command to a shell and goes on: hence the "&".
        assert attach.endswith(" &")
        self.attached = subprocess.Popen(["sh", "-c", "exec " + attach[:-2] % os.ttyname(other)])

    def readlines_until(self, regex, timeout):
        os.write(self.uart, b"AT+CGMM\r")
        heard = b""
        while not heard.endswith(b"\r\nOK\r\n"):
            assert select.select([self.uart], [], [], timeout)[0], f"the module said {heard}"
            heard += os.read(self.uart, 1000)
        line = f"online through {heard.split()[1].decode()}"
        print(line)
        assert re.search(regex, line)


@pytest.fixture
def unlaunched_dut():
    dut = NativeSim()
    yield dut
    if dut.attached:
        dut.attached.terminate()
        dut.attached.wait()
