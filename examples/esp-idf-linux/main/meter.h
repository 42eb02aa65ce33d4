#pragma once
#include <stdbool.h>

/* Connects to a broker, "tcp://HOST:PORT", and publishes with QoS 1; true once the broker has acknowledged. */
bool meter_report(const char *broker, const char *topic, const char *payload);
