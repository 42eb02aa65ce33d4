/* MQTT through a modem. Nothing here knows what carries the line. */
#include "meter.h"
#include "modem.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char line[128];

/* The next line that is not empty, or the prompt, which may have no line end. */
static bool read_line(int timeout_ms) {
  size_t n = 0;
  for (char c; modem_read(&c, timeout_ms) == 1;) {
    if (c == '\n' && n == 0) continue;
    if (c != '\r' && c != '\n' && n < sizeof line - 1) line[n++] = c;
    if (c != '\n' && !(c == '>' && n == 1)) continue;
    line[n] = '\0';
    return true;
  }
  return false;
}

/* A line that begins with `wanted`; false after an error, another result of that name, or 30 s of silence. */
static bool expect(const char *wanted) {
  size_t name = strcspn(wanted, ":");
  while (read_line(30000)) {
    if (strncmp(line, wanted, strlen(wanted)) == 0) return true;
    if (strstr(line, "ERROR") || (wanted[name] && strncmp(line, wanted, name + 1) == 0)) return false;
  }
  return false;
}

static bool at(const char *wanted, const char *format, ...) {
  char command[320];
  va_list values;
  va_start(values, format);
  size_t size = (size_t)vsnprintf(command, sizeof command - 1, format, values);
  va_end(values);
  if (size >= sizeof command - 1) return false;
  command[size] = '\r';
  return modem_write(command, size + 1) == 0 && expect(wanted);
}

static bool data(const char *text) { return modem_write(text, strlen(text)) == 0 && expect("OK"); }

bool meter_report(const char *broker, const char *topic, const char *payload) {
  return at("OK", "ATE0") && at("+CMQTTSTART: 0", "AT+CMQTTSTART") && at("OK", "AT+CMQTTACCQ=0,\"meter-7\"") &&
         at("+CMQTTCONNECT: 0,0", "AT+CMQTTCONNECT=0,\"%s\",60,1", broker) &&
         at(">", "AT+CMQTTTOPIC=0,%u", (unsigned)strlen(topic)) && data(topic) &&
         at(">", "AT+CMQTTPAYLOAD=0,%u", (unsigned)strlen(payload)) && data(payload) &&
         at("+CMQTTPUB: 0,0", "AT+CMQTTPUB=0,1,60");
}
