"""The control port of a module (docs/reference/control.md): JSON lines, one connection for requests, one for events."""
import json
import queue
import socket
import threading
import time


class ControlError(Exception):
    """The module refused an operation; the sentence says why."""


class Control:
    """A client of the control port at `address`, "host:port"."""

    def __init__(self, address, token=None):
        self._address, self._token = address, token
        self._socket, self._file = self._connect()
        self._events_socket = None
        self._events = queue.Queue()

    def _connect(self):
        host, port = self._address.rsplit(":", 1)
        connection = socket.create_connection((host.strip("[]"), int(port)), timeout=10)
        stream = connection.makefile("rw", encoding="utf-8", newline="\n")
        if self._token is not None:
            self._ask(stream, {"token": self._token})
        return connection, stream

    @staticmethod
    def _ask(stream, request):
        stream.write(json.dumps(request) + "\n")
        stream.flush()
        line = stream.readline()
        if not line:
            raise ControlError("The module closed its control port.")
        reply = json.loads(line)
        if not reply["ok"]:
            raise ControlError(reply["error"])
        return reply

    def send(self, op, **fields):
        """Sends one operation and returns its reply; raises ControlError where it is refused."""
        return self._ask(self._file, {"op": op, **fields})

    def network(self, state, **fields):
        self.send("network", state=state, **fields)

    def power(self, state, **fields):
        self.send("power", state=state, **fields)

    def sim(self, state, **fields):
        self.send("sim", state=state, **fields)

    def urc(self, text):
        self.send("urc", text=text)

    def reset(self, **fields):
        self.send("reset", **fields)

    def state(self):
        return self.send("state")["state"]

    def fault(self, name, params=None, *, on_command=None, for_ms=None, for_commands=None, **fields):
        """Starts a fault and returns its number.

        `on_command`: a pattern such as "AT+CMQTTPUB*"; the fault waits for a command line that fits, once.
        """
        when = {"onCommand": on_command, "forMs": for_ms, "forCommands": for_commands}
        fields.update((key, value) for key, value in when.items() if value is not None)
        return self.send("fault", name=name, params=params or {}, **fields)["id"]

    def fault_records(self):
        """What became of the faults since fresh(): a dict each, with name, at, startedMs, endedMs, touched."""
        return self.send("faults")["records"]

    def end_fault(self, fault):
        return self.send("endFault", fault=fault)["ended"]

    def fresh(self):
        """Nothing is left of what happened since the start; events that wait are forgotten, too."""
        self.send("fresh")
        while not self._events.empty():
            self._events.get_nowait()

    def watch(self):
        """Begins to collect events; what comes from now on is seen by events() and wait_for()."""
        if self._events_socket is not None:
            return
        self._events_socket, stream = self._connect()
        self._ask(stream, {"op": "events"})
        self._events_socket.settimeout(None)
        threading.Thread(target=self._collect, args=(stream,), daemon=True).start()

    def _collect(self, stream):
        try:
            for line in stream:
                self._events.put(json.loads(line))
        except (OSError, ValueError):
            pass

    def events(self, timeout=5):
        """The events from watch() on, as they come; ends when none comes for `timeout` seconds."""
        self.watch()
        while True:
            try:
                yield self._events.get(timeout=timeout)
            except queue.Empty:
                return

    def wait_for(self, text, timeout=5):
        """Returns the event in whose line, topic or payload `text` stands; raises TimeoutError."""
        self.watch()
        end = time.monotonic() + timeout
        while True:
            try:
                event = self._events.get(timeout=max(0.001, end - time.monotonic()))
            except queue.Empty:
                raise TimeoutError(f"No event with {text!r} within {timeout} s") from None
            packet = event.get("packet") or {}
            if any(text in str(part) for part in (event.get("bytes", ""), packet.get("topic", ""), packet.get("payload", ""))):
                return event

    def close(self):
        for connection in (self._socket, self._events_socket):
            if connection is not None:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                connection.close()
