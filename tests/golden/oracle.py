#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An oracle for policy vee14: what the core should decide on a stream of events.

usage: oracle.py [-c CUTS] [--strict NAME,...|all] [STREAM]

Written from the description of the original (VEE 2014) and from the comments in
the core's headers, not from the core's code: runs are plain lists of intervals,
loads are sums over all of them, tasks and counts are dictionaries. README.md
describes the stream and the output.

Where a vCPU goes on with the same task the core may settle its account at an
entry or leave that for later, for 8 ms at most. CUTS, written by replay, lists
the events at which it did; the oracle checks that this was within the rules and
does all sums itself. Without CUTS every entry settles.
"""
import argparse
import sys

FORMAT = "vamp-stream 1"
MSEC = 1_000_000
TABLE_TASKS = 1024
WINDOW = 31             # complete epochs before the one of a classification
HISTORY = 32            # epochs; a task silent for longer is another one
SETTLE_NS = 8 * MSEC
DOUBLE_CLICK_NS = 500 * MSEC
SAMPLE, TRAP = 0, 1
NORMAL, NON_MIXED, MIXED = 0, 1, 2
BASE, TRANSITIVE, INTERRUPT_RESET, WEIGHTED = 1, 2, 4, 8
NICE_MAX = 19
KEY_PRESS, BUTTON_RELEASE, ENTER = 0, 3, 28
# Of vectors that wake tasks; Linux's need fewer hits among their tries.
LINUX_VECTORS = frozenset((0xfb, 0xfd))
ENOUGH_TRIES, HIT_IN, HIT_IN_LINUX, TRIES_MAX = 64, 8, 128, 4096
COUNT_MAX = 0xffff
CONFIDENCE_MAX = 10

INTERRUPT = "an interrupt handler"  # a waker that is no task

NOT_DECIDED = (0, "not decided yet")
NO_PHASE = "no interactive phase with mixed load"
RUNS_BACKGROUND = "runs nothing but background"
RUNS_INTERACTIVE = "runs an interactive task"
HALTED = "is halted"

# Where the core is known to differ from the description, for which --strict NAME
# asks instead. To be deleted here when the core is mended.
DEVIATIONS = {
    "age-lags":
        "a task's age is the epoch in which its vCPU was last charged, not that"
        " in which the task arrived",
    "catch-up-trusts-time":
        "where nothing was waited within an epoch, what a task ran up to when it"
        " was seen last is not bounded by the CPU time used",
    "profile-keeps-waits":
        "a tick of profiling does not forget the run delay up to it",
    "trials-share-time":
        "whether another task came soon after an interrupt is judged by the"
        " time of an older one, if that may have woken a task",
}


class BadStream(Exception):
    """The stream breaks its format."""


class Task:
    """An address space."""

    def __init__(self, number):
        self.number = number
        self.age = None         # epoch in which it last became the newest
        self.last_ran = 0
        self.current_on = 0     # vCPUs
        self.vcpus = set()      # where it has a guest thread
        self.forget()

    def forget(self):
        """It may be another one of the same number."""
        self.background = False
        self.confidence = 0
        self.server = False
        self.wakes = 0
        self.average = 0
        self.ran = 0
        self.profiled = 0
        self.load = 0


class Point:
    """The clocks of a vCPU's thread at one moment."""

    def __init__(self, time=0, delay=0, cpu=0):
        self.time, self.delay, self.cpu = time, delay, cpu

    def active(self):
        """The time that it did not wait for a CPU."""
        return max(0, self.time - self.delay)

    def advance(self, other):
        """No clock goes back."""
        self.time = max(self.time, other.time)
        self.delay = max(self.delay, other.delay)
        self.cpu = max(self.cpu, other.cpu)


class Vcpu:
    def __init__(self, index, now):
        self.index = index
        self.task = None
        self.runs = []              # (start, end, task), in order
        self.enough_runs = 10000
        self.accounted = now        # end of the last run or wait
        self.last_epoch = self.last_run = None  # of the last charge, and run
        self.last_run_of = {}       # by task
        self.settled = Point(now)   # all before has been accounted
        self.seen = Point()         # the current task was seen here last
        self.left = None            # Point of the last exit
        self.in_guest = False
        self.halted = False
        self.delay_base = 0
        self.all_ran = self.bg_ran = 0
        self.average = self.potential = 0
        self.weight = NOT_DECIDED
        # who woke whom
        self.local_waker = None
        self.remote_waker = None
        self.injected = None        # when, if it was for the remote waker
        self.pending = False        # an interrupt that enters the guest next
        self.wakes = False          # and wakes tasks
        self.handler_ends = 0       # of the last interrupt, active time
        self.tried_at = 0
        self.valid = False
        self.tried = None           # vector whose effect is awaited


class Table:
    """The bounded table: a dictionary whose order is that of age."""

    def __init__(self, nr_vcpus):
        self.tasks = {}
        self.threads = 0
        self.max_threads = min(max(TABLE_TASKS, 256 * nr_vcpus), 0xfffe)
        self.evicted = 0

    def evict(self, keep=None):
        for task in self.tasks.values():
            if not task.current_on and task is not keep:
                break
        else:
            raise BadStream("every task is current somewhere")
        del self.tasks[task.number]
        self.threads -= len(task.vcpus)
        self.evicted += 1

    def arrive(self, number, vcpu, epoch):
        task = self.tasks.get(number)
        if task is None:
            if len(self.tasks) == TABLE_TASKS:
                self.evict()
            task = self.tasks[number] = Task(number)
        elif task.age != epoch:
            self.tasks[number] = self.tasks.pop(number)
        task.age = epoch
        if vcpu not in task.vcpus:
            while self.threads == self.max_threads:
                self.evict(keep=task)
            self.threads += 1
            task.vcpus.add(vcpu)
        return task


class Vectors:
    """Which interrupts wake tasks: learned of those that vCPUs send."""

    def __init__(self):
        self.waking = set(LINUX_VECTORS)    # until there is evidence
        self.hits = {}
        self.tries = {}

    def sent(self, vector):
        self.tries.setdefault(vector, 1)

    def score(self, vector, hit):
        tries = self.tries.get(vector, 0) + 1
        hits = self.hits.get(vector, 0) + hit
        if tries >= TRIES_MAX:
            tries, hits = tries // 2, hits // 2
        self.tries[vector], self.hits[vector] = tries, hits
        if tries < ENOUGH_TRIES:
            return
        self.waking.discard(vector)
        hit_in = HIT_IN_LINUX if vector in LINUX_VECTORS else HIT_IN
        if hits * hit_in >= tries:
            self.waking.add(vector)


class Oracle:
    def __init__(self, settings, cuts, strict, out):
        self.period = 2
        while self.period < min(settings["load_period_ms"], 1024):
            self.period *= 2
        self.period *= MSEC
        self.latency = settings["wakeup_latency_ns"]
        self.ratio_window = settings["load_window_ns"]
        self.tick = settings["tick_ns"]
        self.cuts = cuts
        self.follows = {name for name in DEVIATIONS if name not in strict}
        self.out = out
        self.vcpus = None
        # the configuration
        self.kvm_vamp, self.mode, self.threshold = 0, 15, 50
        self.phase = self.next_phase = NORMAL
        self.last_accepted = 0
        self.output = False
        self.system = None          # None, a task's number, or "none"
        self.dominant = None
        self.classified = 0         # time
        self.vm_load = 0
        self.profiled = 0
        self.seq = 0
        self.told = None

    def say(self, text):
        self.out.append(f"{self.seq} {text}")

    def say_state(self):
        """What changed of the VM as a whole."""
        phase, system, waking = self.told
        if phase != self.phase:
            self.say(f"phase {self.phase}")
        if system != self.system:
            self.say(f"system {self.system}")
        if waking != self.vectors.waking:
            waking = set(self.vectors.waking)
            self.say(" ".join(["vectors", *(f"{v:02x}"
                                            for v in sorted(waking))]))
        self.told = (self.phase, self.system, waking)

    # The accounts.

    def epoch(self, time):
        return time // self.period

    def charge(self, v, until):
        """Up to there the current task ran, but for what its vCPU waited.

        It ran no longer than its thread used a CPU, give or take a tick. Where
        it waited is not known: the wait is put first and the run last.
        """
        wall = max(0, until.time - v.settled.time)
        waited = min(max(0, until.delay - v.settled.delay), wall)
        used = max(0, until.cpu - v.settled.cpu) + self.tick
        ran = min(wall - waited, used)
        if waited:
            v.accounted = v.settled.time + waited
            self.note_epochs(v, v.accounted, False)
        if ran:
            v.accounted = until.time
            self.note_epochs(v, v.accounted, True)
            self.add_run(v, until.time - ran, until.time)
        v.settled.advance(until)

    def add_run(self, v, start, end):
        task = v.task
        v.runs.append((start, end, task))
        if len(v.runs) > v.enough_runs:
            old = end - 2 * HISTORY * self.period
            v.runs = [run for run in v.runs if run[1] > old]
            v.enough_runs = 2 * len(v.runs) + 10000
        task.ran += end - start
        task.last_ran = max(task.last_ran, end)
        if self.phase == MIXED and self.kvm_vamp > NICE_MAX:
            v.all_ran += end - start
            v.bg_ran += end - start if task.background else 0
            while v.all_ran > self.ratio_window:
                v.all_ran //= 2
                v.bg_ran //= 2

    def wait(self, v, until):
        """What it waited after a halt, before it ran again."""
        wall = max(0, until.time - v.settled.time)
        waited = min(max(0, until.delay - v.settled.delay), wall)
        if waited:
            v.accounted = until.time
            self.note_epochs(v, v.accounted, False)
        v.settled.advance(until)

    def charge_seen(self, v):
        if v.seen.time <= v.settled.time:
            return
        if "catch-up-trusts-time" in self.follows and self.is_plain(v):
            self.note_epochs(v, v.seen.time, True)
            v.accounted = v.seen.time
            self.add_run(v, v.settled.time, v.seen.time)
            v.settled = Point(v.seen.time, v.settled.delay, v.settled.cpu)
        else:
            self.charge(v, v.seen)

    def note_epochs(self, v, end, ran):
        v.last_epoch = self.epoch(end - 1)
        if ran:
            v.last_run = v.last_epoch
            v.last_run_of[v.task] = v.last_epoch

    def is_plain(self, v):
        """It all happened in the epoch in which both were last charged."""
        return v.seen.delay == v.settled.delay and v.last_epoch == v.last_run == \
            v.last_run_of.get(v.task) == self.epoch(v.settled.time) == \
            self.epoch(v.seen.time)

    @staticmethod
    def see(v, here):
        if here.time > v.seen.time:
            v.seen = here

    def depart(self, v):
        self.charge_seen(v)
        v.task.current_on -= 1
        v.task = None

    def arrive(self, v, number):
        """Another task is current, from where the account is settled on."""
        now = v.settled.time
        epoch = v.last_epoch if "age-lags" in self.follows else self.epoch(now)
        task = self.table.arrive(number, v.index, epoch)
        v.task = task
        v.last_run_of.setdefault(task, v.last_epoch)
        self.note_arrival(v)
        task.current_on += 1
        if task.current_on > 1:
            return
        if now - task.last_ran > HISTORY * self.period:
            self.forget(task)
            for u in self.vcpus:
                if u.index in task.vcpus:
                    u.last_run_of[task] = v.last_epoch
        task.last_ran = max(task.last_ran, now)

    def forget(self, task):
        task.forget()
        if self.dominant is task:
            self.dominant = None

    def switch(self, v, number):
        if v.task:
            self.depart(v)
        self.arrive(v, number)

    # The vCPUs' events.

    def is_cut(self, v, now):
        """Did the core settle the account at this entry?"""
        if self.cuts is None or self.seq in self.cuts:
            return True
        if now >= v.settled.time + SETTLE_NS:
            self.say(f"overdue vcpu={v.index}")
        return False

    def op_entry(self, v, here, number, flags):
        halted = flags & 1 and not v.in_guest and v.left is not None
        other = number is not None and \
            (v.task is None or number != v.task.number)
        goes_on = v.task and not other and not flags & 1
        if not goes_on or number is None or self.is_cut(v, here.time):
            self.account_entry(v, here, number if other else None, halted)
            v.halted = False
            self.decide(v)
        if v.pending:
            self.enter(v, here)
        self.see(v, here)
        v.in_guest = True
        self.track = flags >> 1

    def account_entry(self, v, here, other, halted):
        if v.task is None:
            v.settled = Point(here.time, here.delay, here.cpu)
            v.delay_base = here.delay
        elif here.time < v.seen.time:
            self.charge_seen(v)
        # Sampled: who is current now ran since the last look.
        if other is not None and self.track == SAMPLE:
            self.switch(v, other)
        if v.task and halted:
            self.charge(v, Point(v.left.time, v.left.delay, here.cpu))
        elif v.task and other is None:
            self.charge(v, here)
        if not halted:
            self.see(v, here)
        # Trapped: who was current until now did.
        if other is not None and self.track == TRAP:
            self.switch(v, other)
        if halted:
            self.end_halt(v, here)

    def end_halt(self, v, here):
        v.delay_base = v.left.delay
        if v.task and self.system is None:
            self.system = f"{v.task.number:x}"
        elif v.task and self.system != f"{v.task.number:x}":
            self.system = "none"
        self.wait(v, here)

    def op_exit(self, v, here, number, _):
        v.left = here
        v.in_guest = False
        if self.track == TRAP or v.task is None or number is None or \
                number == v.task.number:
            return
        self.switch(v, number)
        self.see(v, here)
        self.decide(v)

    def op_halt(self, v, *_):
        self.note_halt(v)
        v.halted = True
        self.decide(v)

    def op_pause(self, v, *_):
        if v.task:
            self.depart(v)
        v.in_guest = False
        v.left = None
        v.valid = v.pending = v.wakes = False
        v.remote_waker = v.injected = v.tried = v.local_waker = None

    def op_sync(self, v, here, *_):
        if v.task is None:
            return
        self.charge_seen(v)
        if v.in_guest:
            self.charge(v, here)
            return
        self.charge(v, Point(v.left.time, v.left.delay, here.cpu))
        if here.delay > v.settled.delay:
            self.wait(v, here)
        v.left = Point(max(v.left.time, v.settled.time),
                       max(v.left.delay, v.settled.delay))

    # Who woke whom.

    def op_ipi(self, v, here, _, arg):
        target, vector = self.vcpu(arg >> 8), arg & 0xff
        if not self.mode & BASE:
            return
        self.vectors.sent(vector)
        if vector not in self.vectors.waking or v.task is None or \
                target.task is None or target.local_waker is INTERRUPT:
            return
        target.remote_waker = v.local_waker
        target.injected = None
        target.pending = target.wakes = False   # injected before

    def op_inject(self, v, here, _, vector):
        if not self.mode & BASE:
            return
        if vector not in self.vectors.tries and \
                vector not in self.vectors.waking:
            self.interrupt(v, here)
            return
        if v.tried is not None:
            self.vectors.score(v.tried, False)
        v.tried = vector
        v.pending = True
        v.wakes = v.wakes or vector in self.vectors.waking
        if v.in_guest:              # the processor injected it by itself
            self.enter(v, here)

    def interrupt(self, v, here):
        """An interrupt that no vCPU sent: its handler may wake tasks."""
        if self.mode & INTERRUPT_RESET:
            v.local_waker = INTERRUPT
            v.remote_waker = v.injected = v.tried = None
            v.pending = v.wakes = False
            v.handler_ends = here.active() + 2 * self.latency

    def enter(self, v, here):
        """The guest cannot have acted on the interrupt before."""
        wakes, v.wakes, v.pending = v.wakes, False, False
        if v.injected is None:
            v.tried_at = here.active()
            if v.remote_waker is not None and wakes:
                v.injected = v.tried_at
        elif "trials-share-time" not in self.follows:
            v.tried_at = here.active()

    def note_arrival(self, v):
        last = v.seen.active() - self.latency
        if v.tried is not None:
            self.vectors.score(v.tried, last <= v.tried_at)
            v.tried = None
        # the task before departs
        if v.valid:
            v.remote_waker = v.injected = None
        v.valid = False
        v.local_waker = v.task.number
        if v.injected is None:
            return
        if last <= v.injected:
            v.valid = True
            if self.mode & TRANSITIVE and v.remote_waker is not INTERRUPT:
                v.local_waker = v.remote_waker
        else:
            v.remote_waker = v.injected = None

    @staticmethod
    def note_halt(v):
        """Nobody runs, and nobody handles an interrupt: all that was injected
        has had its effect."""
        if v.injected is not None or v.valid:
            v.remote_waker = v.injected = None
        v.valid = False
        v.tried = None
        v.local_waker = v.task.number if v.task else None

    # Sound.

    def op_audio(self, v, here, *_):
        if v.local_waker is INTERRUPT and here.active() <= v.handler_ends:
            v.handler_ends = here.active() + 2 * self.latency
            self.say("audio handler")
            return
        if self.mode & BASE and v.task and v.valid and \
                v.injected is not None and \
                v.local_waker is not INTERRUPT and \
                v.remote_waker is not INTERRUPT:
            v.task.server = True
            client = self.table.tasks.get(v.remote_waker)
            if client and not client.server:
                client.wakes = min(client.wakes + 1, COUNT_MAX)
        if self.phase == NORMAL and self.kvm_vamp:
            self.say("audio phase")

    def find_dominant(self, now):
        best = None
        for task in reversed(self.table.tasks.values()):
            if task.server or now - task.last_ran > HISTORY * self.period:
                continue
            wakes = task.wakes
            if self.mode & WEIGHTED and task.confidence:
                wakes //= task.confidence
            task.average = task.average // 2 + wakes // 2
            if wakes and (best is None or task.average > best.average):
                best = task
        if best:
            self.dominant = best

    def is_audio(self, task):
        return self.mode & BASE and (task.server or task is self.dominant)

    # Phases and classification.

    def op_input(self, now, _, arg):
        kind, code = arg >> 16, arg & 0xffff
        if kind != BUTTON_RELEASE and (kind, code) != (KEY_PRESS, ENTER):
            return
        if self.phase == NORMAL:
            self.say("input started")
        elif now > self.last_accepted + DOUBLE_CLICK_NS:
            self.say("input restarted")
            self.op_over()
        else:
            self.say("input repeated")
            return
        self.last_accepted = now
        self.output = False

    def op_output(self, now, *_):
        if self.phase == NORMAL:
            self.say("output started")
            self.last_accepted = now
            self.output = True

    def op_over(self, *_):
        if self.phase == NORMAL:
            return
        self.phase = NORMAL
        for task in self.table.tasks.values():
            task.background = False
        for v in self.vcpus:
            v.all_ran = v.bg_ran = 0

    def loads(self, v, number):
        """What ran on @v in the window before that epoch: in all, by task.

        Only HISTORY epochs are held, by the vCPU and by each guest thread.
        """
        newest = {}
        for _, end, task in reversed(v.runs):
            newest.setdefault(task, self.epoch(end - 1))
        last = max(newest.values(), default=0)
        high = number * self.period
        lows = {task: max(number, epoch) * self.period - WINDOW * self.period
                for task, epoch in newest.items()}
        low = (max(number, last) - WINDOW) * self.period
        total, by_task = 0, {}
        oldest = (number - WINDOW) * self.period
        for start, end, task in reversed(v.runs):
            if end <= oldest:
                break
            total += max(0, min(end, high) - max(start, low))
            ran = max(0, min(end, high) - max(start, lows[task]))
            by_task[task] = by_task.get(task, 0) + ran
        return total, by_task

    def percent(self, ns):
        return min(100, ns * 100 // (WINDOW * self.period))

    def op_begin(self, now, *_):
        self.classified = self.profiled = now
        if self.output and self.mode & BASE:
            self.find_dominant(now)
        for task in self.table.tasks.values():
            task.wakes = 0
        number = self.epoch(now)
        self.vm_load = 0
        for v in self.vcpus:
            ran, _ = self.loads(v, number)
            idle = max(0, WINDOW * self.period - ran)
            waited = 0
            if self.epoch(v.accounted - 1) + WINDOW >= number:
                waited = max(0, v.settled.delay - v.delay_base)
            v.average = self.percent(ran)
            v.potential = self.percent(min(waited, idle))
            v.delay_base = v.settled.delay
            self.vm_load += v.average + v.potential
        self.next_phase = MIXED if self.vm_load > self.threshold else NON_MIXED

    def op_step(self, *_):
        tasks = self.table.tasks.values()
        for task in tasks:
            task.load = 0
            task.profiled = task.ran
        for v in self.vcpus:
            _, by_task = self.loads(v, self.epoch(self.classified))
            for task, ran in by_task.items():
                part = self.percent(ran)
                task.load += part + v.potential * part // (v.average + 1)
        for task in tasks:
            self.judge(task)

    def judge(self, task):
        task.background = self.next_phase == MIXED and \
            task.load > self.threshold and not self.is_audio(task) and \
            self.system != f"{task.number:x}"
        if task.background:
            task.confidence = min(task.confidence + 1, CONFIDENCE_MAX)
        else:
            task.confidence = max(task.confidence - 1, 0)

    def op_end(self, *_):
        self.phase = self.next_phase
        self.say_state()
        self.say(
            f"classified phase={self.phase} load={self.vm_load}" +
            self.list("background", lambda k: k.background, False) +
            self.list("audio", self.is_audio, False) + " vcpus=[" +
            ",".join(f"{v.average}+{v.potential}" for v in self.vcpus) + "]" +
            self.list("loads", lambda k: k.load) +
            self.list("confidence", lambda k: k.confidence) +
            self.list("clients", lambda k: k.average) +
            self.oldest())
        self.decide_all()

    def list(self, name, tell, numbers=True):
        """All tasks of which there is something to tell."""
        told = [f"{k.number:x}:{tell(k)}" if numbers else f"{k.number:x}"
                for k in sorted(self.table.tasks.values(),
                                key=lambda k: k.number) if tell(k)]
        return f" {name}=[{','.join(told)}]"

    def oldest(self):
        for task in self.table.tasks.values():
            return f" oldest={task.number:x}"
        return ""

    def op_profile(self, now, *_):
        ran = 0
        for task in self.table.tasks.values():
            if not task.background:
                ran += max(0, task.ran - task.profiled)
            task.profiled = task.ran
        load = ran * 100 // max(1, now - self.profiled) & 0xffffffff
        self.profiled = now
        if "profile-keeps-waits" not in self.follows:
            for v in self.vcpus:
                v.delay_base = v.settled.delay
        self.say(f"profile reactive={load}")

    # Weights.

    def weigh(self, v):
        if self.phase != MIXED:
            return 0, NO_PHASE
        if not v.task or not v.task.background:
            return 0, HALTED if v.halted else RUNS_INTERACTIVE
        nice = self.kvm_vamp
        if nice > NICE_MAX:
            nice = (v.bg_ran + 1) * (nice - NICE_MAX) // (v.all_ran + 1)
        return min(nice, NICE_MAX), RUNS_BACKGROUND

    def decide(self, v):
        weight = self.weigh(v)
        if weight != v.weight:
            v.weight = weight
            self.say_state()
            self.say(f"weight vcpu={v.index} nice={weight[0]} why={weight[1]}")

    def decide_all(self):
        for v in self.vcpus:
            self.decide(v)

    def op_intr(self, v, *_):
        if self.cuts is not None and self.seq in self.cuts and v.task:
            self.charge_seen(v)
        self.decide(v)

    # The stream.

    def op_config(self, _now, period, arg):
        self.kvm_vamp = arg & 0xff
        self.mode = arg >> 8 & 0xff
        self.threshold = arg >> 16

    def op_make(self, now, _, arg):
        self.vcpus = [Vcpu(i, now) for i in range(arg & 0xffff)]
        for v in self.vcpus:
            v.last_epoch = v.last_run = self.epoch(now)
        self.track = arg >> 16
        self.table = Table(len(self.vcpus))
        self.vectors = Vectors()
        self.clocks = [[0, 0] for _ in self.vcpus]
        self.told = (self.phase, self.system, set())

    def vcpu(self, index):
        if index >= len(self.vcpus):
            raise BadStream(f"there is no vCPU {index}")
        return self.vcpus[index]

    def run(self, lines):
        now = 0
        of_vcpu = {name: getattr(self, "op_" + name) for name in
                   ("entry", "exit", "halt", "pause", "sync", "ipi", "inject",
                    "intr", "audio")}
        of_vm = {name: getattr(self, "op_" + name) for name in
                 ("make", "config", "input", "output", "begin", "step", "end",
                  "over", "profile")}
        for line in lines:
            field = line.split()
            field += ["0"] * (7 - len(field))
            name, index, d_now, d_delay, d_cpu, task, arg = field
            now += int(d_now)
            number = None if task == "-" else int(task, 16)
            if name in of_vcpu:
                v = self.vcpu(int(index))
                clock = self.clocks[v.index]
                clock[0] += int(d_delay)
                clock[1] += int(d_cpu)
                of_vcpu[name](v, Point(now, clock[0], clock[1]), number,
                              int(arg))
            elif name in of_vm:
                of_vm[name](now, number, int(arg))
                if name == "over":
                    self.say_state()
                    self.decide_all()
            else:
                raise BadStream(f"there is no event '{name}'")
            if self.vcpus:
                self.say_state()
            self.seq += 1
        self.say(f"tasks={len(self.table.tasks)} evicted={self.table.evicted}")


def read_header(line):
    settings = {"policy": "vee14", "wakeup_latency_ns": 20000,
                "load_period_ms": 32, "load_window_ns": 30 * MSEC,
                "tick_ns": 0}
    if not line.startswith(FORMAT + " "):
        raise BadStream(f"not a stream of this format: no '{FORMAT}'")
    for word in line[len(FORMAT):].split():
        name, _, value = word.partition("=")
        if name not in settings:
            raise BadStream(f"there is no setting '{name}'")
        settings[name] = value if name == "policy" else int(value)
    if settings["policy"] != "vee14":
        raise BadStream("this is an oracle for policy vee14 only")
    return settings


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-c", dest="cuts")
    parser.add_argument("--strict", default="")
    parser.add_argument("stream", nargs="?")
    args = parser.parse_args()
    strict = set(DEVIATIONS) if args.strict == "all" else \
        set(args.strict.split(",")) - {""}
    if strict - set(DEVIATIONS):
        parser.error("--strict: one of " + ", ".join(DEVIATIONS))
    source = sys.stdin
    if args.stream:
        source = open(args.stream, encoding="ascii")
    cuts = None
    if args.cuts:
        with open(args.cuts, encoding="ascii") as text:
            cuts = set(map(int, text))
    out = []
    oracle = None
    try:
        oracle = Oracle(read_header(source.readline()), cuts, strict, out)
        oracle.run(source)
    except (BadStream, ValueError) as error:
        line = oracle.seq + 2 if oracle else 1
        print(f"oracle: {source.name}:{line}: {error}", file=sys.stderr)
        return 2
    print("\n".join(out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
