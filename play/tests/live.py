#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""vampplay as a whole, against servers of VNC and SPICE on the loopback.

Usage: live.py VAMPPLAY SERVER_VNC SERVER_SPICE. One line for each property and
protocol; exit code 1 if any fails.
"""
import csv
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zlib

OK, DOUBTS, DIFFERS, STOPPED = 0, 1, 3, 4
USAGE, DATA, NO_INPUT, NO_SERVER, NO_WINDOW, DISPLAY = 64, 65, 66, 69, 71, 72
WRITE, UNCHANGED, LOST, NO_PERMISSION = 73, 75, 76, 77
HERE = os.path.dirname(os.path.abspath(__file__))
ORIGINAL = os.path.join(HERE, "data", "session.spiceplay")
REPETITIONS = 20
POINTS = 4
PATIENCE = 120  # seconds until a program hangs for sure

# Opens and closes what the servers' desk has (scene.h).
SCRIPT = """\
rest
move 100 425
click
sync
move 560 60
click
sync
key enter
sync
key escape
sync
"""


class Server:
    """A server of the scene; what it says is its port, then how long views took."""

    def __init__(self, bench, *options):
        # What the libraries of servers leak is not ours to mend.
        self.process = subprocess.Popen(
            [bench.server, *options], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"))
        # Nobody waits for it longer.
        self.timer = threading.Timer(PATIENCE, self.process.kill)
        self.timer.start()
        self.port = int(self.process.stdout.readline().split()[1])
        self.url = f"{bench.scheme}://127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.timer.cancel()
        self.process.kill()
        self.process.communicate()

    def await_view(self):
        """Until one more has come."""
        assert self.process.stdout.readline().startswith("took ")

    def took(self):
        """Ends it: all that it said, in ms."""
        said, _ = self.process.communicate(timeout=PATIENCE)
        return [int(line.split()[1]) / 1000 for line in said.splitlines()]


class Stub:
    """A VNC server of one connection, that says what a test has it say."""

    SIDE = 16
    SHAKE, GREET, SHOW = range(3)  # how far it goes by itself

    def __init__(self, bench, behave, upto=SHOW, side=SIDE, unix=False):
        self.behave = behave
        self.upto = upto
        self.side = side
        if unix:
            self.listener = socket.socket(socket.AF_UNIX)
            self.listener.bind(bench.path("socket"))
            self.url = "vnc+unix://" + bench.path("socket")
        else:
            self.listener = socket.create_server(("127.0.0.1", 0))
            self.url = f"vnc://127.0.0.1:{self.listener.getsockname()[1]}"
        self.listener.listen()
        self.end = threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end.set()
        self.listener.close()

    def serve(self):
        try:
            self.socket, _ = self.listener.accept()
            with self.socket:
                self.talk()
                self.end.wait()
        except OSError:
            pass

    def talk(self):
        if self.upto >= Stub.GREET:
            self.greet()
        if self.upto >= Stub.SHOW:
            self.hear(3, b"\x00\x00")  # what is asked for first: all
            self.say(update(area(0, 0, self.side, self.side) + bytes(4) +
                            bytes(4 * self.side * self.side)))
        self.behave(self)

    def greet(self):
        """Version, no authentication, and the size of the screen."""
        self.say(b"RFB 003.008\n")
        self.take(12)
        self.say(b"\x01\x01")
        self.take(1)
        self.say(bytes(4))
        self.take(1)
        self.say(pack(self.side, self.side) + b"\x20\x18\x00\x01" +
                 pack(255, 255, 255) + b"\x10\x08\x00" + bytes(3) +
                 bytes(3) + b"\x04stub")

    def say(self, data):
        self.socket.sendall(data)

    def take(self, size):
        data = b""
        while len(data) < size:
            more = self.socket.recv(size - len(data))
            if not more:
                raise ConnectionError("the client has gone")
            data += more
        return data

    def hear(self, kind, begin=b""):
        """Messages up to one of a kind that begins so."""
        while True:
            what = self.take(1)[0]
            size = {0: 19, 2: 3, 3: 9, 4: 7, 5: 5}[what]
            body = self.take(size)
            if what == 2:
                self.encodings = self.take(4 * int.from_bytes(body[1:3], "big"))
            if what == kind and body.startswith(begin):
                return


def pack(*values):
    return b"".join(value.to_bytes(2, "big") for value in values)


def area(*values):
    return pack(*values)


def update(*rectangles):
    return bytes(2) + pack(len(rectangles)) + b"".join(rectangles)


class Bench:
    """A directory, and vampplay in it."""

    def __init__(self, program, scheme, server, directory):
        self.program = program
        self.scheme = scheme
        self.server = server
        self.directory = directory
        self.put("script", SCRIPT)

    def path(self, name):
        return os.path.join(self.directory, name)

    def put(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def environment(self):
        return dict(os.environ, HOME=self.directory,
                    LSAN_OPTIONS=f"suppressions={HERE}/leaks.supp:print_suppressions=0")

    def start(self, *arguments, **options):
        return subprocess.Popen(
            [self.program, *arguments], cwd=self.directory, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=self.environment(), **options)

    def run(self, *arguments):
        process = self.start(*arguments)
        process.out, process.err = process.communicate(timeout=PATIENCE)
        return process

    def good(self, *arguments):
        process = self.run(*arguments)
        assert process.returncode == OK, (process.returncode, process.err)
        return process.out

    def fails(self, code, *arguments):
        """One line or more that say why; never a report of a sanitizer."""
        process = self.run(*arguments)
        assert process.returncode == code, (process.returncode, process.err)
        assert process.err and "Sanitizer" not in process.err, process.err
        return process.err

    def record(self, name="trace", *options):
        with Server(self) as server:
            self.good("record", server.url, name, "--script=script", *options)


# ---- with a server, of each protocol ----

def twenty_replays_miss_and_invent_nothing(bench):
    """Each response is found, and none lasts less than the server took."""
    with Server(bench) as server:
        bench.good("record", server.url, "trace", "--script=script")
        out = bench.good("replay", server.url, "trace", f"-n{REPETITIONS}",
                         "--start=0.05", "--timeout=30", "--csv=csv",
                         "--json=json")
        took = server.took()[POINTS:]
    with open(bench.path("csv"), encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(took) == REPETITIONS * POINTS, (len(rows), len(took))
    for row, least in zip(rows, took):
        assert row["outcome"] == "timed", row
        assert float(row["response_ms"]) >= least, (row, least)
    with open(bench.path("json"), encoding="utf-8") as file:
        result = json.load(file)
    assert result["all"]["n"] == REPETITIONS * POINTS
    assert [point["n"] for point in result["points"]] == [REPETITIONS] * POINTS
    assert f"{REPETITIONS} repetitions" in out


def another_screen_is_reported_in_pictures(bench):
    bench.record()
    with Server(bench, "--wrong") as server:
        start = time.monotonic()
        said = bench.fails(DIFFERS, "replay", server.url, "trace",
                           "--start=0", "--timeout=2", "--report=found")
        assert time.monotonic() - start < PATIENCE
    assert "event 5, synchronisation point" in said, said
    for name in ("expected", "seen", "difference", "screen"):
        with open(bench.path(f"found/{name}.png"), "rb") as file:
            assert file.read(8) == b"\x89PNG\r\n\x1a\n"
    with open(bench.path("found/expected.png"), "rb") as one, \
            open(bench.path("found/seen.png"), "rb") as other:
        assert one.read() != other.read()


def what_never_comes_is_not_waited_for(bench):
    bench.record()
    with Server(bench, "--stuck") as server:
        said = bench.fails(DIFFERS, "replay", server.url, "trace",
                           "--start=0", "--timeout=1")
    assert "repetition 1 of 1" in said, said
    assert os.path.exists(bench.path("vampplay-report/seen.png"))


def the_format_of_the_original_is_replayed(bench):
    bench.record("trace", "--format=spiceplay")
    with open(bench.path("trace"), encoding="ascii") as file:
        assert file.readline().split()[1] == "E"
    bench.good("check", "--strict", "trace")
    with Server(bench) as server:
        bench.good("replay", server.url, "trace", "-n2", "--start=0")
    bench.good("convert", "trace", "own")
    with Server(bench) as server:
        bench.good("replay", server.url, "own", "--start=0")


def a_script_that_waits_in_vain_leaves_no_trace(bench):
    with Server(bench, "--stuck") as server:
        said = bench.fails(UNCHANGED, "record", server.url, "trace",
                           "--script=script", "--timeout=1")
    assert "line 4" in said, said
    assert not os.path.exists(bench.path("trace"))


def passwords_are_asked_for(bench):
    bench.put("right", "sesame\n")
    bench.put("wrong", "mustard\n")
    bench.record()
    with Server(bench, "--password") as server:
        arguments = ("replay", server.url, "trace", "--start=0")
        bench.fails(NO_PERMISSION, *arguments)
        bench.fails(NO_PERMISSION, *arguments, "--password-file=wrong")
        bench.fails(NO_INPUT, *arguments, "--password-file=none")
        bench.good(*arguments, "--password-file=right")


def a_server_that_ends_is_told(bench):
    bench.record()
    with Server(bench) as server:
        process = bench.start("replay", server.url, "trace", "--start=600")
        time.sleep(1)
        server.process.kill()
        _, said = process.communicate(timeout=PATIENCE)
    # Whoever was still connecting finds no server.
    assert process.returncode in (LOST, NO_SERVER), (process.returncode, said)


def a_signal_ends_it_with_what_was_measured(bench):
    bench.record()
    with Server(bench) as server:
        process = bench.start("replay", server.url, "trace", "--start=0",
                              "-n100000", "--csv=csv")
        for _ in range(2 * POINTS):
            server.await_view()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == STOPPED, (process.returncode, said)
    with open(bench.path("csv"), encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) >= POINTS


def who_is_not_there_is_told(bench):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        bench.fails(NO_SERVER, "replay", f"{bench.scheme}://127.0.0.1:{port}",
                    ORIGINAL)


def a_server_that_says_nothing_is_not_waited_for(bench):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        bench.fails(NO_SERVER, "replay", f"{bench.scheme}://127.0.0.1:{port}",
                    ORIGINAL, "--connect-timeout=2")


def forward(one, other):
    """All from one socket to the other."""
    try:
        while data := one.recv(65536):
            other.sendall(data)
    except OSError:
        pass
    for end in (one, other):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve_unix(listener, port):
    while True:
        try:
            one, _ = listener.accept()
        except OSError:
            return
        other = socket.create_connection(("127.0.0.1", port))
        for pair in ((one, other), (other, one)):
            threading.Thread(target=forward, args=pair, daemon=True).start()


def a_unix_socket_is_as_good(bench):
    bench.record()
    path = bench.path("socket")
    with Server(bench) as server, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        threading.Thread(target=serve_unix, args=(listener, server.port),
                         daemon=True).start()
        bench.good("replay", f"{bench.scheme}+unix://{path}", "trace",
                   "--start=0")


def a_trace_is_recorded_by_hand(bench):
    """In a window of an X server of its own, by made-up keys and clicks."""
    if not shutil.which("Xvfb") or not shutil.which("xdotool"):
        raise AssertionError("Xvfb and xdotool are missing: make deps")
    read, write = os.pipe()
    with subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0",
                           "800x600x24", "-nolisten", "tcp"],
                          pass_fds=(write,), stderr=subprocess.DEVNULL) as x:
        try:
            os.close(write)
            with os.fdopen(read) as file:
                display = ":" + file.readline().strip()
            by_hand(bench, display)
        finally:
            x.kill()


def by_hand(bench, display):
    environment = dict(os.environ, DISPLAY=display)

    def do(*arguments):
        return subprocess.run(["xdotool", *arguments], env=environment,
                              check=True, capture_output=True,
                              text=True, timeout=PATIENCE).stdout.split()

    old = os.environ.get("DISPLAY")
    os.environ["DISPLAY"] = display
    # X's libraries are unloaded before their leaks can be told from ours.
    os.environ["ASAN_OPTIONS"] = "detect_leaks=0"
    try:
        with Server(bench) as server:
            process = bench.start("record", server.url, "trace")
            window = do("search", "--sync", "--onlyvisible", "--name",
                        "vampplay")[0]
            wait_for_size(do, window)
            do("windowfocus", "--sync", window)
            do("mousemove", "--window", window, "100", "425")
            do("click", "1")
            server.await_view()
            time.sleep(3)  # as a person looks before pressing PrtSc
            do("key", "Print")
            assert process.stdout.readline() == "point taken\n"
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=PATIENCE)
            assert process.returncode == OK, (process.returncode, err)
        with Server(bench) as server:
            bench.good("replay", server.url, "trace", "--start=0", "--window")
    finally:
        del os.environ["ASAN_OPTIONS"]
        if old is None:
            del os.environ["DISPLAY"]
        else:
            os.environ["DISPLAY"] = old


def wait_for_size(do, window):
    """Until it is as large as the picture."""
    for _ in range(600):
        if "WIDTH=640" in do("getwindowgeometry", "--shell", window):
            return
        time.sleep(0.1)
    raise AssertionError("the window has not the size of the picture")


def without_a_display_there_is_no_window(bench):
    with Server(bench) as server:
        os.environ.pop("DISPLAY", None)
        os.environ.pop("WAYLAND_DISPLAY", None)
        os.environ["SDL_VIDEODRIVER"] = "x11"
        try:
            bench.fails(NO_WINDOW, "record", server.url, "trace")
        finally:
            del os.environ["SDL_VIDEODRIVER"]
    assert not os.path.exists(bench.path("trace"))


def without_a_tablet_keys_work_and_the_pointer_is_warned_of(bench):
    """SPICE alone has a pointer that tells motion."""
    if bench.scheme != "spice":
        return
    bench.put("keys", "rest\nkey enter\nsync\nkey escape\nsync\n")
    bench.put("pointer", "rest\nmove 9 9\nwait 9\n")
    with Server(bench, "--no-tablet") as server:
        bench.good("record", server.url, "trace", "--script=keys")
        bench.good("replay", server.url, "trace", "--start=0", "-n2")
        process = bench.run("record", server.url, "other", "--script=pointer")
    assert "motion, not places" in process.err, process.err


# ---- by VNC, with a server that does not do what it should ----

HALF = update(area(0, 0, 16, 16))  # its encoding and pixels are missing
POINTER, REQUEST = 5, 3
LONG = "--connect-timeout=600"  # were it waited for, it would be noticed

# A pointer, and then a screen that is awaited at once, or another event much later.
AWAITS = "0 E 1 1 0\n0 B 1\nff0000\n"
GOES_ON = "0 E 1 1 0\n600000 M 2 2 0\n"


def stops_at(kind):
    def behave(stub):
        stub.hear(kind)
        stub.say(HALF)
    return behave


def a_connection_that_is_not_made_is_told(bench):
    """The listener's queue is full, so that nothing answers."""
    with socket.socket() as listener, socket.socket() as one, \
            socket.socket() as other:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for client in (one, other):
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        url = f"vnc://127.0.0.1:{listener.getsockname()[1]}"
        said = bench.fails(NO_SERVER, "replay", url, ORIGINAL,
                           "--connect-timeout=0.5")
    assert "no connection within 500 ms (--connect-timeout)" in said, said


def a_handshake_that_stops_is_told(bench):
    for behave in (lambda stub: None, lambda stub: stub.say(b"RFB 003.008\n")):
        with Stub(bench, behave, Stub.SHAKE) as stub:
            said = bench.fails(NO_SERVER, "replay", stub.url, ORIGINAL,
                               "--connect-timeout=0.5")
        assert "did not end its handshake within 500 ms" in said, said


def a_first_picture_that_stops_is_told(bench):
    with Stub(bench, stops_at(REQUEST), Stub.GREET) as stub:
        said = bench.fails(NO_SERVER, "replay", stub.url, ORIGINAL,
                           "--connect-timeout=0.5")
    assert "stopped in the middle of a message" in said, said
    assert "--connect-timeout was over" in said, said


def an_update_that_stops_does_not_stop_the_timeout(bench):
    bench.put("trace", AWAITS)
    with Stub(bench, stops_at(POINTER)) as stub:
        said = bench.fails(DIFFERS, "replay", stub.url, "trace", "--start=0",
                           "--timeout=0.5", LONG)
    assert "stopped in the middle of a message until --timeout" in said, said
    assert "event 2, synchronisation point" in said, said


def an_update_that_stops_while_nothing_is_awaited_is_told(bench):
    bench.put("trace", GOES_ON)
    with Stub(bench, stops_at(POINTER)) as stub:
        said = bench.fails(LOST, "replay", stub.url, "trace", "--start=0",
                           "--timeout=0.5", LONG)
    assert "stopped in the middle of a message until --timeout" in said, said


def a_server_that_takes_nothing_is_given_up(bench):
    """Of a socket of the machine's little is taken on the way."""
    bench.put("trace", "0 E 1 1 0\n" + "0 M 2 2 0\n" * 20000)
    with Stub(bench, lambda stub: None, unix=True) as stub:
        said = bench.fails(LOST, "replay", stub.url, "trace", "--start=0",
                           "--timeout=0.5", LONG)
    assert "took nothing that was sent until --timeout" in said, said


def a_signal_does_not_wait_for_a_server_that_stops(bench):
    bench.put("trace", GOES_ON)
    stopped = threading.Event()

    def behave(stub):
        stops_at(POINTER)(stub)
        stopped.set()

    with Stub(bench, behave) as stub:
        process = bench.start("replay", stub.url, "trace", "--start=0",
                              "--timeout=3600", LONG)
        assert stopped.wait(PATIENCE)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == STOPPED, (process.returncode, said)


def one_that_hangs_up_in_the_handshake_is_told(bench):
    """What is sent to it then would be a SIGPIPE."""
    def hangs_up(stub):
        stub.say(b"RFB 003.008\n")
        stub.take(12)
        stub.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                               (1).to_bytes(4, "little") + bytes(4))
        stub.say(b"\x01\x01")
        stub.socket.close()
        stub.end.set()

    with Stub(bench, hangs_up, Stub.SHAKE) as stub:
        bench.fails(NO_SERVER, "replay", stub.url, ORIGINAL)


def one_that_never_ends_talking_does_not_stop_the_timeout(bench):
    """A bell, and messages that never end where what is read at once does."""
    def talks(stub):
        stub.hear(POINTER)
        stub.say(b"\x02")
        while True:
            stub.say(b"\xfa\x00\x01\x00" * 65536)

    bench.put("trace", AWAITS)
    with Stub(bench, talks) as stub:
        said = bench.fails(DIFFERS, "replay", stub.url, "trace", "--start=0",
                           "--timeout=0.5", LONG)
    assert "event 2, synchronisation point" in said, said


def a_screen_that_is_too_large_is_refused(bench):
    with Stub(bench, lambda stub: None, Stub.GREET, side=16384) as stub:
        said = bench.fails(DISPLAY, "replay", stub.url, ORIGINAL)
    assert "display of 16384 x 16384 pixels" in said, said


def a_screen_that_grows_too_large_is_refused(bench):
    def grows(stub):
        stub.hear(POINTER)
        stub.say(update(area(0, 0, 16384, 16384) + b"\xff\xff\xff\x21"))

    bench.put("trace", AWAITS)
    with Stub(bench, grows) as stub:
        said = bench.fails(DISPLAY, "replay", stub.url, "trace", "--start=0")
    assert "display of 16384 x 16384 pixels" in said, said


def an_update_that_makes_the_screen_smaller_is_none_beyond_it(bench):
    """What it had changed before counts as far as it is still there."""
    def shrinks(stub):
        stub.hear(POINTER)
        stub.say(update(area(0, 0, 16, 16) + bytes(4) + bytes(1024),
                        area(0, 0, 8, 8) + b"\xff\xff\xff\x21"))

    bench.put("script", "move 1 1\nwait 500\nmove 2 2\n")
    with Stub(bench, shrinks) as stub:
        bench.good("record", stub.url, "trace", "--script=script", "-u",
                   "-fspiceplay")
    with open(bench.path("trace"), encoding="ascii") as file:
        updates = [line.split()[2] for line in file if " O " in line]
    assert updates == ["100"], updates


def a_size_is_announced_in_the_one_way_that_the_library_takes(bench):
    """Of the lists of encodings the last counts."""
    def size(stub):
        words = {stub.encodings[i:i + 4] for i in range(0, len(stub.encodings), 4)}
        taken.append((b"\xff\xff\xff\x21" in words, b"\xff\xff\xfe\xcc" in words))

    taken = []
    bench.put("trace", "0 E 1 1 0\n")
    with Stub(bench, size) as stub:
        bench.good("replay", stub.url, "trace", "--start=0")
    assert taken == [(True, False)], taken


# ---- without a server, once ----

def a_trace_of_the_original_is_checked(bench):
    out = bench.good("check", ORIGINAL)
    assert "in the spiceplay format" in out
    assert "B response awaited               3" in out, out
    assert "timed from a key               2" in out, out
    out = bench.good("info", ORIGINAL)
    assert out.count("point ") >= 3, out


def conversion_there_and_back_changes_nothing(bench):
    bench.good("convert", ORIGINAL, "own")
    bench.good("convert", "own", "back")
    bench.good("convert", "--format=vplay", "back", "again")
    with open(bench.path("own"), "rb") as one, \
            open(bench.path("again"), "rb") as other:
        assert one.read() == other.read()
    bench.fails(WRITE, "convert", ORIGINAL, "own")


def number(value):
    """As docs/vampplay.md has it."""
    data = bytearray()
    while value >= 0x80:
        data.append(value & 0x7f | 0x80)
        value >>= 7
    return bytes(data) + bytes([value])


def numbers(*values):
    return b"".join(number(value) for value in values)


def packed(bench, pixels):
    """Length and zstd frame of red, green and blue."""
    with open(bench.path("pixels"), "wb") as file:
        file.write(pixels)
    frame = subprocess.run(["zstd", "-qc", bench.path("pixels")], check=True,
                           capture_output=True).stdout
    return number(len(frame)) + frame


def the_own_format_is_as_documented(bench):
    """Made by what its description says alone."""
    data = b"VAMPPLAY\x01"
    data += b"F" + number(6) + b"screen" + number(3) + b"8x6"
    data += b"E" + numbers(0, 2 * 300, 2 * 5, 0)
    data += b"M" + numbers(1000, 2 * 297 - 1, 2 * 1, 0)
    data += b"S" + numbers(500, 1, 8, 6, 4) + packed(bench, b"abc" * 4)
    data += b"P" + numbers(0, 1, 1) + b"R" + numbers(80000, 1, 0)
    data += b"B" + numbers(200000, 1, 8, 6, 4, 4)
    data += packed(bench, b"rgbRGBxyzXYZ") + packed(bench, b"rgb" * 48)
    data += b"Z" + number(7)
    data += zlib.crc32(data).to_bytes(4, "little")
    with open(bench.path("trace"), "wb") as file:
        file.write(data)
    out = bench.good("info", "-e", "-p", "pictures", "trace")
    assert "screen: 8x6" in out, out
    assert "M pointer moves            3 6\n" in out, out
    assert "4 samples of 8x6 of display 0 and a picture" in out, out
    assert sorted(os.listdir(bench.path("pictures"))) == ["000003.png",
                                                          "000006.png"]
    bench.good("convert", "trace", "text")
    with open(bench.path("text"), encoding="ascii") as file:
        assert "281 B 1\n726762\n" in file.read()


def a_broken_trace_is_refused(bench):
    with open(ORIGINAL, encoding="ascii") as file:
        text = file.read()
    bench.put("broken", text[:-20])
    said = bench.fails(DATA, "check", "broken")
    assert said.startswith("vampplay: broken:"), said
    bench.fails(DATA, "info", "broken")
    bench.fails(DATA, "convert", "broken", "whole")
    process = bench.run("convert", "--partial", "broken", "whole")
    assert process.returncode == OK and "breaks off" in process.err
    bench.good("check", "whole")
    bench.fails(NO_INPUT, "check", "nothing")


def what_is_doubtful_is_told(bench):
    bench.put("trace", "0 U 30\n5 B 0\n9 D 30\n")
    out = bench.good("check", "trace")
    assert "was not pressed" in out and "any screen matches" in out
    assert "held at the end" in out
    assert bench.run("check", "--strict", "trace").returncode == DOUBTS


def small_files():
    """As on a full disk, but that nobody else is bothered."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))


def a_trace_that_cannot_be_written_leaves_nothing(bench):
    for name in ("vplay", "spiceplay"):
        process = bench.start("convert", ORIGINAL, "other", f"--format={name}",
                              preexec_fn=small_files)
        _, said = process.communicate(timeout=PATIENCE)
        assert process.returncode == WRITE, (name, process.returncode, said)
        assert not os.path.exists(bench.path("other"))


def wrong_usage_is_told(bench):
    for arguments in ((), ("fly",), ("check",), ("convert", "a"),
                      ("replay", "vnc://x"),
                      ("replay", "vnc://x", "y", "--point-tolerance=101"),
                      ("replay", "vnc://x", "y", "--timeout=nan"),
                      ("replay", "vnc://x", "y", "--repeat=0"),
                      ("record", "vnc://x", "y", "--step=0"),
                      ("record", "x", "y", "-fspiceplay", "--step=7"),
                      ("replay", "telnet://x", ORIGINAL),
                      ("replay", "vnc://x:70000", ORIGINAL)):
        bench.fails(USAGE, *arguments)


def a_bad_script_is_told_before_anything_is_done(bench):
    bench.put("script", "rest\nfly\n")
    said = bench.fails(DATA, "record", "vnc://127.0.0.1:1", "trace",
                       "--script=script")
    assert "script:2: no action 'fly'" in said, said


def the_help_of_each_command_is_there(bench):
    for command in ("record", "replay", "check", "info", "convert"):
        assert f"vampplay {command}" in bench.good(command, "--help")


LIVE = (
    twenty_replays_miss_and_invent_nothing,
    another_screen_is_reported_in_pictures,
    what_never_comes_is_not_waited_for,
    the_format_of_the_original_is_replayed,
    a_script_that_waits_in_vain_leaves_no_trace,
    passwords_are_asked_for,
    a_server_that_ends_is_told,
    a_signal_ends_it_with_what_was_measured,
    who_is_not_there_is_told,
    a_server_that_says_nothing_is_not_waited_for,
    a_unix_socket_is_as_good,
    a_trace_is_recorded_by_hand,
    without_a_display_there_is_no_window,
    without_a_tablet_keys_work_and_the_pointer_is_warned_of,
)

STUBS = (
    a_connection_that_is_not_made_is_told,
    a_handshake_that_stops_is_told,
    a_first_picture_that_stops_is_told,
    an_update_that_stops_does_not_stop_the_timeout,
    an_update_that_stops_while_nothing_is_awaited_is_told,
    a_server_that_takes_nothing_is_given_up,
    a_signal_does_not_wait_for_a_server_that_stops,
    one_that_hangs_up_in_the_handshake_is_told,
    one_that_never_ends_talking_does_not_stop_the_timeout,
    a_screen_that_is_too_large_is_refused,
    a_screen_that_grows_too_large_is_refused,
    an_update_that_makes_the_screen_smaller_is_none_beyond_it,
    a_size_is_announced_in_the_one_way_that_the_library_takes,
)

ALONE = (
    a_trace_of_the_original_is_checked,
    conversion_there_and_back_changes_nothing,
    the_own_format_is_as_documented,
    a_broken_trace_is_refused,
    what_is_doubtful_is_told,
    a_trace_that_cannot_be_written_leaves_nothing,
    wrong_usage_is_told,
    a_bad_script_is_told_before_anything_is_done,
    the_help_of_each_command_is_there,
)


def one(test, program, scheme, server):
    name = f"{test.__name__} {scheme}".strip()
    with tempfile.TemporaryDirectory() as directory:
        try:
            test(Bench(program, scheme, server, directory))
            print("ok", name, flush=True)
            return True
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            print("FAILED", name, repr(error), flush=True)
            return False


def main():
    program, vnc, spice = (os.path.abspath(path) for path in sys.argv[1:4])
    only = sys.argv[4:]
    good = [one(test, program, "", "") for test in ALONE + STUBS
            if not only or test.__name__ in only]
    for scheme, server in (("vnc", vnc), ("spice", spice)):
        good += [one(test, program, scheme, server) for test in LIVE
                 if not only or test.__name__ in only]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
