#!/bin/sh
# What does a backend hear of a meter that loses coverage and comes back? To be started behind `atmqtt module … --`, with
# --pty, --broker and --control. The argument is the host program; the end is 0 if the backend knows that the meter is online.
set -eu
atmqtt=${ATMQTT:-npx atmqtt}
broker=${ATMQTT_BROKER#mqtt://}
heard=$(mktemp)
log=$heard.log

# The backend: an MQTT client over a module of its own; `mosquitto_sub -C 3` does as well.
listen="exec $atmqtt sub --tcp \"\$ATMQTT_TCP\" -h ${broker%:*} -p ${broker#*:} -t meters/7/status -C 3 -W 60"
$atmqtt module --no-pty --no-broker --tcp 127.0.0.1:0 -- sh -c "$listen" >"$heard" 2>"$log" &
backend=$!
"$1" "$ATMQTT_PTY" "tcp://$broker" 8 &
host=$!
trap 'kill $host $backend 2>/dev/null || true; rm -f "$heard" "$log" "$log.ctl"' EXIT

until grep -q online "$heard"; do kill -0 $backend || { cat "$log"; exit 3; }; sleep 0.1; done
$atmqtt ctl fault network-lost '{"forMs":1000}' >"$log.ctl" || { cat "$log.ctl"; exit 3; }
wait $backend || { cat "$log"; exit 3; }
sed 's/^/the backend heard: /' "$heard"
tail -1 "$heard" | grep -q '^online' || { echo 'FAILED: the meter is online, and the backend takes it for offline'; exit 1; }
echo 'passed: the backend knows that the meter is online'
