"""Every sentence of the catalogue, and the parts that the code gives it."""

import re
from string import Formatter

import pytest
import said

from qpvlib.catalogue import QpvError, catalogue, wording
from qpvlib.catalogue.sentences import given, phrase_faults, unsound

GIVEN = given()
CALLS = [call for call in said.calls() if call.exact]


def named(sentence):
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def reached(call):
    """The sentences that a call may say, with the parts declared of each."""
    for group, sentences in GIVEN.items():
        if re.fullmatch(call.group, group):
            for key, parts in sentences.items():
                if re.fullmatch(call.key, key):
                    yield f"{group}.{key}", {part.rstrip(":") for part in parts}


def test_the_code_gives_each_sentence_the_parts_declared():
    short = {
        (call.place, sentence): parts - call.parts
        for call in CALLS
        for sentence, parts in reached(call)
        if not parts <= call.parts
    }
    assert short == {}


def test_most_sentences_are_said_by_name_somewhere():
    found = {sentence for call in CALLS for sentence, _ in reached(call)}
    declared = sum(len(sentences) for sentences in GIVEN.values())
    assert len(found) > 0.6 * declared  # else the reading of the code sees nothing


def test_parts_are_declared_of_the_sentences_that_have_some_and_of_no_other():
    phrases = catalogue().phrases
    used = {
        (group, key): named(sentence)
        for group, sentences in phrases.items()
        for key, sentence in sentences.items()
        if named(sentence)
    }
    declared = {
        (group, key): {part.rstrip(":") for part in parts}
        for group, sentences in GIVEN.items()
        for key, parts in sentences.items()
    }
    assert used == declared, "qpvlib/catalogue/parts.toml"


@pytest.mark.parametrize(
    ("sentence", "parts", "wrong"),
    [
        ("{n} quartiers", ["n"], ""),
        ("aucun", ["n"], ""),  # a sentence may leave a part out
        ("le {day:%d/%m/%Y}", ["day:"], ""),
        ("le {day}", ["day:"], ""),
        ("le {day:%d/%m/%Y}", ["day"], "ne prend pas de format"),
        ("{}", ["n"], "l'accolade «  » n'existe pas"),
        ("{0}", ["n"], "l'accolade « 0 » n'existe pas"),
        ("{n.real}", ["n"], "l'accolade « n.real » n'existe pas"),
        ("{n", ["n"], "accolade ouverte et non fermée"),
        ("n}", ["n"], "accolade ouverte et non fermée"),
        ("{{n}}", ["n"], "accolade doublée"),
    ],
)
def test_unsound(sentence, parts, wrong):
    assert wrong in unsound(sentence, parts)
    assert bool(wrong) == bool(unsound(sentence, parts))


def test_a_section_that_is_no_section_is_told():
    assert phrase_faults({"phrases.toml": {"year": 3}})[0].startswith("phrases.toml, [year] : une")


def test_a_sentence_that_no_file_has_is_told_without_a_traceback():
    with pytest.raises(QpvError, match=r"\[need\] : la phrase « nonne » n'existe pas.*« none »"):
        wording.say("need", "nonne")


def test_every_sentence_said_is_in_a_file():
    held = [(group, key) for group, table in catalogue().phrases.items() for key in table]
    lost = [
        (call.group, call.key)
        for call in CALLS
        if not any(re.fullmatch(call.group, g) and re.fullmatch(call.key, k) for g, k in held)
    ]
    assert len(CALLS) > 300
    assert lost == []
