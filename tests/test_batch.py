"""A batch whose workers go: what is the machine's, what is a page's, what is made again."""

from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import replace

import pytest

from qpvlib.publishing import batch, jobs
from qpvlib.publishing.forked import Lost
from qpvlib.publishing.fresh import Broken
from qpvlib.publishing.job import Outcome
from qpvlib.publishing.machine import MachineFault
from qpvlib.publishing.pools import Pool


class KilledWorker(Exception):
    __module__ = "distributed.scheduler"


class ClosedClientError(Exception):
    __module__ = "distributed.client"


def pool(answer, workers=2):
    """A pool whose calls end at once, as ``answer`` says or raises."""

    @contextmanager
    def opened():
        def submit(function, given):
            future = Future()
            try:
                future.set_result(answer(function, given))
            except Exception as error:
                future.set_exception(error)
            return future

        yield submit

    return Pool(workers, opened, gone="Le cluster a cessé de répondre", local=False)


def ready(error):
    error.ready = True
    return error


def outcomes(raised, known="", times=99):
    """What becomes of the index when a call for it raises, a few times."""
    job, left = replace(jobs.index(), known=known), [raised] * times

    def answer(function, _given):
        if left and (known == "" or function is batch.keys):
            raise left.pop()
        return ["autre"] if function is batch.keys else Outcome(job)

    return list(batch.run([job], pool(answer)))


@pytest.mark.parametrize("known", ["", "connue"])
@pytest.mark.parametrize("error", [CancelledError(), ClosedClientError(), Broken()])
def test_a_cluster_that_is_gone_stops_the_run_whatever_it_was_doing(error, known):
    with pytest.raises(MachineFault, match="Le cluster a cessé de répondre"):
        outcomes(error, known)


@pytest.mark.parametrize("error", [Lost(0, -9, []), KilledWorker(), ready(Broken())])
def test_a_page_whose_worker_died_is_made_again_once(error):
    (done,) = outcomes(error, times=1)
    assert not done.failed
    (done,) = outcomes(error)
    assert done.cause == "le processus qui la faisait s'est arrêté"


def test_a_slice_of_checksums_that_is_lost_makes_its_pages():
    (done,) = outcomes(Lost(0, -9, []), known="connue")
    assert (done.failed, done.unchanged) == (False, False)


def test_a_document_that_outlasts_its_time_says_so_and_is_not_made_again():
    (done,) = outcomes(Lost(5, None, []), times=1)
    assert done.cause == "le document n'a pas fini en 5 secondes"


def test_a_worker_with_another_programme_is_the_machine_s_fault():
    done = batch.make(replace(jobs.index(), code="0" * 12))
    assert done.machine.startswith("son programme ou ses paquets ne sont pas ceux d'ici")
