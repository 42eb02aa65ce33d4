/* The target linux is a program of the computer: it finds the module in its environment. */
#include "meter.h"
#include "modem.h"
#include <stdio.h>
#include <stdlib.h>

void app_main(void) {
  const char *tcp = getenv("ATMQTT_TCP"), *url = getenv("ATMQTT_BROKER");
  char broker[256];
  if (tcp == NULL || url == NULL) {
    fprintf(stderr, "Start it behind atmqtt module --tcp HOST:PORT --broker HOST:PORT --\n");
    exit(2);
  }
  snprintf(broker, sizeof broker, "tcp%s", url + 4);
  if (modem_open(tcp) != 0 || !meter_report(broker, "meters/7/reading", "21.5")) {
    fprintf(stderr, "FAILED: the reading was not acknowledged\n");
    exit(1);
  }
  printf("passed: the broker has acknowledged the reading\n");
  exit(0);
}
