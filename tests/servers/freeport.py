"""A port of loopback that nobody listens on, for a server that starts later.

Not one of those that connections are given: between this and the server's
start, or while it is down, somebody's connection would be there. (Linux gives
32768 and up: ip_local_port_range of ip-sysctl.)

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import random
import socket
import sys


def free_port(kind=socket.SOCK_STREAM):
    while True:
        port = random.randrange(20000, 32768)
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


if __name__ == "__main__":
    print(free_port(socket.SOCK_DGRAM if "udp" in sys.argv else
                    socket.SOCK_STREAM))
