#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes a random but valid stream of events, the same for the same seed.

usage: random_stream.py [--events N] [--trace | --damaged] SEED

--trace writes the kernel's text that such a stream is made from; --damaged
breaks the stream in a few places.

A crude guest: vCPUs that run tasks, wait, sleep in QEMU and halt; tasks that
hog, come and go, wake each other over interrupts and play sound; a user. Each
seed first draws what kind of guest it is, so that seeds differ a lot.
"""
import argparse

USEC = 1_000
MSEC = 1_000_000
SEC = 1_000_000_000
PERIODS = (32, 32, 32, 32, 2, 8, 100, 1024)
VECTOR_RESCHEDULE, VECTOR_CALL = 0xfd, 0xfb
VECTOR_TIMER, VECTOR_DEVICE, VECTOR_OTHER = 0xec, 0x22, 0xf2
KEY_PRESS, BUTTON_RELEASE, KINDS = 0, 3, 8
ENTER = 28
DOUBLE_CLICK = 500 * MSEC
TICK_LATE = 4 * MSEC    # CPU time is up to date at each tick of the scheduler
NO_TASK = None


class Random:
    """xorshift64*: the same numbers everywhere, for ever."""

    def __init__(self, seed):
        self.state = (seed + 1) * 0x9e3779b97f4a7c15 & (2 ** 64 - 1)
        for _ in range(8):
            self.next()

    def next(self):
        x = self.state
        x ^= x >> 12
        x ^= x << 25 & (2 ** 64 - 1)
        x ^= x >> 27
        self.state = x
        return x * 0x2545f4914f6cdd1d >> 32 & 0xffffffff

    def below(self, n):
        return self.next() % n

    def chance(self, percent):
        return self.below(100) < percent

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def pick(self, items):
        return items[self.below(len(items))]

    def log(self, low, high):
        """Each order of magnitude as likely as the others."""
        ratio = (high / low) ** (self.below(1 << 16) / (1 << 16))
        return int(low * ratio)


class Writer:
    """Notes events and writes them as a stream, or as the trace of one."""

    def __init__(self):
        self.events = []

    def event(self, name, vcpu=None, now=None, times=None, task=0, arg=0):
        self.events.append((name, vcpu, now, times, task, arg))

    def stream(self):
        before, clocks = 0, {}
        for name, vcpu, now, times, task, arg in self.events:
            field = [name, "-" if vcpu is None else vcpu, 0, 0, 0,
                     "-" if task is NO_TASK else f"{task:x}", arg]
            if now is not None:
                field[2], before = now - before, now
            if times:
                delay, cpu = clocks.get(vcpu, (0, 0))
                field[3:5] = times[0] - delay, times[1] - cpu
                clocks[vcpu] = times
            while field[-1] in (0, "0") and len(field) > 2:
                field.pop()
            yield " ".join(map(str, field if field[1:] != ["-"] else [name]))

    def trace(self, r, period):
        """As the kernel prints it: what the CPUs wrote is not quite in order."""
        lines = []
        for seq, (name, vcpu, now, times, task, arg) in enumerate(self.events):
            delay, cpu = times or (0, 0)
            task = 2 ** 64 - 1 if task is NO_TASK else task
            task = period if name == "make" else task
            lines.append(
                f"  CPU {vcpu}/KVM-1 (   1) [000] d..2. {seq // 1000}.{seq}: "
                f"kvm_vamp_event: vm_id=7 seq={seq} op={name} "
                f"vcpu={-1 if vcpu is None else vcpu} now={now or 0} "
                f"run_delay={delay} cpu_time={cpu} task={task:x} arg={arg}")
        for i in range(1, len(lines) - 8, 7):
            j = i + r.below(7)
            lines[i], lines[j] = lines[j], lines[i]
        return lines


def damage(text, r):
    """Puts characters from elsewhere into some places."""
    text = list(text)
    for _ in range(r.between(1, 4)):
        text[r.below(len(text))] = r.pick(text)
    return "".join(text)


class Vcpu:
    def __init__(self, index, r):
        self.index = index
        self.delay, self.cpu = r.below(SEC), r.below(SEC)
        self.late = 0               # CPU time that is not told yet
        self.skew = 0               # of its CPU's clock
        self.looked = None          # when its clocks were right last
        self.task = None
        self.in_guest = False
        self.exited = False
        self.halted = False
        self.asleep = False         # paused in a halt
        self.awaits = []            # (vector, task that it wakes)
        self.stopped_until = 0


class Guest:
    def __init__(self, seed, events):
        r = self.r = Random(seed)
        self.w = Writer()
        self.limit = events
        self.now = r.between(2000, 10 ** 6) * MSEC + r.below(MSEC)
        self.nr_vcpus = r.pick((1, 2, 2, 3, 4, 8))
        self.track = r.below(2)
        self.flips_track = r.chance(10)
        self.period = r.pick(PERIODS)
        self.storm = seed % 8 == 7      # more tasks than the table holds
        self.nr_tasks = r.pick((3, 8, 20, 60))
        if self.storm:
            self.limit *= 2
            self.nr_tasks = r.pick((1030, 1100, 3000))
            self.nr_vcpus = r.pick((1, 2, 8, 8))
            if seed % 16 == 7:
                self.limit *= 2
                self.nr_tasks, self.nr_vcpus = 3000, r.pick((2, 8))
        self.base = r.pick((0x1000, 0x3f00000))
        self.pace = r.pick((100 * USEC, MSEC, 4 * MSEC, 4 * MSEC))
        self.wait_chance = r.pick((0, 5, 30, 60))
        self.halt_chance = r.pick((0, 0, 3, 15, 40))
        self.block_chance = r.pick((0, 0, 1, 10))
        self.switch_chance = 90 if self.storm else r.pick((3, 15, 40))
        self.ipi_chance = r.pick((0, 5, 30))
        self.inject_chance = r.pick((2, 20))
        self.audio_chance = r.pick((0, 0, 3, 25))
        self.plays = seed % 4 == 2      # servers, their clients and others
        self.input_chance = r.pick((2, 5, 15))  # per mille
        self.gap_chance = r.pick((0, 1, 3))     # per mille
        self.skew = r.pick((0, 0, 2 * USEC))
        self.wakes_with = r.pick((VECTOR_RESCHEDULE, VECTOR_RESCHEDULE,
                                  VECTOR_RESCHEDULE, VECTOR_OTHER))
        self.hogs = [self.task() for _ in range(r.between(0, self.nr_vcpus))]
        self.servers = [self.task() for _ in range(2)]
        self.clients = [self.task() for _ in range(4)] + self.hogs
        if self.plays:
            self.nr_vcpus = max(2, self.nr_vcpus)
            self.halt_chance = 15
            self.gap_chance = r.pick((0, 5))
            self.input_chance, self.pace = 15, r.pick((MSEC, 4 * MSEC))
        self.v = [Vcpu(i, r) for i in range(self.nr_vcpus)]
        for v in self.v[1:]:
            v.skew = r.below(2 * self.skew + 1) - self.skew
        self.phase_ends = None
        self.classifying = False
        self.accepted = 0
        self.max_phase = 5000
        self.vamp = self.mode = self.threshold = 0

    def task(self):
        return self.base + self.r.below(self.nr_tasks) * 3

    # Time.

    def pass_time(self, ns):
        self.now += ns

    def stamp(self, v=None):
        """The clocks of two CPUs differ a little."""
        return self.now + (v.skew if v else 0)

    def look(self, v, slept=False, waits=False):
        """What the clocks of its thread say now."""
        now = self.stamp(v)
        wall = max(0, now - v.looked) if v.looked is not None else 0
        waited = 0
        if waits:
            waited = wall
        elif self.r.chance(self.wait_chance):
            waited = self.r.below(wall + 1)
            if slept:
                waited = min(waited, self.r.log(1, 50 * MSEC))
        v.delay += waited
        ran = 0 if slept else wall - waited
        v.looked = now if v.looked is None else max(v.looked, now)
        v.late += ran
        if v.late > TICK_LATE or waited or slept or self.r.chance(30):
            v.cpu += v.late
            v.late = 0
        return now, (v.delay, v.cpu)

    # What vCPUs do.

    def entry(self, v, slept=False, task=0):
        now, times = self.look(v, slept)
        if self.flips_track and self.r.chance(2):
            self.track ^= 1
        flags = (1 if slept else 0) | self.track << 1
        self.w.event("entry", v.index, now, times,
                     v.task if task == 0 else task, flags)
        v.in_guest = True
        v.halted = False

    def exit(self, v, task):
        now, times = self.look(v)
        self.w.event("exit", v.index, now, times, task)
        v.in_guest = False
        v.exited = True

    def observed(self, name, v, arg):
        now, times = self.look(v)
        self.w.event(name, v.index, now, times, 0, arg)

    def next_task(self, v):
        if self.storm and v.index == 1 and v.task is not None and \
                self.r.below(1000) < 998:
            return v.task       # it gets old while it runs
        if v.awaits and v.awaits[0][1] is not None and self.r.chance(70):
            return v.awaits.pop(0)[1]
        if self.plays and self.r.chance(40):
            return self.r.pick(self.clients)
        if self.r.chance(5 if self.storm else 50) and self.hogs:
            return self.hogs[v.index % len(self.hogs)]
        return self.task()

    def send(self, v):
        """It wakes a task on another vCPU, or interrupts it for no such thing."""
        others = [u for u in self.v if u is not v]
        if not others:
            return
        u = self.r.pick(others)
        wakes = self.r.chance(75)
        vector = self.wakes_with if wakes else VECTOR_CALL
        if self.r.chance(2):
            vector = VECTOR_OTHER
        self.observed("ipi", v, u.index << 8 | vector)
        woken = self.task() if wakes else None
        if wakes and self.plays and self.r.chance(80):
            woken = self.r.pick(self.servers)
        u.awaits.append((vector, woken))
        del u.awaits[:-3]
        if self.r.chance(50):
            self.interrupt(u, v.index + 1)

    def interrupt(self, v, source):
        by = self.v[source - 1] if source else None
        self.w.event("intr", v.index, self.stamp(by), None, 0, source)

    def deliver(self, v):
        """Interrupts enter the guest with its next entry."""
        if v.awaits and self.r.chance(80):
            vector, wakes = v.awaits[0]
            self.observed("inject", v, vector)
            if wakes is None:
                v.awaits.pop(0)
        elif self.r.chance(self.inject_chance):
            self.observed("inject", v, self.r.pick(
                (VECTOR_TIMER,) * 6 + (VECTOR_DEVICE,) * 3 +
                (VECTOR_RESCHEDULE, VECTOR_CALL)))

    def run(self, v):
        """From an entry to the next."""
        r = self.r
        before = v.task
        if v.awaits and v.awaits[0][1] is not None and r.chance(70):
            self.pass_time(r.log(500, 30 * USEC))
            v.task = self.next_task(v)
        elif r.chance(self.switch_chance):
            v.task = self.next_task(v)
        seen = v.task
        if self.track and r.chance(50):
            seen = before       # the exit is before the change
        if r.chance(2):
            seen = NO_TASK
        self.exit(v, seen)
        if r.chance(self.ipi_chance):
            self.send(v)
        if r.chance(90 if self.plays and v.task in self.servers
                    else self.audio_chance):
            self.observed("audio", v, 0)
            if self.phase_ends is None and not self.classifying and \
                    r.chance(10):
                self.output()
        if r.chance(self.halt_chance):
            self.w.event("halt", v.index)
            v.halted = True
            v.stopped_until = self.now + r.log(50 * USEC, 200 * MSEC)
            return
        self.pass_time(r.log(500, 300 * USEC))
        if r.chance(self.block_chance):
            self.block(v)
        self.deliver(v)
        self.entry(v, task=NO_TASK if r.chance(2) else v.task)

    def block(self, v):
        """QEMU sleeps, perhaps on its lock."""
        slept = self.r.log(10 * USEC, 100 * MSEC)
        self.pass_time(slept)
        v.looked += slept

    def wake(self, v):
        """It ends its halt, or comes from nowhere."""
        slept = v.halted or v.asleep
        v.asleep = False
        if v.halted:
            v.looked = max(v.looked, self.now - self.r.log(USEC, MSEC))
        if v.task is None:
            v.task = self.next_task(v)
        if v.exited:
            self.deliver(v)
        self.entry(v, slept)

    def pause(self, v):
        """Another thread runs it from now on, or it was not looked at."""
        self.w.event("pause", v.index)
        v.in_guest = v.halted = v.exited = False
        v.looked = None
        v.awaits = []
        v.asleep = self.r.chance(20)
        if self.r.chance(50):
            v.delay, v.cpu, v.late = self.r.below(SEC), self.r.below(SEC), 0
        v.stopped_until = self.now + self.r.log(MSEC, 2 * SEC)

    def act(self, v):
        if v.in_guest:
            self.run(v)
        else:
            self.wake(v)
        if v.in_guest and self.r.below(1000) < 3:
            self.pause(v)
        if self.r.chance(3):
            self.interrupt(v, 0)

    # Sound.

    def reach(self, v, task, soon):
        """Has @v run @task, soon after its last entry or not."""
        if not v.in_guest:
            self.wake(v)
        self.pass_time(self.r.below(soon))
        before = v.task
        v.task = task
        self.exit(v, before if self.track else task)
        if self.track:
            self.entry(v)
            self.pass_time(self.r.below(soon))
            self.exit(v, task)

    def wake_up(self, source, v):
        """A task that runs on @source wakes one on @v."""
        vector = self.r.pick((VECTOR_RESCHEDULE,) * 9 + (VECTOR_CALL,))
        if self.r.chance(90):
            self.observed("ipi", source, v.index << 8 | vector)
        if v.in_guest and self.r.chance(10):
            self.observed("inject", v, vector)      # without an exit
        if v.in_guest:
            self.exit(v, v.task)
        if self.r.chance(10):
            self.observed("inject", v, VECTOR_TIMER)
        self.observed("inject", v, vector)
        if self.r.chance(10):
            self.observed("ipi", source, v.index << 8 | VECTOR_RESCHEDULE)
        if self.r.chance(10):
            self.observed("ipi", source, v.index << 8 | VECTOR_OTHER)
            self.observed("inject", v, VECTOR_OTHER)
        if v.halted:
            self.wake(v)
        else:
            self.entry(v)

    def tick(self, v):
        """The timer's interrupt, from an exit to the next."""
        self.observed("inject", v, VECTOR_TIMER)
        self.entry(v)
        self.pass_time(self.r.below(100 * USEC))
        self.exit(v, v.task)

    def play(self):
        """A client wakes a server, perhaps by way of another task."""
        order = list(self.v)
        for i in range(1, len(order)):
            j = self.r.below(i + 1)
            order[i], order[j] = order[j], order[i]
        chain = order[:self.r.pick((2, 2, 2, 3))]
        first = chain[0]
        self.reach(first, self.r.pick(self.clients), 2 * MSEC)
        if self.r.chance(15):
            self.tick(first)
        for source, v in zip(chain, chain[1:]):
            self.wake_up(source, v)
            last = v is chain[-1]
            self.reach(v, self.r.pick(self.servers if last and
                                      self.r.chance(90) else self.clients),
                       self.r.pick((5, 5, 5, 100)) * USEC)
        for _ in range(self.r.below(4)):
            self.observed("audio", chain[-1], 0)
            if self.phase_ends is None and self.r.chance(20):
                self.output()
        for v in chain:
            if not v.in_guest:
                self.entry(v)
        if self.r.chance(5):
            self.servers[self.r.below(2)] = self.task()

    # The user, and what the module does then.

    def configure(self):
        r = self.r
        self.vamp = r.pick((1, 5, 13, 19, 20, 29, 38))
        self.mode = r.pick((15, 15, 15, 15, 7, 11, 13, 14, 0))
        self.threshold = r.pick((50, 50, 50, 20, 90))
        self.max_phase = r.pick((200, 200, 500) if self.plays else
                                (5000, 1000, 200))
        self.tell_configuration()

    def tell_configuration(self):
        self.w.event("config", None, None, None, self.max_phase,
                     self.vamp | self.mode << 8 | self.threshold << 16)

    def classify(self):
        if self.r.chance(30):
            self.configure()
        else:
            self.tell_configuration()
        for v in self.v:
            if v.looked is not None and (v.task is not None):
                self.sync(v)
        self.classifying = True
        self.w.event("begin", None, self.stamp())
        self.others()
        self.w.event("step")
        self.others()
        self.w.event("end")
        self.classifying = False
        self.phase_ends = self.now + self.max_phase * MSEC

    def sync(self, v):
        woke = 0
        if v.halted and self.r.chance(30):
            woke = self.r.log(MSEC, 100 * MSEC)     # and waits for a CPU
        if v.halted:
            v.looked = max(v.looked, self.now - woke)
        now, times = self.look(v, v.halted, woke > 0)
        self.w.event("sync", v.index, now, times)

    def others(self):
        """The lock is free between the steps."""
        for _ in range(self.r.below(3)):
            self.pass_time(self.r.log(USEC, MSEC))
            self.act(self.r.pick(self.v))

    def input(self):
        r = self.r
        kind, code = r.below(KINDS), r.below(60)
        if r.chance(60):
            kind, code = r.pick(((KEY_PRESS, ENTER), (BUTTON_RELEASE, 0)))
        now = self.stamp()
        self.w.event("input", None, now, None, 0, kind << 16 | code)
        if kind != BUTTON_RELEASE and (kind, code) != (KEY_PRESS, ENTER):
            return
        if self.phase_ends is None or now > self.accepted + DOUBLE_CLICK:
            self.accepted = now
            self.classify()

    def output(self):
        now = self.stamp()
        self.w.event("output", None, now)
        if self.phase_ends is None:
            self.accepted = now
            self.classify()

    def end_phase(self):
        if self.phase_ends is not None and self.now >= self.phase_ends:
            self.w.event("over")
            self.phase_ends = None

    def profile(self):
        for v in self.v:
            if v.task is not None and v.looked is not None:
                self.sync(v)
        self.w.event("profile", None, self.stamp())

    # The whole.

    def step(self):
        r = self.r
        self.pass_time(r.log(USEC, self.pace))
        if r.below(1000) < self.gap_chance:
            self.pass_time(r.log(100 * MSEC, 4 * SEC))
        self.end_phase()
        ready = [v for v in self.v
                 if v.in_guest or self.now >= v.stopped_until or v.awaits]
        if ready:
            self.act(r.pick(ready))
        else:
            self.pass_time(r.log(MSEC, 100 * MSEC))
        if self.plays and r.chance(15):
            self.play()
        if r.below(1000) < self.input_chance:
            self.input()
        if r.below(1000) < 1 and self.audio_chance:
            self.output()
        if r.below(2000) == 0:
            self.profile()
        if self.hogs and r.below(1000) < 2:
            self.hogs[r.below(len(self.hogs))] = self.task()

    def header(self):
        return ("vamp-stream 1 policy=vee14 wakeup_latency_ns="
                f"{self.r.pick((20000, 20000, 1000, 500000))} "
                f"load_period_ms={self.period} load_window_ns=30000000 "
                "tick_ns=5000000")

    def live(self):
        self.w.event("make", None, self.now, None, 0,
                     self.nr_vcpus | self.track << 16)
        self.configure()
        while len(self.w.events) < self.limit:
            self.step()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=4000)
    parser.add_argument("--damaged", action="store_true")
    parser.add_argument("--trace", action="store_true")
    parser.add_argument("seed", type=int)
    args = parser.parse_args()
    guest = Guest(args.seed, args.events)
    header = guest.header()
    guest.live()
    if args.trace:
        text = "\n".join(guest.w.trace(guest.r, guest.period))
    else:
        text = "\n".join([header, *guest.w.stream()])
    if args.damaged:
        text = damage(text, guest.r)
    print(text)


if __name__ == "__main__":
    main()
