"""Words of a question that ask or join but name nothing: they are not looked for in the documents."""

from __future__ import annotations

from functools import cache

ZH = frozenset(
    """
    的 了 是 在 和 与 及 或 而 且 也 都 就 还 又 才 只 被 把 将 让 向 从 到 对 对于 关于 以 以及 为 为了
    由 于 其 之 所 者 这 那 该 此 每 有 没有 没 不 无 非 会 能 能够 可以 可 应 应该 要 需要 想 请 请问 问
    说 说说 讲 讲讲 谈 告诉 介绍 介绍一下 一下 看 看看 知道 了解 查 查一下 列出 列举 说明 简述 概括 吗 呢
    吧 啊 呀 嘛 么 什么 什么样 啥 哪 哪个 哪些 哪里 哪儿 哪几 哪几个 哪年 哪天 哪一年 谁 谁的 怎么 怎么样
    怎样 如何 为何 为什么 多少 几 几个 几多 多大 多长 多高 多久 何 何时 何地 我 我们 你 你们 他 她 它
    他们 它们 咱们 大家 自己 上 中 下 里 内 外 前 后 时 时候 期间 当时 之间 之后 之前 以来 以后 以前 方面
    情况 具体 主要 分别 各 各自 各是 一共 总共 共 共有 总 合计 大约 大概 左右 个 项 件 种 名 位 些 次 年
    月 日 号 年度 当年 县里 市里 全县 全市 当地 本地 现在 目前 当前 今年 去年 明年 如今 已经 曾 曾经 正在
    将要 即将 是否 是不是 有没有 能否 可否 到底 究竟 实际 真 真的 确实 文中 文章 文件 资料 材料 报告 报道
    提到 提及 据 根据 按照 依据 称 叫 叫做 名称 名字 数字 数据 数值 数量 数 比较 相比 比 更 最 较 同 跟
    谁高 谁低 高 低 多 少 大 小 达 达到 达成 完成 实现 进行 开展 属于 位于 来自 包括 包含 含 涉及 提出 等
    并 则 因 因此 所以 由于 原因 问题 内容 意思 含义 指 指的 做 干 搞 弄 用 给 成 成为 作为 如果 那么
    这个 那个 这些 那些 一 一个 两 二者 两者 两个 两县 两地 三 值 元 亿元 万元 亿 万 万吨 吨 千瓦 万千瓦
    亩 万亩 户 家 座 人 公里 平方米 % 百分比 百分之 百分点 比例 钱 几年 这几年 里面 打算 准备 作者 这篇
    听说 据说 那边 这边 那里 这里 里头 里边 外头 后来 手里 身上 有关 相关 别的 其他 其它 拿到 想要 回事 何为
    自从 那篇 这组 那座 那架 几样 那些年 那种 这种 一种 一样
    哪家 哪位 额 市 县 率 们 了吧 对吗 对吧 哪样 三样 两样 分别是
    """.split()
)

EN = frozenset(
    """
    a an the of and or to in on at by for with from as into over about between during through within under per is are was were be been being
    am do does did done has have had having will would shall should can could may might must what which who whom whose when where why how
    many much long far old it its this that these those there here they them their he she his her we our you your i my me not no yes any
    some each every all both either neither than then so such also just only very more most less least please tell give show name list
    describe explain say said says mention mentioned according text document documents report reports article source if but because reach
    reached reaches total number amount value figure level year years month day people's get got make made become became up down out off
    happen happens happened involve involves involved quoted cited interviewed named known want wants ones figures larger smaller bigger
    greater higher lower kind kinds
    compared compare versus vs same different respectively county's city's percent percentage rate one two three new plan plans planned
    """.split()
)

_OTHERS = {
    "es": """
    el la los las lo un una unos unas de del al a en y e o u que qué quien quién quienes quiénes cual cuál cuales cuáles cuando cuándo
    cuanto cuánto cuanta cuánta cuantos cuántos cuantas cuántas como cómo donde dónde por porque qué para con sin sobre entre desde hasta
    durante según se su sus le les es son era eran fue fueron ser sido está están estaba ha han había haber hay hubo tiene tienen tenía tuvo
    más menos muy también no sí ya este esta estos estas ese esa eso aquel aquella otro otra otros otras nombre tipo año años parte
    hace hizo hacer puede pueden podía llama llamaba qué cuál ante tras si me mi nos""",
    "de": """
    der die das den dem des ein eine einen einem einer eines und oder aber in im an am auf aus bei beim mit nach von vom zu zum zur für
    über unter um als wie wer wen wem wessen was wann wo woher wohin warum weshalb wieso welche welcher welches welchen welchem viel viele
    ist sind war waren wird werden wurde wurden sein seine seinen seiner ihr ihre ihren er sie es hat haben hatte hatten kann können
    konnte sich nicht kein keine auch noch nur so dass dieser diese dieses durch gegen ohne vor zwischen bis während name namen art
    jahr jahre jahren man machte gab gibt""",
    "fr": """
    le la les l un une des de du d et ou en au aux à dans par pour sur avec sans sous entre que qu qui quoi quel quelle quels quelles
    quand où comment combien pourquoi est sont était étaient fut furent être été a ont avait avaient ce cet cette ces son sa ses leur leurs
    il elle ils elles se ne pas plus moins très aussi nom type année années""",
    "ru": """
    и в во на с со к ко о об обо у от до из за по под над при для без через между что чего чему чем кто кого кому кем какой какая какое
    какие какого какую каким какими каких каком когда где куда откуда как почему зачем сколько чей чья чьё который которая которое
    которые которого которую был была было были быть есть является являются не ни же ли бы а но или то это этот эта эти этого его её
    их он она они свой своей своих также только уже год году года лет называется назывался имя название можно""",
    "vi": """
    là gì của và có những bao nhiêu ai khi nào ở đâu được trong cho một các đã vào với từ đến tại theo như thế sao vì về bởi này đó
    mà không cũng thì để ra lên người nào mấy loại tên gọi năm hai ba số sự việc bị do nhất nhiều hơn trên dưới giữa sau trước""",
    "ar": """
    ما ماذا من في على إلى الى عن مع هل كم متى أين اين كيف لماذا أي اي هو هي هم كان كانت كانوا يكون التي الذي الذين هذا هذه ذلك تلك
    و أو او ثم قد لا لم لن بعد قبل بين عند كل عدد اسم عام سنة تم قام مما لماذا وما ومن""",
    "th": """
    ที่ ใน ของ และ คือ เป็น อะไร ใคร เมื่อไหร่ เมื่อใด ที่ไหน อย่างไร ทำไม กี่ เท่าไร เท่าไหร่ ใด ไหน มี ได้ จาก โดย กับ ให้ ว่า การ ความ""",
}


@cache
def of(language: str) -> frozenset[str]:
    """The stop words of a language by its code; English ones for a language that has no list."""
    if language in _OTHERS:
        return frozenset(_OTHERS[language].split())
    return ZH if language == "zh" else EN
