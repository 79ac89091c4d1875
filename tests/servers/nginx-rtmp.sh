#!/usr/bin/env bash
# An nginx with the RTMP module for tests: loopback only, ports of its own,
# everything it writes in one folder.
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#   nginx-rtmp.sh start FOLDER    starts it, waits until it accepts, and writes
#                                 FOLDER/env: RTMP_PORT, HTTP_PORT, HLS_DIR,
#                                 RECORD_DIR, NGINX_PID
#   nginx-rtmp.sh stop FOLDER     ends it, by its id
#   nginx-rtmp.sh kill FOLDER     the same at once, as a crash would (kill -9)
#   nginx-rtmp.sh again FOLDER    starts it once more, on the same ports
#   nginx-rtmp.sh run FOLDER CMD  starts it, runs CMD with that environment,
#                                 ends it whatever happens; CMD's exit status
#   nginx-rtmp.sh available FOLDER  only says by its exit status whether it can
#
# rtmp://127.0.0.1:$RTMP_PORT/
#   hls/NAME      HLS in $HLS_DIR, segments named by the UTC in milliseconds
#                 (hls_fragment_naming system), also http://...:$HTTP_PORT/hls/
#   record/NAME   recorded as $RECORD_DIR/NAME.flv
#   live/NAME     neither
# Settings by environment: HLS_FRAGMENT (1s), HLS_WINDOW (60s), HLS_CLEANUP
# (off), RTMP_EXTRA and APP_EXTRA (lines for the server and for each
# application), NGINX_LIFE (seconds after which it ends by itself, 600).
# Exit 77: nginx or its RTMP module is missing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

die() { printf 'nginx-rtmp: %s\n' "$*" >&2; exit 1; }

accepts() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# what is missing is told by 77
find_nginx() {
  nginx=$(PATH=$PATH:/usr/sbin command -v nginx) || exit 77
  module=$(find /usr/lib/nginx/modules /usr/share/nginx/modules \
    -name ngx_rtmp_module.so 2>/dev/null | head -n 1)
  [ -n "$module" ] || exit 77
}

write_config() {
  local folder=$1
  {
    # a worker that may not write where root made the folder is of no use
    [ "$(id -u)" != 0 ] || echo "user root;"
    cat <<CONF
load_module $module;
daemon off;
worker_processes 1;
pid $folder/nginx.pid;
error_log $folder/error.log notice;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path $folder/tmp;
  proxy_temp_path $folder/tmp;
  fastcgi_temp_path $folder/tmp;
  uwsgi_temp_path $folder/tmp;
  scgi_temp_path $folder/tmp;
  types {
    application/vnd.apple.mpegurl m3u8;
    video/mp2t ts;
  }
  server {
    listen 127.0.0.1:$HTTP_PORT;
    location /hls { alias $folder/hls; add_header Cache-Control no-cache; }
    location /record { alias $folder/record; }
    location /stat { rtmp_stat all; }
  }
}
rtmp {
  # by default this one is the system's too, which only root may open
  access_log $folder/access.log;
  server {
    listen 127.0.0.1:$RTMP_PORT;
    chunk_size 65536;
    ${RTMP_EXTRA:-}
    application live { live on; ${APP_EXTRA:-} }
    application record {
      live on;
      record all;
      record_path $folder/record;
      ${APP_EXTRA:-}
    }
    application hls {
      live on;
      hls on;
      hls_path $folder/hls;
      hls_fragment ${HLS_FRAGMENT:-1s};
      hls_playlist_length ${HLS_WINDOW:-60s};
      hls_fragment_naming system;
      hls_cleanup ${HLS_CLEANUP:-off};
      ${APP_EXTRA:-}
    }
  }
}
CONF
  } >"$folder/nginx.conf"
}

# with the config that is there, and waits until it accepts
launch() {
  local folder=$1 try
  rm -f "$folder/nginx.pid"
  timeout "${NGINX_LIFE:-600}" "$nginx" -p "$folder" -c "$folder/nginx.conf" \
    >"$folder/output.log" 2>&1 </dev/null &
  NGINX_PID=$!
  for try in $(seq 200); do
    kill -0 "$NGINX_PID" 2>/dev/null || break
    if [ -s "$folder/nginx.pid" ] && accepts "$RTMP_PORT" && accepts "$HTTP_PORT"; then
      cat >"$folder/env" <<ENV
RTMP_PORT=$RTMP_PORT
HTTP_PORT=$HTTP_PORT
HLS_DIR=$folder/hls
RECORD_DIR=$folder/record
NGINX_PID=$(cat "$folder/nginx.pid")
ENV
      disown "$NGINX_PID"
      return 0
    fi
    sleep 0.05
  done
  kill "$NGINX_PID" 2>/dev/null || true
  return 1
}

no_start() {
  cat "$1/output.log" "$1/error.log" >&2 2>/dev/null || true
  die "it does not start"
}

start() {
  local folder=$1
  mkdir -p "$folder/hls" "$folder/record" "$folder/tmp"
  # somebody else may take a free port before nginx does: then two others
  for _ in 1 2 3 4 5; do
    RTMP_PORT=$(python3 "$here/freeport.py")
    HTTP_PORT=$(python3 "$here/freeport.py")
    write_config "$folder"
    launch "$folder" && return
  done
  no_start "$folder"
}

again() {
  local folder=$1
  RTMP_PORT=$(sed -n 's/^RTMP_PORT=//p' "$folder/env")
  HTTP_PORT=$(sed -n 's/^HTTP_PORT=//p' "$folder/env")
  launch "$folder" || no_start "$folder"
}

# the worker has the sockets, so it goes first
kill_now() {
  local folder=$1 pid children
  pid=$(sed -n 's/^NGINX_PID=//p' "$folder/env")
  children=$(cat "/proc/$pid/task/$pid/children")
  # the master would start another worker
  kill -STOP "$pid"
  # shellcheck disable=SC2086
  kill -KILL $children
  kill -KILL "$pid"
}

stop() {
  local folder=$1 pid try
  [ -f "$folder/env" ] || return 0
  pid=$(sed -n 's/^NGINX_PID=//p' "$folder/env")
  kill -QUIT "$pid" 2>/dev/null || return 0
  for try in $(seq 60); do
    kill -0 "$pid" 2>/dev/null || return 0
    # a quiet end waits for connections: not for ever
    [ "$try" != 20 ] || kill -TERM "$pid" 2>/dev/null || true
    sleep 0.05
  done
  kill -KILL "$pid" 2>/dev/null || true
}

[ $# -ge 2 ] || die "usage: nginx-rtmp.sh start|stop|kill|again|run FOLDER [COMMAND...]"
action=$1
find_nginx
mkdir -p "$2"
folder=$(cd "$2" && pwd)
shift 2
case $action in
  start) start "$folder" ;;
  stop) stop "$folder" ;;
  kill) kill_now "$folder" ;;
  again) again "$folder" ;;
  available) ;;
  run)
    trap 'stop "$folder"' EXIT
    start "$folder"
    set -a
    # shellcheck disable=SC1091
    . "$folder/env"
    set +a
    "$@"
    ;;
  *) die "no action $action" ;;
esac
