"""Every word of the documents panel and of the control that limits questions, in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass

from rag.ui.texts import PageLanguage


@dataclass(frozen=True, slots=True)
class LibraryWords:
    """The panel in one language. Braces hold what `str.format` puts in."""

    language: PageLanguage
    title: str
    about: str
    empty: str
    read_only: str
    drop: str
    drop_hint: str
    choose_files: str
    choose_folder: str
    filter: str
    sort: str
    sorts: tuple[tuple[str, str], ...]
    none_match: str
    count: str
    pages: str
    passages: str
    read_on: str
    mine: str
    shared: str
    open_details: str
    queue: str
    ahead: str
    waiting: str
    sending: str
    working: str
    reading: str
    reading_unknown: str
    embedding: str
    removing: str
    describing: str
    done: str
    same_as: str
    cancelled: str
    passed_over: str
    not_sent: str
    cancel: str
    failures: str
    retry: str
    dismiss: str
    password: str
    open_with: str
    back: str
    open_original: str
    reread: str
    remove: str
    remove_sure: str
    remove_uploaded: str
    remove_file: str
    remove_yes: str
    keep: str
    share: str
    share_hint: str
    facts: str
    facts_hint: str
    fields: tuple[tuple[str, str], ...]
    found_was: str
    found_none: str
    save: str
    saved: str
    reset: str
    preview: str
    preview_hint: str
    passage: str
    page: str
    more: str
    gone: str
    failed: str
    limit_all: str
    limit: str
    limit_hint: str
    limit_documents: str
    limit_places: str
    limit_periods: str
    limit_count: str
    limit_none: str
    clear: str
    close: str
    remove_limit: str


ZH = LibraryWords(
    language="zh",
    title="资料",
    about="答案只来自这些文档。",
    empty="还没有资料。把文件或整个文件夹拖到这里，读完就可以问。",
    read_only="这台服务器不接受页面上的增删。",
    drop="把文件或文件夹拖到这里",
    drop_hint="PDF、Word、Excel、PPT、网页、文本、扫描件、压缩包都行，每份不超过 {most}。",
    choose_files="选择文件",
    choose_folder="选择文件夹",
    filter="按标题、地点、时期筛选",
    sort="排序",
    sorts=(("title", "标题"), ("place", "地点"), ("period", "时期"), ("read", "最近读入")),
    none_match="没有符合的文档。",
    count="{count} 份",
    pages="{count} 页",
    passages="{count} 段",
    read_on="{date} 读入",
    mine="仅自己",
    shared="大家可见",
    open_details="详情：{title}",
    queue="正在处理",
    ahead="前面还有 {count} 份",
    waiting="等待中",
    sending="正在上传 {percent}%",
    working="正在打开",
    reading="正在读第 {done} 页，共 {total} 页",
    reading_unknown="正在读",
    embedding="正在编入索引，{done}/{total} 段",
    removing="正在移除",
    describing="正在更新信息",
    done="完成，可以提问了",
    same_as="完成：内容与 {source} 相同，只保存一份",
    cancelled="已取消",
    passed_over="文件夹里另有 {count} 个其他类型的文件没有上传。",
    not_sent="没有传上来，请检查网络后再试。",
    cancel="取消",
    failures="没能收入的文件",
    retry="再试一次",
    dismiss="知道了",
    password="密码",  # noqa: S106  the word
    open_with="用密码打开",
    back="全部资料",
    open_original="看原文",
    reread="重读",
    remove="移除",
    remove_sure="移除后，问答不再用到它。",
    remove_uploaded="上传的文件也会删除。",
    remove_file="文件本身不会动；下次从同一个文件夹启动时会再收入。",
    remove_yes="确定移除",
    keep="不移除",
    share="让所有人都能看到、问到",
    share_hint="不勾选时只有您自己能看到。",
    facts="这份文档是什么",
    facts_hint="这些信息会和每段文字一起检索。您写的优先于自动识别的，重读后仍然保留。",
    fields=(("title", "标题"), ("place", "地点"), ("period", "时期"), ("date", "日期")),
    found_was="自动识别：{value}",
    found_none="自动识别：没有",
    save="保存",
    saved="已保存",
    reset="恢复自动识别的",
    preview="助手看到的内容",
    preview_hint="整理后的文字；每道线是一段的开头，线上是随这一段一起检索的信息。",
    passage="第 {number} 段",
    page="第 {page} 页",
    more="再看后面的 {count} 段",
    gone="这份文档已不在资料中。",
    failed="没有做成，请再试一次。",
    limit_all="全部资料",
    limit="限定范围",
    limit_hint="只从选中的里面找答案。不同类之间要同时满足。",
    limit_documents="文档",
    limit_places="地点",
    limit_periods="时期",
    limit_count="共 {count} 份文档",
    limit_none="没有文档同时符合，提问会得不到答案",
    clear="清除",
    close="关闭",
    remove_limit="去掉：{name}",
)

EN = LibraryWords(
    language="en",
    title="Documents",
    about="Answers come from these documents only.",
    empty="There are no documents yet. Drop files or a whole folder here; once they are read you can ask.",
    read_only="Documents can't be changed on this server's page.",
    drop="Drop files or folders here",
    drop_hint="PDF, Word, Excel, PowerPoint, web pages, text, scans, archives; up to {most} each.",
    choose_files="Choose files",
    choose_folder="Choose a folder",
    filter="Filter by title, place, period",
    sort="Sort by",
    sorts=(("title", "Title"), ("place", "Place"), ("period", "Period"), ("read", "Last read")),
    none_match="No document matches.",
    count="{count}",
    pages="pages: {count}",
    passages="passages: {count}",
    read_on="read {date}",
    mine="Only you",
    shared="Everyone",
    open_details="Details: {title}",
    queue="In progress",
    ahead="{count} before it",
    waiting="Waiting",
    sending="Sending {percent} %",
    working="Opening",
    reading="Reading page {done} of {total}",
    reading_unknown="Reading",
    embedding="Indexing, passage {done} of {total}",
    removing="Removing",
    describing="Updating",
    done="Done, you can ask it",
    same_as="Done: the same as {source}, kept once",
    cancelled="Cancelled",
    passed_over="Files of other kinds in the folder, not sent: {count}.",
    not_sent="It did not arrive. Check the connection and try again.",
    cancel="Cancel",
    failures="Files that could not be taken in",
    retry="Try again",
    dismiss="Dismiss",
    password="Password",  # noqa: S106  the word
    open_with="Open with password",
    back="All documents",
    open_original="Open the original",
    reread="Read again",
    remove="Remove",
    remove_sure="Answers will no longer use it.",
    remove_uploaded="The uploaded file is deleted as well.",
    remove_file="The file itself stays; starting with the same folder takes it in again.",
    remove_yes="Remove it",
    keep="Keep it",
    share="Everyone may see and ask it",
    share_hint="Unless this is on, only you can see it.",
    facts="What this document is",
    facts_hint="This is searched together with every passage. Your words win over what was found, and stay when it is read again.",
    fields=(("title", "Title"), ("place", "Place"), ("period", "Period"), ("date", "Date")),
    found_was="Found: {value}",
    found_none="Found: nothing",
    save="Save",
    saved="Saved",
    reset="Back to what was found",
    preview="What the assistant sees",
    preview_hint="The cleaned text. Each line marks where a passage begins, with what is searched along with it.",
    passage="Passage {number}",
    page="p. {page}",
    more="Show more passages: {count}",
    gone="This document is no longer there.",
    failed="That did not work. Please try again.",
    limit_all="All documents",
    limit="Limit",
    limit_hint="Answers come from the chosen ones only. Documents have to fit every kind you choose from.",
    limit_documents="Documents",
    limit_places="Places",
    limit_periods="Periods",
    limit_count="documents: {count}",
    limit_none="No document fits all of these: questions will find nothing",
    clear="Clear",
    close="Close",
    remove_limit="Remove: {name}",
)

LIBRARY_WORDS: dict[PageLanguage, LibraryWords] = {"zh": ZH, "en": EN}
