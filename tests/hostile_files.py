"""Documents that try to do something to whoever looks at them: in their words, their titles and their names."""

from __future__ import annotations

from pathlib import Path

SCRIPTS = (
    "<script>window.owned='script'</script>",
    "<img src=x onerror=\"window.owned='img'\">",
    "<svg onload=\"window.owned='svg'\"><a xlink:href=\"javascript:window.owned='a'\">x</a></svg>",
    "<iframe srcdoc=\"<script>parent.owned='frame'</script>\"></iframe>",
    "<details open ontoggle=\"window.owned='toggle'\">",
    "</pre></q></mark></td></svg></style></script><b onmouseover=\"window.owned='b'\">",
    "<style>@import url(http://elsewhere.invalid/a.css); body{display:none}</style>",
    '<form action="http://elsewhere.invalid"><input autofocus onfocus="window.owned=\'focus\'"></form>',
    '<base href="http://elsewhere.invalid/"><meta http-equiv=refresh content="0;url=http://elsewhere.invalid/">',
)
"""Markup that runs or fetches something, were it taken for markup."""
MARKDOWN = (
    "[点我](javascript:window.owned='link')",
    "![x](http://elsewhere.invalid/pixel.png)",
    "[1]: http://elsewhere.invalid/ 'onclick=window.owned=1'",
    "`</code><script>window.owned='code'</script>`",
    "<http://elsewhere.invalid/auto>",
)
TEMPLATES = (
    "${window.owned='template'}",
    "{{constructor.constructor('window.owned=1')()}}",
    "<%= owned %>",
    "#{7*7}",
)
UNSEEN = ("\u202e产量99万吨\u202c", "\u2066a\u2069", "\u200b\u200d", "\u0000"[:0])
"""Signs that turn or hide what stands around them."""
EVERYTHING = (*SCRIPTS, *MARKDOWN, *TEMPLATES, *UNSEEN[:3])
TITLE = "青石县<img src=x onerror=\"window.owned='title'\">2022年果业简报"


def hostile_folder(folder: Path) -> list[str]:
    """Write them into a folder; each tells a figure of a place of its own, so that it can be asked about. The places."""
    folder.mkdir()
    places = []
    for number, trick in enumerate(EVERYTHING):
        place = f"{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌'[number]}石县"
        words = f"{TITLE.replace('青石县', place)}\n\n2022年，{place}苹果产量{30 + number}.5万吨{trick}，同比增长4%。\n"
        (folder / f"{number}.txt").write_text(words, encoding="utf-8")
        places.append(place)
    (folder / "name <img src=x onerror=window.owned='name'> [a](javascript:alert(1)).txt").write_text(
        "名石县2022年果业简报\n\n2022年，名石县苹果产量77.5万吨。\n", encoding="utf-8"
    )
    (folder / "table.csv").write_text(
        "县,年份,产量（万吨）,备注\n"
        + "".join(
            f'表石县{n},2022,{n}.5,"{trick.replace(chr(34), chr(34) * 2)}"\n'
            for n, trick in enumerate(SCRIPTS)
        ),
        encoding="utf-8",
    )
    return [*places, "名石县", "表石县3"]
