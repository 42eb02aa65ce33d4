import { a76Boot, onLine, plainClient, rowsOf, simBoot, started, type WrittenCase, withAddress } from './case.ts'

/** Power, line and speed. */
export const powerCases: readonly WrittenCase[] = [
  {
    cause: 'brown-out',
    shapes: ['arduino', 'espLog'],
    accepted: ['brown-out'],
    session: rowsOf(
      '# Modem power on',
      a76Boot,
      '> AT+CFUN=1\n< OK\n@+6s',
      a76Boot,
      '> AT\n< OK\n@+5s',
      a76Boot,
      '@+6s',
      a76Boot,
    ),
  },
  {
    cause: 'brown-out',
    shapes: ['platformio', 'glued'],
    accepted: ['brown-out'],
    session: rowsOf(
      onLine,
      '> AT+CGACT=1,1\n@+2s\n# Brownout detector was triggered\n# ets Jul 29 2019 12:21:46\n# rst:0xc (SW_CPU_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\n# Initializing modem...\n> AT\n< OK',
    ),
  },
  {
    cause: 'not-booted',
    shapes: ['arduino', 'espLog', 'saleae'],
    accepted: ['not-booted'],
    session: rowsOf(
      '> AT\n@+1s\n> AT\n@+1s\n> AT\n@+1s\n> AT\n@+4s',
      a76Boot,
      '> AT\n< OK\n> AT+CPIN?\n< +CPIN: READY\n< OK',
    ),
  },
  {
    cause: 'not-booted',
    shapes: ['platformio', 'modemManager'],
    accepted: ['not-booted'],
    session: rowsOf(
      '> AT\n@+500ms\n> AT\n@+500ms\n> AT\n@+7s\n< RDY\n@+1s\n< +CPIN: READY\n@+3s\n> AT\n< OK\n> ATE0\n< OK',
    ),
  },
  {
    cause: 'wrong-baud',
    shapes: ['arduino', 'sscom'],
    accepted: ['wrong-baud'],
    session:
      '> AT\n< \xff\xfe\x00\x8e\xb1\x92\n@+1s\n> AT\n< \x80\xf8\xe6\xff\x86\x9e\n@+1s\n> AT+CREG?\n< \xc3\xfe\xc0\x99\x81\x9d\xff\x84\n@+1s\n> AT\n< \xe6\xf8\x80\x86\xfe\xff',
  },
  {
    cause: 'wrong-baud',
    shapes: ['plain', 'mbed'],
    accepted: ['line-noise', 'wrong-baud', 'baud-high'],
    session:
      '> AT\n< OK\n> AT+CREG?\n< AT+CREG}1\n< +CR\xe9G: 0,1\n< OJ\n> AT+CSQ\n< +CSQ\xba 2\xb2,99\n< \xcf\xcb\n> AT+CPIN?\n< +CPI\xce: RE\xc1DY\n< OK',
  },
  {
    cause: 'baud-high',
    shapes: ['espLog', 'trace'],
    accepted: ['baud-high'],
    session: '> AT\n< OK\n> AT+IPR=921600\n< OK\n> AT\n@+2s\n> AT\n@+2s\n> AT+CSQ\n@+2s\n> AT\n@+2s\n> AT',
  },
  {
    cause: 'flow',
    shapes: ['espLog', 'python'],
    accepted: ['flow'],
    session: '> AT\n< OK\n> AT+IFC=2,2\n< OK\n> AT+CSQ\n@+5s\n> AT\n@+5s\n> AT\n@+5s\n> AT',
  },
  {
    cause: 'asleep',
    shapes: ['arduino', 'python', 'sigrok'],
    accepted: ['asleep'],
    session: rowsOf(onLine, '> AT+CSCLK=1\n< OK\n@+10min\n> AT+CSQ\n@+9s\n> AT\n@+3s\n> AT\n@+3s\n> AT'),
  },
  {
    cause: 'reset-held',
    shapes: ['arduino', 'tinygsm'],
    accepted: ['reset-held'],
    session:
      '# Turning modem on...\n> AT\n< OK\n> AT+CPIN?\n< +CME ERROR: SIM failure\n@+2s\n> AT+CFUN?\n< +CFUN: 0\n< OK\n> AT+CPIN?\n< +CME ERROR: SIM failure',
  },
  {
    cause: 'no-cr',
    shapes: ['trace', 'recording'],
    accepted: ['no-answer'],
    also: ['no-cr', 'loopback'],
    session: '> AT\n@+2s\n> AT\n@+2s\n> AT+CSQ\n@+2s\n> AT\n@+2s\n> ATI',
  },
  {
    cause: 'no answer at all',
    shapes: ['tinygsm', 'localised'],
    accepted: ['no-answer'],
    session:
      '# Starting modem\n> AT\n@+1s\n> AT\n@+1s\n> AT\n@+1s\n> AT\n@+1s\n> AT\n@+1s\n> AT\n# Failed to start modem, delaying 10s and retry',
  },
  {
    cause: 'falls silent',
    shapes: ['arrows', 'modemManager'],
    accepted: ['falls-silent'],
    session: rowsOf(
      simBoot,
      onLine,
      withAddress,
      started,
      plainClient,
      '@+2min\n> AT+CSQ\n@+9s\n> AT\n@+9s\n> AT\n@+9s\n> AT\n@+9s\n> AT',
    ),
  },
  {
    cause: 'powered off by its own key',
    shapes: ['arduino', 'espLog'],
    accepted: ['powered-off'],
    session: rowsOf(onLine, '@+20s\n< NORMAL POWER DOWN\n@+5s\n> AT+CSQ\n@+5s\n> AT\n@+5s\n> AT'),
  },
  {
    cause: 'two-writers',
    shapes: ['python', 'plain'],
    accepted: ['two-writers'],
    session:
      '> AT\n< OK\n> AT+CGMM\n< A7670E-FASE\n< OK\n< $GNGGA,,,,,,0,00,99.99,,,,,,*56\n> AT+CPIN?\n< $GPGSV,1,1,00,0*65\n< +CPIN: READY\n< OK\n< $GNRMC,,V,,,,,,,,,,N,V*37',
  },
  {
    cause: 'two-writers',
    shapes: ['python', 'modemManager'],
    accepted: ['two-writers'],
    session:
      '> AT\n< OK\n# could not open port /dev/ttyUSB2: Device or resource busy\n# pid 612 ModemManager holds it\n> AT+CSQ\n< +CSQ: 20,99\n< OK',
  },
  {
    cause: 'periodic reboot when MQTT is stopped',
    shapes: ['arduino', 'espLog'],
    accepted: ['session-reboots-module', 'brown-out'],
    session: rowsOf(a76Boot, onLine, started, plainClient, '> AT+CMQTTDISC=0,120\n@+3s', a76Boot, '> AT\n< OK'),
  },
]
