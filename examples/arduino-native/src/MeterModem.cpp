#include "MeterModem.h"
#include <string.h>

// The next line that is not empty, or the prompt, which may have no line end.
bool MeterModem::readLine(unsigned long ms) {
  size_t n = 0;
  for (const unsigned long start = millis(); millis() - start < ms;) {
    if (!at.available()) {
      delay(1);
      continue;
    }
    const char c = at.read();
    if (c == '\n' && n == 0) continue;
    if (c != '\r' && c != '\n' && n < sizeof line - 1) line[n++] = c;
    if (c != '\n' && !(c == '>' && n == 1)) continue;
    line[n] = '\0';
    return true;
  }
  return false;
}

// A line that begins with `wanted`; false after an error, or another result of the same name.
bool MeterModem::expect(const char *wanted, unsigned long ms) {
  const char *colon = strchr(wanted, ':');
  while (readLine(ms)) {
    if (strncmp(line, wanted, strlen(wanted)) == 0) return true;
    if (strstr(line, "ERROR") != nullptr) return false;
    if (colon != nullptr && strncmp(line, wanted, colon - wanted + 1) == 0) return false;
  }
  return false;
}

bool MeterModem::command(const char *text, const char *wanted) {
  at.print(text);
  at.print("\r");
  return expect(wanted);
}

bool MeterModem::data(const char *command, const char *text) {
  at.print(command);
  at.print((int)strlen(text));
  at.print("\r");
  if (!expect(">")) return false;
  at.print(text);
  return expect("OK");
}

bool MeterModem::connect(const char *broker, const char *clientId) {
  command("ATE0");
  if (!command("AT+CMQTTSTART", "+CMQTTSTART: 0")) return false;
  at.print("AT+CMQTTACCQ=0,\"");
  at.print(clientId);
  if (!command("\"")) return false;
  at.print("AT+CMQTTCONNECT=0,\"");
  at.print(broker);
  return command("\",60,1", "+CMQTTCONNECT: 0,0");
}

bool MeterModem::publish(const char *topic, const char *payload) {
  return data("AT+CMQTTTOPIC=0,", topic) && data("AT+CMQTTPAYLOAD=0,", payload) &&
         command("AT+CMQTTPUB=0,1,60", "+CMQTTPUB: 0,0");
}
