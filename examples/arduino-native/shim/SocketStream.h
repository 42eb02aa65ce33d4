// A Stream on a TCP socket: it takes the place of Serial1 when the firmware runs on a computer.
#pragma once
#include <Arduino.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

class SocketStream : public Stream {
public:
  ~SocketStream() override { if (fd >= 0) close(fd); }

  // "127.0.0.1:7672", as $ATMQTT_TCP has it; false if nobody accepts.
  bool open(const std::string &address) {
    const auto colon = address.rfind(':');
    if (colon == std::string::npos) return false;
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(address.substr(0, colon).c_str(), address.substr(colon + 1).c_str(), &hints, &found) != 0) return false;
    fd = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    const bool connected = fd >= 0 && connect(fd, found->ai_addr, found->ai_addrlen) == 0;
    freeaddrinfo(found);
    return connected;
  }

  int available() override {
    pollfd waiting{fd, POLLIN, 0};
    return poll(&waiting, 1, 0) == 1 && peek() >= 0 ? 1 : 0;
  }
  int read() override { return take(0); }
  int peek() override { return take(MSG_PEEK); }
  size_t write(uint8_t byte) override { return write(&byte, 1); }
  size_t write(const uint8_t *bytes, size_t size) override {
    const auto sent = send(fd, bytes, size, MSG_NOSIGNAL);
    return sent < 0 ? 0 : static_cast<size_t>(sent);
  }

private:
  int fd = -1;
  int take(int flags) {
    uint8_t byte;
    return recv(fd, &byte, 1, flags | MSG_DONTWAIT) == 1 ? byte : -1;
  }
};
