// A test of the firmware on a computer. Behind `atmqtt module … --` it finds the module in its environment.
#include "MeterModem.h"
#include <SocketStream.h>
#include <cstdio>
#include <cstdlib>

static int fail(const char *sentence) { return fprintf(stderr, "FAILED: %s\n", sentence), 1; }

int main() {
  const char *tcp = getenv("ATMQTT_TCP"), *url = getenv("ATMQTT_BROKER");
  if (!tcp || !url) return fprintf(stderr, "Start it behind atmqtt module --tcp HOST:PORT --broker HOST:PORT --\n"), 2;
  SocketStream serial;
  if (!serial.open(tcp)) return fail("nobody accepts connections there");
  MeterModem modem(serial);
  if (!modem.connect(("tcp" + std::string(url).substr(4)).c_str(), "meter-7")) return fail("the meter did not connect");
  if (!modem.publish("meters/7/reading", "21.5")) return fail("the reading was not acknowledged");
  puts("passed: the broker has acknowledged the reading");
}
