// MQTT through a modem on any Stream: Serial1 on a board, a TCP socket on a computer.
#pragma once
#include <Arduino.h>

class MeterModem {
public:
  explicit MeterModem(Stream &at) : at(at) {}
  bool connect(const char *broker, const char *clientId);
  // QoS 1; true once the broker has acknowledged.
  bool publish(const char *topic, const char *payload);

private:
  Stream &at;
  char line[128];
  bool readLine(unsigned long ms);
  bool expect(const char *wanted, unsigned long ms = 30000);
  bool command(const char *text, const char *wanted = "OK");
  bool data(const char *command, const char *text);
};
