"""The kinds of files there are, what people call them, and what to do with those that can't be read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: the ending it goes by, what people call it, and what to do where it can't be read."""

    suffix: str
    zh: str
    en: str
    zh_advice: str = ""
    en_advice: str = ""
    others: tuple[str, ...] = ()
    """Further endings of the same kind."""


_SAVE_DOCX = (
    "请用 Word、WPS 或 LibreOffice 另存为 .docx 后再加入",
    "Save it as .docx with Word, WPS or LibreOffice",
)
_SAVE_XLSX = (
    "请用 Excel、WPS 或 LibreOffice 另存为 .xlsx 后再加入",
    "Save it as .xlsx with Excel, WPS or LibreOffice",
)
_SAVE_PPTX = (
    "请用 PowerPoint、WPS 或 LibreOffice 另存为 .pptx 后再加入",
    "Save it as .pptx with PowerPoint, WPS or LibreOffice",
)
_UNPACK = ("请先解压，再加入里面的文件，或改打成 .zip", "Unpack it and add what is in it, or pack it as .zip")
_SAVE_PNG = ("请另存为 .png 或 .jpg 后再加入", "Save it as .png or .jpg")
_SAVE_PDF = ("请另存或打印为 .pdf 后再加入", "Save or print it as .pdf")
_NOT_TEXT = ("请只加入文档", "Add documents only")

PDF = Kind(".pdf", "PDF 文档", "a PDF document")
PNG = Kind(".png", "PNG 图片", "a PNG picture")
JPEG = Kind(".jpg", "JPEG 图片", "a JPEG picture", *_SAVE_PNG, (".jpeg",))
TIFF = Kind(".tif", "TIFF 图片", "a TIFF picture", *_SAVE_PNG, (".tiff",))
DOCX = Kind(".docx", "Word 文档", "a Word document", *_SAVE_PDF)
XLSX = Kind(".xlsx", "Excel 表格", "an Excel workbook", *_SAVE_PDF)
PPTX = Kind(".pptx", "PowerPoint 演示文稿", "a PowerPoint presentation", *_SAVE_PDF)
EPUB = Kind(".epub", "EPUB 电子书", "an EPUB book")
HTML = Kind(".html", "网页", "a web page", "", "", (".htm", ".xhtml"))
TEXT = Kind(".txt", "纯文本", "plain text")
ZIP = Kind(
    ".zip",
    "ZIP 压缩包",
    "a ZIP archive",
    "请把文件名改成以 .zip 结尾再加入，里面的文档会逐个读取",
    "Give it a name that ends in .zip: the documents in it are read one by one",
)
LOCKED = Kind(
    "", "有密码的 Office 文件", "a locked Office file", "请去掉密码后另存一份", "Save it without its password"
)

DOC = Kind(
    ".doc", "旧的 Word 文档（.doc）", "an old Word document (.doc)", *_SAVE_DOCX, (".dot", ".wps", ".wpt")
)
XLS = Kind(".xls", "旧的 Excel 表格（.xls）", "an old Excel workbook (.xls)", *_SAVE_XLSX, (".et", ".xlt"))
PPT = Kind(
    ".ppt", "旧的 PowerPoint 演示文稿（.ppt）", "an old PowerPoint file (.ppt)", *_SAVE_PPTX, (".dps", ".pps")
)
MSG = Kind(
    ".msg", "Outlook 邮件（.msg）", "an Outlook message (.msg)", "请另存为 .eml 后再加入", "Save it as .eml"
)
OLE = Kind("", "旧的 Office 或其他程序的文件", "a file of an old Office or another program", *_SAVE_PDF)
RTF = Kind(".rtf", "RTF 文档", "an RTF document", *_SAVE_DOCX)
WORD_XML = Kind("", "Word 2003 XML 文档", "a Word 2003 XML document", *_SAVE_DOCX)
EXCEL_XML = Kind("", "Excel 2003 XML 表格", "an Excel 2003 XML workbook", *_SAVE_XLSX)
XLSB = Kind(".xlsb", "二进制 Excel 表格（.xlsb）", "a binary Excel workbook (.xlsb)", *_SAVE_XLSX)
ODT = Kind(".odt", "OpenDocument 文档", "an OpenDocument text", *_SAVE_DOCX)
ODS = Kind(".ods", "OpenDocument 表格", "an OpenDocument spreadsheet", *_SAVE_XLSX)
ODP = Kind(".odp", "OpenDocument 演示文稿", "an OpenDocument presentation", *_SAVE_PPTX)
OFD = Kind(
    ".ofd",
    "OFD 版式文件",
    "an OFD document",
    "请用 WPS、数科或福昕 OFD 阅读器导出为 .pdf 后再加入",
    "Export it as .pdf with WPS or an OFD reader",
)
CAJ = Kind(
    ".caj",
    "知网 CAJ 文献",
    "a CNKI CAJ document",
    "请在知网下载 PDF 版，或用 CAJViewer 打印为 .pdf 后再加入",
    "Download its PDF from CNKI, or print it as .pdf with CAJViewer",
    (".kdh", ".nh"),
)
IWORK = Kind(".pages", "苹果 iWork 文件", "an Apple iWork file", *_SAVE_PDF, (".numbers", ".key"))
OTHER_OPC = Kind("", "其他 Office 程序的文件", "a file of another Office program", *_SAVE_PDF, (".vsdx",))
MOBI = Kind(
    ".mobi",
    "Kindle 电子书",
    "a Kindle book",
    "请用 Calibre 转成 .epub 后再加入",
    "Turn it into .epub with Calibre",
    (".azw", ".azw3"),
)
DJVU = Kind(".djvu", "DjVu 文档", "a DjVu document", "请转成 .pdf 后再加入", "Turn it into .pdf", (".djv",))
POSTSCRIPT = Kind(
    ".ps", "PostScript 文件", "a PostScript file", "请转成 .pdf 后再加入", "Turn it into .pdf", (".eps",)
)
GIF = Kind(".gif", "GIF 图片", "a GIF picture", *_SAVE_PNG)
WEBP = Kind(".webp", "WebP 图片", "a WebP picture", *_SAVE_PNG)
BMP = Kind(".bmp", "BMP 图片", "a BMP picture", *_SAVE_PNG)
HEIC = Kind(".heic", "HEIC 照片", "a HEIC photo", *_SAVE_PNG, (".heif", ".avif"))
SVG = Kind(".svg", "SVG 图形", "an SVG drawing", *_SAVE_PDF)
RAR = Kind(".rar", "RAR 压缩包", "a RAR archive", *_UNPACK)
SEVEN = Kind(".7z", "7z 压缩包", "a 7z archive", *_UNPACK)
GZIP = Kind(".gz", "gzip 压缩包", "a gzip archive", *_UNPACK, (".tgz",))
XZ = Kind(".xz", "xz 压缩包", "an xz archive", *_UNPACK)
BZIP = Kind(".bz2", "bzip2 压缩包", "a bzip2 archive", *_UNPACK)
ZSTD = Kind(".zst", "zstd 压缩包", "a zstd archive", *_UNPACK)
TAR = Kind(".tar", "tar 打包文件", "a tar archive", *_UNPACK)
PROGRAM = Kind(".exe", "程序", "a program", *_NOT_TEXT, (".dll", ".so"))
MEDIA = Kind(
    ".mp4",
    "音频或视频",
    "sound or video",
    *_NOT_TEXT,
    (".mp3", ".wav", ".avi", ".mov", ".mkv", ".ogg", ".flac"),
)
SQLITE = Kind(
    ".sqlite", "SQLite 数据库", "an SQLite database", "请导出为 .csv 后再加入", "Export it as .csv", (".db",)
)

_BY_SUFFIX = {
    suffix: kind
    for kind in tuple(globals().values())
    if isinstance(kind, Kind)
    for suffix in (kind.suffix, *kind.others)
}


def kind_of_name(suffix: str) -> Kind | None:
    """The kind of file that has this lower-case ending."""
    return _BY_SUFFIX.get(suffix) if suffix else None
