#!/usr/bin/env python3
# Counts in a transport stream what ISO/IEC 13818-1 defines, with nothing of the
# checker: the tests compare its report with this. Prints JSON with the report's
# keys. Reads 188 byte packets; slow and plain on purpose.
# SPDX-License-Identifier: LGPL-2.1-or-later
import json
import sys

WRAP = 1 << 33


def signed(d, span):
    d %= span
    return d - span if d >= span // 2 else d


def ns(ticks27):
    return (2 * ticks27 * 1000 + 27) // 54


def spread(values):
    if not values:
        return None
    return {"count": len(values), "min-ms": min(values) / 1e6,
            "max-ms": max(values) / 1e6,
            "mean-ms": sum(values) / len(values) / 1e6}


class Pid:
    def __init__(self):
        self.packets = self.errors = self.duplicates = 0
        self.counter = self.last = None
        self.repeated = False
        self.held, self.gaps = [], []


class Count:
    def __init__(self):
        self.pids, self.packets = {}, 0
        self.pmt_pid = self.pcr_pid = None
        self.timed = set()
        self.pcr = self.pcr_at = None     # last PCR and its byte
        self.step = self.step_bytes = 0   # last step without a jump
        self.steps, self.waiting = [], []

    def damaged(self, p):
        pid = (p[1] & 0x1f) << 8 | p[2]
        s = self.pids.setdefault(pid, Pid())
        if pid == 0x1fff:
            s.packets += 1
        elif p[3] & 0x10 and s.counter is not None and \
                p[3] & 15 == (s.counter + 1) & 15:
            s.packets += 1
            s.counter = p[3] & 15

    # 2.4.3.3: counts on with payload only; one copy may follow, equal but for
    # its PCR; discontinuity_indicator allows any value; null packets have none
    def continuity(self, s, p, field):
        counter, payload = p[3] & 15, p[3] & 0x10
        before, s.counter = s.counter, counter
        if before is None or (field and field[0] & 0x80):
            s.repeated = False
            return True
        if not payload:
            s.errors += counter != before
            return True
        if counter == (before + 1) & 15:
            s.repeated = False
            return True
        if counter == before and not s.repeated and s.last is not None:
            a, b = bytearray(p), bytearray(s.last)
            if field and field[0] & 0x10:
                a[6:12] = b[6:12]
            if a == b:
                s.repeated = True
                s.duplicates += 1
                return False
        s.errors += 1
        s.repeated = False
        return True

    def tables(self, pid, p, at):
        s = p[at + 1 + p[at]:]
        size = (s[1] & 15) << 8 | s[2]
        if pid == 0 and s[0] == 0:
            for i in range(8, size - 1, 4):
                if s[i] << 8 | s[i + 1]:
                    self.pmt_pid = (s[i + 2] & 31) << 8 | s[i + 3]
        if pid == self.pmt_pid and s[0] == 2:
            self.pcr_pid = (s[8] & 31) << 8 | s[9]
            i = 12 + ((s[10] & 15) << 8 | s[11])
            while i < size - 1:
                self.timed.add((s[i + 1] & 31) << 8 | s[i + 2])
                i += 5 + ((s[i + 3] & 15) << 8 | s[i + 4])

    # between two PCRs the bytes tell the time; behind the last one the rate
    # before it does, for one step and not longer
    def settle(self, step, step_bytes, guess=False):
        for s, held, at in self.waiting:
            part = step * (at - self.pcr_at) // step_bytes if step_bytes else 0
            s.held.append(ns(held))
            if not guess or (step_bytes and part <= step):
                s.gaps.append(ns(held - part))
        self.waiting = []

    def clock(self, field, at):
        base = field[1] << 25 | field[2] << 17 | field[3] << 9 | \
            field[4] << 1 | field[5] >> 7
        pcr = base * 300 + ((field[5] & 1) << 8 | field[6])
        if self.pcr is not None:
            step = signed(pcr - self.pcr, WRAP * 300)
            if field[0] & 0x80 or not 0 <= step < 27000000:
                self.settle(self.step, self.step_bytes, guess=True)
            else:
                self.settle(step, at - self.pcr_at)
                self.step, self.step_bytes = step, at - self.pcr_at
                self.steps.append(ns(step))
        self.pcr, self.pcr_at = pcr, at

    def unit(self, s, pes, at):
        if pes[:3] != b"\0\0\1" or not pes[7] & 0x80 or self.pcr is None:
            return
        t = pes[14:19] if pes[7] & 0x40 else pes[9:14]
        dts = (t[0] & 14) << 29 | t[1] << 22 | (t[2] & 254) << 14 | \
            t[3] << 7 | t[4] >> 1
        held = signed(dts * 300 - self.pcr, WRAP * 300)
        self.waiting.append((s, held, at))

    def packet(self, p, at):
        self.packets += 1
        if p[0] != 0x47 or p[1] & 0x80:
            self.damaged(p)
            return
        pid = (p[1] & 0x1f) << 8 | p[2]
        s = self.pids.setdefault(pid, Pid())
        s.packets += 1
        if pid == 0x1fff:
            return
        length = p[4] if p[3] & 0x20 else 0
        field = p[5:5 + length] if length else None
        fresh = self.continuity(s, p, field)
        s.last = p
        if not fresh:
            return
        if pid == self.pcr_pid and field and field[0] & 0x10:
            self.clock(field, at)
        start = 4 + (1 + length if p[3] & 0x20 else 0)
        # what is scrambled cannot be read
        if p[1] & 0x40 and p[3] & 0x10 and not p[3] & 0xc0:
            if pid in (0, self.pmt_pid):
                self.tables(pid, p, start)
            elif pid in self.timed:
                self.unit(s, p[start:], at)

    def read(self, data):
        at, end = 0, len(data)
        while at + 188 <= end:
            if data[at] != 0x47 and at + 188 < end and data[at + 188] != 0x47:
                # TR 101 290 1.1: lost; five in a row find it again
                while at + 4 * 188 < end and any(
                        data[at + k * 188] != 0x47 for k in range(5)):
                    at += 1
                for s in self.pids.values():
                    s.counter = None
                continue
            self.packet(data[at:at + 188], at)
            at += 188
        self.settle(self.step, self.step_bytes, guess=True)

    def report(self):
        pids = []
        for pid, s in sorted(self.pids.items()):
            if not s.packets:
                continue
            one = {"pid": pid, "packets": s.packets,
                   "duplicates": s.duplicates, "continuity-errors": s.errors}
            if s.gaps:
                one["gap"], one["gap-held"] = spread(s.gaps), spread(s.held)
            pids.append(one)
        # TR 101 290 1.3, 1.5, 2.3a: whatever their intervals, in a stream of
        # more than a few seconds there must be one of each
        never = {}
        if self.pmt_pid is None:
            never["pat-error"] = 1
        elif self.pcr_pid is None:
            never["pmt-error"] = 1
        elif self.pcr is None:
            never["pcr-repetition-error"] = 1
        return {"packets": self.packets, "pids": pids, "events": never,
                "programs": [] if self.pmt_pid is None else
                [{"pmt-pid": self.pmt_pid, "pcr-pid": self.pcr_pid,
                  "pcr-interval": spread(self.steps)}]}


count = Count()
with open(sys.argv[1], "rb") as stream:
    count.read(stream.read())
json.dump(count.report(), sys.stdout)
