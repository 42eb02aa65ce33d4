"""Starts `atmqtt module --json` as a program of its own."""
import json
import os
import pathlib
import shlex
import signal
import subprocess

from .control import Control


class Module:
    """A running module: its addresses (pty, tcp, broker, broker_tls, ca, state, seed) and its `control`."""

    def __init__(self, process, ready, folder):
        self.process = process
        self.trace_file, self.log_file, self.evidence_file = _files(folder)
        self.pty, self.tcp, self.broker = ready["pty"], ready["tcp"], ready["broker"]
        self.broker_tls, self.ca = ready["brokerTls"], ready["ca"]
        self.state_folder, self.seed = ready["state"], ready["seed"]
        self.control = Control(ready["control"])

    def close(self):
        """Ends the module; its evidence is written then."""
        self.control.close()
        if hasattr(os, "killpg"):
            # Whatever ATMQTT started it by: that, such as npx, need not pass a signal on.
            os.killpg(self.process.pid, signal.SIGTERM)
        else:
            self.process.terminate()
        self.process.communicate(timeout=10)

    def last_words(self):
        """The last line of its log."""
        return _last_line(self.log_file)


def _files(folder):
    return [pathlib.Path(folder) / name for name in ("trace.txt", "log.txt", "evidence.json")]


def _last_line(log):
    lines = [line for line in log.read_text(encoding="utf-8").splitlines() if line]
    return lines[-1] if lines else "it said nothing"


def command():
    """`ATMQTT` of the environment, such as "node PATH/dist/cli/main.js"; else the atmqtt that is installed here."""
    given = os.environ.get("ATMQTT")
    if given:
        return shlex.split(given)
    here = pathlib.Path.cwd()
    for folder in (here, *here.parents):
        program = folder / "node_modules" / "atmqtt" / "bin" / "atmqtt.js"
        if program.exists():
            return ["node", str(program)]
    raise RuntimeError(f"atmqtt is not installed in {here}: npm install --save-dev atmqtt, or set ATMQTT to what starts it")


def start_module(folder, arguments=()):
    """Starts a module on free ports, and with a PTY where there are such.

    Its trace, its log and what hosts relied on go into `folder`; `arguments`: more options of `atmqtt module`.
    """
    trace, log, evidence = _files(folder)
    free = ["--tcp", "127.0.0.1:0", "--broker", "127.0.0.1:0", "--no-broker-tls", "--control", "127.0.0.1:0"]
    given = [*command(), "module", "--json", *free, "--trace", str(trace), "--evidence", str(evidence), *arguments]
    with open(log, "w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            given, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True
        )
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{' '.join(given)} did not start (exit {process.wait()}): {_last_line(log)}")
    return Module(process, json.loads(line), folder)
