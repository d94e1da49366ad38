"""Contrasts of a page as a browser paints it (WCAG 2): of its texts, and of what is drawn."""

# The colours of a text and of its grounds; a striped ground counts for each of its stripes.
PAINTS = """
const parts = paint => {
    const [r, g, b, a = 1] = (paint.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
    const scale = paint.startsWith('color(') ? 255 : 1;
    return {rgb: [r * scale, g * scale, b * scale], a};
};
const light = paint => parts(paint).rgb.map(c => c / 255)
    .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
};
const paints = value => value !== 'none' && parts(value).a > 0;
function grounds(e) {
    for (; e; e = e.parentElement) {
        const style = getComputedStyle(e);
        const stripes = style.backgroundImage.match(/(rgba?|color)\\([^)]*\\)/g) ?? [];
        const found = [...stripes, style.backgroundColor].filter(paints);
        if (found.length) return found;
    }
    return ['rgb(255, 255, 255)'];
}
const worst = (paint, e) => Math.min(...grounds(e).map(ground => contrast(paint, ground)));
"""
# Texts under 4.5, those of the drawings included; said with their contrast.
TEXTS = f"""() => {{ {PAINTS}
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walk.nextNode()) {{
        const e = walk.currentNode.parentElement, style = getComputedStyle(e);
        const shown = e.checkVisibility({{visibilityProperty: true}});
        const said = walk.currentNode.data.trim();
        if (!shown || !said || e.closest('style, .vh, .skip')) continue;
        const ratio = worst(e.closest('svg') ? style.fill : style.color, e);
        if (ratio < 4.5) found.push(`${{ratio.toFixed(2)}}: ${{said}}`);
    }}
    return found;
}}"""
# Shapes whose fill and outline are both under 3 on the page: they could not be told from it. One as
# large as its drawing is a ground.
DRAWN = f"""() => {{ {PAINTS}
    const shapes = 'rect, path, circle, line, polygon, use';
    return [...document.querySelectorAll('svg')].flatMap(svg => [...svg.querySelectorAll(shapes)]
        .filter(e => !e.closest('defs, clipPath')).flatMap(e => {{
            const size = e.getBBox(), {{width, height}} = svg.viewBox.baseVal;
            if (width && size.width >= width && size.height >= height) return [];
            const {{fill, stroke}} = getComputedStyle(e);
            const own = e.localName === 'line' ? [stroke] : [fill, stroke];
            const ratio = Math.max(...own.filter(paints).map(p => worst(p, svg)));
            return ratio < 3 ? [`${{ratio.toFixed(2)}}: ${{e.outerHTML.slice(0, 150)}}`] : [];
        }}));
}}"""
# Puts the pictures of a page beside it, as drawings whose texts and shapes can be measured.
UNFOLD = """() => document.querySelectorAll('img[src^="data:image/svg"]').forEach(img => {
    const sheet = document.createElement('div');
    sheet.className = 'unfolded';
    sheet.style.background = 'var(--sheet)';
    sheet.innerHTML = decodeURIComponent(img.src.slice(img.src.indexOf(',') + 1));
    img.after(sheet);
})"""
