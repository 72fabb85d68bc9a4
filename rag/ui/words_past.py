"""The words of conversations, kept ones and the current one's actions, in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass

from rag.ui.texts import PageLanguage


@dataclass(frozen=True, slots=True)
class PastWords:
    """What the list of conversations and the foot of each answer say in one language."""

    conversations: str
    show_list: str
    search: str
    today: str
    week: str
    earlier: str
    none_yet: str
    none_found: str
    more: str
    rename: str
    title: str
    delete: str
    really: str
    cancel: str
    deleted: str
    undo: str
    as_markdown: str
    as_word: str
    unfinished: str
    unkept: str
    edit: str
    edited_question: str
    ask_again: str
    drops: str
    regenerate: str
    good: str
    bad: str
    why: str
    expected: str
    not_there: str
    send: str
    thanks: str
    exported_by: str


ZH = PastWords(
    conversations="对话",
    show_list="对话列表",
    search="搜索对话",
    today="今天",
    week="七天内",
    earlier="更早",
    none_yet="问过的都会留在这里。",
    none_found="没有找到。",
    more="更多：{title}",
    rename="改名",
    title="对话的名字",
    delete="删除",
    really="删除这个对话？",
    cancel="取消",
    deleted="已删除“{title}”。",
    undo="撤销",
    as_markdown="导出 Markdown",
    as_word="导出 Word",
    unfinished="这个回答没有完成。",
    unkept="没有保存：{reason}",
    edit="修改问题",
    edited_question="修改后的问题",
    ask_again="重新提问",
    drops="后面的 {count} 轮问答会去掉。",
    regenerate="重新回答",
    good="有帮助",
    bad="有问题",
    why="为什么？（可不填）",
    expected="正确的答案（知道的话）",
    not_there="资料里其实没有答案",
    send="发送",
    thanks="已记下，谢谢。",
    exported_by="由问据导出。脚注是所引资料的原文。",
)

EN = PastWords(
    conversations="Chats",
    show_list="List of chats",
    search="Search chats",
    today="Today",
    week="Last seven days",
    earlier="Earlier",
    none_yet="What you ask stays here.",
    none_found="Nothing found.",
    more="More: {title}",
    rename="Rename",
    title="Name of the chat",
    delete="Delete",
    really="Delete this chat?",
    cancel="Cancel",
    deleted="Deleted “{title}”.",
    undo="Undo",
    as_markdown="Export as Markdown",
    as_word="Export as Word",
    unfinished="This answer was not finished.",
    unkept="Not saved: {reason}",
    edit="Edit the question",
    edited_question="The question, edited",
    ask_again="Ask again",
    drops="Exchanges after it that will be dropped: {count}.",
    regenerate="Answer again",
    good="Helpful",
    bad="Something is wrong",
    why="Why? (optional)",
    expected="The right answer, if you know it",
    not_there="The documents do not hold an answer",
    send="Send",
    thanks="Noted, thank you.",
    exported_by="Exported by Wenju. The footnotes are the documents' own words.",
)

PAST_WORDS: dict[PageLanguage, PastWords] = {"zh": ZH, "en": EN}
