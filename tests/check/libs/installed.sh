#!/bin/sh
# Installs the build in $1 into an empty folder and builds a program against
# what is there, as a stranger would: headers and library by pkg-config.
set -eu
build=$1
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

DESTDIR=$stage/root meson install -C "$build" --no-rebuild --quiet

PKG_CONFIG_PATH=$(dirname "$(find "$stage/root" -name gstpublish-1.0.pc)")
export PKG_CONFIG_PATH
[ "$(pkg-config --modversion gstpublish-1.0)" = "$2" ]
includedir=$(pkg-config --variable=includedir gstpublish-1.0)
libdir=$(pkg-config --variable=libdir gstpublish-1.0)

cat >"$stage/stranger.c" <<'C'
#include <gst/publish/publish.h>

int
main (void)
{
  GstPublishLayout layouts[GST_PUBLISH_MAX_LAYOUTS];
  GstPublishMixingConfig *config =
      gst_publish_mixing_config_new_from_json ("{\"template\":\"grid\"}", NULL);

  if (!config || gst_publish_template_make_layouts
      (gst_publish_mixing_config_get_template (config), 1280, 720, 4,
          layouts) != 4)
    return 1;
  gst_publish_mixing_config_unref (config);

  return 0;
}
C
# the flags as they are, below the folder that stands for the root
# shellcheck disable=SC2046
cc -Wall -Wextra -Werror "$stage/stranger.c" -o "$stage/stranger" \
  -I"$stage/root$includedir/gstreamer-1.0" -L"$stage/root$libdir" \
  $(pkg-config --cflags --libs gstpublish-1.0)
LD_LIBRARY_PATH=$stage/root$libdir "$stage/stranger"

# nothing private gets out
if nm -D --defined-only "$stage/root$libdir/libgstpublish-1.0.so" |
  grep -E ' gst_publish_(re(ad|port|ader)_|json_|fault_|write_|member|quote)'; then
  echo "private symbols are exported" >&2
  exit 1
fi
