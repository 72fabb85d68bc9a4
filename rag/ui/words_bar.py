"""The words of the top bar, of log-in and of the queue, in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass

from rag.ui.texts import PageLanguage


@dataclass(frozen=True, slots=True)
class BarWords:
    """What the bar, the log-in form and the queue say in one language. Shortcuts are (keys, what they do)."""

    backend: str
    extracts: str
    check: str
    checking: str
    works: str
    always_works: str
    theme: str
    themes: tuple[str, str, str]
    help: str
    help_title: str
    close: str
    shortcuts: tuple[tuple[str, str], ...]
    single_keys: str
    log_in: str
    log_in_promise: str
    user: str
    password: str
    wrong: str
    too_often: str
    logged_in_as: str
    log_out: str
    next: str
    before_one: str
    before: str
    too_many_at_once: str
    too_many: str


BAR_WORDS: dict[PageLanguage, BarWords] = {
    "zh": BarWords(
        backend="由谁组织答案",
        extracts="摘录原文（不用大模型）",
        check="检查连接",
        checking="正在检查……",
        works="可以使用（{seconds} 秒应答）",
        always_works="可以使用：答案直接摘自资料，不需要连接",
        theme="主题",
        themes=("跟随系统", "浅色", "深色"),
        help="快捷键",
        help_title="键盘快捷键",
        close="关闭",
        shortcuts=(
            ("/", "输入问题"),
            ("Enter", "发送问题"),
            ("Shift + Enter", "换行"),
            ("Esc", "停止回答，或关闭打开的窗口"),
            ("n", "新对话"),
            ("s", "打开最近一个答案的第一处出处"),
            ("d", "资料"),
            ("t", "切换主题"),
            ("?", "打开或关闭本说明"),
        ),
        single_keys="使用这些单键（在输入框之外）",
        log_in="登录",
        log_in_promise="登录后向资料提问",
        user="用户名",
        password="密码",  # noqa: S106  a label
        wrong="用户名或密码不对。",
        too_often="尝试太频繁，请过 {seconds} 秒再试。",
        logged_in_as="已登录：{name}",
        log_out="退出",
        next="下一个就轮到您。",
        before_one="前面还有 1 个问题，轮到就开始回答。",
        before="前面还有 {count} 个问题，轮到就开始回答。",
        too_many_at_once="您已有 {count} 个问题在等候或回答中，请等其中一个答完再问。",
        too_many="提问太频繁，请过 {seconds} 秒再问。",
    ),
    "en": BarWords(
        backend="Who words the answers",
        extracts="Extracts (no language model)",
        check="Check the connection",
        checking="Checking…",
        works="Works (answered in {seconds} s)",
        always_works="Works: answers are taken straight from the documents, nothing to connect to",
        theme="Theme",
        themes=("As the system", "Light", "Dark"),
        help="Keys",
        help_title="Keyboard shortcuts",
        close="Close",
        shortcuts=(
            ("/", "Type a question"),
            ("Enter", "Send it"),
            ("Shift + Enter", "New line"),
            ("Esc", "Stop the answer, or close what is open"),
            ("n", "New chat"),
            ("s", "Open the first source of the newest answer"),
            ("d", "Documents"),
            ("t", "Change the theme"),
            ("?", "Show or hide this help"),
        ),
        single_keys="Use these single keys (outside of input boxes)",
        log_in="Log in",
        log_in_promise="Log in to ask the documents",
        user="User name",
        password="Password",  # noqa: S106  a label
        wrong="The user name or the password is wrong.",
        too_often="Too many tries. Try again in {seconds} seconds.",
        logged_in_as="Logged in as {name}",
        log_out="Log out",
        next="Yours is next.",
        before_one="1 question before yours; it begins as soon as it is your turn.",
        before="{count} questions before yours; it begins as soon as it is your turn.",
        too_many_at_once="{count} of your questions are waiting or being answered. Wait for one of them.",
        too_many="Too many questions. Ask again in {seconds} seconds.",
    ),
}
