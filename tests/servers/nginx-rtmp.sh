#!/usr/bin/env bash
# A real RTMP server of one's own: nginx with libnginx-mod-rtmp on a free
# loopback port, with its own config and nothing of the system's.
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# usage: nginx-rtmp.sh DIR
#
# Prints one line when it accepts connections:
#
#   rtmp://127.0.0.1:PORT/live
#
# and serves until its standard input closes or SIGTERM or SIGINT comes: a
# test that dies takes its server with it. It leaves once every publisher has
# gone and every recording is complete, at the latest after GRACE seconds.
#
# DIR/record   every stream that was published, as NAME.flv
# DIR/nginx.pid  the master's process id, for those who test faults
# DIR/error.log, DIR/access.log  what nginx says
# DIR/server.conf  if it is there before: further lines for the rtmp server
set -euo pipefail

readonly GRACE=10

die() { printf 'nginx-rtmp: %s\n' "$*" >&2; exit 1; }

[ $# = 1 ] || die "usage: nginx-rtmp.sh DIR"
mkdir -p "$1/record"
dir=$(cd "$1" && pwd)
# a plain user's path often lacks sbin
PATH=$PATH:/usr/sbin:/sbin
command -v nginx >/dev/null || die "nginx is missing (./dev setup installs it)"
modules=$(nginx -V 2>&1 | tr ' ' '\n' | sed -n 's/^--modules-path=//p')
[ -f "$modules/ngx_rtmp_module.so" ] || die "no ngx_rtmp_module.so in $modules"

accepts() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

write_config() {
  local port=$1
  {
    # as root the workers would become another user, who cannot write here
    [ "$(id -u)" != 0 ] || echo "user $(id -un) $(id -gn);"
    cat <<CONF
load_module $modules/ngx_rtmp_module.so;
daemon off;
worker_processes 1;
pid "$dir/nginx.pid";
lock_file "$dir/nginx.lock";
error_log "$dir/error.log" info;
events { worker_connections 256; }
rtmp {
  access_log "$dir/access.log";
  server {
    listen 127.0.0.1:$port;
    application live {
      live on;
      record all;
      record_path "$dir/record";
      record_suffix .flv;
    }
CONF
    [ ! -f "$dir/server.conf" ] || cat "$dir/server.conf"
    printf '  }\n}\n'
  } >"$dir/nginx.conf"
}

# Waits until nginx accepts on $1; false if it went away instead. It writes
# its id once the port is its own, so nobody else's server is believed.
ready() {
  local port=$1
  until [ -s "$dir/nginx.pid" ] && accepts "$port"; do
    kill -0 "$nginx" 2>/dev/null || return 1
    read -rt 0.05 <>"$dir/tick" || true
  done
}

nginx=
input=
stop() {
  trap - EXIT TERM INT
  [ -z "$input" ] || kill "$input" 2>/dev/null || true
  [ -n "$nginx" ] && kill -0 "$nginx" 2>/dev/null || return 0
  # QUIT waits for the publishers; SIGCONT, for a test may have frozen it
  kill -QUIT "$nginx" && kill -CONT "$nginx" 2>/dev/null || true
  timeout $GRACE tail --pid="$nginx" -f /dev/null || kill -TERM "$nginx" || true
  wait "$nginx" 2>/dev/null || true
}
trap 'stop; exit 0' TERM INT
trap stop EXIT

rm -f "$dir/tick" && mkfifo "$dir/tick"
for _ in $(seq 20); do
  # below the range that the kernel gives to outgoing connections
  port=$((RANDOM % 12000 + 20000))
  ! accepts $port || continue
  write_config $port
  rm -f "$dir/nginx.pid"
  setpriv --pdeathsig TERM nginx -p "$dir" -e "$dir/error.log" \
    -c "$dir/nginx.conf" </dev/null >/dev/null 2>"$dir/stderr.log" &
  nginx=$!
  ready $port && break
  wait $nginx || true
  nginx=
done
rm -f "$dir/tick"
[ -n "$nginx" ] || die "nginx does not start: $(tail -n 1 "$dir/stderr.log")"

echo "rtmp://127.0.0.1:$port/live"
# whoever has started us keeps this open; a job in the background has no
# standard input unless it is given one
exec 3<&0
cat <&3 >/dev/null &
input=$!
wait -n "$nginx" "$input" || true
