/* The line to the modem. On a chip these two are uart_read_bytes() and uart_write_bytes(). */
#pragma once
#include <stddef.h>

/* 1: a byte came; 0: none within so many ms; -1: the line is gone. */
int modem_read(char *byte, int timeout_ms);
/* 0, or -1: the line is gone. */
int modem_write(const char *bytes, size_t size);
/* "127.0.0.1:7672"; 0, or -1: nobody accepts connections there. */
int modem_open(const char *address);
