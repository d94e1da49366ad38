"""Fresh processes: isolated, of the right folder and environment, gone when asked, lost alone."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path

import pytest
from processes import gone

from qpvlib.project import current
from qpvlib.publishing import forked, fresh
from qpvlib.publishing.forked import Lost
from qpvlib.publishing.fresh import Broken, Fresh

pytestmark = pytest.mark.skipif(not fresh.available(), reason="pas de fork ici")


# --- what is called, there -----------------------------------------------------------------------


def loaded():
    json.loaded = os.getpid()


def prepared(word):
    json.word = word
    json.mine = os.getpid()


def ancestors():
    return json.loaded, json.mine, os.getppid(), json.word


def refused():
    raise MemoryError("trop petit")


def seen():
    """Who it is, whether another call was here before, what was prepared."""
    old = hasattr(json, "mark")
    json.mark = 1
    return os.getpid(), os.getppid(), old, getattr(json, "word", "")


def slept(seconds):
    time.sleep(seconds)
    return getattr(json, "word", "")


def surroundings():
    return str(Path.cwd()), os.environ["SAID_AFTER"], os.environ["GIVEN"]


def killed(steps, signum):
    for step in range(steps):
        forked.tell(step)
    os.kill(os.getpid(), signum)


def endless(folder, seconds=0):
    """A child in a session of its own, then nothing."""
    if seconds:
        forked.limit(seconds)
    child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    Path(folder, f"{os.getpid()}-{child.pid}").touch()
    time.sleep(1000)


def long(_given):
    time.sleep(0.05)
    return b"x" * 700_000


def loud():
    sys.stdout.write("dit\n")
    os.write(1, b"dit")
    os.write(2, b"dit")


class Unsent(Exception):
    def __init__(self, one, other):
        super().__init__(f"{one}{other}")


def raising():
    raise Unsent("a", "b")


# --- here ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pool():
    with made(prepared, "prêt") as pool:
        yield pool


def made(function, *given):
    """Fresh processes over what a function prepares."""
    pool = Fresh(loaded, {"GIVEN": "donné"})
    pool.prepare(function, *given)
    return pool


def appeared(folder, seconds=30):
    """Process numbers that a call wrote as the name of a file."""
    end = time.monotonic() + seconds
    while not (found := [p.name for p in folder.iterdir()]):
        assert time.monotonic() < end
        time.sleep(0.01)
    return [int(number) for number in found[0].split("-")]


def test_each_call_has_a_fresh_process_forked_from_the_same_warm_one(pool):
    one, other = (pool.submit(seen).result() for _ in range(2))
    assert one[0] != other[0]
    assert one[1] == other[1] != os.getpid()
    assert [one[2:], other[2:]] == [(False, "prêt"), (False, "prêt")]


def test_what_is_prepared_anew_keeps_the_imports_and_lets_what_goes_end(pool):
    slow, before = pool.submit(slept, 0.5), pool.submit(ancestors).result()
    pool.prepare(prepared, "autre")
    after = pool.submit(ancestors).result()
    assert slow.result() == "prêt"
    assert before[0] == after[0]
    assert before[1] == before[2] != after[1] == after[2]
    assert (before[3], after[3]) == ("prêt", "autre")
    pool.prepare(prepared, "prêt")


def test_a_call_has_its_caller_s_folder_and_environment(pool, tmp_path, monkeypatch):
    monkeypatch.setenv("SAID_AFTER", "oui")
    monkeypatch.chdir(tmp_path)
    assert pool.submit(surroundings).result() == (str(tmp_path), "oui", "donné")
    assert "GIVEN" not in os.environ


def test_a_call_that_is_killed_is_lost_alone_with_what_it_had_told(pool):
    lost, other = pool.submit(killed, 3, signal.SIGKILL), pool.submit(seen)
    assert lost.exception() == Lost(0, -signal.SIGKILL, [0, 1, 2])
    assert other.result()[3] == "prêt"


def test_many_long_calls_and_answers_do_not_wait_for_each_other(pool):
    """More than what a link holds, both ways at once."""
    asked = [pool.ask(40, {}, long, b"p" * 9000) for _ in range(120)]
    assert {len(future.result(60)) for future in asked} == {700_000}


def test_a_fork_of_the_caller_leaves_its_link_alone(pool):
    from qpvlib.publishing import pools

    with current().opened(), pools.processes(1).open() as submit:
        assert submit(len, "abc").result() == 3
        with ProcessPoolExecutor(1, get_context("fork")) as executor:
            ask = executor.submit(pools.apart, current(), len, "abcd")
            assert ask.result(60) == 4
        assert submit(len, "abcde").result() == 5
    pools.cool()


def test_a_message_cut_by_ctrl_c_does_not_hold_the_end(monkeypatch):
    """While the warm process prepares, nobody reads: a long call waits, and is interrupted."""
    monkeypatch.setattr(fresh, "PATIENCE", 1)
    pool = made(slept, 3)
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    with pytest.raises(KeyboardInterrupt):
        pool.submit(long, b"p" * 9_000_000)
    pool.shutdown(cancel_futures=True)
    assert gone(pool._process.pid)


def test_no_more_processes_at_once_than_asked(tmp_path):
    with made(prepared, "") as pool:
        asked = [pool.ask(1, {}, endless, str(tmp_path)) for _ in range(3)]
        appeared(tmp_path)
        time.sleep(0.2)
        assert len(list(tmp_path.iterdir())) == 1
        pool.shutdown(cancel_futures=True)
    assert [type(future.exception()) for future in asked] == [Broken] * 3


def test_a_call_that_outlasts_its_time_goes_with_all_that_it_started(tmp_path):
    with made(prepared, "") as pool:
        lost = pool.submit(endless, str(tmp_path), 1).exception()
        assert (type(lost), lost.seconds) == (Lost, 1)
        assert all(map(gone, appeared(tmp_path)))
        assert pool.submit(seen).result()


@pytest.mark.parametrize("way", ["shutdown", "caller killed", "warm process killed"])
def test_nothing_outlives_who_asked_for_it(tmp_path, way):
    program = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\n"
        "import test_fresh as t\n"
        "if __name__ == '__main__':\n"
        "    pool = t.made(t.prepared, '')\n"
        "    print(pool._process.pid, flush=True)\n"
        "    asked = pool.submit(t.endless, sys.argv[2])\n"
        "    sys.stdin.readline()\n"
        "    pool.shutdown(cancel_futures=True)\n"
    )
    here = str(Path(__file__).parent)
    caller = subprocess.Popen(
        [sys.executable, "-c", program, here, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    warm = int(caller.stdout.readline())
    call, child = appeared(tmp_path)
    match way:
        case "caller killed":
            caller.kill()
        case "warm process killed":
            os.kill(warm, signal.SIGKILL)
            caller.communicate("\n", timeout=20)
        case _:
            caller.communicate("\n", timeout=20)
    assert all(map(gone, (warm, call, child)))
    caller.kill()
    caller.communicate()


def test_a_caller_that_ends_without_a_word_does_not_hang():
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import test_fresh as t\n"
        "pool = t.made(t.prepared, '')\n"
        "print(pool.submit(t.loud).result(), pool._process.pid)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    said, _, warm = done.stdout.strip().rpartition(" ")
    assert (said, done.stderr) == ("None", "")  # and a call prints nothing on its caller's output
    assert gone(int(warm))


def test_a_warm_process_that_cannot_be_is_told_with_its_cause():
    with made(refused) as pool:
        errors = [pool.submit(seen).exception() for _ in range(2)]
        wait([pool.submit(seen)])
        assert not pool.alive
    assert [type(error) for error in errors] == [Broken, Broken]
    assert isinstance(errors[0].__cause__, MemoryError)


def test_an_exception_that_does_not_travel_is_told_by_what_it_says(pool):
    assert str(pool.submit(raising).exception()) == "Unsent : ab"


def test_the_machine_s_refusal_to_fork_is_raised():
    with made(limited) as small:
        assert small.submit(seen).exception().errno == 24


def limited():
    """As many files as are open here, and no more."""
    import resource

    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, free))
