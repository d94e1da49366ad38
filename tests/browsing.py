"""What is asked of a page in a browser: scripts that answer with the faults they find."""

import json
import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
ANSWERS = tomllib.loads(
    (Path(__file__).parent / "data" / "axe-answers.toml").read_text(encoding="utf-8")
)["answer"]
# Every violation of whatever impact, what axe could not decide and no answer of ours decides, and
# the numbers of the answers that were of use.
JUDGED = """async () => {
    const answers = ANSWERS;
    const found = await axe.run({preload: false, selectors: false, elementRef: true,
        resultTypes: ['violations', 'incomplete'],
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']});
    const reason = n => [...n.any, ...n.all, ...n.none].map(c => c.data?.messageKey ?? c.id).join();
    const shown = (rule, n) => `${rule} (${reason(n)}): ${n.element.outerHTML.slice(0, 120)}`;
    const all = of => of.flatMap(rule => rule.nodes.map(n => [rule.id, n]));
    const answer = ([id, n]) => answers.findIndex(a =>
        a.rule === id && a.reason === reason(n) && n.element.matches(a.where));
    const open = all(found.incomplete).map(one => [one, answer(one)]);
    return {
        violations: all(found.violations).map(one => shown(...one)),
        unanswered: open.filter(([, n]) => n < 0).map(([one]) => shown(...one)),
        used: [...new Set(open.map(([, n]) => n).filter(n => n >= 0))],
    };
}""".replace(
    "ANSWERS", json.dumps([{k: a[k] for k in ("rule", "reason", "where")} for a in ANSWERS])
)

# The elements that stick out, where the page itself scrolls sideways.
OVERFLOW = """() => {
    const page = document.scrollingElement, width = page.clientWidth;
    if (page.scrollWidth <= width) return [];
    const out = [...document.body.querySelectorAll('*')]
        .filter(e => e.getBoundingClientRect().right > width + 1)
        .map(e => e.tagName.toLowerCase() + (e.className ? '.' + e.className : ''));
    return [`${page.scrollWidth} px > ${width} px`, ...out.slice(0, 3)];
}"""
# The cells whose text sticks out, over the next one; a drawing may, and what is only read aloud.
CELLS = """() => [...document.querySelectorAll('td, th')]
    .filter(e => !e.querySelector('svg') && e.scrollWidth > e.clientWidth + 1
        && ![e, e.closest('thead')].some(p => p && getComputedStyle(p).clipPath !== 'none'))
    .map(e => e.textContent)"""
# The cells that lie over another one of their row.
OVER = """() => [...document.querySelectorAll('tr')].flatMap(tr => {
    const cells = [...tr.cells].map(e => [e, e.getBoundingClientRect()]);
    return cells.flatMap(([a, p], i) => cells.slice(i + 1)
        .filter(([b, q]) => Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1
            && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 1)
        .map(([b]) => `${a.textContent} / ${b.textContent}`));
})"""
# What hides a part of its own text, and is not there to be read aloud only.
CLIPPED = """() => [...document.querySelectorAll('body *')].filter(e => {
    const {overflowX, overflowY, clipPath} = getComputedStyle(e);
    const hides = way => way === 'hidden' || way === 'clip';
    return clipPath === 'none' && (hides(overflowX) && e.scrollWidth > e.clientWidth + 1
        || hides(overflowY) && e.scrollHeight > e.clientHeight + 1);
}).map(e => e.outerHTML.slice(0, 120))"""
# Active content that the policy of the page would block, or should.
ACTIVE = """() => [...document.querySelectorAll('*')].filter(e =>
    ['script', 'iframe', 'object', 'embed'].includes(e.localName)
    || [...e.attributes].some(a => /^on/.test(a.name) || /^javascript:/i.test(a.value)))
    .map(e => e.localName)"""
MOVING = """() => [...document.getAnimations(), ...[...document.querySelectorAll('*')].filter(e => {
    const s = getComputedStyle(e);
    return parseFloat(s.transitionDuration) || s.animationName !== 'none'
        || s.scrollBehavior === 'smooth';
})].map(String)"""
# WCAG 1.4.12: what a reader may ask of any text; and 1.4.4, letters twice as large.
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important } p { margin-bottom: 2em !important }"""
LARGE = "html { font-size: 200% !important }"


def opened(tab, wide):
    """Open or close every detail of a page."""
    tab.evaluate("is => document.querySelectorAll('details').forEach(d => { d.open = is })", wide)


def styled(tab, css):
    """Lay a style over a page, in the place of the one laid before."""
    tab.evaluate(
        """css => {
            const sheet = document.getElementById('laid') ?? document.createElement('style');
            sheet.id = 'laid';
            sheet.textContent = css;
            document.head.append(sheet);
        }""",
        css,
    )


def faults(tabs, script, width=1280):
    """What the script finds in each page at that width, the pages without fault left out."""
    start = f"() => {{ window.found = new Promise(go => setTimeout(go, 0)).then({script}) }}"
    for tab in tabs.values():  # each tab has its process: they work together
        tab.set_viewport_size({"width": width, "height": 900})
        tab.evaluate(start)
    found = {name: tab.evaluate("() => window.found") for name, tab in tabs.items()}
    return {name: what for name, what in found.items() if what}


def doubts(tab):
    """What axe finds in one page, violations and what no answer decides."""
    tab.evaluate(AXE)
    said = tab.evaluate(JUDGED)
    return said["violations"] + said["unanswered"]


def heads(tab):
    """Headers, tables and rows that the browser tells to a screen reader, counted."""
    session = tab.context.new_cdp_session(tab)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    roles = Counter(node["role"]["value"] for node in nodes if not node["ignored"])
    return {role: roles[role] for role in ("columnheader", "rowheader", "table", "row", "cell")}
