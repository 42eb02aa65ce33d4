"""Users of locust with a paho client each: KB of memory that SECOND of them add, each, to a process that has FIRST.

locust_clients.py PORT FIRST SECOND
"""

import gc
import os
import sys

import gevent
import locust
from locust.env import Environment
from paho.mqtt.client import Client

PORT, FIRST, SECOND = (int(text) for text in sys.argv[1:4])
up = set()


class Device(locust.User):
    wait_time = locust.constant(3600)
    made = 0

    def on_start(self):
        Device.made += 1
        name = f"m{Device.made}"
        self.client = Client(name)
        self.client.on_connect = lambda *_: up.add(name)
        self.client.connect("127.0.0.1", PORT, 600)
        self.client.loop_start()

    @locust.task
    def idle(self):
        pass


def rss():
    for _ in range(4):
        gevent.sleep(1)
        gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def grow(runner, to):
    runner.start(to, spawn_rate=100)
    while len(up) < to:
        gevent.sleep(0.1)
    return rss()


runner = Environment(user_classes=[Device]).create_local_runner()
before = grow(runner, FIRST)
print((grow(runner, FIRST + SECOND) - before) / SECOND / 1000, flush=True)
os._exit(0)
