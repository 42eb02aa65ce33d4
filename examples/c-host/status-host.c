/* Keeps the status of a meter on a broker, through an AT modem: "online" once it is connected, "offline" by its will.
   A connection that is lost is replaced by a new one. */
#define _POSIX_C_SOURCE 200809L
#include <ctype.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static int modem;
static char line[256], client[32];

/* Puts the next line of the modem, or its prompt, into `line`; 0 after so many ms of silence, -1 waits for ever. */
static int next_line(int ms) {
  size_t n = 0;
  for (char c;;) {
    if (poll(&(struct pollfd){.fd = modem, .events = POLLIN}, 1, ms) < 1) return 0;
    if (read(modem, &c, 1) != 1) exit(1);
    if (c == '\n' && n > 0) break;
    if (c != '\r' && c != '\n' && n < sizeof line - 1) line[n++] = c;
    if (c == '>' && n == 1) break;
  }
  line[n] = '\0';
  return 1;
}

/* Waits for a line that begins with `wanted`; 0 after an error, another result of that name, or 30 s of silence. */
static int expect(const char *wanted) {
  size_t name = strcspn(wanted, ":");
  while (next_line(30000)) {
    if (strncmp(line, wanted, strlen(wanted)) == 0) return 1;
    if (strstr(line, "ERROR") || (wanted[name] && strncmp(line, wanted, name + 1) == 0)) return 0;
  }
  return 0;
}

static int at(const char *wanted, const char *format, ...) {
  va_list values;
  va_start(values, format);
  vdprintf(modem, format, values);
  va_end(values);
  return dprintf(modem, "\r") > 0 && expect(wanted);
}

static int data(const char *text) { return dprintf(modem, "%s", text) > 0 && expect("OK"); }

static void choose_client_id(void) {
#ifdef RANDOM_CLIENT_ID
  snprintf(client, sizeof client, "meter-%04x", (unsigned)rand() & 0xffff);
#else
  dprintf(modem, "AT+CGSN\r"); /* The IMEI: the same at every start, and no other device has it. */
  while (next_line(30000) && !isdigit(line[0])) continue;
  snprintf(client, sizeof client, "meter-%.15s", line);
#endif
}

static int come_online(const char *broker, int keep_alive) {
  const char *topic = "meters/7/status";
  char online[48], offline[48];
  choose_client_id();
  snprintf(online, sizeof online, "online %s", client);
  snprintf(offline, sizeof offline, "offline %s", client);
  at("OK", "AT+CMQTTDISC=0,60"), at("OK", "AT+CMQTTREL=0"), at("OK", "AT+CMQTTSTOP");
  return at("+CMQTTSTART: 0", "AT+CMQTTSTART") && at("OK", "AT+CMQTTACCQ=0,\"%s\"", client) &&
         at(">", "AT+CMQTTWILLTOPIC=0,%zu", strlen(topic)) && data(topic) &&
         at(">", "AT+CMQTTWILLMSG=0,%zu,1", strlen(offline)) && data(offline) &&
         at("+CMQTTCONNECT: 0,0", "AT+CMQTTCONNECT=0,\"%s\",%d,1", broker, keep_alive) &&
         at(">", "AT+CMQTTTOPIC=0,%zu", strlen(topic)) && data(topic) &&
         at(">", "AT+CMQTTPAYLOAD=0,%zu", strlen(online)) && data(online) &&
         at("+CMQTTPUB: 0,0", "AT+CMQTTPUB=0,1,60,1");
}

int main(int argc, char **argv) {
  struct termios raw = {.c_cflag = CS8 | CREAD | CLOCAL};
  if (argc != 4 || (modem = open(argv[1], O_RDWR | O_NOCTTY)) < 0)
    return fprintf(stderr, "usage: status-host DEVICE tcp://HOST:PORT KEEP_ALIVE_SECONDS\n"), 2;
  cfsetispeed(&raw, B115200), cfsetospeed(&raw, B115200), tcsetattr(modem, TCSANOW, &raw);
  srand((unsigned)getpid());
  for (at("OK", "ATE0");;) {
    if (!come_online(argv[2], atoi(argv[3]))) { sleep(1); continue; }
    printf("online as %s\n", client), fflush(stdout);
    while (next_line(-1) && strncmp(line, "+CMQTTCONNLOST", 14) != 0) continue;
    printf("connection lost\n"), fflush(stdout);
  }
}
