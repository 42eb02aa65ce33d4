"""Starts `atmqtt module --json` as a program of its own."""
import json
import os
import shlex
import subprocess

from .control import Control


class Module:
    """A running module: its addresses (pty, tcp, broker, broker_tls, ca, state, seed) and its `control`."""

    def __init__(self, process, ready, trace):
        self.process, self.trace_file = process, trace
        self.pty, self.tcp, self.broker = ready["pty"], ready["tcp"], ready["broker"]
        self.broker_tls, self.ca = ready["brokerTls"], ready["ca"]
        self.state_folder, self.seed = ready["state"], ready["seed"]
        self.control = Control(ready["control"])

    def close(self):
        self.control.close()
        self.process.terminate()
        self.process.wait(timeout=10)
        self.process.stdout.close()


def command():
    """`ATMQTT` of the environment, such as "node PATH/dist/cli/main.js"; else `npx --no-install atmqtt`."""
    return shlex.split(os.environ.get("ATMQTT", "npx --no-install atmqtt"))


def start_module(trace, arguments=()):
    """Starts a module on free ports; `trace`: the file of its trace; `arguments`: more options of `atmqtt module`."""
    free = ["--tcp", "127.0.0.1:0", "--broker", "127.0.0.1:0", "--no-broker-tls", "--no-pty", "--control", "127.0.0.1:0"]
    given = [*command(), "module", "--json", *free, "--trace", str(trace), *arguments]
    process = subprocess.Popen(given, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{' '.join(given)} did not start: exit {process.wait()}")
    return Module(process, json.loads(line), trace)
