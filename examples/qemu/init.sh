#!/bin/busybox sh
# The first program of the guest. The modem is on its second serial port; the kernel was told where the broker is.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t devtmpfs none /dev
exec </dev/ttyS0 >/dev/ttyS0 2>&1
trap 'poweroff -f' EXIT
stty -F /dev/ttyS1 115200 raw -echo
exec 3<>/dev/ttyS1

# Waits for a line that begins with $1.
wait_for() {
  while read -t 30 -r line <&3; do
    line=${line%"$(printf '\r')"}
    if [ -n "$line" ]; then echo "guest < $line"; fi
    case $line in "$1"*) return ;; *ERROR*) break ;; esac
  done
  echo "guest: FAILED, no $1" && exit
}

# Sends a command line, or the data behind a prompt, and waits for a line.
at() { echo "guest > $1" && printf '%s\r' "$1" >&3 && wait_for "$2"; }
data() { echo "guest > $1" && printf %s "$1" >&3 && wait_for OK; }

message="hello from Linux $(uname -r)"
at ATE0 OK
at AT+CMQTTSTART '+CMQTTSTART: 0'
at 'AT+CMQTTACCQ=0,"guest"' OK
at "AT+CMQTTCONNECT=0,\"$broker\",60,1" '+CMQTTCONNECT: 0,0'
at AT+CMQTTSUB=0,11,1 '>'
data guest/hello
wait_for '+CMQTTSUB: 0,0'
at AT+CMQTTTOPIC=0,11 '>'
data guest/hello
at "AT+CMQTTPAYLOAD=0,${#message}" '>'
data "$message"
at AT+CMQTTPUB=0,1,60 OK
wait_for "+CMQTTRXPAYLOAD: 0,${#message}"
wait_for "$message"
wait_for '+CMQTTRXEND: 0'
echo 'guest: passed, the message came back from the broker'
