/* The modem's line for the target linux: a TCP socket of the computer. The FreeRTOS of this target works with signals,
   which interrupt system calls: each is tried again. */
#define _POSIX_C_SOURCE 200809L
#include "modem.h"
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int line = -1;

int modem_open(const char *address) {
  char host[64];
  const char *colon = strrchr(address, ':');
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
  if (colon == NULL || (size_t)snprintf(host, sizeof host, "%.*s", (int)(colon - address), address) >= sizeof host) return -1;
  if (getaddrinfo(host, colon + 1, &hints, &found) != 0) return -1;
  int connected = -1;
  line = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
  if (line >= 0) connected = connect(line, found->ai_addr, found->ai_addrlen);
  if (connected != 0 && errno == EINTR) {
    /* It goes on connecting: calling connect() again would be an error. */
    struct pollfd waiting = {.fd = line, .events = POLLOUT};
    socklen_t size = sizeof connected;
    while (poll(&waiting, 1, -1) < 0 && errno == EINTR) continue;
    getsockopt(line, SOL_SOCKET, SO_ERROR, &connected, &size);
  }
  freeaddrinfo(found);
  return connected == 0 ? 0 : -1;
}

int modem_read(char *byte, int timeout_ms) {
  struct pollfd waiting = {.fd = line, .events = POLLIN};
  int ready;
  while ((ready = poll(&waiting, 1, timeout_ms)) < 0 && errno == EINTR) continue;
  if (ready == 0) return 0;
  ssize_t n;
  while ((n = recv(line, byte, 1, 0)) < 0 && errno == EINTR) continue;
  return n == 1 ? 1 : -1;
}

int modem_write(const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t n = send(line, bytes, size, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return -1;
    bytes += n, size -= (size_t)n;
  }
  return 0;
}
