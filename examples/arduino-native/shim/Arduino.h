// What of the Arduino core the firmware here uses, written for this example: Print, Stream, millis(), delay(). Not the
// core itself. On a board, and in PlatformIO with a library such as ArduinoFake, leave this folder out.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <thread>

inline unsigned long millis() {
  static const auto start = std::chrono::steady_clock::now();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count();
}
inline void delay(unsigned long ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

class Print {
public:
  virtual ~Print() = default;
  virtual size_t write(uint8_t byte) = 0;
  virtual size_t write(const uint8_t *bytes, size_t size) {
    size_t n = 0;
    while (n < size && write(bytes[n])) n++;
    return n;
  }
  size_t print(const char *text) { return write(reinterpret_cast<const uint8_t *>(text), strlen(text)); }
  size_t print(long number) { return print(std::to_string(number).c_str()); }
  size_t print(unsigned number) { return print(static_cast<long>(number)); }
  size_t print(int number) { return print(static_cast<long>(number)); }
};

class Stream : public Print {
public:
  virtual int available() = 0;
  virtual int read() = 0;
  virtual int peek() = 0;
};
